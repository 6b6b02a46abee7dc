/// The least and the greatest of some values; values that are not finite do not count.
struct ValueRange: Equatable {
  private(set) var low = Double.infinity
  private(set) var high = -Double.infinity

  init() {}

  init(_ values: [Double]) {
    for value in values { extend(to: value) }
  }

  var isEmpty: Bool { low > high }

  mutating func extend(to value: Double) {
    // Differences of larger numbers would not be finite.
    guard abs(value) < 1e300 else { return }
    low = min(low, value)
    high = max(high, value)
  }
}
