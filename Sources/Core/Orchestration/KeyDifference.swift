package import Artifacts
package import Configuration

/// What a step's key would count, as far as it is known before the inputs are.
package struct OwnFields: Sendable, Equatable {
  package var program: ProgramIdentity
  package var platform: [String: String]
  package var parameters: [String: JSON]
  /// Outside files.
  package var files: [Manifest.Input]
  package var outlook: Outlook

  /// Whether a manifest was made with these.
  func match(_ manifest: Manifest) -> Bool {
    program.digest == manifest.program.digest && program.name == manifest.program.name
      && platform == manifest.platform && parameters == manifest.parameters
      && Set(files.map(\.content))
        == Set(manifest.inputs.filter { $0.kind == nil && !$0.isSeen }.map(\.content))
  }

  /// Which of them differ from those that a manifest was made with, old first.
  func reasons(against manifest: Manifest) -> [Reason] {
    var reasons: [Reason] = []
    if program.digest != manifest.program.digest {
      reasons.append(.programChanged(from: manifest.program.digest, to: program.digest))
    }
    for fact in Set(platform.keys).union(manifest.platform.keys).sorted() {
      let (old, new) = (manifest.platform[fact] ?? "(none)", platform[fact] ?? "(none)")
      if old != new { reasons.append(.platformChanged(fact: fact, from: old, to: new)) }
    }
    reasons += Self.differences(.object(manifest.parameters), .object(parameters), path: "")
    for file in files {
      let old = manifest.inputs.first { $0.name == file.name && $0.kind == nil }
      if old?.content != file.content {
        reasons.append(.fileChanged(setting: file.name, from: old?.content, to: file.content))
      }
    }
    return reasons
  }

  /// The leaves in which two configurations differ.
  private static func differences(_ old: JSON, _ new: JSON, path: String) -> [Reason] {
    if old == new { return [] }
    if let oldBlocks = old.blocks, let newBlocks = new.blocks, oldBlocks.count == newBlocks.count {
      return zip(oldBlocks, newBlocks).enumerated().flatMap { place, pair in
        differences(pair.0, pair.1, path: "\(path).\(place)")
      }
    }
    guard let oldMembers = old.object, let newMembers = new.object else {
      return [.parameterChanged(path: path, from: old.brief, to: new.brief)]
    }
    return Set(oldMembers.keys).union(newMembers.keys).sorted().flatMap { key -> [Reason] in
      let inner = path.isEmpty ? key : path + "." + key
      switch (oldMembers[key], newMembers[key]) {
      case (let old?, let new?): return differences(old, new, path: inner)
      case (let old?, nil): return [.parameterChanged(path: inner, from: old.brief, to: "(none)")]
      case (nil, let new?): return [.parameterChanged(path: inner, from: "(none)", to: new.brief)]
      case (nil, nil): return []
      }
    }
  }
}

extension JSON {
  /// On a line, and cut where nobody would read on: a whole network is a thousand characters.
  fileprivate var brief: String {
    let text = inline
    return text.count > 60 ? text.prefix(48) + " …" : text
  }

  /// The elements of a list in which there are mappings, such as the blocks of a network.
  fileprivate var blocks: [JSON]? {
    guard let array, array.contains(where: { $0.object != nil }) else { return nil }
    return array
  }
}
