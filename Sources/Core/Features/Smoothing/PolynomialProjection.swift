/// The least-squares polynomial through equally spaced points, as the matrix that makes its values of theirs.
struct PolynomialProjection: Sendable {
  /// w, the number of points.
  let window: Int
  /// Row i makes the polynomial's value at point i, [w, w].
  let weights: [Double]

  /// `order` is the polynomial's degree, below `window`.
  ///
  /// With an orthonormal basis Q of the polynomials over the points it is Q Qᵀ; the basis comes from Gram and Schmidt's
  /// method, run twice over each power because once leaves rounding behind.
  init(window: Int, order: Int) {
    precondition(order < window, "\(window) points have no polynomial of degree \(order)")
    self.window = window
    let points = (0..<window).map { window == 1 ? 0 : 2 * Double($0) / Double(window - 1) - 1 }
    var basis: [[Double]] = []
    for _ in 0...order {
      // The last of the basis times t spans what the next power does, and is nearly orthogonal already.
      var next = basis.last.map { last in zip(last, points).map { $0 * $1 } } ?? points.map { _ in 1 }
      for _ in 0..<2 {
        for vector in basis { Self.subtract(vector, from: &next) }
      }
      let norm = Self.product(next, next).squareRoot()
      basis.append(next.map { $0 / norm })
    }
    var weights = [Double](repeating: 0, count: window * window)
    for vector in basis {
      for row in 0..<window {
        for column in 0..<window { weights[row * window + column] += vector[row] * vector[column] }
      }
    }
    self.weights = weights
  }

  private static func subtract(_ vector: [Double], from other: inout [Double]) {
    let share = product(vector, other)
    for index in other.indices { other[index] -= share * vector[index] }
  }

  private static func product(_ a: [Double], _ b: [Double]) -> Double {
    zip(a, b).reduce(0) { $0 + $1.0 * $1.1 }
  }
}
