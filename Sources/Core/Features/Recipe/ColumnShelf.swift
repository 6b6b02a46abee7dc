import Artifacts

/// The columns that are needed now or later.
struct ColumnShelf {
  private let rows: RowTable
  private let uses: [[FeatureSource.Input]]
  private var held: [FeatureSource.Input: [Double]] = [:]
  private var done = 0
  /// Whether all columns of the series that are read are in memory.
  private(set) var holdsAll = false

  /// Columns together up to this size are read in one pass and held; of larger ones each is read when it is needed.
  private static let memoryLimit = 256 << 20

  init(_ rows: RowTable, for uses: [[FeatureSource.Input]]) throws {
    self.rows = rows
    self.uses = uses
    let series = Set(uses.joined()).compactMap { input -> (FeatureSource.Input, Int)? in
      guard case .series(let name) = input else { return nil }
      return rows.columns.firstIndex { $0.name == name }.map { (input, $0) }
    }.sorted { $0.1 < $1.1 }
    guard series.count * rows.rowCount * 8 <= Self.memoryLimit else { return }
    let columns = try rows.values(ofColumns: series.map(\.1))
    for ((input, _), column) in zip(series, columns) { held[input] = column }
    holdsAll = true
  }

  func columns(_ inputs: [FeatureSource.Input]) throws -> [[Double]] {
    try inputs.map { input in
      if let column = held[input] { return column }
      guard case .series(let name) = input else { preconditionFailure("a feature that was not made yet") }
      let number = try rows.column(named: name, setting: "features")
      return try rows.values(ofColumns: [number])[0]
    }
  }

  /// Holds a feature that something behind it reads.
  mutating func keep(_ column: [Double], ofFeature feature: Int) {
    if uses[done...].joined().contains(.feature(feature)) { held[.feature(feature)] = column }
  }

  /// Lets go of what nobody reads behind the part of this number.
  mutating func finish(_ number: Int) {
    done = number + 1
    let wanted = Set(uses[done...].joined())
    held = held.filter { wanted.contains($0.key) }
  }
}
