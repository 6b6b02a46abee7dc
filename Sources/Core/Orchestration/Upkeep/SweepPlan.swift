/// What is kept when old results are cleared away.
package struct SweepRules: Sendable, Equatable {
  /// So many results of each step stay, the newest.
  package var newest: Int
  /// Whatever is younger than this stays.
  package var youngerThanSeconds: Int
  /// Whether results of steps that the pipeline file no longer has go.
  package var removesOrphans: Bool
  /// What interrupted runs left behind stays this long.
  package var leftoverSeconds = 3600
  /// So many runs keep their logs, however old.
  package var newestLogs = 20

  package init(newest: Int = 3, youngerThanSeconds: Int = 7 * 86_400, removesOrphans: Bool = false) {
    self.newest = newest
    self.youngerThanSeconds = youngerThanSeconds
    self.removesOrphans = removesOrphans
  }

  /// How old a leftover has to be to go.
  func seconds(for kind: Leftover.Kind) -> Int {
    switch kind {
    // It is hours of work for whoever runs the step once more.
    case .checkpoint: youngerThanSeconds
    // It was to go already, and nobody looks at it.
    case .removing: 0
    default: leftoverSeconds
    }
  }
}

/// What would be cleared away, what stays, and why.
package struct SweepPlan: Sendable, Equatable {
  package struct Entry: Sendable, Equatable {
    package enum Place: Sendable, Hashable {
      /// Under the lock of a step.
      case step(String)
      /// Under the lock of a name of the registry.
      case model(String)
      /// Under no lock.
      case free
    }

    package var path: String
    package var place: Place
    /// Whether it is a result that a step published.
    package var isResult: Bool
    package var isRemoved: Bool
    package var reason: String
    /// What it takes on the disk, and what the disk gets back when it alone goes.
    package var bytes: Int
    package var bytesFreed: Int
    /// How long its program ran, when that is known.
    package var secondsToMake: Double?
  }

  package var entries: [Entry] = []
  /// What the disk gets back: a file with several names only when all of them go.
  package var bytesFreed = 0
  /// Steps with results that the pipeline file no longer has.
  package var orphans: [String] = []

  package init() {}

  package var removed: [Entry] { entries.filter(\.isRemoved) }
  package var kept: [Entry] { entries.filter { !$0.isRemoved } }
}
