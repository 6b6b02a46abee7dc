private import Synchronization

/// Whether what this process writes must outlive a loss of power.
///
/// Without it nothing waits for the disk: results are whole and in place for every other process at once, as always,
/// and after a loss of power some may be damaged, which their digests show. It is for tests, benchmarks, and disks
/// that do not outlive the machine.
package enum Durability {
  private static let isOff = Atomic<Bool>(false)

  /// Stops waiting for the disk, for as long as the process lives.
  package static func giveUp() { isOff.store(true, ordering: .releasing) }

  static var isWanted: Bool { !isOff.load(ordering: .acquiring) }
}
