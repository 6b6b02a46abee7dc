import Artifacts
import Chronology
import Numerics

/// Windows of two noisy waves.
enum SampleWindows {
  static func table(
    rows: Int = 260, lookback: Int = 12, horizon: Int = 3, labels: Bool = false, noise: Double = 0.05
  ) -> WindowTable {
    let stream = RandomStream(seed: 5, purpose: "sample")
    let values = (0..<2 * rows).map { index in
      Float(
        Elementary.sin(Double(index / 2) / Double(3 + index % 2)) * Double(1 + index % 2)
          + noise * stream.normal(at: index))
    }
    let signature =
      labels
      ? Signature(
        entities: ["A"], features: ["x", "y"], labels: ["up"], classes: [[]], span: 2, lookback: lookback,
        interval: .milliseconds(3_600_000), calendar: .continuous)
      : Signature(
        entities: ["A"], features: ["x", "y"], targets: ["y", "x"], lookback: lookback, horizon: horizon,
        interval: .milliseconds(3_600_000), calendar: .continuous)
    let targets =
      labels
      ? (0..<rows).map { row in row + 2 < rows ? values[2 * (row + 2)] - values[2 * row] : 0 }
      : values.indices.map { values[$0 ^ 1] }
    func origins(_ first: Int, _ end: Int) -> Origins {
      Origins(max(first, lookback - 1)..<(end - signature.span))
    }
    let (a, b) = (rows * 7 / 10, rows * 85 / 100)
    return WindowTable(
      signature: signature, levels: StoredArray(targets.map(Double.init)), features: StoredArray(values),
      targets: StoredArray(targets), time: StoredArray((0..<rows).map { Int64($0) }), offsets: [0, rows],
      origins: [.train: origins(0, a), .validation: origins(a, b), .test: origins(b, rows)])
  }
}

extension WindowTable {
  /// The windows of a part.
  func windows(_ split: Split) -> [Int] { Array(origins[split] ?? []) }
}
