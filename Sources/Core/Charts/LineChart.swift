/// Lines over numbers: errors by step, learning curves, shares against probabilities.
///
/// A value that is not finite breaks its line.
package struct LineChart: Sendable, Equatable {
  package struct Line: Sendable, Equatable {
    package var name: String
    package var tone: Tone
    /// In ascending order of x.
    package var points: [Point]
    /// Whether each point has a dot of its own.
    package var hasDots: Bool

    package init(_ name: String, _ tone: Tone, _ points: [Point], hasDots: Bool = false) {
      self.name = name
      self.tone = tone
      self.points = points
      self.hasDots = hasDots
    }
  }

  package struct Point: Sendable, Equatable {
    package var x: Double
    package var y: Double

    package init(_ x: Double, _ y: Double) {
      self.x = x
      self.y = y
    }
  }

  package var title: String
  /// Right of the title, in a quieter voice.
  package var note: String
  package var lines: [Line]
  /// Values that a line is drawn at across the chart.
  package var levels: [Double] = []
  /// Whether a line is drawn where both numbers are equal.
  package var hasDiagonal = false
  /// Whether the least value of the scale is zero.
  package var beginsAtZero = false
  package var unit = ""
  package var size = ChartSize.half

  package init(title: String, note: String = "", lines: [Line]) {
    self.title = title
    self.note = note
    self.lines = lines
  }

  package var drawing: Drawing {
    let names = lines.map(\.name).joined(separator: ", ")
    let words = [note, names].filter { !$0.isEmpty }.joined(separator: ". ")
    return Drawing(summary: words.isEmpty ? title : title + ". " + words, size: size) { draw(into: &$0) }
  }
}

extension LineChart {
  /// Room for the names of the lines.
  private static let strip = 16.0

  private func draw(into svg: inout SVG) {
    var (across, up) = (ValueRange(), ValueRange(levels))
    for point in lines.flatMap(\.points) where point.x.isFinite && point.y.isFinite {
      across.extend(to: point.x)
      up.extend(to: point.y)
    }
    if beginsAtZero, !up.isEmpty { up.extend(to: 0) }
    if hasDiagonal, !across.isEmpty {
      up.extend(to: across.low)
      up.extend(to: across.high)
    }
    let isEmpty = across.isEmpty
    let width = across.high > across.low ? 0 : 0.5
    let frame = ChartFrame(
      title: title, note: note, size: size,
      x: isEmpty ? 0...1 : (across.low - width)...(across.high + width),
      y: beginsAtZero && !up.isEmpty && up.low == 0
        ? Axis(from: 0, to: up.high > 0 ? up.high * 1.06 : 1, start: 0, end: 1)
        : Axis(covering: up, start: 0, end: 1),
      below: .numbers, unit: unit, strip: lines.count > 1 ? Self.strip : 0)
    frame.draw(into: &svg)
    if isEmpty { return frame.drawEmpty("no values", into: &svg) }
    if hasDiagonal { drawDiagonal(frame, across, into: &svg) }
    for level in levels { frame.drawLevel(level, "bound", into: &svg) }
    for line in lines { draw(line, frame, into: &svg) }
    if lines.count > 1 { drawLegend(frame, into: &svg) }
  }

  private func drawDiagonal(_ frame: ChartFrame, _ range: ValueRange, into svg: inout SVG) {
    let ends = [range.low, range.high].map {
      "\(SVG.short(frame.x.position($0))) \(SVG.short(frame.y.position($0)))"
    }
    svg.add("path", [("class", "bound"), ("d", "M\(ends[0])L\(ends[1])")])
  }

  private func draw(_ line: Line, _ frame: ChartFrame, into svg: inout SVG) {
    var (path, dots) = ("", "")
    var isDown = false
    for point in line.points {
      guard point.x.isFinite, point.y.isFinite else {
        isDown = false
        continue
      }
      let place = "\(SVG.short(frame.x.position(point.x))) \(SVG.short(frame.y.position(point.y)))"
      path += (isDown ? "L" : "M") + place
      dots += "M\(place)h0"
      isDown = true
    }
    let look = "line-\(line.tone.rawValue)"
    svg.add("path", [("class", look), ("d", path)])
    // A single point is no line and would not be seen.
    if line.hasDots || line.points.count == 1 {
      svg.add("path", [("class", look + " dots"), ("d", dots)])
    }
  }

  private func drawLegend(_ frame: ChartFrame, into svg: inout SVG) {
    var x = frame.x.start
    for line in lines {
      svg.add(
        "path",
        [("class", "line-\(line.tone.rawValue)"), ("d", "M\(SVG.number(x)) 31h14"), ("stroke-width", "3")])
      svg.add("text", [("class", "small"), ("x", SVG.number(x + 19)), ("y", "35")], text: line.name)
      x += 19 + ChartFrame.width(of: line.name, letter: 6.2) + 14
    }
  }
}
