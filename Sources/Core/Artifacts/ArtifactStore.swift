/// The folder `artifacts/`: one folder a step, in it one folder a result and the link `current`.
package struct ArtifactStore: Sendable {
  package let root: String

  package init(root: String) { self.root = root }

  package func directory(of step: String) -> String { root + "/" + step }

  package func directory(of step: String, key: Digest) -> String {
    directory(of: step) + "/" + StepKey.folder(of: key)
  }

  /// Folders of `artifacts/` that belong to no step.
  package static let reservedNames: Set<String> = ["registry", "store", "journal"]

  // MARK: Reading

  /// The folder name that `current` points to, or nil when the step has published nothing.
  package func currentFolder(of step: String) -> String? {
    guard let folder = Disk.destination(ofLink: directory(of: step) + "/current"),
      ArtifactName.isValid(folder)
    else { return nil }
    return folder
  }

  /// The step's current result.
  package func current(of step: String) throws(ArtifactError) -> Artifact {
    guard let folder = currentFolder(of: step) else { throw .missing(step: step) }
    return try Artifact(opening: directory(of: step) + "/" + folder, step: step)
  }

  /// The step's result under a key, or nil when there is none.
  package func result(of step: String, key: Digest) throws(ArtifactError) -> Artifact? {
    let path = directory(of: step, key: key)
    guard Disk.exists(path + "/manifest.json") else { return nil }
    return try Artifact(opening: path, step: step)
  }

  /// A result that was made with the key's program, settings and inputs, whatever its program saw of the world: the
  /// current one before others; nil when there is none.
  package func seenResult(of step: String, like key: StepKey) -> Artifact? {
    results(of: step).first { key.matches($0.manifest) }
  }

  /// All whole results of a step, the current one first.
  package func results(of step: String) -> some Sequence<Artifact> {
    let current = currentFolder(of: step)
    let others = resultNames(of: step).filter { $0 != current }
    return ([current].compactMap(\.self) + others).lazy
      .compactMap { try? Artifact(opening: directory(of: step) + "/" + $0, step: step) }
  }

  /// What a reader of the step got when that had this content: a result, or, of a step that registers, a version of
  /// the model; nil when it is there no longer.
  package func input(from step: String, content: Digest) -> Artifact? {
    if let found = results(of: step).first(where: { $0.contentDigest == content }) { return found }
    guard let name = (try? current(of: step))?.manifest.facts["name"]?.string else { return nil }
    let model = RegisteredModel(name: name, in: self)
    return model.versions.lazy.compactMap { try? model.artifact(ofVersion: $0, madeBy: step) }
      .first { $0.contentDigest == content }
  }

  // MARK: Writing

  /// Makes a published result the step's current one.
  ///
  /// A loss of power may undo that unless it is durable; the next plan then finds the earlier result current, and
  /// goes on from there.
  package func setCurrent(of step: String, to key: Digest, isDurable: Bool = true) throws(ArtifactError) {
    let folder = StepKey.folder(of: key)
    guard currentFolder(of: step) != folder else { return }
    do {
      try Disk.replaceLink(
        directory(of: step) + "/current", destination: folder, isDurable: isDurable)
    } catch { throw .disk(error) }
  }
}
