private import Numerics

/// Bars of some named things, lying, with the number behind each.
///
/// With one value a thing, values above zero are green and go right, those below red and go left. With several, each
/// has a tone of its own and a name in the legend.
package struct BarChart: Sendable, Equatable {
  package struct Row: Sendable, Equatable {
    package var name: String
    /// One for each name of the legend; nil where there is none.
    package var values: [Double?]
    /// What stands behind the bars instead of the values.
    package var words: [String]?

    package init(_ name: String, _ values: [Double?], words: [String]? = nil) {
      self.name = name
      self.values = values
      self.words = words
    }
  }

  package var title: String
  package var note: String
  /// Names of the values of a row, at most three; empty where each row has one value with a sign.
  package var legend: [String]
  package var rows: [Row]
  package var width: Double

  package init(title: String, note: String = "", legend: [String] = [], rows: [Row], width: Double = 452) {
    precondition(legend.count <= 3, "at most three values a row, not \(legend.count)")
    for row in rows {
      let count = max(legend.count, 1)
      precondition(row.values.count == count, "a row of \(row.values.count) values, not \(count)")
    }
    self.title = title
    self.note = note
    self.legend = legend
    self.rows = rows
    self.width = width
  }

  package var drawing: Drawing {
    let size = ChartSize(width: width, height: max(top + Double(rows.count) * rowHeight + 6, 60))
    return Drawing(summary: note.isEmpty ? title : title + ". " + note, size: size) { draw(into: &$0) }
  }
}

extension BarChart {
  private static let barHeight = 13.0

  private var top: Double { legend.isEmpty ? 28 : 48 }
  private var rowHeight: Double { Double(max(legend.count, 1)) * Self.barHeight + 7 }

  private func draw(into svg: inout SVG) {
    ChartFrame.drawHeader(title, note, width: width, into: &svg)
    drawLegend(into: &svg)
    let scale = makeScale()
    let zero = SVG.number(scale.position(0))
    for (index, row) in rows.enumerated() {
      let y = top + Double(index) * rowHeight
      let name = ChartFrame.shortened(row.name, to: width * 0.34, letter: 6.2)
      svg.add(
        "text",
        [
          ("class", "small"), ("x", SVG.number(width * 0.35)), ("y", SVG.number(y + rowHeight / 2)),
          ("dy", ".2em"), ("text-anchor", "end"),
        ], text: name)
      for (place, value) in row.values.enumerated() {
        let words = row.words?[place] ?? value.map { DecimalNumber.readable($0, digits: 3) } ?? "–"
        draw(value, words, place, y: y + Double(place) * Self.barHeight, scale, into: &svg)
      }
    }
    let bottom = SVG.number(top + Double(rows.count) * rowHeight)
    svg.add("path", [("class", "zero"), ("d", "M\(zero) \(SVG.number(top - 3))V\(bottom)")])
  }

  private func draw(
    _ value: Double?, _ words: String, _ place: Int, y: Double, _ scale: Axis, into svg: inout SVG
  ) {
    // What has no place on the scale ends at its border.
    let shown = min(max(value ?? 0, scale.low), scale.high)
    let (zero, end) = (scale.position(0), scale.position(shown))
    let isFall = (value ?? 0) < 0
    let look = legend.isEmpty ? (isFall ? "fall" : "rise") : "solid-" + Tone.allCases[place].rawValue
    svg.add(
      "rect",
      [
        ("class", look), ("x", SVG.number(min(zero, end))), ("y", SVG.number(y + 1)),
        ("width", SVG.number(abs(end - zero))), ("height", SVG.number(Self.barHeight - 2)),
      ])
    svg.add(
      "text",
      [
        ("class", "tick"), ("x", SVG.number(end + (isFall ? -4 : 4))), ("y", SVG.number(y + 10)),
        ("text-anchor", isFall ? "end" : "start"),
      ], text: words)
  }

  private func drawLegend(into svg: inout SVG) {
    var x = width * 0.35
    for (place, name) in legend.enumerated() {
      svg.add(
        "rect",
        [
          ("class", "solid-" + Tone.allCases[place].rawValue), ("x", SVG.number(x)), ("y", "28"),
          ("width", "11"), ("height", "11"),
        ])
      svg.add("text", [("class", "small"), ("x", SVG.number(x + 16)), ("y", "38")], text: name)
      x += 16 + Double(name.count) * 6.6 + 16
    }
  }

  /// From the least value or zero to the greatest or zero, with room for words at either end.
  private func makeScale() -> Axis {
    let values = rows.flatMap(\.values).compactMap { $0 }.filter(\.isFinite)
    let range = ValueRange(values + [0])
    let letters = rows.flatMap { $0.words ?? [] }.map(\.count).max() ?? 9
    let room = min(Double(letters) * 6.2 + 8, width * 0.25)
    let start = width * 0.36 + (range.low < 0 ? room : 4)
    return Axis(
      from: range.low, to: max(range.high, range.low < 0 ? 0 : 1e-300), start: start, end: width - room)
  }
}
