import Artifacts
import Market

/// A checksum that is read must be written in the file as it was read, before the name that was asked for.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  do {
    let digest = try ChecksumFile.digest(in: bytes, of: "a.zip")
    precondition(bytes.starts(with: digest.hex.utf8))
    precondition(bytes.dropFirst(66).starts(with: "a.zip".utf8) && bytes.count <= 72)
  } catch {
    precondition(!"\(error)".isEmpty)
  }
  return 0
}
