private import Numerics

/// Sines and cosines of geometrically spaced wavelengths that tell a sequence's positions apart.
package enum PositionCode: String, Sendable, CaseIterable {
  /// Element 2i is sin(t / λ^(2i / D)), and 2i + 1 the cosine.
  ///
  /// Vaswani et al., https://arxiv.org/abs/1706.03762.
  case interleaved
  /// The sines of n = ⌊D / 2⌋ pairs, sin(t / λ^(i / (n - 1))), then the cosines, and a zero if D is odd.
  ///
  /// The code of tensor2tensor (https://github.com/tensorflow/tensor2tensor), with scales from 1 to λ.
  case halves

  /// The code of `length` positions, row by row.
  func elements(length: Int, width: Int, longestWavelength: Float) -> [Float] {
    let spread = Elementary.log(Double(longestWavelength))
    var result = [Float](repeating: 0, count: length * width)
    for position in 0..<length {
      for element in 0..<width {
        let pairs = width / 2
        if self == .halves && element >= 2 * pairs { continue }
        let isSine = self == .interleaved ? element % 2 == 0 : element < pairs
        let share =
          switch self {
          case .interleaved: Double(element / 2 * 2) / Double(width)
          case .halves: Double(element % pairs) / Double(max(pairs - 1, 1))
          }
        let angle = Double(position) * Elementary.exp(-share * spread)
        result[position * width + element] = Float(isSine ? Elementary.sin(angle) : Elementary.cos(angle))
      }
    }
    return result
  }
}

extension Graph {
  /// A sinusoidal positional code [length, width], which never changes.
  ///
  /// The slowest wave goes round once in 2π · `longestWavelength` steps.
  package mutating func positionCode(
    length: Int, width: Int, longestWavelength: Float = 10_000, style: PositionCode = .interleaved
  ) throws(NetworkError) -> Node {
    try require(
      1...1_000_000 ~= length && width > 0,
      "a positional code has from 1 to 1000000 positions and at least one element, not [\(length), \(width)]"
    )
    try require(longestWavelength >= 1, "the longest wavelength is at least 1, not \(longestWavelength)")
    let elements = style.elements(length: length, width: width, longestWavelength: longestWavelength)
    return constant(elements, [length, width])
  }
}
