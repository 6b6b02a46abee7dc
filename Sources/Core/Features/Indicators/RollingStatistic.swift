/// The mean, standard deviation, least, greatest, skewness or sum of the last n values.
///
/// `std` and `skew` are the population's: √m₂ as TA-Lib's STDDEV, and m₃ / m₂^(3/2), 0 where all values are equal, with
/// mₖ = Σ(x − mean)ᵏ / n. Look-back n − 1.
///
/// `centred: true` takes rows t − n/2 … t + (n−1)/2 instead, fewer at the ends of the run, as pandas'
/// `rolling(n, center=True, min_periods=1)`. Look-back 0; from n = 3 on **it looks ahead**, which the leak check flags.
package struct RollingStatistic: Indicator {
  package static let name = "rolling"
  private let column: String
  private let period: Int
  private let statistic: Statistic
  private let isCentred: Bool

  private enum Statistic: String {
    case mean, std, min, max, skew, sum

    func write(
      of values: UnsafeBufferPointer<Double>, period: Int, into out: UnsafeMutableBufferPointer<Double>
    ) {
      switch self {
      case .mean: Rolling.mean(of: values, period: period, into: out)
      case .std: Rolling.deviation(of: values, period: period, into: out)
      case .min: Rolling.minimum(of: values, period: period, into: out)
      case .max: Rolling.maximum(of: values, period: period, into: out)
      case .skew: Rolling.skewness(of: values, period: period, into: out)
      case .sum: Rolling.sum(of: values, period: period, into: out)
      }
    }
  }

  package init(_ settings: PartSettings) throws(FeatureError) {
    column = try settings.text("of")
    period = try settings.period("period")
    statistic = try settings.choice("statistic")
    isCentred = try settings.truth("centred")
  }

  package var inputs: [String] { [column] }
  package var outputs: [(suffix: String, unit: String)] {
    [("", statistic == .skew ? "skewness" : "as \(column)")]
  }
  package var lookback: Int { isCentred ? 0 : period - 1 }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    if isCentred {
      writeCentred(run[0], into: outputs[0])
    } else {
      statistic.write(of: run[0], period: period, into: outputs[0])
    }
  }

  /// Whole windows are those that end (n−1)/2 rows later; at the ends each row has a window of its own length.
  private func writeCentred(
    _ values: UnsafeBufferPointer<Double>, into out: UnsafeMutableBufferPointer<Double>
  ) {
    let (behind, ahead) = (period / 2, (period - 1) / 2)
    withUnsafeTemporaryAllocation(of: Double.self, capacity: values.count) { trailing in
      statistic.write(of: values, period: period, into: trailing)
      for row in values.indices {
        let (first, last) = (max(row - behind, 0), min(row + ahead, values.count - 1))
        if last - first + 1 < period {
          statistic.write(
            of: UnsafeBufferPointer(rebasing: values[first...last]), period: last - first + 1,
            into: UnsafeMutableBufferPointer(rebasing: trailing[first...last]))
        }
        out[row] = trailing[last]
      }
    }
  }
}
