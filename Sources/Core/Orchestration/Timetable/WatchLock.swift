package import Artifacts
package import Chronology

/// The right to watch one workspace, held by one process at a time.
///
/// As with ``StepLock`` the kernel takes it back when the process ends; what is written in the file only tells who
/// holds it.
package struct WatchLock: ~Copyable {
  private let file: OpenFile

  package init(in store: ArtifactStore, holder: WatchHolder) throws {
    let path = store.root + "/journal/watch.lock"
    try Disk.createDirectory(store.root + "/journal")
    let file = try OpenFile(appending: path)
    guard file.tryLock() else { throw WatchError.watchedAlready(store.root, by: WatchHolder(reading: path)) }
    try file.truncate(to: 0)
    try file.write(Array((holder.json.canonical + "\n").utf8))
    self.file = file
  }
}

/// Who watches a workspace.
package struct WatchHolder: Sendable, Equatable {
  package var process: Int
  package var host: String
  package var since: String

  package init(process: Int32, host: String, since: Instant) {
    self.process = Int(process)
    self.host = host
    self.since = since.description
  }

  /// Nil when the file does not say, which it need not.
  init?(reading path: String) {
    guard let text = try? Disk.read(path, limit: 4096),
      let json = try? JSON(parsing: String(decoding: text, as: UTF8.self)),
      let process = json["process"]?.integer, let host = json["host"]?.string,
      let since = json["since"]?.string
    else { return nil }
    self.process = process
    self.host = host
    self.since = since
  }

  var json: JSON {
    ["process": JSON(process), "host": .string(host), "since": .string(since)]
  }
}

/// What can go wrong before a watch begins.
package enum WatchError: Failure, Equatable {
  case watchedAlready(String, by: WatchHolder?)

  package var exitStatus: ExitStatus { .temporary }

  package var description: String {
    switch self {
    case .watchedAlready(let root, let holder):
      "\(root) is watched already"
        + (holder.map { " by process \($0.process) on \($0.host) since \($0.since)" } ?? "")
        + "; stop that one first, or choose another place with --artifacts"
    }
  }
}
