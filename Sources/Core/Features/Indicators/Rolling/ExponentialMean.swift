/// A mean that forgets: each value moves it towards itself by the fraction `weight` of their distance.
///
/// It begins with the plain mean of its first values, as TA-Lib's do
/// (https://github.com/TA-Lib/ta-lib/blob/main/src/ta_func/ta_EMA.c).
struct ExponentialMean {
  private(set) var value: Double
  let weight: Double

  /// An exponential moving average of n bars: weight 2 / (n + 1), n the number of first values.
  init(spanning first: Slice<UnsafeBufferPointer<Double>>) {
    value = Self.mean(of: first)
    weight = 2 / Double(first.count + 1)
  }

  /// Wilder's smoothing of n bars: weight 1 / n, after a first value.
  init(smoothing first: Double, over period: Int) {
    value = first
    weight = 1 / Double(period)
  }

  @inline(__always)
  mutating func add(_ next: Double) { value += weight * (next - value) }

  /// By distances from the first, so that the mean of equal values is exactly theirs.
  private static func mean(of values: Slice<UnsafeBufferPointer<Double>>) -> Double {
    guard let origin = values.first else { return 0 }
    return origin + values.reduce(0) { $0 + ($1 - origin) } / Double(values.count)
  }
}
