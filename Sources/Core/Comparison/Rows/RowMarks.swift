/// A bit for each row, so that a row revised in several arrays counts once.
struct RowMarks: Sendable {
  private var words: [UInt64]

  init(rows: Int) { words = [UInt64](repeating: 0, count: (rows + 63) / 64) }

  @inline(__always)
  mutating func mark(_ row: Int) { words[row >> 6] |= 1 << UInt64(row & 63) }

  /// Calls `body` with each marked row, ascending.
  func forEach(_ body: (Int) -> Void) {
    for (index, word) in words.enumerated() where word != 0 {
      var rest = word
      while rest != 0 {
        body(index << 6 + rest.trailingZeroBitCount)
        rest &= rest - 1
      }
    }
  }
}
