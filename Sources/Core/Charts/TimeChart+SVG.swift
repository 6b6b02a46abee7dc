extension TimeChart {
  private static let width = 960.0
  private static let margin = 28.0
  private static let gap = 28.0
  /// Room for the numbers left of a panel, and for the times below it.
  private static let axisWidth = 58.0
  private static let axisHeight = 26.0
  private static let panelHeader = 34.0

  /// The chart as a self-contained SVG document, for light and dark surroundings.
  package var svg: String { drawing.svg }

  package var drawing: Drawing {
    let columns = panels.count > 2 ? 2 : 1
    let panelWidth = (Self.width - 2 * Self.margin - Double(columns - 1) * Self.gap) / Double(columns)
    let panelHeight = columns == 2 ? 250.0 : panels.count == 2 ? 280 : 400
    let rows = (panels.count + columns - 1) / columns
    let header = 104.0
    let size = ChartSize(
      width: Self.width, height: header + Double(rows) * (panelHeight + Self.gap) + 4)
    return Drawing(summary: title + ". " + subtitle, size: size) { svg in
      svg.add("text", [("class", "title"), ("x", SVG.number(Self.margin)), ("y", "38")], text: title)
      svg.add("text", [("class", "quiet"), ("x", SVG.number(Self.margin)), ("y", "60")], text: subtitle)
      drawLegend(into: &svg)
      for (index, panel) in panels.enumerated() {
        let x = Self.margin + Double(index % columns) * (panelWidth + Self.gap)
        let y = header + Double(index / columns) * (panelHeight + Self.gap)
        svg.open("g", [("transform", "translate(\(SVG.number(x)) \(SVG.number(y)))")])
        PanelDrawing(panel: panel, width: panelWidth, height: panelHeight).draw(into: &svg)
        svg.close("g")
      }
    }
  }

  private func drawLegend(into svg: inout SVG) {
    var x = Self.margin
    for entry in legend {
      switch entry.key {
      case .line(let role):
        svg.add(
          "line",
          [
            ("class", role.rawValue), ("x1", SVG.number(x)), ("x2", SVG.number(x + 22)), ("y1", "82"),
            ("y2", "82"),
          ])
      case .band(let index):
        // Bands lie over each other, so an inner one has the shade of all around it as well.
        for shade in 0...index {
          svg.add(
            "rect",
            [
              ("class", "band\(shade)"), ("x", SVG.number(x)), ("y", "75"), ("width", "22"), ("height", "14"),
              ("rx", "2"),
            ])
        }
      }
      svg.add("text", [("class", "small"), ("x", SVG.number(x + 29)), ("y", "86")], text: entry.text)
      x += 29 + Double(entry.text.count) * 6.6 + 22
    }
  }

  /// One panel, drawn at the origin.
  private struct PanelDrawing {
    let panel: Panel
    let width: Double
    let height: Double
    private let x: Axis
    private let y: Axis

    init(panel: Panel, width: Double, height: Double) {
      self.panel = panel
      self.width = width
      self.height = height
      let times = panel.lines.flatMap { $0.points.map { Double($0.time) } }
      let values =
        panel.lines.flatMap { $0.points.compactMap(\.value) }
        + panel.bands.flatMap { $0.points.flatMap { [$0.low, $0.high] } }
      x = Axis(
        from: times.min() ?? 0, to: max(times.max() ?? 1, (times.min() ?? 0) + 1), start: axisWidth,
        end: width)
      y = Axis(covering: values, start: height - axisHeight, end: panelHeader)
    }

    func draw(into svg: inout SVG) {
      svg.add("text", [("class", "name"), ("x", "0"), ("y", "16")], text: panel.title)
      svg.add(
        "text", [("class", "small"), ("x", SVG.number(width)), ("y", "16"), ("text-anchor", "end")],
        text: panel.note)
      drawGrid(into: &svg)
      for (index, band) in panel.bands.enumerated() {
        svg.add("path", [("class", "band\(min(index, 2))"), ("d", outline(of: band))])
      }
      if let now = panel.now {
        let place = SVG.number(x.position(Double(now)))
        svg.add(
          "line",
          [
            ("class", "now"), ("x1", place), ("x2", place), ("y1", SVG.number(y.end)),
            ("y2", SVG.number(y.start)),
          ])
      }
      for line in panel.lines { svg.add("path", [("class", line.role.rawValue), ("d", path(of: line))]) }
      drawEnd(into: &svg)
    }

    private func drawGrid(into svg: inout SVG) {
      for tick in y.ticks(about: height > 300 ? 8 : 6) {
        let place = SVG.number(y.position(tick.value))
        svg.add(
          "line",
          [
            ("class", "grid"), ("x1", SVG.number(x.start)), ("x2", SVG.number(x.end)), ("y1", place),
            ("y2", place),
          ])
        svg.add(
          "text",
          [
            ("class", "tick"), ("x", SVG.number(x.start - 8)), ("y", place), ("dy", "0.35em"),
            ("text-anchor", "end"),
          ],
          text: tick.label)
      }
      for tick in x.timeTicks(about: width > 600 ? 10 : 6) {
        let place = x.position(tick.value)
        svg.add(
          "line",
          [
            ("class", "grid"), ("x1", SVG.number(place)), ("x2", SVG.number(place)),
            ("y1", SVG.number(y.start)), ("y2", SVG.number(y.start + 4)),
          ])
        let anchor = place > width - 20 ? "end" : "middle"
        svg.add(
          "text",
          [
            ("class", "tick"), ("x", SVG.number(place)), ("y", SVG.number(y.start + 18)),
            ("text-anchor", anchor),
          ],
          text: tick.label)
      }
    }

    /// A dot where the forecast ends.
    private func drawEnd(into svg: inout SVG) {
      guard let last = panel.lines.first(where: { $0.role == .forecast })?.points.last, let value = last.value
      else { return }
      svg.add(
        "circle",
        [
          ("class", "dot"), ("cx", SVG.number(x.position(Double(last.time)))),
          ("cy", SVG.number(y.position(value))), ("r", "3.2"),
        ])
    }

    private func path(of line: Line) -> String {
      var path = ""
      var isDown = false
      for point in line.points {
        guard let value = point.value else {
          isDown = false
          continue
        }
        path += (isDown ? "L" : "M") + place(point.time, value)
        isDown = true
      }
      return path
    }

    private func outline(of band: Band) -> String {
      let upper = band.points.map { place($0.time, $0.high) }
      let lower = band.points.reversed().map { place($0.time, $0.low) }
      return "M" + (upper + lower).joined(separator: "L") + "Z"
    }

    private func place(_ time: Int64, _ value: Double) -> String {
      SVG.number(x.position(Double(time))) + " " + SVG.number(y.position(value))
    }
  }
}
