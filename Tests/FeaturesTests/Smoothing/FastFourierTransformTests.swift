import Foundation
import Numerics
import Testing

@testable import Features

@Test(arguments: Array(1...33) + [64, 97, 134, 240, 1000])
func `A transform of any length is the sum that defines it, and goes back`(length: Int) {
  let stream = RandomStream(seed: 2, purpose: "test.fourier")
  let real = (0..<length).map { stream.normal(at: 2 * $0) }
  let imaginary = (0..<length).map { stream.normal(at: 2 * $0 + 1) }
  let transform = FastFourierTransform(length: length)
  var (a, b) = (real, imaginary)
  transform.forward(&a, &b)
  for k in stride(from: 0, to: length, by: max(length / 40, 1)) {
    var (x, y) = (0.0, 0.0)
    for j in 0..<length {
      let angle = -2 * Double.pi * Double(j * k % length) / Double(length)
      x += real[j] * Foundation.cos(angle) - imaginary[j] * Foundation.sin(angle)
      y += real[j] * Foundation.sin(angle) + imaginary[j] * Foundation.cos(angle)
    }
    #expect(abs(a[k] - x) < 1e-12 * Double(length) && abs(b[k] - y) < 1e-12 * Double(length))
  }
  transform.inverse(&a, &b)
  for index in 0..<length { #expect(abs(a[index] - real[index]) + abs(b[index] - imaginary[index]) < 1e-13) }
}
