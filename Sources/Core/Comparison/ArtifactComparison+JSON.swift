package import Artifacts
private import Chronology

extension ArtifactComparison {
  /// All of it, for programs.
  package var json: JSON {
    [
      "verdict": .string(verdict.rawValue), "same": .bool(isSame), "summary": .string(summary),
      "old": Self.outline(of: old), "new": Self.outline(of: new),
      "tolerance": ["relative": .number(tolerance.relative), "absolute": .number(tolerance.absolute)],
      "parameters": .array(parameters.map(\.json)), "platform": .array(platform.map(\.json)),
      "inputs": .array(inputs.map(\.json)), "facts": .array(facts.map(\.json)),
      "metrics": .array(metrics.map(\.json)), "files": .array(files.map(\.json)),
      "arrays": .array(arrays.map(\.json)), "rows": rows?.json ?? .null,
    ]
  }

  private static func outline(of artifact: Artifact) -> JSON {
    let manifest = artifact.manifest
    return [
      "path": .string(artifact.directory), "kind": .string(manifest.kind.rawValue),
      "step": .string(manifest.step),
      "key": .string(manifest.key.hex), "digest": .string(artifact.digest.description),
      "content": .string(artifact.contentDigest.description),
      "program": [
        "name": .string(manifest.program.name), "version": .string(manifest.program.version),
        "digest": .string(manifest.program.digest.description),
      ],
    ]
  }
}

extension FieldChange {
  fileprivate var json: JSON { ["path": .string(path), "old": old ?? .null, "new": new ?? .null] }
}

extension MetricChange {
  fileprivate var json: JSON {
    func number(_ value: Double?) -> JSON { value.flatMap { $0.isFinite ? .number($0) : nil } ?? .null }
    return [
      "name": .string(name), "old": number(old), "new": number(new), "difference": number(difference),
      "relative": number(relative),
    ]
  }
}

extension InputChange {
  fileprivate var json: JSON {
    func content(_ input: Manifest.Input?) -> JSON { input.map { .string($0.content.description) } ?? .null }
    return ["name": .string(name), "old": content(old), "new": content(new)]
  }
}

extension FileChange {
  fileprivate var json: JSON {
    var members: [String: JSON] = [
      "file": .string(file), "old": old.map { .string($0.description) } ?? .null,
      "new": new.map { .string($0.description) } ?? .null,
    ]
    if let line {
      members["line"] = ["number": JSON(line.number), "old": .string(line.old), "new": .string(line.new)]
    }
    return .object(members)
  }
}

extension RowChanges {
  fileprivate var json: JSON {
    func span(_ span: RowSpan) -> JSON {
      [
        "count": JSON(span.count), "first": span.first.map { .string($0.description) } ?? .null,
        "last": span.last.map { .string($0.description) } ?? .null,
      ]
    }
    return [
      "old": JSON(oldCount), "new": JSON(newCount), "added": span(added), "removed": span(removed),
      "revised": span(revised), "prefixIdentical": .bool(isPrefixIdentical),
      "addedEntities": JSON(addedEntities), "removedEntities": JSON(removedEntities),
    ]
  }
}
