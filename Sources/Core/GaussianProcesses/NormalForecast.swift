private import Numerics
package import Tensors

/// Normal distributions of what comes: a mean and a deviation for each step and column of each window.
package struct NormalForecast: Sendable {
  /// [B, H, K].
  package var mean: Panel
  /// Of the noisy value, [B, H, K].
  package var deviation: Panel

  /// The quantiles at some probabilities, [B, H, K, Q].
  package func quantiles(at probabilities: [Double]) -> [Double] {
    let places = probabilities.map(Elementary.normalQuantile)
    var quantiles: [Double] = []
    quantiles.reserveCapacity(mean.values.count * places.count)
    for (value, deviation) in zip(mean.values, deviation.values) {
      for place in places { quantiles.append(value + place * deviation) }
    }
    return quantiles
  }
}
