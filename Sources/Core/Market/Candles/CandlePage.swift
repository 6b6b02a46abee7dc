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

  package var isEmpty: Bool { open.isEmpty }

  /// The values of one bar, [C].
  package func row(_ bar: Int) -> ArraySlice<Double> {
    values[(bar * columnCount)..<((bar + 1) * columnCount)]
  }

  /// The cells of one bar as received, separated by commas.
  package func cells(ofBar bar: Int) -> ArraySlice<UInt8> {
    text[(bar == 0 ? 0 : textEnds[bar - 1])..<textEnds[bar]]
  }

  /// Whether a bar and one of another page open at the same time and have the same values.
  ///
  /// Their cells may be written differently: `1.50` is `1.5`.
  package func equalBar(_ bar: Int, to other: CandlePage, _ otherBar: Int) -> Bool {
    open[bar] == other.open[otherBar] && row(bar) == other.row(otherBar)
  }

  /// The first bar that does not open before `time`, ms since the epoch; `count` when all do.
  package func firstBar(notBefore time: Int64) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if open[middle] < time { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension CandlePage {
  /// Makes room for so many more bars.
  package mutating func reserve(bars: Int, textBytes: Int) {
    open.reserveCapacity(count + bars)
    textEnds.reserveCapacity(count + bars)
    values.reserveCapacity(values.count + bars * columnCount)
    text.reserveCapacity(text.count + textBytes)
  }

  /// Appends a bar that opens after all others.
  package mutating func append(
    open time: Int64, values row: UnsafeBufferPointer<Double>, text cells: UnsafeBufferPointer<UInt8>
  ) {
    precondition(row.count == columnCount, "a bar of \(row.count) values in a page of \(columnCount)")
    precondition(time > open.last ?? .min, "a bar at \(time) after one at \(open.last ?? 0)")
    open.append(time)
    values.append(contentsOf: row)
    text.append(contentsOf: cells)
    textEnds.append(text.count)
  }

  /// Appends a bar that opens after all others.
  package mutating func append(open time: Int64, values row: [Double], text cells: [UInt8]) {
    row.withUnsafeBufferPointer { row in
      cells.withUnsafeBufferPointer { append(open: time, values: row, text: $0) }
    }
  }

  /// Appends some bars of another page, which open after all others.
  package mutating func append(contentsOf page: CandlePage, bars: Range<Int>) {
    guard let first = bars.first else { return }
    precondition(page.columnCount == columnCount, "\(page.columnCount) columns into \(columnCount)")
    precondition(page.open[first] > open.last ?? .min, "a page that begins before the last bar")
    let textStart = first == 0 ? 0 : page.textEnds[first - 1]
    let shift = text.count - textStart
    open += page.open[bars]
    values += page.values[(first * columnCount)..<(bars.upperBound * columnCount)]
    text += page.text[textStart..<page.textEnds[bars.upperBound - 1]]
    textEnds += page.textEnds[bars].lazy.map { $0 + shift }
  }

  /// Appends all bars of another page, which open after all others.
  package mutating func append(contentsOf page: CandlePage) {
    append(contentsOf: page, bars: 0..<page.count)
  }

  /// Some of the bars.
  package func bars(_ range: Range<Int>) -> CandlePage {
    var page = CandlePage(columnCount: columnCount)
    page.append(contentsOf: self, bars: range)
    return page
  }

  /// Takes the last bar away again.
  package mutating func removeLast() {
    open.removeLast()
    values.removeLast(columnCount)
    textEnds.removeLast()
    text.removeLast(text.count - (textEnds.last ?? 0))
  }
}
