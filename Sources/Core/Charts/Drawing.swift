/// A finished chart: a file of its own, or a figure of a page.
package struct Drawing: Sendable, Equatable {
  /// What it says to those who cannot see it.
  package let summary: String
  package let size: ChartSize
  let marks: String

  init(summary: String, size: ChartSize, draw: (inout SVG) -> Void) {
    var svg = SVG()
    draw(&svg)
    self.summary = summary
    self.size = size
    marks = svg.text
  }

  /// A self-contained SVG document, for light and dark surroundings.
  package var svg: String {
    element([("xmlns", "http://www.w3.org/2000/svg")], ChartStyle.element + Self.ground)
  }

  /// An SVG element for a page that has the style sheet already.
  var inlined: String { element([], "") }

  private func element(_ attributes: [(String, String)], _ before: String) -> String {
    var svg = SVG()
    let (width, height) = (SVG.number(size.width), SVG.number(size.height))
    svg.open(
      "svg",
      attributes + [
        ("viewBox", "0 0 \(width) \(height)"), ("width", width), ("height", height),
        ("style", "max-width:100%;height:auto"), ("role", "img"), ("aria-label", summary),
      ])
    svg.addRaw(before)
    svg.addRaw(marks)
    svg.close("svg")
    return svg.text
  }

  private static let ground = "<rect class=\"ground\" width=\"100%\" height=\"100%\"/>\n"
}
