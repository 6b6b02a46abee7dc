extension CandlePage {
  /// The bars that open in `ranges` (ms).
  func restricted(to ranges: RangeSet<Int64>) -> CandlePage {
    guard let first = open.first, let last = open.last, !RangeSet(first..<(last + 1)).isSubset(of: ranges)
    else {
      return self
    }
    var page = CandlePage(columnCount: columnCount)
    for range in ranges.ranges {
      page.append(
        contentsOf: self, bars: firstBar(notBefore: range.lowerBound)..<firstBar(notBefore: range.upperBound))
    }
    return page
  }
}
