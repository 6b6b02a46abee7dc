/// Each value becomes that of the polynomial which fits it and its neighbours best; at the ends, of the polynomial
/// through the first or the last window (SciPy's mode `interp`).
///
/// Fewer values than the window has are one window of their own, of the odd number that fits.
///
/// Source: Savitzky, Golay, «Smoothing and differentiation of data by simplified least squares procedures», 1964.
package struct SavitzkyGolay: Filter {
  package static let name = "savitzky-golay"

  /// How many values a polynomial is fitted to; an even number becomes the next odd one.
  package let window: Int
  /// The polynomial's degree.
  package let order: Int
  private let projections = LengthCache<PolynomialProjection>()

  package init(_ settings: PartSettings) throws(FeatureError) {
    window = try settings.count("window", in: 1...1_000_000) | 1
    order = try settings.count("order", in: 0...1_000)
    guard order < window else {
      throw .unsuitableSetting(
        part: Self.name, setting: "order", problem: "\(order) must be below 'window', \(window)")
    }
  }

  package func apply(_ values: inout [Double], _ extent: inout FilterExtent) {
    guard !values.isEmpty else { return }
    // The largest odd number that is not above the count.
    let width = min(window, (values.count - 1) | 1)
    let projection = projections.value(for: width) {
      PolynomialProjection(window: width, order: min(order, width - 1))
    }
    let inputs = values
    inputs.withUnsafeBufferPointer { inputs in
      values.withUnsafeMutableBufferPointer { outputs in
        projection.weights.withUnsafeBufferPointer { smooth(inputs, outputs, $0, width) }
      }
    }
  }

  private func smooth(
    _ inputs: UnsafeBufferPointer<Double>, _ outputs: UnsafeMutableBufferPointer<Double>,
    _ weights: UnsafeBufferPointer<Double>, _ window: Int
  ) {
    let half = window / 2
    for place in inputs.indices {
      let first = min(max(place - half, 0), inputs.count - window)
      let row = (place - first) * window
      var sum = 0.0
      for index in 0..<window { sum += weights[row + index] * inputs[first + index] }
      outputs[place] = sum
    }
  }
}
