package import Artifacts

/// How one result differs from another: how they were made, what they say of themselves, and what is in them.
package struct ArtifactComparison: Sendable {
  package enum Verdict: String, Sendable {
    /// The same manifest, byte for byte.
    case identical
    /// A reader sees the same; the settings, the program or the inputs were others.
    case sameContent
    /// What differs is within the tolerance.
    case withinTolerance
    case differ
  }

  package let old: Artifact
  package let new: Artifact
  package let tolerance: Tolerance

  // How they were made.
  package let parameters: [FieldChange]
  package let platform: [FieldChange]
  package let inputs: [InputChange]

  // What a reader sees.
  package let facts: [FieldChange]
  package let metrics: [MetricChange]
  package let files: [FileChange]
  /// All arrays of both, by name.
  package let arrays: [ArrayComparison]
  /// Nil where the results have no rows with times and entities, or the same ones.
  package let rows: RowChanges?

  /// Compares two artifacts; arrays whose digests are equal are not read.
  ///
  /// Texts are read for the first line that differs, unless `findsLines` is false.
  package init(
    old: Artifact, new: Artifact, tolerance: Tolerance = .exact, findsLines: Bool = true
  ) throws(ComparisonError) {
    self.old = old
    self.new = new
    self.tolerance = tolerance
    let (before, after) = (old.manifest, new.manifest)
    parameters = FieldChange.all(from: before.parameters, to: after.parameters)
    platform = FieldChange.all(
      from: before.platform.mapValues(JSON.string), to: after.platform.mapValues(JSON.string))
    inputs = InputChange.all(from: before.inputs, to: after.inputs)
    facts = FieldChange.all(from: before.facts, to: after.facts)
    metrics = MetricChange.all(from: before.metrics, to: after.metrics)
    files = FileChange.all(from: old, to: new, findsLines: findsLines)
    (arrays, rows) = try Self.arrays(of: old, new, tolerance: tolerance)
  }

  private static func arrays(
    of old: Artifact, _ new: Artifact, tolerance: Tolerance
  ) throws(ComparisonError) -> ([ArrayComparison], RowChanges?) {
    let (olds, news) = (old.manifest.arrays, new.manifest.arrays)
    // Nothing is mapped and nothing aligned where the manifests alone say that all is the same.
    let areSame = olds == news
    let alignment = areSame ? nil : alignment(old, new)
    var marks = alignment.map { RowMarks(rows: $0.new.count) }
    let (oldNames, newNames) = areSame ? (AxisNames(), AxisNames()) : (AxisNames(old), AxisNames(new))
    var arrays: [ArrayComparison] = []
    for name in Set((olds + news).map(\.name)).sorted() {
      let before = olds.first { $0.name == name }.map { ArraySource($0, of: old, names: oldNames) }
      let after = news.first { $0.name == name }.map { ArraySource($0, of: new, names: newNames) }
      arrays.append(
        try ArrayComparison(
          name: name, old: before, new: after, alignment: alignment, marks: &marks, tolerance: tolerance))
    }
    guard let alignment, let marks else { return (arrays, nil) }
    let isComparedWhole = arrays.allSatisfy { $0.isComparedWhere(axis: "N") }
    return (arrays, RowChanges(alignment, revised: marks, isComparedWhole: isComparedWhole))
  }

  private static func alignment(_ old: Artifact, _ new: Artifact) -> RowAlignment? {
    guard let before = RowTable(old), let after = RowTable(new) else { return nil }
    return RowAlignment(before, after)
  }
}

extension ArrayComparison {
  /// Whether, if it has rows of this axis, those that both results have were compared.
  fileprivate func isComparedWhere(axis: String) -> Bool {
    guard old?.axes.first == axis || new?.axes.first == axis else { return true }
    return isIdentical || elements.map { $0.basis == .rows && !$0.isPairedByName } ?? false
  }
}

extension ArtifactComparison {
  /// Whether a reader sees the same in both, within the tolerance; how they were made does not count.
  ///
  /// With a tolerance, files for people may differ: they spell out the numbers that may.
  package var isSame: Bool { verdict != .differ }

  package var verdict: Verdict {
    if old.digest == new.digest { return .identical }
    if old.contentDigest == new.contentDigest { return .sameContent }
    guard !tolerance.isExact, old.manifest.kind == new.manifest.kind, facts.isEmpty,
      metrics.allSatisfy({ $0.isWithin(tolerance) }), arrays.allSatisfy(\.isSame)
    else { return .differ }
    return files.allSatisfy { $0.old != nil && $0.new != nil } ? .withinTolerance : .differ
  }
}
