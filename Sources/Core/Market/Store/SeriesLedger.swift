/// What is known of a series beyond its bars: which times were asked for, and where the source had nothing.
///
/// Times are ms since the epoch; a bar stands for the range from its open to the next bar's.
package struct SeriesLedger: Sendable, Equatable {
  /// Asked and answered: it is never asked again.
  package var covered = RangeSet<Int64>()
  /// Covered, and no bar there.
  package var missing = RangeSet<Int64>()
  /// Missing, and asked once more elsewhere.
  package var reasked = RangeSet<Int64>()
  /// The last bars of downloads that came to their end: the source may still have mended those when more is asked for.
  package var ends = RangeSet<Int64>()

  package init() {}

  /// Enters that `range` was answered with bars that open at `opens`, in order.
  package mutating func enter(_ opens: [Int64], covering range: Range<Int64>, grid: CandleGrid) {
    var absent = RangeSet<Int64>()
    let fresh = RangeSet(range).subtracting(covered)
    var cursor = range.lowerBound
    for open in opens where range.contains(open) {
      if open > cursor { absent.insert(contentsOf: cursor..<open) }
      cursor = grid.next(after: open)
    }
    if cursor < range.upperBound { absent.insert(contentsOf: cursor..<range.upperBound) }
    fill(opens, grid: grid)
    missing.formUnion(absent.intersection(fresh))
    covered.insert(contentsOf: range)
  }

  /// Takes bars that were missing and are there now off the list.
  private mutating func fill(_ opens: [Int64], grid: CandleGrid) {
    guard let first = opens.first, let last = opens.last, !missing.isEmpty,
      !missing.isDisjoint(RangeSet(first..<(last + 1)))
    else { return }
    for open in opens { missing.remove(contentsOf: open..<grid.next(after: open)) }
  }
}
