/// What surrounds the marks of a chart: a title with a note, a grid, and numbers or times along the sides.
struct ChartFrame {
  /// What stands along the lower side.
  enum Below {
    case times
    case numbers
    case nothing
  }

  private static let header = 28.0
  private static let footer = 24.0
  private static let tickWidth = 6.4

  let title: String
  let note: String
  let size: ChartSize
  let x: Axis
  let y: Axis
  private let below: Below
  private let unit: String
  private let rows: [(value: Double, label: String)]

  /// A frame around values `y` at places `x`; `unit` stands behind the numbers at the left, as in «20 %»;
  /// `strip` is room kept free between title and values.
  init(
    title: String, note: String, size: ChartSize, x: ClosedRange<Double>, y: Axis, below: Below,
    unit: String = "", strip: Double = 0
  ) {
    self.title = title
    self.note = note
    self.size = size
    self.below = below
    self.unit = unit
    let axis = Axis(
      from: y.low, to: y.high, start: size.height - (below == .nothing ? 8 : Self.footer),
      end: Self.header + strip)
    self.y = axis
    rows = axis.ticks(about: size.height > 300 ? 8 : 5).map { ($0.value, $0.label + unit) }
    let widest = rows.map(\.label.count).max() ?? 0
    let room = max(Double(widest) * Self.tickWidth + 12, 34)
    self.x = Axis(from: x.lowerBound, to: x.upperBound, start: room, end: size.width - 6)
  }

  func draw(into svg: inout SVG) {
    Self.drawHeader(title, note, width: size.width, into: &svg)
    for row in rows {
      let place = SVG.number(y.position(row.value))
      svg.add("path", [("class", "grid"), ("d", "M\(SVG.number(x.start)) \(place)H\(SVG.number(x.end))")])
      svg.add(
        "text", [("class", "tick"), ("x", SVG.number(x.start - 6)), ("y", place), ("dy", ".35em"), Self.end],
        text: row.label)
    }
    let count = Int((x.end - x.start) / 85)
    switch below {
    case .times: drawPlaces(x.timeTicks(about: count), into: &svg)
    case .numbers:
      let few = x.ticks(about: count)
      drawPlaces(few.count > 2 ? few : x.ticks(about: 2 * count), into: &svg)
    case .nothing: break
    }
  }

  private func drawPlaces(_ ticks: [(value: Double, label: String)], into svg: inout SVG) {
    for tick in ticks {
      let place = x.position(tick.value)
      svg.add("path", [("class", "grid"), ("d", "M\(SVG.number(place)) \(SVG.number(y.start))v4")])
      let isAtEnd = place + Double(tick.label.count) * Self.tickWidth / 2 > size.width
      svg.add(
        "text",
        [
          ("class", "tick"), ("x", SVG.number(isAtEnd ? size.width : place)),
          ("y", SVG.number(y.start + 16)), isAtEnd ? Self.end : ("text-anchor", "middle"),
        ], text: tick.label)
    }
  }

  /// A line across the chart at a value.
  func drawLevel(_ value: Double, _ look: String, into svg: inout SVG) {
    guard value >= y.low, value <= y.high else { return }
    svg.add(
      "path",
      [
        ("class", look),
        ("d", "M\(SVG.number(x.start)) \(SVG.number(y.position(value)))H\(SVG.number(x.end))"),
      ])
  }

  /// Words in the middle of a chart that has nothing to show.
  func drawEmpty(_ words: String, into svg: inout SVG) {
    svg.add(
      "text",
      [
        ("class", "quiet"), ("x", SVG.number((x.start + x.end) / 2)),
        ("y", SVG.number((y.start + y.end) / 2)), ("text-anchor", "middle"),
      ], text: words)
  }

  /// A title at the left and a quieter note at the right; what does not fit ends in «…».
  static func drawHeader(_ title: String, _ note: String, width: Double, into svg: inout SVG) {
    let quiet = shortened(note, to: width * 0.62, letter: 6)
    let room = width - Self.width(of: quiet, letter: 6) - 14
    svg.add(
      "text", [("class", "name"), ("x", "0"), ("y", "14")], text: shortened(title, to: room, letter: 7.4))
    guard !quiet.isEmpty else { return }
    svg.add("text", [("class", "small"), ("x", SVG.number(width)), ("y", "14"), end], text: quiet)
  }

  /// As many letters of a text as fit into a width; `letter` is the width of a small one.
  static func shortened(_ text: String, to width: Double, letter: Double) -> String {
    guard Self.width(of: text, letter: letter) > width else { return text }
    var kept = text[...]
    while !kept.isEmpty, Self.width(of: kept, letter: letter) > width - letter * 1.5 { kept.removeLast() }
    return kept + "…"
  }

  /// About how wide a text is; capitals and figures take more than small letters.
  static func width(of text: some StringProtocol, letter: Double) -> Double {
    text.unicodeScalars.reduce(0.0) { width, scalar in
      width + (("a"..."z").contains(scalar) ? 1 : ("A"..."Z").contains(scalar) ? 1.25 : 1.12) * letter
    }
  }

  private static let end = ("text-anchor", "end")
}
