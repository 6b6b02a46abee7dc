import FuzzSupport
import Market

/// A CSV file must be read or refused with a message; what is read must assemble or be refused.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  // The first byte chooses how the file is read; small pieces are cut everywhere.
  let choice = count > 0 ? data?[0] ?? 0 : 0
  var source = CSVSource(
    files: [EntityFile(entity: "X", path: FuzzedFile.path)], timeColumn: "t",
    entityColumn: choice & 1 == 1 ? "a" : nil)
  source.threads = 0
  source.pieceLength = choice & 2 == 2 ? 7 : 1 << 20
  FuzzedFile.check(UnsafeBufferPointer(start: data, count: count), source, kind: "csv")
  return 0
}
