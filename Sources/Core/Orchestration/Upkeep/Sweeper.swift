package import Artifacts
package import Chronology

/// Finds what nobody needs any more: old results, results of steps that are gone, leftovers and old logs.
///
/// The registry's versions are never touched. They are hard links, so that the folder of the step that made one may
/// go; the files stay as long as one name is left.
package struct Sweeper: Sendable {
  let store: ArtifactStore
  /// The steps of the pipeline file, and what each reads.
  let steps: [String: [String]]
  private let rules: SweepRules
  private let now: Instant

  package init(store: ArtifactStore, steps: [String: [String]], rules: SweepRules, now: Instant) {
    self.store = store
    self.steps = steps
    self.rules = rules
    self.now = now
  }

  /// What would go and what stays; nothing is changed.
  package func plan() -> SweepPlan {
    var plan = SweepPlan()
    let names = store.stepNames
    plan.orphans = names.filter { steps[$0] == nil && !store.resultNames(of: $0).isEmpty }
    plan.entries = names.flatMap(results(of:))
    for name in names {
      plan.entries += leftovers(in: store.directory(of: name), .step(name))
    }
    for model in store.modelNames {
      let directory = store.root + "/registry/" + model
      plan.entries += leftovers(in: directory, .model(model))
      plan.entries += leftovers(in: directory + "/versions", .model(model))
    }
    plan.entries += leftovers(in: store.root, .free) + leftovers(in: store.root + "/journal", .free) + logs()
    plan.bytesFreed = DiskUsage(of: plan.removed.map(\.path)).bytesFreed
    return plan
  }

  // MARK: Results

  private struct Candidate {
    var name: String
    var finished: Instant
    var seconds: Double?
  }

  private func results(of step: String) -> [SweepPlan.Entry] {
    let directory = store.directory(of: step)
    let candidates = store.resultNames(of: step).map { candidate($0, in: directory) }
      .sorted { ($1.finished, $1.name) < ($0.finished, $0.name) }
    let current = store.currentFolder(of: step)
    return candidates.enumerated().map { place, candidate in
      let verdict =
        steps[step] == nil
        ? verdictOnOrphan : verdict(on: candidate, place: place, isCurrent: candidate.name == current)
      let usage = DiskUsage(of: [directory + "/" + candidate.name])
      return SweepPlan.Entry(
        path: directory + "/" + candidate.name, place: .step(step), isResult: true, isRemoved: verdict.goes,
        reason: verdict.reason, bytes: usage.bytes, bytesFreed: usage.bytesFreed,
        secondsToMake: candidate.seconds)
    }
  }

  private func candidate(_ name: String, in directory: String) -> Candidate {
    let path = directory + "/" + name
    if let record = RunRecord(in: path) {
      let seconds = Double(record.finished.milliseconds - record.started.milliseconds) / 1000
      return Candidate(name: name, finished: record.finished, seconds: max(seconds, 0))
    }
    let changed = FileStamp(of: path + "/manifest.json") ?? FileStamp(of: path)
    return Candidate(name: name, finished: Instant(milliseconds: (changed?.modified ?? 0) / 1_000_000))
  }

  private var verdictOnOrphan: (goes: Bool, reason: String) {
    (rules.removesOrphans, SweepPlan.orphanReason)
  }

  private func verdict(on candidate: Candidate, place: Int, isCurrent: Bool) -> (goes: Bool, reason: String) {
    if isCurrent { return (false, "current") }
    if place < rules.newest { return (false, "among the newest \(rules.newest) of its step") }
    let age = Double(now.milliseconds - candidate.finished.milliseconds) / 1000
    if age < Double(rules.youngerThanSeconds) {
      return (false, "younger than \(Quantity.seconds(Double(rules.youngerThanSeconds)))")
    }
    return (true, "made \(Quantity.seconds(max(age, 0))) ago, and \(place) newer")
  }

  // MARK: What is no result

  private func leftovers(in directory: String, _ place: SweepPlan.Entry.Place) -> [SweepPlan.Entry] {
    Leftover.all(in: directory).filter { $0.kind != .unknown }.compactMap { leftover in
      let usage = DiskUsage(of: [leftover.path])
      let age = Double(now.milliseconds - usage.lastChange / 1_000_000) / 1000
      let limit = rules.seconds(for: leftover.kind)
      let isRemoved = age >= Double(limit)
      return SweepPlan.Entry(
        path: leftover.path, place: place, isResult: false, isRemoved: isRemoved,
        reason: leftover.kind.description
          + (isRemoved ? "" : "; younger than " + Quantity.seconds(Double(limit))),
        bytes: usage.bytes, bytesFreed: usage.bytesFreed)
    }
  }

  private func logs() -> [SweepPlan.Entry] {
    let directory = store.root + "/journal/logs"
    return Disk.names(in: directory).dropLast(rules.newestLogs).compactMap { name in
      let usage = DiskUsage(of: [directory + "/" + name])
      let age = Double(now.milliseconds - usage.lastChange / 1_000_000) / 1000
      guard age >= Double(rules.youngerThanSeconds) else { return nil }
      return SweepPlan.Entry(
        path: directory + "/" + name, place: .free, isResult: false, isRemoved: true,
        reason: "logs of a run \(Quantity.seconds(age)) ago", bytes: usage.bytes, bytesFreed: usage.bytesFreed
      )
    }
  }
}
