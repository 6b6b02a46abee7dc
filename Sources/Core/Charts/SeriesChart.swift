/// Lines over time or over numbered rows, of any length.
///
/// A value that is not finite breaks its line. Where a line has more points than the chart has pixels, its least and
/// greatest value of every pixel are drawn, so that no spike is lost.
package struct SeriesChart: Sendable, Equatable {
  /// Where values stand.
  package enum Places: Sendable, Equatable {
    /// Milliseconds since the epoch, in order.
    case times([Int64])
    /// From a number on, one by one.
    case numbers(from: Int)
  }

  package struct Line: Sendable, Equatable {
    package var tone: Tone
    /// One for every place.
    package var values: [Double]
    /// Numbers of values that are not joined to the one before, in order.
    package var breaks: [Int]

    package init(_ tone: Tone = .first, _ values: [Double], breaks: [Int] = []) {
      self.tone = tone
      self.values = values
      self.breaks = breaks
    }
  }

  package var title: String
  /// Right of the title, in a quieter voice.
  package var note: String
  package var places: Places
  package var lines: [Line]
  /// Shaded behind the lines, with a line at their beginnings.
  package var spans: [Span] = []
  /// Whether the room between zero and the first line is filled.
  package var isFilled = false
  package var size = ChartSize.wide

  package init(title: String, note: String = "", places: Places, lines: [Line]) {
    self.title = title
    self.note = note
    self.places = places
    self.lines = lines
    for line in lines {
      precondition(
        count.map { $0 == line.values.count } ?? true,
        "a line of \(line.values.count) values at \(count ?? 0) places")
    }
  }

  /// How many places there are; nil where the lines decide.
  private var count: Int? {
    guard case .times(let times) = places else { return nil }
    return times.count
  }
}

extension SeriesChart {
  /// Room for the names of spans.
  private static let strip = 15.0

  package var drawing: Drawing {
    Drawing(summary: note.isEmpty ? title : title + ". " + note, size: size) { draw(into: &$0) }
  }

  private func draw(into svg: inout SVG) {
    var range = ValueRange()
    for line in lines { for value in line.values { range.extend(to: value) } }
    if isFilled { range.extend(to: 0) }
    let isTimed = count != nil
    let frame = ChartFrame(
      title: title, note: note, size: size, x: domain, y: Axis(covering: range, start: 0, end: 1),
      below: isTimed ? .times : .numbers, strip: spans.isEmpty ? 0 : Self.strip)
    drawSpans(frame, into: &svg)
    frame.draw(into: &svg)
    if range.isEmpty { return frame.drawEmpty("no values", into: &svg) }
    for (index, line) in lines.enumerated() {
      draw(line, isFilled: isFilled && index == 0, frame, into: &svg)
    }
  }

  private func draw(_ line: Line, isFilled: Bool, _ frame: ChartFrame, into svg: inout SVG) {
    let width = frame.x.end - frame.x.start
    let envelope = Envelope(line.values, breaks: line.breaks, width: width, y: frame.y) {
      frame.x.position(place($0))
    }
    let look = "line-\(line.tone.rawValue)"
    if isFilled { svg.add("path", [("class", "area"), ("d", area(under: envelope.path, frame))]) }
    if !envelope.path.isEmpty { svg.add("path", [("class", look), ("d", envelope.path)]) }
    if !envelope.dots.isEmpty { svg.add("path", [("class", look + " dots"), ("d", envelope.dots)]) }
  }

  /// The same lines, each closed along zero.
  private func area(under path: String, _ frame: ChartFrame) -> String {
    let zero = SVG.short(frame.y.position(0))
    return path.split(separator: "M").map { stroke in
      let points = stroke.split(separator: "L")
      let (first, last) = (points.first?.prefix { $0 != " " } ?? "", points.last?.prefix { $0 != " " } ?? "")
      return "M\(first) \(zero)L\(stroke)L\(last) \(zero)Z"
    }.joined()
  }

  private func drawSpans(_ frame: ChartFrame, into svg: inout SVG) {
    let top = frame.y.end - Self.strip
    for span in spans {
      let from = max(frame.x.position(span.from), frame.x.start)
      let until = min(frame.x.position(span.until), frame.x.end)
      guard from.isFinite, until.isFinite, until > from else { continue }
      svg.add(
        "rect",
        [
          ("class", "shade-" + span.tone.rawValue), ("x", SVG.number(from)), ("y", SVG.number(top)),
          ("width", SVG.number(until - from)), ("height", SVG.number(frame.y.start - top)),
        ])
      let edge = "M\(SVG.number(from)) \(SVG.number(top))V\(SVG.number(frame.y.start))"
      if from > frame.x.start { svg.add("path", [("class", "now"), ("d", edge)]) }
      guard until - from > Double(span.label.count) * 6.4 + 8 else { continue }
      svg.add(
        "text",
        [("class", "tick"), ("x", SVG.number(from + 4)), ("y", SVG.number(top + 11))],
        text: span.label)
    }
  }

  private func place(_ index: Int) -> Double {
    switch places {
    case .times(let times): Double(times[index])
    case .numbers(let first): Double(first + index)
    }
  }

  /// From the first place to the last; one place alone gets room at either side.
  private var domain: ClosedRange<Double> {
    let count = count ?? lines.map(\.values.count).max() ?? 0
    guard count > 0 else { return 0...1 }
    let (first, last) = (place(0), place(count - 1))
    let room = self.count == nil ? 1.0 : 43_200_000
    return last > first ? first...last : (first - room)...(first + room)
  }
}
