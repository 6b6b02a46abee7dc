/// The number under which a bar is kept: its series in the upper bits, the ms since 1970 of its open in the lower 44,
/// which reach to the year 2527.
enum BarKey {
  static let timeBits = 44
  static let lastTime: Int64 = 1 << 44 - 1

  /// The key of a bar; nil for a time that has none.
  static func of(series: Int64, open: Int64) -> Int64? {
    (0...lastTime).contains(open) ? series << Int64(timeBits) | open : nil
  }

  /// The keys of all bars of a series that open in `range`.
  static func range(series: Int64, opens range: Range<Int64>) -> Range<Int64> {
    let lower = min(max(range.lowerBound, 0), lastTime + 1)
    let upper = min(max(range.upperBound, lower), lastTime + 1)
    return (series << Int64(timeBits) + lower)..<(series << Int64(timeBits) + upper)
  }
}
