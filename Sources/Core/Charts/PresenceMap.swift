private import Numerics

/// Which parts of some rows are there, over time: a cell for each stretch, darker the more of it is missing.
package struct PresenceMap: Sendable, Equatable {
  package struct Row: Sendable, Equatable {
    package var name: String
    /// Of each cell the share that is missing, 0…1; nil where nothing is expected.
    package var missing: [Double?]
    /// Behind the row: how much is missing of it in all.
    package var words: String

    package init(_ name: String, missing: [Double?], words: String) {
      self.name = name
      self.missing = missing
      self.words = words
    }
  }

  package var title: String
  package var note: String
  /// Milliseconds since the epoch: where the first cell begins and the last one ends.
  package var from: Int64
  package var until: Int64
  package var rows: [Row]
  package var width = 920.0

  package init(title: String, note: String = "", from: Int64, until: Int64, rows: [Row]) {
    self.title = title
    self.note = note
    self.from = from
    self.until = until
    self.rows = rows
  }

  package var drawing: Drawing {
    let size = ChartSize(width: width, height: Self.top + Double(max(rows.count, 1)) * Self.rowHeight + 26)
    return Drawing(summary: note.isEmpty ? title : title + ". " + note, size: size) { draw(into: &$0) }
  }
}

extension PresenceMap {
  private static let top = 48.0
  private static let rowHeight = 17.0
  private static let wordsWidth = 118.0

  private func draw(into svg: inout SVG) {
    ChartFrame.drawHeader(title, note, width: width, into: &svg)
    drawLegend(into: &svg)
    let nameWidth = min(
      (rows.map { ChartFrame.width(of: $0.name, letter: 6.2) }.max() ?? 0) + 10, width * 0.24)
    let (low, high) = (Double(from), Double(max(until, from + 1)))
    let x = Axis(from: low, to: high, start: nameWidth, end: width - Self.wordsWidth)
    for (index, row) in rows.enumerated() {
      draw(row, y: Self.top + Double(index) * Self.rowHeight, x, into: &svg)
    }
    let bottom = Self.top + Double(rows.count) * Self.rowHeight + 16
    for tick in x.timeTicks(about: Int((x.end - x.start) / 85)) {
      svg.add(
        "text",
        [
          ("class", "tick"), ("x", SVG.number(x.position(tick.value))), ("y", SVG.number(bottom)),
          ("text-anchor", "middle"),
        ], text: tick.label)
    }
  }

  private func draw(_ row: Row, y: Double, _ x: Axis, into svg: inout SVG) {
    svg.add(
      "text",
      [
        ("class", "small"), ("x", SVG.number(x.start - 8)), ("y", SVG.number(y + 12)), ("text-anchor", "end"),
      ], text: ChartFrame.shortened(row.name, to: x.start - 8, letter: 6.2))
    svg.add(
      "text", [("class", "small"), ("x", SVG.number(x.end + 8)), ("y", SVG.number(y + 12))], text: row.words)
    let width = (x.end - x.start) / Double(max(row.missing.count, 1))
    var cell = 0
    while cell < row.missing.count {
      let look = Self.look(row.missing[cell])
      var end = cell + 1
      while end < row.missing.count, Self.look(row.missing[end]) == look { end += 1 }
      // Taller the more is missing, so that colour is not all that tells.
      let height = Self.heights[look] ?? 13
      svg.add(
        "rect",
        [
          ("class", look), ("x", SVG.short(x.start + Double(cell) * width)),
          ("y", SVG.short(y + 14 - height)),
          ("width", SVG.short(Double(end - cell) * width)), ("height", SVG.short(height)),
        ])
      cell = end
    }
  }

  private static let heights = ["here": 5.0, "gone1": 8, "gone2": 11, "gone3": 14, "none": 5]

  private static func look(_ missing: Double?) -> String {
    guard let missing else { return "none" }
    return missing <= 0 ? "here" : missing < 0.1 ? "gone1" : missing < 0.5 ? "gone2" : "gone3"
  }

  private func drawLegend(into svg: inout SVG) {
    let entries = [
      ("here", "complete"), ("gone1", "below 10 % missing"), ("gone2", "below 50 %"),
      ("gone3", "half or more"), ("none", "no rows"),
    ]
    var x = 0.0
    for (look, words) in entries {
      let height = Self.heights[look] ?? 13
      svg.add(
        "rect",
        [
          ("class", look), ("x", SVG.number(x)), ("y", SVG.number(38 - height)), ("width", "16"),
          ("height", SVG.number(height)),
        ])
      svg.add("text", [("class", "tick"), ("x", SVG.number(x + 22)), ("y", "37")], text: words)
      x += 22 + Double(words.count) * 6 + 18
    }
  }
}
