import Artifacts
import Chronology
import Market
import TestSupport

/// What came of a source: the series as it is read back, and its facts.
struct Assembled {
  var series: Series
  var facts: [String: JSON]
  var files: [String]
}

/// Publishes the rows of a source and reads them back.
func assembled(_ source: some RowSource, _ rules: SeriesRules? = nil) throws -> Assembled {
  let folder = TemporaryFolder()
  let rules = rules ?? SeriesRules(source: "csv", interval: nil, calendar: .continuous)
  let artifact = try folder.publish(.series, step: "series") { publication in
    let assembly = try SeriesAssembly(rules, of: source, into: publication)
    try source.deliver(to: assembly) { _, _ in }
    return try assembly.finish().write(to: publication)
  }
  return Assembled(
    series: try Series(reading: artifact), facts: artifact.manifest.facts,
    files: Disk.names(in: artifact.directory))
}

/// What is said when a source is refused; empty when it is not.
func refusal(_ source: some RowSource, _ rules: SeriesRules? = nil) -> String {
  do {
    _ = try assembled(source, rules)
    return ""
  } catch { return "\(error)" }
}

/// Rows in memory, delivered in batches of a few.
struct SampleRows: RowSource {
  var columns = ["close"]
  /// (entity, time, values) in the order of delivery.
  var rows: [(entity: String, time: Int64, values: [Double])] = []
  var batchRows = 3

  func deliver(to assembly: SeriesAssembly, progress: (Int, Int) -> Void) throws(MarketError) {
    try assembly.begin(columns: columns.map { Series.Column(name: $0) })
    for begin in stride(from: 0, to: rows.count, by: batchRows) {
      let piece = rows[begin..<min(begin + batchRows, rows.count)]
      var entities: [Int32] = []
      for row in piece { entities.append(Int32(try assembly.entity(named: row.entity))) }
      try assembly.append(
        RowBatch(time: piece.map(\.time), values: piece.flatMap(\.values)), entities: entities)
    }
  }

  /// As a file with a header and a row a line would say it.
  func place(of mark: RowMark, entity: String) -> String {
    var number = -1
    var seen = 0
    for (index, row) in rows.enumerated() where row.entity == entity {
      number += 1
      switch mark {
      case .number(let wanted): if number == wanted { return "x.csv:\(index + 2)" }
      case .time(let time, let occurrence):
        if row.time == time { seen += 1 }
        if row.time == time, seen == occurrence { return "x.csv:\(index + 2)" }
      }
    }
    return "x.csv"
  }
}
