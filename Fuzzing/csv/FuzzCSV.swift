import Artifacts
import Chronology
import Market

/// A CSV file must be read or refused with a message; what is read must assemble or be refused.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
  let bytes = Array(UnsafeBufferPointer(start: data, count: count))
  let file = EntityFile(entity: "X", path: "x.csv")
  let source = CSVSource(files: [file], timeColumn: "t")
  do {
    let rows = try source.table(of: bytes, file: file)
    let assembly = SeriesAssembly(
      source: "csv", interval: nil, calendar: .continuous, until: nil, prices: nil)
    let series = try assembly.series(from: rows)
    precondition(series.values.allSatisfy { $0.isFinite })
  } catch {
    precondition(!"\(error)".isEmpty)
  }
  return 0
}
