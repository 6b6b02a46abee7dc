package import Artifacts

/// Rows as a source delivered them: numbers and times are read, nothing else is checked yet.
package struct RawSeries: Sendable {
  package var columns: [Series.Column]
  package var entities: [RawEntity]

  package init(columns: [Series.Column], entities: [RawEntity]) {
    self.columns = columns
    self.entities = entities
  }
}

/// One entity's rows, and where they stand.
package struct RawEntity: Sendable {
  package var name: String
  /// When each row's interval opens, ms since the epoch, [n].
  package var time: [Int64] = []
  /// The values, [n, C].
  package var values: [Double] = []
  /// The file they were read from; nil when they were generated.
  package var file: String?
  /// The line of each row, [n]; empty where rows are not lines.
  package var lines: [Int32] = []

  package init(name: String, file: String? = nil) {
    self.name = name
    self.file = file
  }

  /// `ETTh1.csv:17` · `BTC.json, candle 17` · `generated row 17`, for messages.
  package func place(ofRow row: Int) -> String {
    guard let file else { return "generated row \(row + 1)" }
    return lines.isEmpty ? "\(file), candle \(row + 1)" : "\(file):\(lines[row])"
  }
}
