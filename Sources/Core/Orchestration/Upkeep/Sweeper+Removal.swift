private import Artifacts

extension Sweeper {
  /// What came of a sweep.
  package struct Outcome: Sendable, Equatable {
    package var removed: [String] = []
    /// What stayed after all, and why.
    package var spared: [String: String] = [:]
    package var bytesFreed = 0
  }

  /// Removes what a plan says goes.
  ///
  /// Results of a step are removed under its lock and those of its readers, so that no run of any of them is under
  /// way; `waiting` is told whose lock another process has. Each folder is first renamed to a hidden name, so that no
  /// reader sees half a result and a sweep that is cut off leaves a leftover and no damage.
  package func carryOut(_ plan: SweepPlan, waiting: (SweepPlan.Entry.Place) -> Void) throws -> Outcome {
    var outcome = Outcome()
    let entries = Dictionary(grouping: plan.removed, by: \.place)
    for entry in entries[.free] ?? [] { try remove(entry, &outcome) }
    for model in store.modelNames {
      guard let entries = entries[.model(model)] else { continue }
      try removeLeftovers(entries, ofModel: model, &outcome, waiting)
    }
    let readers = readers
    for step in store.stepNames {
      guard let entries = entries[.step(step)] else { continue }
      try sweep(step, readers: readers[step] ?? [], entries, &outcome, waiting)
    }
    return outcome
  }

  /// The steps that read a step.
  private var readers: [String: [String]] {
    var readers: [String: [String]] = [:]
    for (reader, sources) in steps {
      for source in Set(sources) { readers[source, default: []].append(reader) }
    }
    return readers
  }

  private func sweep(
    _ step: String, readers: [String], _ entries: [SweepPlan.Entry], _ outcome: inout Outcome,
    _ waiting: (SweepPlan.Entry.Place) -> Void
  ) throws {
    // The one order in which every sweep takes locks.
    let affected = (readers.filter { Disk.exists(store.directory(of: $0)) } + [step]).sorted()
    try locking(affected[...], waiting) {
      // A leftover of a step of another pipeline goes too, and its results stay.
      if steps[step] == nil, entries.contains(where: \.isResult) {
        Disk.remove(store.directory(of: step) + "/current")
      }
      for entry in entries { try remove(entry, &outcome) }
    }
  }

  /// Runs `body` with the locks of all these steps.
  private func locking(
    _ steps: ArraySlice<String>, _ waiting: (SweepPlan.Entry.Place) -> Void, _ body: () throws -> Void
  ) throws {
    guard let first = steps.first else { return try body() }
    let lock = try StepLock(of: first, in: store) { waiting(.step(first)) }
    defer { extendLifetime(lock) }
    try locking(steps.dropFirst(), waiting, body)
  }

  private func removeLeftovers(
    _ entries: [SweepPlan.Entry], ofModel model: String, _ outcome: inout Outcome,
    _ waiting: (SweepPlan.Entry.Place) -> Void
  ) throws {
    let lock = try OpenFile(appending: store.root + "/registry/" + model + "/.lock")
    if !lock.tryLock() {
      waiting(.model(model))
      try lock.lock()
    }
    defer { extendLifetime(lock) }
    for entry in entries { try remove(entry, &outcome) }
  }

  // MARK: One entry

  private func remove(_ entry: SweepPlan.Entry, _ outcome: inout Outcome) throws {
    guard Disk.isPresent(entry.path) else { return }
    guard !isCurrent(entry) else {
      outcome.spared[entry.path] = "it became current meanwhile"
      return
    }
    var path = entry.path
    if entry.isResult {
      path = Disk.parent(of: entry.path) + "/.removing-" + Disk.lastComponent(of: entry.path)
      Disk.remove(path)
      try Disk.rename(entry.path, to: path)
      // A restoring run points the link at a result without a lock.
      guard !isCurrent(entry) else {
        try Disk.rename(path, to: entry.path)
        outcome.spared[entry.path] = "it became current meanwhile"
        return
      }
    }
    let bytes = DiskUsage(of: [path]).bytesFreed
    Disk.remove(path)
    guard !Disk.isPresent(path) else { throw UpkeepError.notRemoved(path: path) }
    outcome.bytesFreed += bytes
    outcome.removed.append(entry.path)
  }

  private func isCurrent(_ entry: SweepPlan.Entry) -> Bool {
    guard entry.isResult, case .step(let step) = entry.place else { return false }
    return store.currentFolder(of: step) == Disk.lastComponent(of: entry.path)
  }
}
