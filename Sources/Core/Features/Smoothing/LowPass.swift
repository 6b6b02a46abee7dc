/// Keeps the slow frequencies of a window and drops the others.
///
/// Both ends are padded with their own value, for `padding` of the length; of the real Fourier transform's frequencies
/// the lowest `keep` stay, at least the mean; what was padded is cropped.
package struct LowPass: Filter {
  package static let name = "low-pass"

  /// Windows up to this length are multiplied with a matrix, which is faster than two transforms.
  private static let longestMatrix = 512

  /// The share of the frequencies that stays.
  package let keep: Double
  /// The share of the length that is put before and behind.
  package let padding: Double
  private let operators = LengthCache<WindowOperator>()
  private let transforms = LengthCache<FastFourierTransform>()

  package init(_ settings: PartSettings) throws(FeatureError) {
    keep = try settings.number("keep")
    padding = try settings.number("padding")
  }

  package func apply(_ values: inout [Double], _ extent: inout FilterExtent) {
    let length = values.count
    guard length > 1 else { return }
    guard length <= Self.longestMatrix else {
      values = byFrequencies(values)
      return
    }
    operators.value(for: length) { WindowOperator(length: length, byFrequencies) }(&values)
  }

  /// By way of the frequencies.
  func byFrequencies(_ values: [Double]) -> [Double] {
    let pad = Int(padding * Double(values.count))
    let length = values.count + 2 * pad
    let transform = transforms.value(for: length) { FastFourierTransform(length: length) }
    var real =
      [Double](repeating: values[0], count: pad) + values
      + [Double](repeating: values[values.count - 1], count: pad)
    var imaginary = [Double](repeating: 0, count: length)
    transform.forward(&real, &imaginary)
    let kept = max(Int(keep * Double(length / 2 + 1)), 1)
    // Frequency k stands at k and, mirrored, at n − k.
    if kept <= length - kept {
      for place in kept...(length - kept) { (real[place], imaginary[place]) = (0, 0) }
    }
    transform.inverse(&real, &imaginary)
    return Array(real[pad..<pad + values.count])
  }
}
