private import Numerics

/// n times the variance of the mean of a series of n values whose neighbours are alike.
package enum LongRunVariance {
  /// Autocovariances γ0…γ(lags), each over n.
  package static func autocovariances(of values: [Double], lags: Int) -> [Double] {
    let n = Double(values.count)
    let mean = values.reduce(0, +) / n
    return (0...min(lags, values.count - 1)).map { lag in
      var sum = 0.0
      for index in lag..<values.count { sum += (values[index] - mean) * (values[index - lag] - mean) }
      return sum / n
    }
  }

  /// γ0 + 2 Σ γk over k ≤ lags: what is right for forecasts of h steps with lags = h − 1, and may be negative.
  package static func rectangular(_ values: [Double], lags: Int) -> Double {
    let covariances = autocovariances(of: values, lags: lags)
    return covariances[0] + 2 * covariances.dropFirst().reduce(0, +)
  }

  /// γ0 + 2 Σ (1 − k / (lags + 1)) γk, never negative: Newey and West, Econometrica 55(3), 1987.
  package static func bartlett(_ values: [Double], lags: Int) -> Double {
    let covariances = autocovariances(of: values, lags: lags)
    return covariances.enumerated().reduce(0) { sum, entry in
      let weight = 1 - Double(entry.offset) / Double(lags + 1)
      return sum + (entry.offset == 0 ? 1 : 2 * weight) * entry.element
    }
  }

  /// The mean of the squared first B cosine weights of the series, which follows a χ² distribution of B degrees of
  /// freedom: a mean over its root is Student's t with B, however few windows there are.
  ///
  /// Lazarus, Lewis, Stock and Watson, «HAR inference: recommendations for practice», Journal of Business & Economic
  /// Statistics 36(4), 2018.
  package static func cosine(_ values: [Double], terms: Int) -> Double {
    let n = Double(values.count)
    let squares = (1...terms).map { term in
      var weight = 0.0
      for (index, value) in values.enumerated() {
        weight += value * Elementary.cos(Double.pi * Double(term) * (Double(index) + 0.5) / n)
      }
      return 2 / n * weight * weight
    }
    return squares.reduce(0, +) / Double(terms)
  }
}
