package import Artifacts
private import Comparison
package import Configuration

/// What a step's key would count, as far as it is known before the inputs are.
package struct OwnFields: Sendable, Equatable {
  package var program: ProgramIdentity
  package var platform: [String: String]
  package var parameters: [String: JSON]
  /// Outside files.
  package var files: [Manifest.Input]
  package var outlook: Outlook

  package init(
    program: ProgramIdentity, platform: [String: String], parameters: [String: JSON], files: [Manifest.Input],
    outlook: Outlook
  ) {
    self.program = program
    self.platform = platform
    self.parameters = parameters
    self.files = files
    self.outlook = outlook
  }

  /// Those that a result was made with.
  init(made manifest: Manifest) {
    self.init(
      program: manifest.program, platform: manifest.platform, parameters: manifest.parameters,
      files: manifest.inputs.filter { $0.kind == nil && !$0.isSeen }, outlook: .none)
  }

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
    reasons += FieldChange.all(from: manifest.parameters, to: parameters).map { change in
      .parameterChanged(
        path: change.path, from: change.old?.inline.brief ?? "(none)",
        to: change.new?.inline.brief ?? "(none)")
    }
    for file in files {
      let old = manifest.inputs.first { $0.name == file.name && $0.kind == nil }
      if old?.content != file.content {
        reasons.append(.fileChanged(setting: file.name, from: old?.content, to: file.content))
      }
    }
    return reasons
  }
}
