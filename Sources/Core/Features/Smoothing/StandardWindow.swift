/// The values of a window in deviations from their mean, and the way back.
struct StandardWindow {
  let mean: Double
  let deviation: Double
  /// [n].
  let values: [Double]

  /// Nil for fewer than two values, for values that are all the same and for some that are not finite.
  init?(_ window: [Double]) {
    guard window.count > 1, let first = window.first, window.contains(where: { $0 != first }) else {
      return nil
    }
    let count = Double(window.count)
    let mean = window.reduce(0, +) / count
    let deviation = (window.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count).squareRoot()
    guard deviation.isFinite, deviation > 0 else { return nil }
    self.mean = mean
    self.deviation = deviation
    values = window.map { ($0 - mean) / deviation }
  }

  func restored(_ values: [Double]) -> [Double] { values.map { $0 * deviation + mean } }
}
