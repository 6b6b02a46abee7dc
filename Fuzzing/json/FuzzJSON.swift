import Artifacts

/// A value that is read must be written back as text that reads the same; a manifest must not crash its reader.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  _ = try? Manifest(parsing: bytes)
  guard let value = try? JSON(parsing: bytes) else { return 0 }
  precondition((try? JSON(parsing: value.canonical)) == value)
  precondition((try? JSON(parsing: value.document)) == value)
  return 0
}
