import Artifacts
import Chronology
import Features
import Numerics
import TestSupport

/// Hourly bars O, H, L, C, volume and one more column, around 100; `change` gives a row other values.
func bars(
  _ rows: Int, entities: [String] = ["A"], gaps: [(entity: Int, row: Int, count: Int)] = [],
  change: (_ entity: Int, _ row: Int) -> [Double]? = { _, _ in nil }
) -> ColumnTable {
  let names = ["open", "high", "low", "close", "volume", "funding"]
  var series = SampleSeries.make(rows: rows, entities: entities, columns: names, gaps: gaps) {
    entity, column, row in
    change(entity, row)?[column] ?? bar(row)[column]
  }
  series.columns[4].unit = "base units"
  return ColumnTable(of: series)
}

/// What row `row` has when nothing is wrong with it: open, high, low, close, volume, funding.
func bar(_ row: Int) -> [Double] {
  let close = 100 + 3 * RandomStream(seed: 1, purpose: "bars").uniform(at: row)
  return [close - 0.25, close + 1, close - 1, close, 10 + Double(row % 5), Double(row)]
}

extension ColumnTable {
  func row(_ row: Int) -> [Double] { values.map { $0[row] } }
}

extension [Bool]? {
  /// The places that are set.
  var places: [Int] { (self ?? []).indices.filter { self?[$0] == true } }
}
