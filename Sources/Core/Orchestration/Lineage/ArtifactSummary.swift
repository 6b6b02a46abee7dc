package import Artifacts
private import Chronology
private import Numerics

/// An artifact in words: what it is, how it came about, and what is in it.
package struct ArtifactSummary: Sendable {
  private let artifact: Artifact
  private let record: RunRecord?
  private let lineage: Lineage
  private let isCurrent: Bool

  package init(of artifact: Artifact, in store: ArtifactStore) {
    self.artifact = artifact
    record = RunRecord(in: artifact.directory)
    lineage = Lineage(of: artifact, in: store)
    let current = store.currentFolder(of: artifact.manifest.step)
    isCurrent = current.map { store.directory(of: artifact.manifest.step) + "/" + $0 } == artifact.directory
  }

  private var manifest: Manifest { artifact.manifest }

  package var text: String {
    let sections = [
      ("settings", settings), ("inputs", inputs), ("arrays", arrays), ("files", files), ("facts", facts),
      ("metrics", MetricTable(manifest.metrics).text(indent: "  ")),
      ("warnings", warnings), ("lineage", indented(lineage.text)),
    ]
    let shown = sections.filter { !$0.1.isEmpty }.map { "\n\($0.0)\n\($0.1)" }
    return head + shown.joined()
  }

  // MARK: Head

  private var head: String {
    var table = TextTable([.left, .left])
    table.add([
      "result", "\(manifest.kind.rawValue) of step \(manifest.step)" + (isCurrent ? ", current" : ""),
    ])
    table.add(["folder", artifact.directory])
    table.add(["key", manifest.key.hex])
    table.add(["manifest", artifact.digest.description])
    let program = manifest.program
    table.add(["program", "\(program.name) \(program.version), \(program.digest.short)…"])
    for (name, value) in manifest.platform.sorted(by: { $0.key < $1.key }) { table.add([name, value]) }
    if let record {
      table.add(["made", "\(record.finished.readable()) UTC on \(record.host)"])
      table.add(["took", cost(record)])
      if !record.arguments.isEmpty { table.add(["command", record.arguments.joined(separator: " ")]) }
      if let log = record.logFile { table.add(["log", log]) }
    } else {
      table.add(["made", "no run.json says when and where"])
    }
    return table.text()
  }

  private func cost(_ record: RunRecord) -> String {
    let seconds = Double(max(record.finished.milliseconds - record.started.milliseconds, 0)) / 1000
    return [
      Quantity.seconds(seconds), Quantity.seconds(record.processorSeconds) + " of processor time",
      Quantity.bytes(record.peakMemoryBytes) + " of memory at most",
      Quantity.count(record.threads, "thread"),
    ].joined(separator: ", ")
  }

  // MARK: Tables

  private var settings: String { Self.list(manifest.parameters) }

  private var inputs: String {
    var table = TextTable([.left, .left, .left])
    for input in manifest.inputs {
      let from = input.source ?? "outside"
      table.add([
        input.name, "\(input.kind?.rawValue ?? (input.isSeen ? "seen" : "file")) from \(from)",
        input.digest.short + "…",
      ])
    }
    return table.text(indent: "  ")
  }

  private var arrays: String {
    guard !manifest.arrays.isEmpty else { return "" }
    var table = TextTable([.left, .left, .left, .left, .right, .left])
    table.add(["name", "type", "shape", "axes", "size", "unit"])
    for entry in manifest.arrays {
      table.add([
        entry.name, entry.elementType.rawValue,
        "[" + entry.shape.map { DecimalNumber.grouped($0) }.joined(separator: " × ") + "]",
        entry.axes.joined(separator: ", "), Quantity.bytes(entry.fileSize ?? 0), entry.unit,
      ])
    }
    return table.text(indent: "  ")
  }

  private var files: String {
    var table = TextTable([.left, .left, .right])
    for entry in manifest.files {
      let size = Disk.size(of: artifact.directory + "/" + entry.file)
      table.add([entry.file, entry.mediaType, size.map(Quantity.bytes) ?? "missing"])
    }
    return table.text(indent: "  ")
  }

  private var facts: String { Self.list(manifest.facts.filter { $0.key != "warnings" }) }

  private var warnings: String {
    (manifest.facts["warnings"]?.strings ?? []).map { "  \($0)\n" }.joined()
  }

  private func indented(_ text: String) -> String {
    text.split(separator: "\n").map { "  \($0)\n" }.joined()
  }

  /// Names and values, objects taken apart, long values cut.
  private static func list(_ members: [String: JSON]) -> String {
    var table = TextTable([.left, .left])
    func add(_ name: String, _ value: JSON) {
      if case .object(let inner) = value, !inner.isEmpty {
        for (key, value) in inner.sorted(by: { $0.key < $1.key }) { add(name + "." + key, value) }
      } else {
        let text = value.string ?? value.inline
        table.add([name, text.count > 100 ? text.prefix(99) + "…" : text])
      }
    }
    for (name, value) in members.sorted(by: { $0.key < $1.key }) { add(name, value) }
    return table.text(indent: "  ")
  }

  // MARK: JSON

  package var json: JSON {
    [
      "artifact": .string(artifact.directory), "current": .bool(isCurrent),
      "digest": .string(artifact.digest.description), "content": .string(artifact.contentDigest.description),
      "manifest": (try? JSON(parsing: manifest.document)) ?? .null,
      "run": record.flatMap { try? JSON(parsing: $0.document) } ?? .null, "lineage": lineage.json,
    ]
  }
}
