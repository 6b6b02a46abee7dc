import FuzzSupport
import Market

/// A file of candles must be read or refused with a message; what is read must assemble or be refused.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let source = KlinesSource(files: [EntityFile(entity: "X", path: FuzzedFile.path)])
  FuzzedFile.check(UnsafeBufferPointer(start: data, count: count), source, kind: "klines-json")
  return 0
}
