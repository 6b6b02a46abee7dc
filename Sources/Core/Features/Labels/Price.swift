/// The value of a column so many rows ahead: x[t + h].
package struct Price: Label {
  package static let name = "price"
  package let inputs: [String]
  private let horizons: Horizons

  package init(_ settings: PartSettings) throws(FeatureError) {
    inputs = [try settings.text("of")]
    horizons = try Horizons(settings)
  }

  package var outputs: [LabelColumn] { horizons.columns(unit: "as \(inputs[0])", still: .lastInput) }
  package var span: Int { horizons.span }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    horizons.write(run[0], into: outputs) { _, later in later }
  }
}
