package import Artifacts

/// What a result was made from, and that from, back to files and servers.
package struct Lineage: Sendable, Equatable {
  package enum Origin: Sendable, Equatable {
    /// A result that is still there.
    case result(step: String, key: Digest, directory: String)
    /// A version of the registry.
    case version(model: String, number: Int, key: Digest, directory: String)
    /// A result that is there no longer.
    case gone(step: String, kind: Manifest.Kind)
    /// A file from outside, by the setting that named it.
    case file
    /// What a server said.
    case server(String)
  }

  /// The name under which the reader knew it; the step's own at the top.
  package var name: String
  package var origin: Origin
  /// The SHA-256 of the manifest, of the file, or of what was seen.
  package var digest: Digest
  package var sources: [Lineage]
  /// Whether its sources stand above already.
  package var isRepeated: Bool

  /// The lineage of an artifact, as far as what it was made from is still there.
  package init(of artifact: Artifact, in store: ArtifactStore) {
    var index = ManifestIndex(store: store)
    var told: Set<Digest> = [artifact.digest]
    name = artifact.manifest.step
    origin = index.origin(of: artifact)
    digest = artifact.digest
    isRepeated = false
    sources = artifact.manifest.inputs.map { Lineage($0, &index, &told) }
  }

  private init(_ input: Manifest.Input, _ index: inout ManifestIndex, _ told: inout Set<Digest>) {
    name = input.name
    digest = input.digest
    sources = []
    isRepeated = false
    guard let kind = input.kind else {
      origin = input.source.map(Origin.server) ?? .file
      return
    }
    guard let artifact = index.artifact(input.digest, step: input.source) else {
      origin = .gone(step: input.source ?? "?", kind: kind)
      return
    }
    origin = index.origin(of: artifact)
    isRepeated = !told.insert(artifact.digest).inserted
    if !isRepeated { sources = artifact.manifest.inputs.map { Lineage($0, &index, &told) } }
  }
}

/// Finds artifacts by the digest of their manifest; each step's results, and the registry's versions, are opened when
/// they are first asked for.
private struct ManifestIndex {
  private let store: ArtifactStore
  private var known: [Digest: Artifact] = [:]
  private var opened: Set<String> = []

  init(store: ArtifactStore) { self.store = store }

  /// The artifact of a digest: in the step that it came from, or in the registry, which keeps what a step may have
  /// lost.
  mutating func artifact(_ digest: Digest, step: String?) -> Artifact? {
    if let step, opened.insert(step).inserted {
      open(store.resultNames(of: step).map { store.directory(of: step) + "/" + $0 }, step: step)
    }
    if known[digest] == nil { openRegistry() }
    return known[digest]
  }

  private mutating func openRegistry() {
    for name in store.modelNames where opened.insert("registry/" + name).inserted {
      let model = RegisteredModel(name: name, in: store)
      open(model.versions.map(model.directory(ofVersion:)), step: name)
    }
  }

  private mutating func open(_ directories: [String], step: String) {
    for directory in directories {
      guard let artifact = try? Artifact(opening: directory, step: step) else { continue }
      // A result stands before the registry's copy of it.
      if known[artifact.digest] == nil { known[artifact.digest] = artifact }
    }
  }

  func origin(of artifact: Artifact) -> Lineage.Origin {
    let manifest = artifact.manifest
    let registry = store.root + "/registry/"
    guard artifact.directory.hasPrefix(registry),
      let model = artifact.directory.dropFirst(registry.count).split(separator: "/").first,
      let number = Int(Disk.lastComponent(of: artifact.directory))
    else { return .result(step: manifest.step, key: manifest.key, directory: artifact.directory) }
    return .version(
      model: String(model), number: number, key: manifest.key, directory: artifact.directory)
  }
}
