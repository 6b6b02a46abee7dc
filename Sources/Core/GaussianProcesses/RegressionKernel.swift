private import Numerics

/// How much a training window counts at a distance, in bandwidths: 1 at none.
///
/// Only the course matters to a weighted mean, so each is divided by its peak; bounds need that none is above 1. The
/// triweight is (1 − u²)³.
package enum RegressionKernel: String, Sendable, CaseIterable {
  case box, gaussian, epanechnikov, triangular, quartic, triweight, tricube, cosine, logistic, sigmoid

  /// Whether it is zero beyond one bandwidth.
  package var isCompact: Bool {
    switch self {
    case .gaussian, .logistic, .sigmoid: false
    default: true
    }
  }

  package func callAsFunction(_ u: Double) -> Double {
    if isCompact, u > 1 { return 0 }
    let rest = 1 - u * u
    switch self {
    case .box: return 1
    case .gaussian: return Elementary.exp(-0.5 * u * u)
    case .epanechnikov: return rest
    case .triangular: return 1 - u
    case .quartic: return rest * rest
    case .triweight: return rest * rest * rest
    case .tricube:
      let cube = 1 - u * u * u
      return cube * cube * cube
    case .cosine: return max(Elementary.cos(0.5 * .pi * u), 0)
    case .logistic:
      // 4 / (eᵘ + 2 + e⁻ᵘ), which e⁻ᵘ alone can say.
      let e = Elementary.exp(-u)
      return 4 * e / ((1 + e) * (1 + e))
    case .sigmoid:
      let e = Elementary.exp(-u)
      return 2 * e / (1 + e * e)
    }
  }
}
