/// Student's t distribution of location 0 and scale 1.
///
/// The density is Γ((ν + 1) / 2) / (√(νπ) Γ(ν / 2)) (1 + t² / ν)^(-(ν + 1) / 2).
package struct StudentDistribution: Sendable {
  /// ν.
  package let freedom: Double
  /// The logarithm of the density at 0.
  private let logPeak: Double

  package init(freedom: Double) {
    precondition(freedom > 0, "\(freedom) degrees of freedom")
    self.freedom = freedom
    logPeak = Self.logGammaStep(freedom / 2) - 0.5 * Elementary.log(freedom * .pi)
  }

  /// ln Γ(a + ½) - ln Γ(a), without the cancellation of two large logarithms.
  ///
  /// Γ(a + ½) / Γ(a) = √a (1 - 1/8a + 1/128a² + 5/1024a³ - 21/32768a⁴ - 399/262144a⁵ + 869/4194304a⁶ + …), see
  /// https://oeis.org/A143503 and A061549.
  private static func logGammaStep(_ a: Double) -> Double {
    guard a > 60 else { return Elementary.logGamma(a + 0.5) - Elementary.logGamma(a) }
    let w = 1 / a
    let high = w * (-21.0 / 32768 + w * (-399.0 / 262_144 + w * (869.0 / 4_194_304)))
    let series = w * (-1.0 / 8 + w * (1.0 / 128 + w * (5.0 / 1024 + high)))
    return 0.5 * Elementary.log(a) + Elementary.logOnePlus(series)
  }

  /// The density.
  package func density(_ t: Double) -> Double {
    Elementary.exp(logPeak - 0.5 * (freedom + 1) * Elementary.logOnePlus(t * t / freedom))
  }

  /// The probability of a value above `t`, for t ≥ 0.
  ///
  /// ½ I(x; ν/2, ½) with x = ν / (ν + t²), the regularised incomplete beta function (Abramowitz, Stegun, 26.7.1), by
  /// its continued fraction on the side where that converges fast (26.5.8).
  private func tail(above t: Double) -> Double {
    let (a, square) = (freedom / 2, t * t)
    // x and 1 - x, neither by subtraction from the other.
    let (x, y) = (freedom / (freedom + square), square / (freedom + square))
    // x^a (1 - x)^½ / B(a, ½), which is t times the density.
    let front = t * density(t)
    if x < (a + 1) / (a + 2.5) { return front * Self.fraction(a, 0.5, x) / (2 * a) }
    return 0.5 - front * Self.fraction(0.5, a, y)
  }

  /// The continued fraction of I(x; a, b) = x^a (1 - x)^b / (a B(a, b)) · fraction, by Lentz's method in the form of
  /// Thompson and Barnett (Journal of Computational Physics 64, 1986).
  private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    func nonzero(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
    var c = 1.0
    var d = 1 / nonzero(1 - (a + b) * x / (a + 1))
    var result = d
    for number in 1...1000 {
      let m = Double(number)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / nonzero(1 + even * d)
      c = nonzero(1 + even / c)
      result *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / nonzero(1 + odd * d)
      c = nonzero(1 + odd / c)
      result *= d * c
      if abs(d * c - 1) < 1e-16 { break }
    }
    return result
  }

  /// The probability of a value up to `t`.
  package func cumulative(_ t: Double) -> Double { t < 0 ? tail(above: -t) : 1 - tail(above: t) }

  /// The value below which a variable lies with probability `p`, to about 1e-13 of itself.
  ///
  /// Infinite at 0 and 1, not a number outside. Hill's expansion (CACM Algorithm 396, 1970) as a start, and Newton's
  /// method on the tail's probability within an interval that holds the answer.
  package func quantile(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
    if p == 0.5 { return 0 }
    let share = p < 0.5 ? p : 1 - p
    var (low, high) = (0.0, Double.infinity)
    var t = start(share)
    for _ in 0..<100 {
      let excess = tail(above: t) - share
      if excess > 0 { low = t } else { high = t }
      let slope = density(t)
      // Halley's correction: the density falls by (ν + 1) t / (ν + t²) of itself.
      let step = excess / slope
      let bend = 1 - 0.5 * step * (freedom + 1) * t / (freedom + t * t)
      var next = t + step / max(bend, 0.5)
      if !(next > low && next < high) { next = high == .infinity ? 2 * t + 1 : (low + high) / 2 }
      if abs(next - t) <= 1e-14 * next {
        t = next
        break
      }
      t = next
    }
    return p < 0.5 ? -t : t
  }

  /// About where a share of the probability lies above.
  private func start(_ share: Double) -> Double {
    let n = freedom
    // The tail of few degrees of freedom is a power.
    if n < 3 {
      let power = (Elementary.log(share) - logPeak - 0.5 * (n - 1) * Elementary.log(n)) / n
      let far = Elementary.exp(-power)
      return far > 2 ? far : max(-Elementary.normalQuantile(share), 1e-8)
    }
    let z = -Elementary.normalQuantile(share)
    let (z2, z3) = (z * z, z * z * z)
    let first = (z3 + z) / (4 * n)
    let second = (5 * z2 * z3 + 16 * z3 + 3 * z) / (96 * n * n)
    return max(z + first + second, 1e-8)
  }
}
