private import Numerics

/// The discrete Fourier transform of real values, and its inverse, as matrices.
///
/// X[k] = Σ x[t] e^(-2πi k t / n) for k from 0 to ⌊n / 2⌋, unscaled, and back with 1 / n: the conventions of
/// NumPy's `rfft` and `irfft`. A transform is a linear layer without bias whose weight is constant, so
/// forward, backward and twin are those of ``Linear``. At look-backs of a few hundred that beats a butterfly:
/// the product runs at the full speed of the kernel, over all rows at once, and its order of sums is fixed.
/// Angles are reduced in whole numbers first, and sines taken in doubles.
enum FourierTransform {
  /// How many frequencies n real values have.
  static func frequencies(_ length: Int) -> Int { length / 2 + 1 }

  /// [n, 2 (n/2 + 1)]: the columns of each frequency are its real and its imaginary part.
  static func forward(_ length: Int) -> [Float] {
    let (cosines, sines) = circle(length)
    var matrix: [Float] = []
    matrix.reserveCapacity(length * 2 * frequencies(length))
    for time in 0..<length {
      for frequency in 0..<frequencies(length) {
        matrix.append(Float(cosines[time * frequency % length]))
        matrix.append(Float(-sines[time * frequency % length]))
      }
    }
    return matrix
  }

  /// [2 (n/2 + 1), n]: the rows of each frequency are its real and its imaginary part.
  ///
  /// Frequencies that stand for their mirror image too count twice; the imaginary parts of the first and, if
  /// n is even, of the last are not looked at.
  static func inverse(_ length: Int) -> [Float] {
    let (cosines, sines) = circle(length)
    var matrix: [Float] = []
    matrix.reserveCapacity(length * 2 * frequencies(length))
    for frequency in 0..<frequencies(length) {
      let isAlone = frequency == 0 || 2 * frequency == length
      let factor = (isAlone ? 1 : 2) / Double(length)
      for time in 0..<length { matrix.append(Float(factor * cosines[time * frequency % length])) }
      for time in 0..<length {
        matrix.append(isAlone ? 0 : Float(-factor * sines[time * frequency % length]))
      }
    }
    return matrix
  }

  /// Cosines and sines of `length` equal steps around the circle.
  private static func circle(_ length: Int) -> (cosines: [Double], sines: [Double]) {
    let angles = (0..<length).map { 2 * .pi * Double($0) / Double(length) }
    return (angles.map { Elementary.cos($0) }, angles.map { Elementary.sin($0) })
  }
}

extension Graph {
  /// The Fourier transform of real values over the innermost axis, unscaled.
  ///
  /// [..., n] → [..., n/2 + 1, 2]: real and imaginary parts.
  package mutating func fourier(_ x: Node) throws(NetworkError) -> Node {
    let length = x.shape.last
    try require(x.shape.rank > 0 && x.shape.count > 0, "there is nothing to transform in \(x.shape)")
    let frequencies = FourierTransform.frequencies(length)
    let weight = constant(FourierTransform.forward(length), [length, 2 * frequencies])
    let flat = try linear(x, weight: weight, bias: nil)
    return try reshape(flat, Shape(x.shape.axes.dropLast() + [frequencies, 2]))
  }

  /// The inverse: [..., n/2 + 1, 2] → [..., n], with 1 / n; `length` is n, which the shape leaves open.
  package mutating func inverseFourier(_ x: Node, length: Int) throws(NetworkError) -> Node {
    try require(length > 0, "a series of \(length) values cannot be made from frequencies")
    let frequencies = FourierTransform.frequencies(length)
    try require(
      x.shape.rank >= 2 && x.shape.last == 2 && x.shape[x.shape.rank - 2] == frequencies && x.shape.count > 0,
      "a series of \(length) values needs frequencies of [..., \(frequencies), 2], not \(x.shape)")
    let flat = try reshape(x, Shape(x.shape.axes.dropLast(2) + [2 * frequencies]))
    let weight = constant(FourierTransform.inverse(length), [2 * frequencies, length])
    return try linear(flat, weight: weight, bias: nil)
  }
}
