package import Artifacts
private import Numerics

/// What a look at everything published found.
package struct Verification: Sendable, Equatable {
  package var findings: [Finding] = []
  /// How many results and registry versions were looked at.
  package var artifacts = 0
  /// How many files they have, each counted once however many names it has.
  package var files = 0
  /// Bytes that were read and digested.
  package var bytes = 0

  package init() {}

  package var isDamaged: Bool { findings.contains { $0.weight == .damage } }

  package var json: JSON {
    let found = findings.map { finding -> JSON in
      [
        "weight": .string(finding.weight.rawValue), "path": .string(finding.path),
        "problem": .string(finding.problem), "remedy": .string(finding.remedy),
      ]
    }
    return [
      "artifacts": JSON(artifacts), "files": JSON(files), "bytes": JSON(bytes),
      "damaged": .bool(isDamaged), "findings": .array(found),
    ]
  }

  /// What was found, worst first, a paragraph each.
  package var text: String {
    let order: [Finding.Weight] = [.damage, .notice, .leftover]
    return order.flatMap { weight in findings.filter { $0.weight == weight } }.map { finding in
      let remedy = finding.remedy.isEmpty ? "" : "\n  → \(finding.remedy)"
      return "\(finding.weight.rawValue): \(finding.path)\n  \(finding.problem)\(remedy)\n"
    }.joined()
  }

  /// One line: how much was looked at, and what came of it.
  package func summary(seconds: Double) -> String {
    let counts = [
      (Finding.Weight.damage, "damaged", "damaged"), (.notice, "notice", "notices"),
      (.leftover, "leftover", "leftovers"),
    ].compactMap { weight, one, many -> String? in
      let number = findings.filter { $0.weight == weight }.count
      return number == 0 ? nil : Quantity.count(number, one, many)
    }
    let read = bytes == 0 ? "" : ", \(Quantity.bytes(bytes)) read"
    return Quantity.count(artifacts, "artifact") + " with " + Quantity.count(files, "file") + read + " in "
      + Quantity.seconds(seconds) + ": " + (counts.isEmpty ? "all whole" : counts.joined(separator: ", "))
  }
}
