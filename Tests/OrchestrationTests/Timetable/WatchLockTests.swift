import Artifacts
import Chronology
import Orchestration
import TestSupport
import Testing

@Test func `A second watcher is told who the first is, and a third may come when that one has gone`() throws {
  let folder = TemporaryFolder()
  let holder = WatchHolder(process: 4711, host: "here", since: Instant(year: 2026, month: 1, day: 2))
  try hold(folder.store, holder) {
    let error = #expect(throws: WatchError.self) { _ = try WatchLock(in: folder.store, holder: holder) }
    #expect(error == .watchedAlready(folder.path, by: holder))
    #expect(error?.exitStatus == .temporary)
    #expect(error?.description.contains("by process 4711 on here since 2026-01-02T00:00:00Z") == true)
  }
  try hold(folder.store, holder) {}
}

private func hold(_ store: ArtifactStore, _ holder: WatchHolder, _ body: () throws -> Void) throws {
  let lock = try WatchLock(in: store, holder: holder)
  defer { extendLifetime(lock) }
  try body()
}
