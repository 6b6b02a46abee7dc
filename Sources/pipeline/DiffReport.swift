import Artifacts
import Comparison
import Numerics
import Orchestration
import StageKit

/// A comparison of two results for people: what happened first, tables behind.
struct DiffReport {
  let comparison: ArtifactComparison

  init(_ comparison: ArtifactComparison) { self.comparison = comparison }

  var text: String {
    var lines = [verdict, "  old  \(comparison.old.directory)", "  new  \(comparison.new.directory)"]
    if comparison.verdict != .identical {
      lines += section("made with", origin) + section("facts", fields(comparison.facts))
      lines += section("metrics", metrics) + section("rows", rows) + section("arrays", arrays)
      for array in comparison.arrays { lines += Self.details(of: array) }
      lines += section("files", files)
    }
    return Self.whole(lines)
  }

  /// One array file against another.
  static func text(of array: ArrayComparison, _ old: String, _ new: String) -> String {
    let verdict =
      array.isIdentical
      ? "identical" : array.isSame && !array.tolerance.isExact ? "same within the tolerance" : "differ"
    var table = arrayTable
    table.add(row(of: array))
    let frame = array.isIdentical ? [] : [""] + table.lines(indent: "  ") + details(of: array)
    return whole([verdict, "  old  \(old)", "  new  \(new)"] + frame)
  }

  /// Lines in one, with control characters, which data can bring in, spelt out.
  private static func whole(_ lines: [String]) -> String {
    lines.map { Console.harmless($0) + "\n" }.joined()
  }

  private var verdict: String {
    switch comparison.verdict {
    case .identical: "identical"
    case .sameContent: "identical in content, made in another way"
    case .withinTolerance: "same within the tolerance"
    case .differ: "differ: \(comparison.summary)"
    }
  }

  private func section(_ title: String, _ lines: [String]) -> [String] {
    lines.isEmpty ? [] : ["", title] + lines
  }

  // MARK: How they were made

  private var origin: [String] {
    var table = TextTable([.left, .left])
    let (old, new) = (comparison.old.manifest, comparison.new.manifest)
    if old.kind != new.kind { table.add(["kind", "\(old.kind.rawValue) → \(new.kind.rawValue)"]) }
    if old.program != new.program { table.add(["program", "\(words(old.program)) → \(words(new.program))"]) }
    for change in comparison.platform { table.add(["platform \(change.path)", Self.change(change)]) }
    for change in comparison.inputs {
      let (old, new) = (change.old.map(Self.words) ?? "(none)", change.new.map(Self.words) ?? "(none)")
      table.add(["input \(change.name)", "\(old) → \(new)"])
    }
    for change in comparison.parameters { table.add(["with.\(change.path)", Self.change(change)]) }
    return table.lines(indent: "  ")
  }

  private func words(_ program: ProgramIdentity) -> String {
    "\(program.name) \(program.version) (\(program.digest.short)…)"
  }

  private static func words(_ input: Manifest.Input) -> String { "\(input.content.short)…" }

  private func fields(_ changes: [FieldChange]) -> [String] {
    var table = TextTable([.left, .left])
    for change in changes { table.add([change.path, Self.change(change)]) }
    return table.lines(indent: "  ")
  }

  private static func change(_ change: FieldChange) -> String {
    "\(change.old.map(brief) ?? "(none)") → \(change.new.map(brief) ?? "(none)")"
  }

  /// On a line, and cut where nobody would read on.
  private static func brief(_ value: JSON) -> String { (value.string ?? value.inline).brief }

  /// The part of a long line that people look for.
  private static func cut(_ line: String, around place: Int) -> String {
    guard line.count > 60 else { return line }
    let start = max(min(place, line.count) - 30, 0)
    let rest = line.dropFirst(start)
    return (start > 0 ? "… " : "") + rest.prefix(60) + (rest.count > 60 ? " …" : "")
  }

  private var metrics: [String] {
    guard !comparison.metrics.isEmpty else { return [] }
    var table = TextTable(
      [.left, .right, .right, .right, .right], header: ["", "old", "new", "difference", "relative"])
    for metric in comparison.metrics {
      table.add([
        metric.name, metric.old.map { DecimalNumber.significant($0, digits: 6) } ?? "–",
        metric.new.map { DecimalNumber.significant($0, digits: 6) } ?? "–", Self.signed(metric.difference),
        metric.relative.map { Self.signed($0 * 100) + " %" } ?? "–",
      ])
    }
    return table.lines(indent: "  ")
  }

  private static func signed(_ value: Double?) -> String {
    value.map { ($0 > 0 ? "+" : "") + DecimalNumber.significant($0) } ?? "–"
  }

  private var files: [String] {
    var lines: [String] = []
    for file in comparison.files {
      switch (file.old, file.new) {
      case (nil, _): lines.append("  \(file.file)  only in new")
      case (_, nil): lines.append("  \(file.file)  only in old")
      case (let old?, let new?): lines.append("  \(file.file)  \(old.short)… → \(new.short)…")
      }
      guard let line = file.line else { continue }
      let same = zip(line.old, line.new).prefix { $0 == $1 }.count
      lines.append("    line \(DecimalNumber.grouped(line.number)), old  \(Self.cut(line.old, around: same))")
      lines.append("    line \(DecimalNumber.grouped(line.number)), new  \(Self.cut(line.new, around: same))")
    }
    return lines
  }
}
