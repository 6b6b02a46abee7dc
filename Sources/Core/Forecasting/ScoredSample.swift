private import Artifacts
package import Evaluation
package import Tensors

/// Some of the windows that were scored, evenly spread over time, kept whole for pictures of them.
package struct ScoredSample: Sendable {
  /// Rows of the last inputs, [n].
  package private(set) var origins: [Int] = []
  /// In original units, each [n, H, K].
  package private(set) var forecast: [Double] = []
  package private(set) var actual: [Double] = []
  package private(set) var baseline: [Double] = []
  private let step: Int
  private let width: Int
  private var seen = 0

  /// At most about `most` of `count` windows of `width` elements.
  package init(of count: Int, most: Int, width: Int) {
    step = max((count + most - 1) / max(most, 1), 1)
    self.width = width
  }

  /// Takes what it wants of the next windows.
  package mutating func take(_ block: Scoring.TestBlock) {
    for (window, origin) in block.origins.enumerated() {
      if seen.isMultiple(of: step) {
        let range = (window * width)..<((window + 1) * width)
        origins.append(origin)
        forecast += block.forecast.values[range]
        actual += block.actual.values[range]
        baseline += block.baseline.values[range]
      }
      seen += 1
    }
  }
}
