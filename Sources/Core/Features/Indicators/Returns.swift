private import Numerics

/// How much a value has changed over each of several lags: ln(x[t] / x[t−lag]), or x[t] / x[t−lag] − 1 as `simple`.
///
/// One column a lag, `_1`, `_5`, …. Look-back the longest lag, for all of them. Not a number where a value is not
/// positive, or for simple returns where the earlier one is 0.
package struct Returns: Indicator {
  package static let name = "returns"
  private let column: String
  private let lags: [Int]
  private let kind: Kind

  private enum Kind: String {
    case log, simple
  }

  package init(_ settings: PartSettings) throws(FeatureError) {
    column = try settings.text("of")
    lags = try settings.lags("lags")
    kind = try settings.choice("kind")
  }

  package var inputs: [String] { [column] }
  package var outputs: [(suffix: String, unit: String)] {
    lags.map { ("_\($0)", kind == .log ? "log return" : "return") }
  }
  package var lookback: Int { lags.max() ?? 0 }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    guard run.count > lookback else { return }
    let values = run[0]
    for (lag, out) in zip(lags, outputs) {
      switch kind {
      case .log:
        // Of the ratio rather than of each: the difference of two logarithms loses the digits that they share.
        for row in lookback..<run.count { out[row] = values[row] / values[row - lag] }
        Elementary.log(UnsafeMutableBufferPointer(rebasing: out[lookback...]))
      case .simple:
        for row in lookback..<run.count { out[row] = (values[row] - values[row - lag]) / values[row - lag] }
      }
    }
  }
}
