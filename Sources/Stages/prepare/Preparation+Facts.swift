import Artifacts
import Chronology
import Features
import Numerics
import StageKit

extension Preparation {
  func facts(
    _ windows: PreparedWindows, findings: [LeakFinding], stamps: [String]
  ) -> [String: JSON] {
    var facts: [String: JSON] = [
      "signature": signature.json, "recipe": recipe.declaration, "units": JSON(targetUnits),
      "featureUnits": JSON(recipe.features.map(\.unit)), "rows": JSON(kept.count),
      "droppedRows": JSON(rows.rowCount - kept.count), "folds": .array(plan.folds.map(foldFacts)),
      "leakCheck": .array(findings.map(\.json)), "stamps": JSON(stamps),
      "warnings": JSON(warnings(windows, stamps)),
    ]
    if let cleaning { facts["cleaning"] = cleaning.counts.json }
    if let paths = plan.paths { facts["paths"] = JSON(paths) }
    return facts
  }

  func warnings(_ windows: PreparedWindows, _ stamps: [String]) -> [String] {
    stamps + (cleaning?.warnings ?? []) + windows.recipe.warnings + [calm].compactMap { $0 }
  }

  /// Spikes are known only when they have come: to leave them out of the test makes it calmer than the future will be.
  private var calm: String? {
    let count = plan.folds.reduce(0) { $0 + $1.marked }
    guard let counts = cleaning?.counts, counts.spikeBars > 0, count > 0 else { return nil }
    return """
      \(DecimalNumber.grouped(count)) windows are left out because a label is a marked bar, spikes among them: errors are \
      those of calm bars, smaller than in use
      """
  }

  private var targetUnits: [String] {
    if signature.hasLabels { return recipe.labelColumns.map(\.unit) }
    return signature.targetColumns.map { recipe.features[$0].unit }
  }

  private func foldFacts(_ fold: Fold) -> JSON {
    var facts: [String: JSON] = [
      "purged": JSON(fold.purged), "embargoed": JSON(fold.embargoed), "marked": JSON(fold.marked),
      "premature": JSON(fold.premature),
    ]
    for split in Split.allCases {
      var part: [String: JSON] = ["windows": JSON(fold.origins[split]?.count ?? 0)]
      if let period = fold.periods[split] {
        part["firstLabel"] = .string(Instant(milliseconds: period.first).description)
        part["lastLabel"] = .string(Instant(milliseconds: period.last).description)
      }
      facts[split.rawValue] = .object(part)
    }
    if !fold.testGroups.isEmpty { facts["testGroups"] = .array(fold.testGroups.map { JSON($0) }) }
    return .object(facts)
  }

  // MARK: For people

  func summary(_ windows: PreparedWindows, findings: [LeakFinding]) -> [String] {
    [shape] + foldLines.flatMap { WrappedText.lines($0, rest: 2) } + Self.leakLines(findings)
  }

  private var shape: String {
    let targets = (signature.hasLabels ? "label" : "target") + (signature.targets.count == 1 ? "" : "s")
    let features = signature.features.count == 1 ? "feature" : "features"
    return """
      \(DecimalNumber.grouped(kept.count)) rows, \(signature.features.count) \(features), \(signature.targets.count) \
      \(targets), look-back \(signature.lookback), \
      \(signature.hasLabels ? "labels over \(signature.span) row\(signature.span == 1 ? "" : "s")" : "horizon \(signature.horizon)")
      """
  }

  private var foldLines: [String] {
    guard plan.folds.count > 1 else { return plan.folds.map { "windows: " + Self.counts($0) } }
    return plan.folds.enumerated().map { "fold \($0): " + Self.counts($1) }
  }

  private static func counts(_ fold: Fold) -> String {
    var parts = Split.allCases.map { "\(DecimalNumber.grouped(fold.origins[$0]?.count ?? 0)) \($0.rawValue)" }
    parts.append("\(DecimalNumber.grouped(fold.purged)) purged at the borders")
    let others = [
      (fold.embargoed, "under embargo"), (fold.marked, "with marked labels"), (fold.premature, "premature"),
    ]
    return (parts + others.filter { $0.0 > 0 }.map { "\(DecimalNumber.grouped($0)) \($1)" }).joined(
      separator: ", ")
  }

  private static func leakLines(_ findings: [LeakFinding]) -> [String] {
    ["leak check:"]
      + findings.flatMap { finding in
        WrappedText.lines(
          "\(mark(finding.verdict)) \(finding.check.rawValue): \(finding.words)", first: 2, rest: 5)
      }
  }

  private static func mark(_ verdict: LeakFinding.Verdict) -> String {
    switch verdict {
    case .passed: "ok"
    case .failed: "LEAK"
    case .skipped: "skipped"
    }
  }
}
