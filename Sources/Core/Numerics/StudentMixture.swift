/// An equal mixture of Student's t distributions, each with a location, a scale and degrees of freedom of its own.
package struct StudentMixture {
  /// One of the distributions, location + scale · t.
  package struct Part {
    let location: Double
    let scale: Double
    let distribution: StudentDistribution

    package init(location: Double, scale: Double, freedom: Double) {
      self.location = location
      self.scale = scale
      distribution = StudentDistribution(freedom: freedom)
    }
  }

  private let parts: UnsafeBufferPointer<Part>
  /// Where the search begins, and how wide its first steps are.
  private let middle: Double
  private let spread: Double
  private let leastScale: Double

  /// `parts` outlives the mixture; at least one.
  package init(_ parts: UnsafeBufferPointer<Part>) {
    precondition(!parts.isEmpty, "a mixture of nothing")
    self.parts = parts
    let count = Double(parts.count)
    let middle = parts.reduce(0) { $0 + $1.location } / count
    self.middle = middle
    // Scales and locations have means whatever the degrees of freedom are, which variances have not.
    spread = parts.reduce(0) { $0 + $1.scale + abs($1.location - middle) } / count
    leastScale = parts.reduce(.infinity) { min($0, $1.scale) }
  }

  /// The probability of a value up to `x`: the mean of the parts'.
  package func cumulative(_ x: Double) -> Double {
    parts.reduce(0) { $0 + $1.distribution.cumulative((x - $1.location) / $1.scale) } / Double(parts.count)
  }

  /// The density, the mean of the parts'.
  package func density(_ x: Double) -> Double {
    parts.reduce(0) { $0 + $1.distribution.density((x - $1.location) / $1.scale) / $1.scale }
      / Double(parts.count)
  }

  /// The value below which a variable lies with probability `p`, to about 1e-12 of itself.
  ///
  /// Infinite at 0 and 1, not a number outside, or where a part is none. Newton's method on the probability, within an
  /// interval that holds the answer and is halved where a step would leave it.
  package func quantile(_ p: Double) -> Double {
    guard p > 0, p < 1 else { return p == 0 ? -.infinity : p == 1 ? .infinity : .nan }
    guard middle.isFinite, spread.isFinite else { return .nan }
    var (low, high) = (-Double.infinity, Double.infinity)
    var x = middle + spread * Elementary.normalQuantile(p)
    for _ in 0..<200 {
      let excess = cumulative(x) - p
      if excess > 0 { high = x } else { low = x }
      var next = x - excess / density(x)
      if !(next > low && next < high) {
        // Outwards in doubled steps as long as one side is open.
        next =
          low == -.infinity
          ? middle - 2 * (abs(x - middle) + spread)
          : high == .infinity ? middle + 2 * (abs(x - middle) + spread) : (low + high) / 2
      }
      let step = abs(next - x)
      x = next
      if step <= 1e-13 * (leastScale + abs(x)) { break }
    }
    return x
  }
}
