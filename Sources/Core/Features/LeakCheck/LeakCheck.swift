package import Artifacts

/// The proof that windows do not look ahead, made anew for every artifact, from samples so small that it is always on.
///
/// What no peer does (Freqtrade's lookahead-analysis runs a whole strategy again; the others trust their users) is
/// cheap here, because features are columns of rows: a few thousand rows tell.
package struct LeakCheck {
  let windows: PreparedWindows
  let plan: SplitPlan
  let samples: LeakSamples

  package init(_ windows: PreparedWindows, plan: SplitPlan) {
    self.windows = windows
    self.plan = plan
    samples = LeakSamples(of: windows.rows, windows.kept, windows.signature, plan)
  }

  /// The rows that have to be watched while columns are made.
  package static func rows(
    of rows: RowTable, _ kept: KeptRows, _ signature: Signature, _ plan: SplitPlan
  ) -> [Int] {
    LeakSamples(of: rows, kept, signature, plan).rows
  }

  /// What each part of the check found.
  package func findings() throws -> [LeakFinding] {
    var findings = try truncation()
    if let finding = try windowFinding() { findings.append(finding) }
    findings.append(try scaler())
    findings.append(shuffle())
    findings.append(identity())
    if let stamp = plan.stamp { findings.append(LeakFinding(.split, isPassed: false, stamp)) }
    return findings
  }

  /// A list of names, cut off where it becomes unreadable.
  func list(_ names: [String]) -> String {
    let shown = names.prefix(8).map { "'\($0)'" }.joined(separator: ", ")
    return names.count > 8 ? shown + " and \(names.count - 8) more" : shown
  }
}
