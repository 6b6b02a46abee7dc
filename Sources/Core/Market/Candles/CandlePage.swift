/// Bars of one symbol as a source sent them, strictly increasing in time.
package struct CandlePage: Sendable, Equatable {
  /// C, the number of values of a bar.
  package let columnCount: Int
  /// When each bar's interval opens, ms since the epoch, [n].
  package private(set) var open: [Int64] = []
  /// The values, [n, C].
  package private(set) var values: [Double] = []
  /// The cells of each bar exactly as received, without quotes, separated by commas: bar r has
  /// `text[textEnds[r - 1]..<textEnds[r]]`.
  package private(set) var text: [UInt8] = []
  package private(set) var textEnds: [Int] = []

  package init(columnCount: Int) { self.columnCount = columnCount }

  /// The number of bars.
  package var count: Int { open.count }
}
