import Artifacts
private import Configuration

/// Which results a step has had, as far as the journal and the results that are still there say.
struct ResultHistory: Sendable {
  private let store: ArtifactStore
  private let runs: RunHistory

  init(store: ArtifactStore) throws(DiskError) {
    self.store = store
    runs = try RunHistory(of: store)
  }

  /// The folders of a step's results before the current one, newest first; what is current stands only at the
  /// beginning.
  func earlierFolders(of step: String) -> [String] {
    let current = store.currentFolder(of: step)
    var folders: [String] = []
    for event in runs.events(of: step) where !event.isFailure {
      guard let folder = event.digest.map(StepKey.folder(of:)) else { continue }
      let isThere = Disk.exists(store.directory(of: step) + "/" + folder + "/manifest.json")
      if isThere, folder != (folders.last ?? current) { folders.append(folder) }
    }
    return folders.isEmpty ? othersByTime(of: step, except: current) : folders
  }

  /// Results that stages made by hand are in no journal; their own records say when.
  private func othersByTime(of step: String, except current: String?) -> [String] {
    store.resultNames(of: step).filter { $0 != current }
      .compactMap { folder in
        RunRecord(in: store.directory(of: step) + "/" + folder).map { (folder, $0.finished) }
      }
      .sorted { $0.1 > $1.1 }.map(\.0)
  }

  /// The key of what a step came to in a run, which is called as people call it.
  func key(of step: String, in name: String) throws -> (key: Digest, run: String) {
    guard let run = try runs.run(name) else {
      throw ReferenceError.noRun(name, nearest: NearestName.of(name, among: runs.runs.map(\.name)))
    }
    let done = run.events.filter { !$0.isFailure && $0.digest != nil }
    guard let key = done.last(where: { $0.step == step })?.digest else {
      throw ReferenceError.notInRun(step: step, run: run.name, steps: done.map(\.step))
    }
    return (key, run.name)
  }
}

extension RunHistory.Event {
  /// The key, where it was known.
  fileprivate var digest: Digest? { Digest(parsing: key) }
}
