private import Configuration
private import Numerics

/// A pipeline drawn as SVG: a box a step, from what is read to who reads it, coloured by what would happen to it.
///
/// The document is self-contained and follows the surroundings' choice of light or dark; on paper it is light. States
/// differ in the form of their border and in a word as well as in colour.
package struct GraphPicture: Sendable {
  /// A step as it is drawn.
  package struct Box: Sendable {
    package var name: String
    package var stage: String
    /// What would happen to it, when a plan was made.
    package var state: StepState?
    /// The places of those it reads, all before its own.
    package var reads: [Int]

    package init(name: String, stage: String, state: StepState?, reads: [Int]) {
      self.name = name
      self.stage = stage
      self.state = state
      self.reads = reads
    }
  }

  private let boxes: [Box]
  private let layout: GraphLayout
  private let boxWidth: Double

  private static let boxHeight = 46.0
  private static let margin = 24.0
  /// Between two layers.
  private static let gap = 72.0
  private static let letter = 7.4
  private static let longestName = 30

  package init(_ boxes: [Box]) {
    self.boxes = boxes
    layout = GraphLayout(reads: boxes.map(\.reads))
    let longest = boxes.map { min(max($0.name.count, $0.stage.count + 10), Self.longestName) }.max() ?? 0
    boxWidth = max(Double(longest) * Self.letter + 34, 120)
  }

  // MARK: Coordinates

  private var legendHeight: Double { states.isEmpty ? 0 : 34 }

  /// The middle of a node.
  private func middle(of node: GraphLayout.Node) -> (x: Double, y: Double) {
    (
      Self.margin + Double(node.layer) * (boxWidth + Self.gap) + boxWidth / 2,
      Self.margin + legendHeight + node.place * (Self.boxHeight + 18) + Self.boxHeight / 2
    )
  }

  private var size: (width: Double, height: Double) {
    let width = Double(layout.layers.count) * (boxWidth + Self.gap) - Self.gap + 2 * Self.margin
    let height = max(layout.breadth - 1, 0) * (Self.boxHeight + 18) + Self.boxHeight
    return (max(width, states.isEmpty ? 0 : 460), height + legendHeight + 2 * Self.margin)
  }

  /// The states that occur, in the order of the legend.
  private var states: [StepState] {
    [StepState.fresh, .restore, .run, .maybe].filter { state in boxes.contains { $0.state == state } }
  }

  // MARK: Document

  package var svg: String {
    let (width, height) = (Self.number(size.width), Self.number(size.height))
    let words = boxes.isEmpty ? "no steps" : Quantity.count(boxes.count, "step")
    return """
      <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(width) \(height)" width="\(width)" height="\(height)" \
      role="img" aria-label="Pipeline of \(words)">
      <style>
      \(Self.style)</style>
      <rect class="ground" width="100%" height="100%"/>
      <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto" \
      markerUnits="userSpaceOnUse"><path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>
      \(legend)\(layout.paths.map(edge).joined())\(layout.nodes.map(box).joined())</svg>

      """
  }

  private var legend: String {
    var x = Self.margin
    return states.map { state in
      let words = Self.meaning(of: state)
      defer { x += 34 + Double(words.count) * 6.6 }
      return """
        <rect class="box \(state.rawValue)" x="\(Self.number(x))" y="14" width="16" height="14" rx="3"/>\
        <text class="quiet" x="\(Self.number(x + 22))" y="25">\(words)</text>

        """
    }.joined()
  }

  private static func meaning(of state: StepState) -> String {
    switch state {
    case .fresh: "fresh"
    case .restore: "restore: made before"
    case .run: "run"
    case .maybe: "maybe: if an input changes"
    }
  }

  private func box(_ node: GraphLayout.Node) -> String {
    guard let step = node.step else { return "" }
    let box = boxes[step]
    let (x, y) = middle(of: node)
    let state = box.state?.rawValue ?? "plain"
    let note = box.state.map { "\(box.stage) · \($0.rawValue)" } ?? box.stage
    return """
      <g><title>\(Self.escaped(box.name)) (\(Self.escaped(note)))</title>\
      <rect class="box \(state)" x="\(Self.number(x - boxWidth / 2))" y="\(Self.number(y - Self.boxHeight / 2))" \
      width="\(Self.number(boxWidth))" height="\(Self.number(Self.boxHeight))" rx="7"/>\
      <text class="name" x="\(Self.number(x))" y="\(Self.number(y - 3))">\(Self.escaped(Self.shortened(box.name)))</text>\
      <text class="note" x="\(Self.number(x))" y="\(Self.number(y + 14))">\(Self.escaped(note))</text></g>

      """
  }

  /// A line from the right border of one box to the left border of another: straight beside the boxes of a layer that
  /// it passes, curved between layers.
  private func edge(_ path: [Int]) -> String {
    let points = path.map { middle(of: layout.nodes[$0]) }
    guard let start = points.first, points.count > 1 else { return "" }
    let half = boxWidth / 2
    var data = "M\(Self.number(start.x + half)) \(Self.number(start.y))"
    for (place, point) in points.enumerated().dropFirst() {
      let isLast = place == points.count - 1
      let (from, to) = (points[place - 1].x + half, point.x - half - (isLast ? 2 : 0))
      let middle = Self.number((from + to) / 2)
      data += "C\(middle) \(Self.number(points[place - 1].y)) \(middle) \(Self.number(point.y))"
      data += " \(Self.number(to)) \(Self.number(point.y))"
      if !isLast { data += "H\(Self.number(point.x + half))" }
    }
    return "<path class=\"edge\" marker-end=\"url(#tip)\" d=\"\(data)\"/>\n"
  }

  // MARK: Text

  /// A name that fits its box, cut in the middle, where long names differ least.
  private static func shortened(_ name: String) -> String {
    guard name.count > longestName else { return name }
    return name.prefix(longestName / 2) + "…" + name.suffix(longestName / 2 - 1)
  }

  private static func number(_ value: Double) -> String {
    let text = DecimalNumber.fixed(value, places: 1)
    return text.hasSuffix(".0") ? String(text.dropLast(2)) : text
  }

  private static func escaped(_ text: String) -> String {
    text.unicodeScalars.reduce(into: "") { result, scalar in
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "\u{0}"..."\u{1f}", "\u{7f}"..."\u{9f}": result += "\u{fffd}"
      default: result.unicodeScalars.append(scalar)
      }
    }
  }

  private static let style = """
    svg { --ground: #ffffff; --ink: #1f2328; --quiet: #59636e; --line: #818b98; --plain: #f6f8fa;
      --fresh: #dafbe1; --fresh-edge: #1a7f37; --restore: #ddf4ff; --restore-edge: #0969da;
      --run: #ffebe9; --run-edge: #cf222e; --maybe: #fff8c5; --maybe-edge: #9a6700;
      font-family: system-ui, -apple-system, "Segoe UI", "Helvetica Neue", "DejaVu Sans", sans-serif; }
    @media screen and (prefers-color-scheme: dark) {
      svg { --ground: #0d1117; --ink: #f0f6fc; --quiet: #9198a1; --line: #6e7681; --plain: #151b23;
        --fresh: #12261e; --fresh-edge: #3fb950; --restore: #121d2f; --restore-edge: #4493f8;
        --run: #25171c; --run-edge: #f85149; --maybe: #272115; --maybe-edge: #d29922; }
    }
    .ground { fill: var(--ground); }
    .edge { fill: none; stroke: var(--line); stroke-width: 1.4; }
    .tip { fill: var(--line); }
    .box { stroke-width: 1.5; fill: var(--plain); stroke: var(--line); }
    .fresh { fill: var(--fresh); stroke: var(--fresh-edge); }
    .restore { fill: var(--restore); stroke: var(--restore-edge); stroke-dasharray: 8 3; }
    .run { fill: var(--run); stroke: var(--run-edge); stroke-width: 2.5; }
    .maybe { fill: var(--maybe); stroke: var(--maybe-edge); stroke-dasharray: 2 3; }
    .name { fill: var(--ink); font-size: 13px; font-weight: 600; text-anchor: middle; }
    .note { fill: var(--quiet); font-size: 12px; text-anchor: middle; }
    .quiet { fill: var(--quiet); font-size: 12px; }

    """
}
