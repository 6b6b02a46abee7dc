/// A line of block characters that shows the course of some values in a terminal.
package enum Sparkline {
  private static let blocks = Array("▁▂▃▄▅▆▇█")

  /// `width` characters for `values`, each the mean of its share of them; empty for no values.
  package static func draw(_ values: [Double], width: Int, in range: ClosedRange<Double>? = nil) -> String {
    guard !values.isEmpty, width > 0 else { return "" }
    let width = min(width, values.count)
    let means = (0..<width).map { cell in
      let share = values[(cell * values.count / width)..<((cell + 1) * values.count / width)]
      return share.reduce(0, +) / Double(share.count)
    }
    let low = range?.lowerBound ?? means.min() ?? 0
    let high = range?.upperBound ?? means.max() ?? 0
    guard high > low else { return String(repeating: blocks[blocks.count / 2], count: width) }
    return String(
      means.map { mean in
        let level = Int((mean - low) / (high - low) * Double(blocks.count - 1) + 0.5)
        return blocks[min(max(level, 0), blocks.count - 1)]
      })
  }
}
