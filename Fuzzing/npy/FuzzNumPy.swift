import Artifacts

/// A header that is read must be written back as a header that reads the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  guard let header = try? NumPyHeader(parsing: bytes) else { return 0 }
  precondition((try? NumPyHeader(parsing: header.bytes)) == header)
  return 0
}
