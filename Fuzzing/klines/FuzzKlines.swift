import Artifacts
import Chronology
import Market

/// A file of candles must be read or refused with a message; what is read must assemble or be refused.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  do {
    let file = EntityFile(entity: "X", path: "x.json")
    let rows = RawSeries(
      columns: KlinesSource.columns, entities: [try KlinesSource(files: [file]).entity(of: bytes, file: file)]
    )
    let assembly = SeriesAssembly(
      source: "klines-json", interval: nil, calendar: .continuous, until: nil, prices: nil)
    let series = try assembly.series(from: rows)
    precondition(series.values.allSatisfy { $0.isFinite })
  } catch {
    precondition(!"\(error)".isEmpty)
  }
  return 0
}
