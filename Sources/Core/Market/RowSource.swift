/// Rows from the world outside, delivered in pieces so that no length of input fills the memory.
package protocol RowSource {
  /// Hands all rows over in batches of some 10,000; `progress` is told how much is done, in units of its own.
  func deliver(
    to assembly: SeriesAssembly, progress: (_ done: Int, _ total: Int) -> Void
  ) throws(MarketError)

  /// `ETTh1.csv:17` · `BTC.json, candle 17` · `generated row 17`: where a row stands, for a message.
  ///
  /// It is asked once, when something is wrong, and may read everything again to find out.
  func place(of row: RowMark, entity: String) -> String
}

/// One row among those that a source delivered for an entity.
package enum RowMark: Equatable, Sendable {
  /// By its number among them, from 0.
  case number(Int)
  /// The first row of a time, or a later one.
  case time(Int64, occurrence: Int = 1)
}
