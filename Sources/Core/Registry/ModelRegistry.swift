package import Artifacts

/// One name's versions: `registry/<name>/`, written by one process at a time, readable by all at any time.
///
/// Order of writing: the version's folder by an exclusive rename, then the log line that acknowledges it, then the
/// aliases that follow from the log. Whatever is cut off between two of these is completed by the next run.
package struct ModelRegistry: Sendable {
  private let model: RegisteredModel
  private let stamp: Stamp

  package init(name: String, in store: ArtifactStore, stamp: Stamp) {
    model = RegisteredModel(name: name, in: store)
    self.stamp = stamp
  }

  /// What became of a model.
  package struct Registration: Sendable, Equatable {
    package var version: Int
    /// The champion before this version first became it.
    package var championBefore: Int?
    package var championAfter: Int
  }

  /// Makes a model the next version, or finds the version that it already is, and makes it champion.
  package func register(
    _ artifact: Artifact, evidence: JSON, reason: String
  ) throws(RegistryError) -> Registration {
    try writing { log throws(RegistryError) in
      let document = Array(evidence.document.utf8)
      let digest = Digest(of: document)
      let version: Int
      do { version = try self.version(holding: artifact, evaluation: document, log: log) } catch {
        throw Self.wrapped(error)
      }
      if log.version(of: artifact.digest) == nil {
        try append(
          log.append(
            .register, version: version, model: artifact.digest, reason: reason, evidence: digest, stamp: stamp))
      }
      if log.aliases[RegisteredModel.champion] != version {
        try append(
          log.append(
            .promote, version: version, alias: RegisteredModel.champion, model: artifact.digest, reason: reason,
            evidence: digest, stamp: stamp))
      }
      return Registration(
        version: version, championBefore: log.champion(beforeVersion: version), championAfter: version)
    }
  }

  /// Makes a version champion again; false when there is no such version of this model any more.
  package func promote(version: Int, of digest: Digest, reason: String) throws(RegistryError) -> Bool {
    guard Disk.exists(model.directory(ofVersion: version) + "/manifest.json") else { return false }
    return try writing { log throws(RegistryError) in
      guard let known = try? model.artifact(ofVersion: version, madeBy: model.name), known.digest == digest else {
        return false
      }
      if log.aliases[RegisteredModel.champion] != version {
        try append(
          log.append(
            .promote, version: version, alias: RegisteredModel.champion, model: digest, reason: reason,
            evidence: Digest(of: ""), stamp: stamp))
      }
      return true
    }
  }

  /// Writes down that a model was refused, and why; once for the same model and the same evidence.
  package func recordRefusal(of digest: Digest, evidence: JSON, reason: String) throws(RegistryError) {
    let evidenceDigest = Digest(of: evidence.document)
    try writing { log throws(RegistryError) in
      let last = log.entries.last
      guard last?.operation != .refuse || last?.model != digest || last?.evidence != evidenceDigest else { return }
      try append(
        log.append(.refuse, version: nil, model: digest, reason: reason, evidence: evidenceDigest, stamp: stamp))
    }
  }

  // MARK: Writing

  private var logPath: String { model.directory + "/log.jsonl" }

  /// Runs `body` as the only writer, with the log as it is; the aliases are rewritten when they are behind.
  private func writing<Result>(
    _ body: (inout RegistryLog) throws(RegistryError) -> Result
  ) throws(RegistryError) -> Result {
    let lock = try takeLock()
    var log = try RegistryLog(reading: logPath)
    if let size = Disk.size(of: logPath), size > log.validBytes {
      do { try Disk.truncate(logPath, to: log.validBytes) } catch { throw .artifact(.disk(error)) }
    }
    let result = try body(&log)
    let aliases = Array(JSON.object(log.aliases.mapValues { JSON($0) }).document.utf8)
    let path = model.directory + "/aliases.json"
    do {
      if (try? Disk.read(path)) != aliases { try Disk.replace(path, contents: aliases) }
    } catch { throw .artifact(.disk(error)) }
    extendLifetime(lock)
    return result
  }

  private func takeLock() throws(RegistryError) -> OpenFile {
    do {
      try Disk.createDirectory(model.directory + "/versions")
      let lock = try OpenFile(appending: model.directory + "/.lock")
      try lock.lock()
      return lock
    } catch { throw .artifact(.disk(error)) }
  }

  private func append(_ line: [UInt8]) throws(RegistryError) {
    do {
      let file = try OpenFile(appending: logPath)
      try file.write(line)
      try file.synchronize()
    } catch { throw .artifact(.disk(error)) }
  }

  // MARK: Versions

  /// The version that holds this very model: the one that the log or its folder shows it to be, put right when
  /// it is damaged, or else a new one.
  private func version(holding artifact: Artifact, evaluation: [UInt8], log: RegistryLog) throws -> Int {
    let unacknowledged = model.versions.last { number in
      (try? model.artifact(ofVersion: number, madeBy: model.name))?.digest == artifact.digest
    }
    guard let number = log.version(of: artifact.digest) ?? unacknowledged else {
      return try createVersion(of: artifact, evaluation: evaluation)
    }
    let known = try? model.artifact(ofVersion: number, madeBy: model.name)
    if let known, known.digest == artifact.digest, known.isIntact() { return number }
    let place = model.directory(ofVersion: number)
    if Disk.exists(place) {
      let aside = model.directory + "/versions/.damaged-\(number)"
      Disk.remove(aside)
      try Disk.rename(place, to: aside)
    }
    return try createVersion(of: artifact, evaluation: evaluation, number: number)
  }

  /// Links the model's files into a hidden folder and renames that to its number, or to the first free one.
  private func createVersion(of artifact: Artifact, evaluation: [UInt8], number chosen: Int? = nil) throws -> Int {
    let making = model.directory + "/versions/.making"
    Disk.remove(making)
    try Disk.createDirectory(making)
    for name in Disk.names(in: artifact.directory) {
      try Disk.linkOrCopy(artifact.directory + "/" + name, to: making + "/" + name)
    }
    try Disk.create(making + "/evaluation.json", contents: evaluation, mode: 0o444)
    try Disk.synchronizeDirectory(making)
    var number = chosen ?? (model.versions.last ?? 0) + 1
    while try !Disk.renameFolderExclusively(making, to: model.directory(ofVersion: number)) { number += 1 }
    try Disk.synchronizeDirectory(model.directory + "/versions")
    return number
  }

  private static func wrapped(_ error: any Error) -> RegistryError {
    if let error = error as? DiskError { return .artifact(.disk(error)) }
    preconditionFailure("an unforeseen kind of error: \(error)")
  }
}
