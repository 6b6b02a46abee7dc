/// An average of the last rows of one column, whatever their weights: `of` and `period` are its settings.
protocol MovingAverage: Indicator {
  var column: String { get }
  /// n.
  var period: Int { get }
  init(of column: String, period: Int)
}

extension MovingAverage {
  package init(_ settings: PartSettings) throws(FeatureError) {
    self.init(of: try settings.text("of"), period: try settings.period("period"))
  }

  package var inputs: [String] { [column] }
  package var isLevel: Bool { true }
  package var outputs: [(suffix: String, unit: String)] { [("", "as \(column)")] }
  package var lookback: Int { period - 1 }
}
