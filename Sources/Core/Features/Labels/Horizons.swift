/// How many rows ahead the columns of a label look: one column each.
struct Horizons {
  let steps: [Int]

  init(_ settings: PartSettings) throws(FeatureError) {
    steps = try settings.integers("steps")
    guard let shortest = steps.min(), shortest >= 1, Set(steps).count == steps.count else {
      throw .unsuitableSetting(
        part: settings.part, setting: "steps", problem: "different numbers of rows, 1 or more, not \(steps)")
    }
  }

  /// The longest.
  var span: Int { steps.max() ?? 0 }

  /// One column a horizon, named by it when there are several: `_5`.
  func columns(unit: String, still: LabelColumn.Still) -> [LabelColumn] {
    steps.map { LabelColumn(suffix: steps.count > 1 ? "_\($0)" : "", unit: unit, still: still) }
  }

  /// Writes what `value` makes of each row's value and the one a horizon later.
  func write(
    _ values: UnsafeBufferPointer<Double>, into outputs: [UnsafeMutableBufferPointer<Double>],
    _ value: (_ now: Double, _ later: Double) -> Double
  ) {
    guard values.count > span else { return }
    for (output, step) in zip(outputs, steps) {
      for row in 0..<(values.count - span) { output[row] = value(values[row], values[row + step]) }
    }
  }
}
