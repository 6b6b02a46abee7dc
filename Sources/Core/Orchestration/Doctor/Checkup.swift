package import Artifacts

/// What was found about the machine, the disk and the programs, a line each.
package struct Checkup: Sendable, Equatable {
  package enum Verdict: String, Sendable {
    case ok
    /// Things work, but slower or less safely than they could.
    case warning
    /// Something will not work.
    case problem
  }

  package struct Line: Sendable, Equatable {
    package var topic: String
    package var verdict: Verdict
    package var finding: String
    /// What to do about it; empty when all is well.
    package var advice: String

    package init(_ topic: String, _ verdict: Verdict, _ finding: String, advice: String = "") {
      self.topic = topic
      self.verdict = verdict
      self.finding = finding
      self.advice = advice
    }
  }

  /// Lines that belong together.
  package struct Section: Sendable, Equatable {
    package var title: String
    package var lines: [Line]
  }

  package private(set) var sections: [Section] = []

  package init() {}

  package mutating func add(_ title: String, _ lines: [Line]) {
    sections.append(Section(title: title, lines: lines))
  }

  private func count(_ verdict: Verdict) -> Int {
    sections.flatMap(\.lines).filter { $0.verdict == verdict }.count
  }

  package var hasProblems: Bool { count(.problem) > 0 }

  // MARK: Words

  package var text: String {
    sections.map { section in
      var table = TextTable([.left, .left, .left])
      for line in section.lines {
        table.add([line.verdict.rawValue, line.topic, line.finding])
        if !line.advice.isEmpty { table.add(["", "", "→ " + line.advice]) }
      }
      return section.title + "\n" + table.text(indent: "  ")
    }.joined(separator: "\n")
  }

  package var summary: String {
    let found = [(count(.problem), "problem"), (count(.warning), "warning")].filter { $0.0 > 0 }
    return found.isEmpty ? "all is well" : found.map { Quantity.count($0.0, $0.1) }.joined(separator: ", ")
  }

  package var json: JSON {
    let lines = sections.flatMap { section in
      section.lines.map { line -> JSON in
        [
          "section": .string(section.title), "topic": .string(line.topic),
          "verdict": .string(line.verdict.rawValue), "finding": .string(line.finding),
          "advice": .string(line.advice),
        ]
      }
    }
    return ["lines": .array(lines), "problems": JSON(count(.problem)), "warnings": JSON(count(.warning))]
  }
}
