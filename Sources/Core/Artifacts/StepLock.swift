/// The right to publish results of one step, held by one process at a time.
///
/// The lock is the kernel's (`flock`): it goes with the process that holds it, however that one ends, so there
/// is never anything to unlock by hand. Readers need none: what is published does not change.
package struct StepLock: ~Copyable {
  private let file: OpenFile

  /// Takes the lock of `step`; calls `waiting` once when another process has it, and then waits.
  package init(of step: String, in store: ArtifactStore, waiting: () -> Void) throws(ArtifactError) {
    let file = try Self.open(step, in: store)
    if !file.tryLock() {
      waiting()
      do { try file.lock() } catch { throw .disk(error) }
    }
    self.file = file
  }

  private init(_ file: consuming OpenFile) { self.file = file }

  /// The lock of `step`; nil, without a wait, when another process has it.
  package static func ifFree(of step: String, in store: ArtifactStore) throws(ArtifactError) -> StepLock? {
    let file = try Self.open(step, in: store)
    return file.tryLock() ? StepLock(file) : nil
  }

  private static func open(_ step: String, in store: ArtifactStore) throws(ArtifactError) -> OpenFile {
    do {
      try Disk.createDirectory(store.directory(of: step))
      return try OpenFile(appending: store.directory(of: step) + "/.lock")
    } catch { throw .disk(error) }
  }
}
