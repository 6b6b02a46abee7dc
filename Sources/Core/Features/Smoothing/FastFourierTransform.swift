private import Numerics

/// The discrete Fourier transform of any length in O(n log n).
///
/// Lengths that are no power of two are convolutions with a chirp (Bluestein, «A linear filtering approach to the
/// computation of discrete Fourier transform», 1970): jk = (j² + k² − (k − j)²) / 2.
struct FastFourierTransform: Sendable {
  let length: Int
  /// Of `length`, or of a power of two that holds the convolution.
  private let inner: PowerOfTwoTransform
  /// e^(−πij²/n), cosines and sines apart; empty for a power of two.
  private let chirpReal: [Double]
  private let chirpImaginary: [Double]
  /// The transform of the chirp's conjugate, over the inner length.
  private var kernelReal: [Double] = []
  private var kernelImaginary: [Double] = []

  init(length: Int) {
    precondition(length > 0, "no transform of nothing")
    self.length = length
    let isPower = length & (length - 1) == 0
    var size = 1
    while size < (isPower ? length : 2 * length - 1) { size *= 2 }
    inner = PowerOfTwoTransform(length: size)
    // j² counts modulo 2n, which keeps the angle small and exact.
    let angles = (0..<(isPower ? 0 : length)).map { j in
      Double.pi * Double(j * j % (2 * length)) / Double(length)
    }
    chirpReal = angles.map(Elementary.cos)
    chirpImaginary = angles.map { -Elementary.sin($0) }
    if !isPower { makeKernel() }
  }

  private mutating func makeKernel() {
    kernelReal = [Double](repeating: 0, count: inner.length)
    kernelImaginary = kernelReal
    for index in 0..<length {
      for place in [index, (inner.length - index) % inner.length] {
        kernelReal[place] = chirpReal[index]
        kernelImaginary[place] = -chirpImaginary[index]
      }
    }
    inner.forward(&kernelReal, &kernelImaginary)
  }

  /// X_k = Σ x_j e^(−2πijk/n), in place.
  func forward(_ real: inout [Double], _ imaginary: inout [Double]) {
    precondition(real.count == length && imaginary.count == length, "\(real.count) values, not \(length)")
    guard !chirpReal.isEmpty else { return inner.forward(&real, &imaginary) }
    var (a, b) = (kernelReal, kernelImaginary)
    for index in a.indices { (a[index], b[index]) = (0, 0) }
    for index in 0..<length {
      (a[index], b[index]) = chirped(real[index], imaginary[index], index)
    }
    inner.forward(&a, &b)
    for index in a.indices {
      let product = a[index] * kernelReal[index] - b[index] * kernelImaginary[index]
      b[index] = a[index] * kernelImaginary[index] + b[index] * kernelReal[index]
      a[index] = product
    }
    // Backwards is forwards with the parts exchanged.
    inner.forward(&b, &a)
    let scale = 1 / Double(inner.length)
    for index in 0..<length {
      (real[index], imaginary[index]) = chirped(a[index] * scale, b[index] * scale, index)
    }
  }

  /// Undoes ``forward(_:_:)``.
  func inverse(_ real: inout [Double], _ imaginary: inout [Double]) {
    forward(&imaginary, &real)
    for index in real.indices {
      real[index] /= Double(length)
      imaginary[index] /= Double(length)
    }
  }

  private func chirped(_ real: Double, _ imaginary: Double, _ index: Int) -> (Double, Double) {
    (
      real * chirpReal[index] - imaginary * chirpImaginary[index],
      real * chirpImaginary[index] + imaginary * chirpReal[index]
    )
  }
}
