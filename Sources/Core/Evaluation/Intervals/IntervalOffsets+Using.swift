private import Numerics
package import Tensors

extension IntervalOffsets {
  /// The quantiles around forecasts in original units, [B, H, K, Q].
  package func quantiles(around forecast: Panel, entities: [Int]) -> [Double] {
    let count = probabilities.count
    var quantiles = [Double](repeating: 0, count: forecast.values.count * count)
    forEachElement(of: forecast, entities: entities) { element, offset in
      for quantile in 0..<count {
        quantiles[element * count + quantile] = moved(
          forecast.values[element], by: offsets[offset + quantile])
      }
    }
    return quantiles
  }

  /// For each interval, outermost first, how many of the actual values lie in it.
  package func hits(of forecast: Panel, against actual: Panel, entities: [Int]) -> [Int] {
    let pairs = probabilities.count / 2
    var hits = [Int](repeating: 0, count: pairs)
    forEachElement(of: forecast, entities: entities) { element, offset in
      let (value, truth) = (forecast.values[element], actual.values[element])
      for pair in 0..<pairs {
        let low = moved(value, by: offsets[offset + pair])
        let high = moved(value, by: offsets[offset + probabilities.count - 1 - pair])
        if low <= truth, truth <= high { hits[pair] += 1 }
      }
    }
    return hits
  }

  /// For each interval, outermost first, how many of the actual values lie between quantiles [B, H, K, Q] that somebody
  /// else gives at the same probabilities.
  package func hits(between quantiles: [Double], against actual: Panel) -> [Int] {
    let count = probabilities.count
    precondition(
      quantiles.count == actual.values.count * count,
      "\(quantiles.count) quantiles of \(actual.values.count) values at \(count) probabilities")
    var hits = [Int](repeating: 0, count: count / 2)
    for (element, truth) in actual.values.enumerated() {
      for pair in hits.indices
      where quantiles[element * count + pair] <= truth && truth <= quantiles[(element + 1) * count - 1 - pair]
      {
        hits[pair] += 1
      }
    }
    return hits
  }

  private func moved(_ value: Double, by offset: Double) -> Double {
    isRelative ? value * Elementary.exp(offset) : value + offset
  }

  /// Each element of a panel with the place of its first offset.
  private func forEachElement(
    of panel: Panel, entities: [Int], _ body: (_ element: Int, _ offset: Int) -> Void
  ) {
    let width = steps * columns
    precondition(
      panel.steps == steps && panel.columns == columns, "a panel of another horizon than the intervals")
    for (window, entity) in entities.enumerated() {
      for index in 0..<width { body(window * width + index, (entity * width + index) * probabilities.count) }
    }
  }
}
