package import Artifacts
private import Chronology
private import Evaluation

extension Scores {
  /// Writes the measures of each step, series and month, and gives the facts that say what their columns are.
  ///
  /// `test.by_step` [H, M], `test.by_series` [E, K, M] and `test.by_month` [months, M], in original units, and
  /// `test.standardized.by_step` [H, M] in the units of the model. The first column counts the values; where it is zero
  /// nothing is known. Measures that some row has no value of are left out.
  package func writeTables(of signature: Signature, to publication: Publication) throws(ArtifactError)
    -> [String: JSON]
  {
    let months = model.levels.months.sorted { $0.key < $1.key }
    var columns: [String: JSON] = [:]
    func write(
      _ name: String, _ sums: [RegressionSums], shape: [Int], axes: [String]
    ) throws(ArtifactError) {
      let metrics = RegressionMetric.allCases.filter { metric in
        sums.allSatisfy { $0.count == 0 || $0.value(of: metric) != nil }
      }
      let rows = sums.flatMap { sums in
        [Double(sums.count)] + metrics.map { sums.value(of: $0) ?? 0 }
      }
      try publication.write(
        "test." + name, rows, shape: shape + [metrics.count + 1], axes: axes + ["M"],
        unit: "see testMetrics")
      columns[name] = JSON(["count"] + metrics.map(\.rawValue))
    }
    let (entities, targets) = (signature.entities.count, signature.targets.count)
    try write("by_step", model.levels.steps, shape: [signature.horizon], axes: ["H"])
    try write("standardized.by_step", model.transformed.steps, shape: [signature.horizon], axes: ["H"])
    try write("by_series", model.levels.series, shape: [entities, targets], axes: ["E", "K"])
    try write("by_month", months.map(\.value), shape: [months.count], axes: ["months"])
    return [
      "testMetrics": .object(columns),
      "testMonths": JSON(months.map { Self.name(ofMonth: $0.key) }),
    ]
  }

  /// `2021-07`.
  package static func name(ofMonth month: Int) -> String {
    let number = (month % 12 + 12) % 12 + 1
    let year = 1970 + (month - (number - 1)) / 12
    return "\(year)-" + (number < 10 ? "0\(number)" : "\(number)")
  }
}
