private import Numerics

/// Matérn's kernel, in terms of distance over length scale: how alike a process is at two places.
///
/// Source: Rasmussen, Williams, «Gaussian processes for machine learning», 4.2.1 (https://gaussianprocess.org/gpml/).
package enum MaternKernel: String, Sendable, CaseIterable {
  /// ν = ½: continuous.
  case continuous = "0.5"
  /// ν = 3/2: once differentiable.
  case once = "1.5"
  /// ν = 5/2: twice differentiable.
  case twice = "2.5"

  /// Its value at d, 1 at d = 0, and −d times its slope there, which is its change with the logarithm of the length
  /// scale.
  func callAsFunction(_ distance: Double) -> (value: Double, change: Double) {
    switch self {
    case .continuous:
      let decay = Elementary.exp(-distance)
      return (decay, distance * decay)
    case .once:
      let d = 3.0.squareRoot() * distance
      let decay = Elementary.exp(-d)
      return ((1 + d) * decay, d * d * decay)
    case .twice:
      let d = 5.0.squareRoot() * distance
      let decay = Elementary.exp(-d)
      return ((1 + d + d * d / 3) * decay, d * d * (1 + d) / 3 * decay)
    }
  }
}
