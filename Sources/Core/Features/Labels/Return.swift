/// The rate of return over so many rows: x[t + h] / x[t] − 1.
///
/// It is not finite where x[t] is 0.
package struct Return: Label {
  package static let name = "return"
  package let inputs: [String]
  private let horizons: Horizons

  package init(_ settings: PartSettings) throws(FeatureError) {
    inputs = [try settings.text("of")]
    horizons = try Horizons(settings)
  }

  package var outputs: [LabelColumn] { horizons.columns(unit: "ratio − 1", still: .value(0)) }
  package var span: Int { horizons.span }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    horizons.write(run[0], into: outputs) { now, later in later / now - 1 }
  }
}
