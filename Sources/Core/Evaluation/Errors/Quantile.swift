/// Quantiles of a sample.
package enum Quantile {
  /// Between neighbours by a straight line: Hyndman and Fan's seventh definition, which NumPy and R take.
  package static func linear(_ sorted: [Double], _ probability: Double) -> Double {
    precondition(!sorted.isEmpty, "a quantile of nothing")
    let place = probability * Double(sorted.count - 1)
    let below = min(max(Int(place.rounded(.down)), 0), sorted.count - 1)
    let above = min(below + 1, sorted.count - 1)
    return sorted[below] + (place - Double(below)) * (sorted[above] - sorted[below])
  }
}
