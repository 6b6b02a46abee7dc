/// A published result: its manifest, and its arrays when they are asked for.
///
/// Nothing is believed unseen: the manifest is checked when the artifact is opened, and the digest of each
/// file when it is read.
package struct Artifact: Sendable {
  package let directory: String
  /// The step that made it, for the remedy in messages.
  package let step: String
  package let manifest: Manifest
  /// The SHA-256 of `manifest.json`, which pins every byte of the artifact.
  package let digest: Digest
  package let contentDigest: Digest

  package init(opening directory: String, step: String) throws(ArtifactError) {
    self.directory = directory
    self.step = step
    let path = directory + "/manifest.json"
    let bytes: [UInt8]
    do { bytes = try Disk.read(published: path, limit: 64 << 20) } catch {
      throw error.isMissingFile ? .noManifest(artifact: directory, step: step) : .disk(error)
    }
    digest = Digest(of: bytes)
    do { manifest = try Manifest(parsing: bytes) } catch {
      throw .manifest(path: path, problem: error, step: step)
    }
    // The volatile record keeps the digest of the manifest it was published with: a flipped bit that still
    // parses is caught by it. Without the record (it is disposable) the manifest stands for itself.
    if let record = RunRecord(in: directory), record.manifest != digest {
      throw .digest(path: path, recorded: record.manifest, found: digest, step: step)
    }
    contentDigest = manifest.contentDigest
  }

  /// Demands that the artifact is of one kind.
  package func expecting(_ kind: Manifest.Kind) throws(ArtifactError) -> Artifact {
    guard manifest.kind == kind else {
      throw .wrongKind(artifact: directory, expected: kind, found: manifest.kind)
    }
    return self
  }

  // MARK: Arrays

  /// Reads an array and checks its digest and its shape; nil in `shape` stands for any extent.
  package func array<Element: ArrayElement>(
    _ name: String, of type: Element.Type = Element.self, shape: [Int?]
  ) throws(ArtifactError) -> NumPyArray<Element> {
    guard let entry = manifest.array(name) else { throw .noArray(artifact: directory, name: name) }
    let path = directory + "/" + entry.file
    let (array, digest): (NumPyArray<Element>, Digest)
    do { (array, digest) = try NumPyArray<Element>.read(path) } catch {
      throw .array(path: path, problem: error, step: step)
    }
    guard digest == entry.digest else {
      throw .digest(path: path, recorded: entry.digest, found: digest, step: step)
    }
    let fits =
      array.shape.count == shape.count && zip(array.shape, shape).allSatisfy { $1 == nil || $0 == $1 }
    guard fits else {
      let expected = "[" + shape.map { $0.map(String.init) ?? "·" }.joined(separator: ", ") + "]"
      throw .shape(path: path, expected: expected, found: array.shape)
    }
    return array
  }

  // MARK: Facts

  package func fact(_ name: String) throws(ArtifactError) -> JSON {
    guard let value = manifest.facts[name] else { throw .noFact(artifact: directory, name: name) }
    return value
  }

  /// A fact read by `read`, which gives nil when it is malformed.
  package func fact<Value>(_ name: String, _ read: (JSON) -> Value?) throws(ArtifactError) -> Value {
    guard let value = read(try fact(name)) else { throw .noFact(artifact: directory, name: name) }
    return value
  }

  // MARK: Integrity

  /// The first file whose size or presence gives it away without being read, or nil.
  ///
  /// This is what the orchestrator checks on every run; reading checks the digest as well.
  package func firstFileMissingOrCut() -> String? {
    let files = manifest.expectedFiles
    return ArtifactOutline.indexOfMissingOrCut(files, in: directory).map { files[$0].name }
  }

  /// Reads every file and compares it with its recorded digest.
  package func verify() throws(ArtifactError) {
    let files = manifest.arrays.map { ($0.file, $0.digest) } + manifest.files.map { ($0.file, $0.digest) }
    for (file, recorded) in files {
      let path = directory + "/" + file
      let found: Digest
      do { found = try Disk.digest(ofPublished: path) } catch { throw .disk(error) }
      guard found == recorded else { throw .digest(path: path, recorded: recorded, found: found, step: step) }
    }
  }

  /// Whether every file of the artifact still has its recorded digest.
  package func isIntact() -> Bool { (try? verify()) != nil }
}
