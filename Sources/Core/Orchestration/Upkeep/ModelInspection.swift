import Artifacts
private import Registry

/// One name of the model registry: its log, its versions and its aliases, compared with each other.
struct ModelInspection: Sendable {
  private let model: RegisteredModel
  private let log: Result<RegistryLog, RegistryError>

  init(name: String, in store: ArtifactStore) {
    model = RegisteredModel(name: name, in: store)
    let path = model.log
    log = Result { () throws(RegistryError) in try RegistryLog(reading: path) }
  }

  /// What its versions are known by among all artifacts.
  var owner: String { "registry/" + model.name }

  var places: [ArtifactPlace] {
    model.versions.map { number in
      ArtifactPlace(
        directory: model.directory(ofVersion: number), step: owner, folder: nil,
        remedy: "run the step that registers '\(model.name)' with --force: it copies the model anew")
    }
  }

  /// What is wrong with it; `versions` are its inspected places.
  func findings(versions: [ArtifactInspection]) -> [Finding] {
    let leftovers = Leftover.all(in: model.directory) + Leftover.all(in: model.directory + "/versions")
    let found = leftovers.map { Finding($0) }
    switch log {
    case .failure(.artifact(.brokenLog(let path, let line))):
      let problem = "the chain is broken at line \(line): a line was changed, taken out or put in"
      let remedy = "restore the file from a backup, or move the registry's folder away and register anew"
      return found + [Finding(.damage, path, problem, remedy: remedy)]
    case .failure(let error): return found + [Finding(.damage, model.log, "\(error)")]
    case .success(let log):
      return found + tornLine(log) + aliases(log) + missing(log)
        + versions.flatMap { findings(of: $0, in: log) }
    }
  }

  private func tornLine(_ log: RegistryLog) -> [Finding] {
    guard let size = Disk.size(of: model.log), size > log.validBytes else { return [] }
    let problem = "its last line was cut off while it was written, and never counted"
    return [Finding(.leftover, model.log, problem, remedy: "the next registration drops it")]
  }

  private func aliases(_ log: RegistryLog) -> [Finding] {
    let path = model.directory + "/aliases.json"
    let written = (try? Disk.read(path, limit: 1 << 20)).flatMap { try? JSON(parsing: $0) }
    if written == .object(log.aliases.mapValues { JSON($0) }) { return [] }
    if written == nil, log.aliases.isEmpty, !Disk.isPresent(path) { return [] }
    let means = log.aliases.sorted { $0.key < $1.key }.map { "\($0.key) is version \($0.value)" }
    let problem = "it is not what the log says: \(means.joined(separator: ", "))"
    return [
      Finding(.damage, path, problem, remedy: "run the step that registers '\(model.name)' with --force")
    ]
  }

  /// Versions that the log knows and that are gone.
  private func missing(_ log: RegistryLog) -> [Finding] {
    let there = Set(model.versions)
    return Set(log.entries.compactMap(\.version)).subtracting(there).sorted().map { number in
      let remedy = "restore it from a backup, or run the step that registers '\(model.name)' with --force"
      return Finding(
        .damage, model.directory(ofVersion: number), "the log knows this version, and it is not there",
        remedy: remedy)
    }
  }

  private func findings(of version: ArtifactInspection, in log: RegistryLog) -> [Finding] {
    let directory = version.place.directory
    guard let number = Int(Disk.lastComponent(of: directory)) else { return [] }
    let entries = log.entries.filter { $0.version == number }
    guard !entries.isEmpty else {
      let problem = "the log does not know this version; its registration was cut off"
      return [
        Finding(.notice, directory, problem, remedy: "the next registration of the same model takes it up")
      ]
    }
    var findings: [Finding] = []
    if let digest = version.digest, entries.contains(where: { $0.model != digest }) {
      let problem = "it is another model than the one that the log says was registered"
      findings.append(Finding(.damage, directory, problem, remedy: version.place.remedy))
    }
    let evidence = try? Disk.digest(of: directory + "/evaluation.json")
    if !entries.contains(where: { $0.evidence == evidence }) {
      let problem = "it is not the evidence that the log recorded"
      findings.append(
        Finding(.damage, directory + "/evaluation.json", problem, remedy: "restore it from a backup"))
    }
    return findings
  }
}
