package import Artifacts
package import Chronology

/// What ran, when, and why: `artifacts/journal/`.
///
/// Disposable, bounded, and never asked for a decision.
package struct Journal: Sendable {
  /// So many runs keep their logs.
  private static let keptRuns = 100
  /// So many bytes of lines begin a new file; the one before is kept, as `runs-before.jsonl`.
  private static let longestFile = 32 << 20

  package let directory: String
  /// The name of this run: when it began, and the process.
  package let run: String

  package init(store: ArtifactStore, started: Instant, process: Int32) {
    directory = store.root + "/journal"
    let stamp = started.description.filter { $0.isNumber || $0 == "T" }
    run = "\(stamp)-\(process)"
  }

  package func logPath(of step: String) -> String { "\(directory)/logs/\(run)/\(step).log" }

  /// Makes room for this run's logs and drops those of long ago.
  package func open() {
    let logs = directory + "/logs"
    for old in Disk.names(in: logs).dropLast(Self.keptRuns - 1) { Disk.remove(logs + "/" + old) }
    try? Disk.createDirectory(logs + "/" + run)
    turnOver()
  }

  /// The lines of all runs that are still known, in the order of their files.
  static func files(in directory: String) -> [String] {
    ["runs-before.jsonl", "runs.jsonl"].map { directory + "/" + $0 }
  }

  /// Begins a new file of lines when this one is long.
  ///
  /// Each line is written by a name that is looked up anew, so that one of another run goes whole to one of the two
  /// files. Of runs that begin at once, one moves the file: the others find its lock taken, or the new file short.
  private func turnOver() {
    let files = Self.files(in: directory)
    func isLong() -> Bool { Disk.size(of: files[1]) ?? 0 > Self.longestFile }
    guard isLong(), let lock = try? OpenFile(appending: directory + "/runs.lock"), lock.tryLock() else {
      return
    }
    defer { extendLifetime(lock) }
    if isLong() { try? Disk.rename(files[1], to: files[0]) }
  }

  /// Adds a piece to a step's log.
  package func append(_ bytes: [UInt8], toLogOf step: String) {
    guard let file = try? OpenFile(appending: logPath(of: step)) else { return }
    try? file.write(bytes)
  }

  package struct Event: Sendable {
    package var step: String
    package var state: StepState
    package var reasons: [String]
    /// Nil where it was not known before the step ran.
    package var key: Digest?
    /// 1, or more where it was tried again.
    package var attempt: Int
    package var exitCode: Int32
    package var seconds: Double
    package var finished: Instant

    package init(
      step: String, state: StepState, reasons: [String], key: Digest?, attempt: Int = 1, exitCode: Int32,
      seconds: Double,
      finished: Instant
    ) {
      self.step = step
      self.state = state
      self.reasons = reasons
      self.key = key
      self.attempt = attempt
      self.exitCode = exitCode
      self.seconds = seconds
      self.finished = finished
    }
  }

  /// Writes down what happened to a step.
  ///
  /// The journal is disposable, so a disk that refuses it is no failure.
  package func record(_ event: Event) {
    let line: JSON = [
      "run": .string(run), "step": .string(event.step), "state": .string(event.state.rawValue),
      "reasons": JSON(event.reasons), "key": event.key.map { .string($0.hex) } ?? .null,
      "attempt": JSON(event.attempt), "exit": JSON(Int(event.exitCode)),
      "seconds": .number((event.seconds * 1000).rounded() / 1000),
      "finished": .string(event.finished.description),
    ]
    guard let file = try? OpenFile(appending: directory + "/runs.jsonl") else { return }
    try? file.write(Array((line.canonical + "\n").utf8))
  }
}
