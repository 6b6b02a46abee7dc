private import Numerics

/// The logarithmic return over so many rows: ln(x[t + h] / x[t]).
///
/// It is not a number where either is 0 or less.
package struct LogReturnLabel: Label {
  package static let name = "log-return"
  package let inputs: [String]
  private let horizons: Horizons

  package init(_ settings: PartSettings) throws(FeatureError) {
    inputs = [try settings.text("of")]
    horizons = try Horizons(settings)
  }

  package var outputs: [LabelColumn] { horizons.columns(unit: "log ratio", still: .value(0)) }
  package var span: Int { horizons.span }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    horizons.write(run[0], into: outputs) { now, later in
      now > 0 && later > 0 ? Elementary.log(later / now) : .nan
    }
  }
}
