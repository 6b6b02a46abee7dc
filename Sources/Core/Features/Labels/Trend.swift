/// Whether the return over so many rows exceeds a threshold: 1 (up) when x[t + h] / x[t] − 1 > threshold, else 0.
///
/// Where the return is no finite number the class is none either.
package struct Trend: Label {
  package static let name = "trend"
  package let inputs: [String]
  private let steps: Int
  private let threshold: Double

  package init(_ settings: PartSettings) throws(FeatureError) {
    inputs = [try settings.text("of")]
    steps = try settings.period("steps")
    threshold = try settings.number("threshold")
  }

  package var outputs: [LabelColumn] {
    [LabelColumn(unit: "class", still: .value(number(of: 0)), classes: ["down", "up"])]
  }

  package var span: Int { steps }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    let (values, classes) = (run[0], outputs[0])
    guard values.count > steps else { return }
    for row in 0..<(values.count - steps) { classes[row] = number(of: values[row + steps] / values[row] - 1) }
  }

  private func number(of change: Double) -> Double { !change.isFinite ? .nan : change > threshold ? 1 : 0 }
}
