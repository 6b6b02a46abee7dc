package import Artifacts
private import Numerics

extension ArtifactComparison {
  /// What happened, in a line: `10,000 → 10,024 rows, prefix identical`.
  package var summary: String {
    switch verdict {
    case .identical: return "identical"
    case .sameContent: return "same content"
    case .withinTolerance: return "same within the tolerance"
    case .differ: break
    }
    return rowSummary ?? arraySummary ?? otherSummary
  }

  /// The same from two artifacts; nil where they cannot be compared.
  package static func summary(from old: Artifact, to new: Artifact) -> String? {
    (try? ArtifactComparison(old: old, new: new, findsLines: false))?.summary
  }

  private var rowSummary: String? { rows.flatMap(\.summary) }

  private var arraySummary: String? {
    let changed = arrays.filter { !$0.isIdentical }
    guard let first = changed.first else { return nil }
    let count = "\(changed.count) of \(arrays.count) arrays differ"
    let sizes = changed.compactMap { array in
      array.elements?.largestRelative.map { (name: array.name, size: $0.size.number) }
    }
    guard let largest = sizes.max(by: { $0.size < $1.size }) else { return "\(count): \(first.name)" }
    return "\(count), most in \(largest.name): by \(DecimalNumber.significant(largest.size)) of its value"
  }

  private var otherSummary: String {
    var parts: [String] = []
    if old.manifest.kind != new.manifest.kind {
      parts.append("\(old.manifest.kind.rawValue) → \(new.manifest.kind.rawValue)")
    }
    if let fact = facts.first { parts.append("\(facts.count) facts differ: \(fact.path)") }
    if let metric = metrics.first { parts.append("\(metrics.count) metrics differ: \(metric.name)") }
    if let file = files.first { parts.append("\(files.count) files differ: \(file.file)") }
    return parts.joined(separator: ", ")
  }
}

extension RowChanges {
  /// The rows in a line; nil where all of them are the same.
  package var summary: String? {
    let counts = "\(DecimalNumber.grouped(oldCount)) → \(DecimalNumber.grouped(newCount)) rows"
    if isPrefixIdentical { return added.count == 0 ? nil : counts + ", prefix identical" }
    if added.count == 0, removed.count == 0 {
      guard let first = revised.first else { return nil }
      return """
        \(DecimalNumber.grouped(revised.count)) of \(DecimalNumber.grouped(newCount)) rows revised, \
        first at \(first)
        """
    }
    let parts = [("added", added), ("removed", removed), ("revised", revised)].filter { $0.1.count > 0 }
    return counts + ": "
      + parts.map { word, span in
        "\(DecimalNumber.grouped(span.count)) \(word)" + (span.first.map { " from \($0)" } ?? "")
      }.joined(separator: ", ")
  }
}
