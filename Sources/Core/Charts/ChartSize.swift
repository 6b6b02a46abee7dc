/// How large a chart is, in pixels of the style sheet.
package struct ChartSize: Sendable, Equatable {
  package var width: Double
  package var height: Double

  package init(width: Double, height: Double) {
    precondition(width >= 200 && height >= 40, "a chart of at least 200 by 40, not \(width) by \(height)")
    self.width = width
    self.height = height
  }

  /// Over the whole width of a page.
  package static let wide = ChartSize(width: 920, height: 230)
  /// Two of them stand side by side, and one fills a phone.
  package static let half = ChartSize(width: 452, height: 200)
}
