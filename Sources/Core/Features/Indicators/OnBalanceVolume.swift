/// Volume summed with the sign of the price's step: that of bars that rise less that of bars that fall.
///
/// o[0] = volume[0]; o[t] = o[t−1] ± volume[t] as x[t] is above or below x[t−1], and o[t−1] where they are equal.
/// Look-back 0; its level depends on where the run begins, so take its differences rather than itself. Source: TA-Lib's
/// OBV, https://github.com/TA-Lib/ta-lib/blob/main/src/ta_func/ta_OBV.c.
package struct OnBalanceVolume: Indicator {
  package static let name = "obv"
  package let inputs: [String]

  package init(_ settings: PartSettings) throws(FeatureError) {
    inputs = [try settings.text("of"), try settings.text("volume")]
  }

  package var outputs: [(suffix: String, unit: String)] { [("", "as \(inputs[1])")] }
  package var lookback: Int { 0 }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    guard run.count > 0 else { return }
    let (values, volume, out) = (run[0], run[1], outputs[0])
    var balance = volume[0]
    out[0] = balance
    for row in 1..<run.count {
      // No branch: a processor would guess every second one wrongly.
      let direction: Double =
        (values[row] > values[row - 1] ? 1 : 0) - (values[row] < values[row - 1] ? 1 : 0)
      balance += direction * volume[row]
      out[row] = balance
    }
  }
}
