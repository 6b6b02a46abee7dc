package import Artifacts

/// Looks at everything that was published, and changes nothing.
package struct Verifier: Sendable {
  private let store: ArtifactStore
  private let isDeep: Bool
  private let threads: Int

  /// A deep look reads every file and compares its SHA-256; the other trusts sizes.
  package init(store: ArtifactStore, isDeep: Bool, threads: Int) {
    self.store = store
    self.isDeep = isDeep
    self.threads = threads
  }

  /// Looks at the results of `steps`, or at all steps and the registry for none.
  package func verify(steps: [String] = []) throws -> Verification {
    let known = store.stepNames
    if let missing = steps.first(where: { !known.contains($0) }) {
      throw UpkeepError.noStep(missing, root: store.root, known: known)
    }
    let models = steps.isEmpty ? store.modelNames.map { ModelInspection(name: $0, in: store) } : []
    let chosen = steps.isEmpty ? known : steps
    let places = chosen.flatMap(results(of:)) + models.flatMap(\.places)
    let inspections = ParallelWork.map(places, threads: threads) { ArtifactInspection($0) }

    var verification = Verification()
    verification.artifacts = places.count
    verification.findings = chosen.flatMap(surroundings(of:)) + inspections.flatMap(\.findings)
    let versions = Dictionary(grouping: inspections, by: \.place.step)
    for model in models { verification.findings += model.findings(versions: versions[model.owner] ?? []) }
    let files = FileCheck.grouped(inspections.flatMap(\.files))
    verification.files = files.count
    if isDeep {
      verification.bytes = files.reduce(0) { $0 + ($1.first?.bytes ?? 0) }
      verification.findings += ParallelWork.map(files, threads: threads, FileCheck.findings(in:)).flatMap(
        \.self)
    }
    return verification
  }

  private func results(of step: String) -> [ArtifactPlace] {
    let current = store.currentFolder(of: step)
    return store.resultNames(of: step).map { name in
      let remedy =
        name == current
        ? "make it anew: bin/pipeline run --force \(step)"
        : "it is not the current result: remove the folder, or keep it; nothing reads it"
      return ArtifactPlace(
        directory: store.directory(of: step) + "/" + name, step: step, folder: name, remedy: remedy)
    }
  }

  /// What lies beside the results of a step: its link, and what has no business there.
  private func surroundings(of step: String) -> [Finding] {
    let directory = store.directory(of: step)
    var findings = Leftover.all(in: directory).map { Finding($0) }
    for name in Disk.names(in: directory) where !name.hasPrefix(".") && name != "current" {
      guard !StepKey.isFolder(name), Leftover(named: name, in: directory) == nil else { continue }
      findings.append(
        Finding(.notice, directory + "/" + name, "it is no result, and none of our programs made it"))
    }
    return findings + [problemOfLink(in: directory, step: step)].compactMap(\.self)
  }

  private func problemOfLink(in directory: String, step: String) -> Finding? {
    let link = directory + "/current"
    let remedy = "bin/pipeline run \(step) puts it right"
    guard Disk.isPresent(link) else {
      let count = store.resultNames(of: step).count
      guard count > 0 else { return nil }
      return Finding(
        .notice, directory, "none of its \(Quantity.count(count, "result")) is current", remedy: remedy)
    }
    guard let target = Disk.destination(ofLink: link) else {
      return Finding(.damage, link, "it is no link", remedy: "remove it; \(remedy)")
    }
    guard StepKey.isFolder(target) else {
      return Finding(
        .damage, link, "it points to '\(target)', which is no result of this step", remedy: remedy)
    }
    guard Disk.exists(directory + "/" + target) else {
      return Finding(.damage, link, "it points to '\(target)', which is not there", remedy: remedy)
    }
    return nil
  }
}

extension Disk {
  /// Whether something is at `path`, were it a link to nothing.
  static func isPresent(_ path: String) -> Bool { exists(path) || destination(ofLink: path) != nil }
}
