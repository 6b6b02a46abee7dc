private import Glibc

/// An artifact in the making: a hidden folder beside the place where it will stand, renamed there in one step
/// when everything is in it and on the disk.
///
/// A class, because it guards that folder.
package final class Publication {
  /// The hidden folder.
  package let directory: String
  private let store: ArtifactStore
  private let step: String
  private var key: StepKey
  private var arrays: [Manifest.ArrayEntry] = []
  private var files: [Manifest.FileEntry] = []
  private var isFinished = false

  /// Makes the hidden folder.
  ///
  /// The caller holds the step's lock, so hidden folders that are there already belong to runs that died, and
  /// are swept away.
  package init(in store: ArtifactStore, step: String, key: StepKey) throws(ArtifactError) {
    self.store = store
    self.step = step
    self.key = key
    let parent = store.directory(of: step)
    directory = parent + "/.making-\(getpid())"
    do {
      for name in Disk.names(in: parent) where name.hasPrefix(".making-") { Disk.remove(parent + "/" + name) }
      try Disk.createDirectory(directory)
    } catch { throw .disk(error) }
  }

  deinit { if !isFinished { discard() } }

  /// Removes what was written so far.
  package func discard() { Disk.remove(directory) }

  // MARK: Contents

  /// A writer for an array that is made piece by piece.
  package func writer<Element: ArrayElement>(
    _ name: String, of type: Element.Type, shape: [Int], axes: [String], unit: String = ""
  ) throws(ArtifactError) -> ArrayWriter<Element> {
    let path = place(for: name, suffix: ".npy")
    do {
      return try ArrayWriter(path: path, name: name, shape: shape, axes: axes, unit: unit) {
        [weak self] entry in
        self?.arrays.append(entry)
      }
    } catch { throw .disk(error) }
  }

  /// An array of rows whose number is known only at the end.
  ///
  /// `rowShape` is the shape of one row: [] for a vector, [C] for a matrix.
  package func growingArray<Element: ArrayElement>(
    _ name: String, of type: Element.Type, rowShape: [Int] = [], axes: [String], unit: String = ""
  ) throws(DiskError) -> GrowingArray<Element> {
    let path = place(for: name, suffix: ".npy")
    return try GrowingArray(path: path, name: name, rowShape: rowShape, axes: axes, unit: unit) {
      [weak self] entry in self?.arrays.append(entry)
    }
  }

  /// Writes a whole array.
  package func write<Element: ArrayElement>(
    _ name: String, _ values: [Element], shape: [Int]? = nil, axes: [String], unit: String = ""
  ) throws(ArtifactError) {
    let writer = try writer(name, of: Element.self, shape: shape ?? [values.count], axes: axes, unit: unit)
    do {
      try writer.append(values)
      try writer.finish()
    } catch { throw .disk(error) }
  }

  /// Writes a file meant for people.
  package func write(file name: String, mediaType: String, contents: [UInt8]) throws(ArtifactError) {
    let path = place(for: name, suffix: "")
    do { try Disk.create(path, contents: contents) } catch { throw .disk(error) }
    files.append(
      Manifest.FileEntry(
        name: String(name.prefix { $0 != "." }), file: name, mediaType: mediaType,
        digest: Digest(of: contents)))
  }

  private func place(for name: String, suffix: String) -> String {
    precondition(ArtifactName.isValid(name + suffix), "'\(name)' is no name for a file of an artifact")
    return directory + "/" + name + suffix
  }

  /// The digest of all arrays so far, by name.
  package var digestOfArrays: Digest {
    let entries = arrays.sorted { $0.name < $1.name }
    return Digest(of: entries.map { "\($0.digest.hex)  \($0.name)\n" }.joined())
  }

  // MARK: Publishing

  /// Changes the key to one that counts what the program saw of the world while it made the artifact.
  package func settle(_ key: StepKey) { self.key = key }

  /// Completes the artifact and publishes it under its key.
  ///
  /// When the key is published already, with the same content, that earlier result stands; a damaged one is
  /// moved aside and replaced. Other content under the same key is an error, except for an act on something
  /// outside (`supersedes`), which may come out differently when that is no longer what it was.
  package func publish(
    kind: Manifest.Kind, facts: [String: JSON], metrics: [String: Double] = [:], supersedes: Bool = false,
    record: (Digest) -> RunRecord
  ) throws(ArtifactError) -> Artifact {
    let manifest = Manifest(
      kind: kind, step: step, key: key.digest, program: key.program, platform: key.platform,
      parameters: key.parameters, inputs: key.inputs, arrays: arrays.sorted { $0.name < $1.name },
      files: files.sorted { $0.name < $1.name }, facts: facts, metrics: metrics)
    let document = manifest.document
    do {
      try Disk.create(directory + "/run.json", contents: record(Digest(of: document)).document)
      try Disk.create(directory + "/manifest.json", contents: document)
      for name in Disk.names(in: directory) { try Disk.setMode(0o444, of: directory + "/" + name) }
      try Disk.synchronizeDirectory(directory)
      try putInPlace(contentDigest: manifest.contentDigest, supersedes: supersedes)
    } catch let error as DiskError {
      throw .disk(error)
    } catch let error as ArtifactError {
      throw error
    } catch {
      preconditionFailure("an unforeseen kind of error: \(error)")
    }
    try store.setCurrent(of: step, to: key.digest)
    return try Artifact(opening: store.directory(of: step, key: key.digest), step: step)
  }

  private func putInPlace(contentDigest: Digest, supersedes: Bool) throws {
    let target = store.directory(of: step, key: key.digest)
    let parent = store.directory(of: step)
    if try !Disk.renameFolderExclusively(directory, to: target) {
      let earlier = try? Artifact(opening: target, step: step)
      let isIntact = earlier?.isIntact() ?? false
      if let earlier, isIntact, earlier.contentDigest == contentDigest {
        discard()
        isFinished = true
        return
      }
      if let earlier, isIntact, !supersedes {
        throw ArtifactError.notReproducible(
          artifact: target, published: earlier.contentDigest, made: contentDigest)
      }
      let aside = parent + (isIntact ? "/.superseded-" : "/.damaged-") + StepKey.folder(of: key.digest)
      Disk.remove(aside)
      try Disk.rename(target, to: aside)
      try Disk.rename(directory, to: target)
    }
    isFinished = true
    try Disk.synchronizeDirectory(parent)
  }
}
