private import Numerics

/// The discrete Fourier transform of a length that is a power of two, by Cooley and Tukey's halving.
struct PowerOfTwoTransform: Sendable {
  let length: Int
  /// cos and −sin of 2πk / n for k < n/2.
  private let cosines: [Double]
  private let sines: [Double]

  init(length: Int) {
    precondition(length > 0 && length & (length - 1) == 0, "\(length) is no power of two")
    self.length = length
    let angles = (0..<length / 2).map { 2 * Double.pi * Double($0) / Double(length) }
    cosines = angles.map(Elementary.cos)
    sines = angles.map { -Elementary.sin($0) }
  }

  /// X_k = Σ x_j e^(−2πijk/n), in place.
  func forward(_ real: inout [Double], _ imaginary: inout [Double]) {
    precondition(real.count == length && imaginary.count == length, "\(real.count) values, not \(length)")
    Self.reverseBits(&real)
    Self.reverseBits(&imaginary)
    real.withUnsafeMutableBufferPointer { real in
      imaginary.withUnsafeMutableBufferPointer { imaginary in
        var half = 1
        while half < length {
          for start in stride(from: 0, to: length, by: 2 * half) {
            butterflies(real, imaginary, start, half)
          }
          half *= 2
        }
      }
    }
  }

  private func butterflies(
    _ real: UnsafeMutableBufferPointer<Double>, _ imaginary: UnsafeMutableBufferPointer<Double>,
    _ start: Int, _ half: Int
  ) {
    let stride = length / (2 * half)
    for index in 0..<half {
      let (cosine, sine) = (cosines[index * stride], sines[index * stride])
      let (low, high) = (start + index, start + index + half)
      let turnedReal = real[high] * cosine - imaginary[high] * sine
      let turnedImaginary = real[high] * sine + imaginary[high] * cosine
      real[high] = real[low] - turnedReal
      imaginary[high] = imaginary[low] - turnedImaginary
      real[low] += turnedReal
      imaginary[low] += turnedImaginary
    }
  }

  private static func reverseBits(_ values: inout [Double]) {
    var reversed = 0
    for index in values.indices.dropFirst() {
      var bit = values.count / 2
      while reversed & bit != 0 {
        reversed ^= bit
        bit /= 2
      }
      reversed |= bit
      if index < reversed { values.swapAt(index, reversed) }
    }
  }
}
