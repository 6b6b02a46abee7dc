/// Rows of spans over time: the parts of a split, one row for each fold.
///
/// Parts that were cut out are half as high, those held back are dotted, and a part that has room says its name.
package struct SpanChart: Sendable, Equatable {
  package struct Row: Sendable, Equatable {
    package var name: String
    package var spans: [Span]

    package init(_ name: String, _ spans: [Span]) {
      self.name = name
      self.spans = spans
    }
  }

  package var title: String
  package var note: String
  package var rows: [Row]
  package var width = 920.0

  package init(title: String, note: String = "", rows: [Row]) {
    self.title = title
    self.note = note
    self.rows = rows
  }

  package var drawing: Drawing {
    let size = ChartSize(width: width, height: Self.top + Double(max(rows.count, 1)) * Self.rowHeight + 26)
    return Drawing(summary: note.isEmpty ? title : title + ". " + note, size: size) { draw(into: &$0) }
  }
}

extension SpanChart {
  private static let top = 48.0
  private static let rowHeight = 22.0

  private func draw(into svg: inout SVG) {
    ChartFrame.drawHeader(title, note, width: width, into: &svg)
    drawLegend(into: &svg)
    let edges = rows.flatMap(\.spans).flatMap { [$0.from, $0.until] }
    let (low, high) = (edges.min() ?? 0, edges.max() ?? 1)
    let nameWidth = min(
      (rows.map { ChartFrame.width(of: $0.name, letter: 6.2) }.max() ?? 0) + 10, width * 0.24)
    let x = Axis(from: low, to: max(high, low + 1), start: nameWidth, end: width - 2)
    let bottom = Self.top + Double(rows.count) * Self.rowHeight
    for tick in x.timeTicks(about: Int((x.end - x.start) / 85)) {
      let place = x.position(tick.value)
      svg.add(
        "path",
        [("class", "grid"), ("d", "M\(SVG.number(place)) \(SVG.number(Self.top))V\(SVG.number(bottom + 3))")])
      let isAtEnd = place > width - 20
      svg.add(
        "text",
        [
          ("class", "tick"), ("x", SVG.number(isAtEnd ? width : place)), ("y", SVG.number(bottom + 16)),
          ("text-anchor", isAtEnd ? "end" : "middle"),
        ], text: tick.label)
    }
    for (index, row) in rows.enumerated() {
      draw(row, y: Self.top + Double(index) * Self.rowHeight, x, into: &svg)
    }
  }

  private func draw(_ row: Row, y: Double, _ x: Axis, into svg: inout SVG) {
    svg.add(
      "text",
      [
        ("class", "small"), ("x", SVG.number(x.start - 8)), ("y", SVG.number(y + 15)), ("text-anchor", "end"),
      ], text: ChartFrame.shortened(row.name, to: x.start - 8, letter: 6.2))
    // Small parts after large ones, which would cover them.
    let isSmall = { (span: Span) in span.tone == .cut || span.tone == .held }
    for span in row.spans.filter({ !isSmall($0) }) + row.spans.filter(isSmall) where span.until > span.from {
      let from = x.position(span.from)
      // What was cut out is often a few bars of many thousands; it must be seen all the same.
      let width = max(x.position(span.until) - from, 1.5)
      svg.add("rect", [("class", "solid-" + span.tone.rawValue)] + Self.box(span.tone, from, y, width))
      guard !isSmall(span), width > Double(span.label.count) * 6.6 + 10 else { continue }
      svg.add(
        "text",
        [
          ("class", "on"), ("x", SVG.number(from + width / 2)), ("y", SVG.number(y + 15)),
          ("text-anchor", "middle"),
        ], text: span.label)
    }
  }

  /// Where a part of a row lies.
  private static func box(_ tone: Tone, _ x: Double, _ y: Double, _ width: Double) -> [(String, String)] {
    let height = tone == .cut ? 7.0 : tone == .held ? 10 : 16
    return [
      ("x", SVG.number(x)), ("y", SVG.number(y + 11 - height / 2)), ("width", SVG.number(width)),
      ("height", SVG.number(height)),
    ]
  }

  private func drawLegend(into svg: inout SVG) {
    let spans = rows.flatMap(\.spans)
    var x = 0.0
    for tone in Tone.allCases {
      guard let span = spans.first(where: { $0.tone == tone }) else { continue }
      svg.add("rect", [("class", "solid-" + tone.rawValue)] + Self.box(tone, x, 22, 18))
      svg.add("text", [("class", "tick"), ("x", SVG.number(x + 24)), ("y", "37")], text: span.label)
      x += 24 + Double(span.label.count) * 6.2 + 20
    }
  }
}
