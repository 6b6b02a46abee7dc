/// Earlier values beside the present one: x[t−lag], one column a lag, `_1`, `_2`, ….
///
/// Look-back the longest lag, for all of them.
package struct Lag: Indicator {
  package static let name = "lag"
  private let column: String
  private let lags: [Int]

  package init(_ settings: PartSettings) throws(FeatureError) {
    column = try settings.text("of")
    lags = try settings.lags("lags")
  }

  package var inputs: [String] { [column] }
  package var isLevel: Bool { true }
  package var outputs: [(suffix: String, unit: String)] { lags.map { ("_\($0)", "as \(column)") } }
  package var lookback: Int { lags.max() ?? 0 }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    guard run.count > lookback else { return }
    let values = run[0]
    for (lag, out) in zip(lags, outputs) {
      for row in lookback..<run.count { out[row] = values[row - lag] }
    }
  }
}
