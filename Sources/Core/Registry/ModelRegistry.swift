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
    /// The SHA-256 of the version's manifest.
    package var model: Digest
    /// The champion before this version first became it.
    package var championBefore: Int?
    package var championAfter: Int
  }

  /// Makes a model the next version, or finds the version that it already is, and makes it champion.
  package func register(
    _ artifact: Artifact, evidence: JSON, reason: String
  ) throws(RegistryError) -> Registration {
    try writing { log throws(RegistryError) in
      let document = evidence.documentBytes
      let digest = Digest(of: document)
      let version: Artifact
      let number: Int
      let isMended: Bool
      do {
        (number, version, isMended) = try self.version(holding: artifact, evaluation: document, log: log)
      } catch { throw Self.wrapped(error) }
      // A version that was put right is held against today's gates, and the log must know that evidence too.
      if isMended || log.registration(ofContent: version.contentDigest)?.version != number {
        try append(
          log.append(.register, of: version, version: number, reason: reason, evidence: digest, stamp: stamp))
      }
      if log.aliases[RegisteredModel.champion] != number {
        try append(
          log.append(
            .promote, of: version, version: number, alias: RegisteredModel.champion, reason: reason,
            evidence: digest,
            stamp: stamp))
      }
      return Registration(
        version: number, model: version.digest, championBefore: log.champion(beforeVersion: number),
        championAfter: number)
    }
  }

  /// Makes a version champion again; false when there is no such version of this model any more.
  package func promote(version number: Int, of digest: Digest, reason: String) throws(RegistryError) -> Bool {
    guard Disk.exists(model.directory(ofVersion: number) + "/manifest.json") else { return false }
    return try writing { log throws(RegistryError) in
      guard let version = try? model.artifact(ofVersion: number, madeBy: model.name), version.digest == digest
      else {
        return false
      }
      if log.aliases[RegisteredModel.champion] != number {
        try append(
          log.append(
            .promote, of: version, version: number, alias: RegisteredModel.champion, reason: reason,
            evidence: Digest(of: ""), stamp: stamp))
      }
      return true
    }
  }

  /// Writes down that a model was refused, and why; once for the same model and the same evidence.
  package func recordRefusal(of artifact: Artifact, evidence: JSON, reason: String) throws(RegistryError) {
    let digest = Digest(of: evidence.documentBytes)
    try writing { log throws(RegistryError) in
      let last = log.entries.last
      guard last?.operation != .refuse || last?.model != artifact.digest || last?.evidence != digest else {
        return
      }
      try append(
        log.append(.refuse, of: artifact, version: nil, reason: reason, evidence: digest, stamp: stamp))
    }
  }

  // MARK: Writing

  /// Runs `body` as the only writer, with the log as it is; the aliases are rewritten when they are behind.
  private func writing<Result>(
    _ body: (inout RegistryLog) throws(RegistryError) -> Result
  ) throws(RegistryError) -> Result {
    let lock = try takeLock()
    var log = try RegistryLog(reading: model.log)
    if let size = Disk.size(of: model.log), size > log.validBytes {
      do { try Disk.truncate(model.log, to: log.validBytes) } catch { throw .artifact(.disk(error)) }
    }
    let result = try body(&log)
    let aliases = JSON.object(log.aliases.mapValues { JSON($0) }).documentBytes
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
      let file = try OpenFile(appending: model.log)
      try file.write(line)
      try file.synchronize()
    } catch { throw .artifact(.disk(error)) }
  }

  // MARK: Versions

  /// The version that holds this very model: the one that the log, or an unacknowledged folder, shows it to be, put
  /// right from the model itself when it is damaged; or else a new one.
  private func version(
    holding artifact: Artifact, evaluation: [UInt8], log: RegistryLog
  ) throws -> (number: Int, version: Artifact, isMended: Bool) {
    let acknowledged = Set(log.entries.compactMap(\.version))
    let candidates = model.versions.reversed().filter { !acknowledged.contains($0) }
    let registered = log.registration(ofContent: artifact.contentDigest)
    for number in [registered?.version].compactMap({ $0 }) + candidates {
      guard let known = try intactVersion(number), known.contentDigest == artifact.contentDigest else {
        continue
      }
      return (number, known, false)
    }
    let number: Int
    let isMended: Bool
    if let registered, registered.model == artifact.digest, let damaged = registered.version {
      let place = model.directory(ofVersion: damaged)
      if Disk.exists(place) {
        let aside = model.directory + "/versions/.damaged-\(damaged)"
        Disk.remove(aside)
        try Disk.rename(place, to: aside)
      }
      (number, isMended) = (damaged, true)
    } else {
      // A number that the log knows is never given again, even when its folder is gone.
      number = max(acknowledged.max() ?? 0, model.versions.last ?? 0) + 1
      isMended = false
    }
    let made = try createVersion(number, of: artifact, evaluation: evaluation)
    return (made, try model.artifact(ofVersion: made, madeBy: model.name), isMended)
  }

  /// A version, or nil when something is wrong with it; a disk that fails says nothing about the version.
  private func intactVersion(_ number: Int) throws(ArtifactError) -> Artifact? {
    do throws(ArtifactError) {
      let version = try model.artifact(ofVersion: number, madeBy: model.name)
      try version.verify()
      return version
    } catch {
      if case .disk(let cause) = error, !cause.isMissingFile { throw error }
      return nil
    }
  }

  /// Links the model's files into a hidden folder and renames that to its number, or to the first free one from there.
  private func createVersion(_ first: Int, of artifact: Artifact, evaluation: [UInt8]) throws -> Int {
    let making = model.directory + "/versions/.making"
    Disk.remove(making)
    try Disk.createDirectory(making)
    // By the manifest and not by what the folder lists: a list that cannot be read looks like an empty one.
    let manifest = artifact.manifest
    var names = manifest.arrays.map(\.file) + manifest.files.map(\.file) + ["manifest.json"]
    if Disk.exists(artifact.directory + "/run.json") { names.append("run.json") }
    for name in names {
      try Disk.linkOrCopy(artifact.directory + "/" + name, to: making + "/" + name)
    }
    try Disk.create(making + "/evaluation.json", contents: evaluation, mode: 0o444)
    try Disk.synchronizeDirectory(making)
    var number = first
    while try !Disk.renameFolderExclusively(making, to: model.directory(ofVersion: number)) { number += 1 }
    try Disk.synchronizeDirectory(model.directory + "/versions")
    return number
  }

  private static func wrapped(_ error: any Error) -> RegistryError {
    if let error = error as? DiskError { return .artifact(.disk(error)) }
    if let error = error as? ArtifactError { return .artifact(error) }
    preconditionFailure("an unforeseen kind of error: \(error)")
  }
}
