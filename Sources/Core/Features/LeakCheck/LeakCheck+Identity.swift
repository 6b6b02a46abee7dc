import Artifacts

extension LeakCheck {
  /// Entities share so many values at equal times that the feature is the same for all.
  private static let shared = 0.95
  /// Values at different times are so different that each tells its time.
  private static let distinct = 0.95

  /// Names features that are equal for all entities at a time and different at every time: what a model learns of them
  /// is the date, and with it how the whole market moved on that date (R4's `time`: 75.7 % where 52 % were to be had).
  func identity() -> LeakFinding {
    let names = windows.signature.features
    guard windows.rows.entities.count > 1 else {
      return LeakFinding(.identity, .skipped, "one entity: there is no market to recognise by the date")
    }
    guard samples.times.count >= 10 else {
      return LeakFinding(.identity, .skipped, "the entities have too few times in common")
    }
    let found = names.indices.filter(tellsDate).map { names[$0] }
    return LeakFinding(
      .identity, isPassed: found.isEmpty,
      found.isEmpty
        ? "no feature alone tells the date, at \(samples.times.count) times that entities have in common"
        : """
        \(list(found)) alone \(found.count == 1 ? "tells" : "tell") the date: equal for all entities, and different at \
        every time
        """)
  }

  private func tellsDate(_ feature: Int) -> Bool {
    let probe = windows.probe
    let values = samples.times.map { rows in
      rows.compactMap { probe.index(ofRow: $0).map { probe.raw[feature][$0] } }
    }
    let equal = values.count { same in same.allSatisfy { abs($0 - same[0]) <= 1e-9 * max(1, abs(same[0])) } }
    let different = Set(values.compactMap(\.first)).count
    let count = Double(values.count)
    return Double(equal) >= Self.shared * count && Double(different) >= Self.distinct * count
  }
}
