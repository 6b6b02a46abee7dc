private import Numerics

/// Autocorrelations as stems over their lags, between the bounds that white noise keeps 19 times of 20.
///
/// The bounds are ±1.96 / √n (Box and Jenkins, «Time Series Analysis», 2.1.6).
package struct Correlogram: Sendable, Equatable {
  package var title: String
  package var note: String
  /// Of lags 1, 2, …; empty where there is no autocorrelation, as of a constant.
  package var correlations: [Double]
  /// How many values they were computed from.
  package var count: Int
  package var size = ChartSize.half

  package init(title: String, note: String = "", correlations: [Double], count: Int) {
    self.title = title
    self.note = note
    self.correlations = correlations
    self.count = count
  }

  /// What white noise stays within, 19 times of 20.
  package var bound: Double { count > 0 ? 1.96 / Double(count).squareRoot() : 1 }

  package var drawing: Drawing {
    Drawing(summary: note.isEmpty ? title : title + ". " + note, size: size) { draw(into: &$0) }
  }
}

extension Correlogram {
  private func draw(into svg: inout SVG) {
    let range = ValueRange(correlations + [0, min(bound, 1), -min(bound, 1)])
    let frame = ChartFrame(
      title: title, note: note, size: size, x: 0...Double(max(correlations.count, 1) + 1),
      y: Axis(covering: range, start: 0, end: 1), below: .numbers)
    frame.draw(into: &svg)
    guard correlations.contains(where: \.isFinite) else {
      return frame.drawEmpty("no autocorrelation", into: &svg)
    }
    let zero = SVG.short(frame.y.position(0))
    var path = ""
    for (index, value) in correlations.enumerated() where value.isFinite {
      path +=
        "M\(SVG.short(frame.x.position(Double(index + 1)))) \(zero)V\(SVG.short(frame.y.position(value)))"
    }
    svg.add("path", [("class", "stem"), ("d", path)])
    frame.drawLevel(0, "zero", into: &svg)
    for level in [bound, -bound] { frame.drawLevel(level, "bound", into: &svg) }
  }
}
