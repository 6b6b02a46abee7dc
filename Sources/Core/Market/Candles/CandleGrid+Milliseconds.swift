import Chronology

/// The grid in milliseconds since the epoch, as pages, ranges and the store count.
extension CandleGrid {
  /// The open of the bar that contains `time`.
  package func floor(_ time: Int64) -> Int64 { floor(Instant(milliseconds: time)).milliseconds }

  /// The open that lies so many bars after `open`.
  package func next(after open: Int64, steps: Int = 1) -> Int64 {
    interval.after(Instant(milliseconds: open), steps: steps).milliseconds
  }

  /// The number of bars that open in `from ..< to`, both of them opens.
  package func steps(from: Int64, to: Int64) -> Int {
    interval.steps(from: Instant(milliseconds: from), to: Instant(milliseconds: to)) ?? 0
  }
}
