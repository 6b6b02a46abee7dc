package import Artifacts

/// Which results a step has had, as far as the journal and the results that are still there say.
package struct ResultHistory: Sendable {
  /// A line of the journal: what a run did to a step.
  package struct Entry: Sendable, Equatable {
    package var run: String
    package var step: String
    package var key: Digest
    /// Whether the step had a result afterwards.
    package var isDone: Bool
  }

  package let store: ArtifactStore
  /// Oldest first.
  package let entries: [Entry]

  /// Lines that cannot be read are passed over: the journal is disposable.
  package init(store: ArtifactStore) {
    self.store = store
    let bytes = (try? Disk.read(store.root + "/journal/runs.jsonl")) ?? []
    entries = bytes.split(separator: UInt8(ascii: "\n")).compactMap { Entry(line: Array($0)) }
  }

  /// The folders of a step's results before the current one, newest first; what is current stands only at the
  /// beginning.
  package func earlierFolders(of step: String) -> [String] {
    let current = store.currentFolder(of: step)
    var folders: [String] = []
    for entry in entries.reversed() where entry.step == step && entry.isDone {
      let folder = StepKey.folder(of: entry.key)
      let isThere = Disk.exists(store.directory(of: step) + "/" + folder + "/manifest.json")
      if isThere, folder != (folders.last ?? current) { folders.append(folder) }
    }
    return folders.isEmpty ? othersByTime(of: step, except: current) : folders
  }

  /// Results that stages made by hand are in no journal; their own records say when.
  private func othersByTime(of step: String, except current: String?) -> [String] {
    Disk.names(in: store.directory(of: step))
      .filter { !$0.hasPrefix(".") && $0 != "current" && $0 != current }
      .compactMap { folder in
        RunRecord(in: store.directory(of: step) + "/" + folder).map { (folder, $0.finished) }
      }
      .sorted { $0.1 > $1.1 }.map(\.0)
  }
}

extension ResultHistory.Entry {
  fileprivate init?(line: [UInt8]) {
    guard let json = try? JSON(parsing: line), let run = json["run"]?.string, let step = json["step"]?.string,
      let key = json["key"]?.string.flatMap({ Digest(parsing: $0) })
    else { return nil }
    self.init(run: run, step: step, key: key, isDone: json["exit"]?.integer == 0)
  }
}
