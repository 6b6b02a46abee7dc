/// Lines over time, of any length.
///
/// A value that is not finite breaks its line. Where a line has more points than the chart has pixels, its least and
/// greatest value of every pixel are drawn, so that no spike is lost.
package struct SeriesChart: Sendable, Equatable {
  package struct Line: Sendable, Equatable {
    package var tone: Tone
    /// One for every time.
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
  /// Where values stand: milliseconds since the epoch, in order.
  package var times: [Int64]
  package var lines: [Line]
  /// Shaded behind the lines, with a line at their beginnings.
  package var spans: [Span] = []
  package var size = ChartSize.wide

  package init(title: String, note: String = "", times: [Int64], lines: [Line]) {
    self.title = title
    self.note = note
    self.times = times
    self.lines = lines
    for line in lines {
      precondition(
        times.count == line.values.count, "a line of \(line.values.count) values at \(times.count) times")
    }
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
    let frame = ChartFrame(
      title: title, note: note, size: size, x: domain, y: Axis(covering: range, start: 0, end: 1),
      below: .times, strip: spans.isEmpty ? 0 : Self.strip)
    drawSpans(frame, into: &svg)
    frame.draw(into: &svg)
    if range.isEmpty { return frame.drawEmpty("no values", into: &svg) }
    for line in lines { draw(line, frame, into: &svg) }
  }

  private func draw(_ line: Line, _ frame: ChartFrame, into svg: inout SVG) {
    let width = frame.x.end - frame.x.start
    let envelope = Envelope(line.values, breaks: line.breaks, width: width, y: frame.y) {
      frame.x.position(Double(times[$0]))
    }
    let look = "line-\(line.tone.rawValue)"
    if !envelope.path.isEmpty { svg.add("path", [("class", look), ("d", envelope.path)]) }
    if !envelope.dots.isEmpty { svg.add("path", [("class", look + " dots"), ("d", envelope.dots)]) }
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

  /// From the first time to the last; one alone gets room at either side.
  private var domain: ClosedRange<Double> {
    guard let first = times.first.map(Double.init), let last = times.last.map(Double.init) else {
      return 0...1
    }
    let room = 43_200_000.0
    return last > first ? first...last : (first - room)...(first + room)
  }
}
