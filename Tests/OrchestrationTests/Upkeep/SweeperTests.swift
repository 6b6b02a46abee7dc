import Artifacts
import Chronology
import Foundation
import Orchestration
import Registry
import TestSupport
import Testing

/// A step with results made an hour apart, the first of them the oldest.
private struct Store {
  let folder = TemporaryFolder()
  let now = Instant(milliseconds: 1_800_000_000_000)
  private(set) var results: [Artifact] = []

  init(results count: Int = 6, step: String = "model", kind: Manifest.Kind = .model) throws {
    for number in 0..<count {
      let artifact = try folder.publishSmall(kind, step: step, name: "\(number)")
      try made(artifact, hoursAgo: count - number)
      results.append(artifact)
    }
  }

  func made(_ artifact: Artifact, hoursAgo: Int) throws {
    let path = artifact.directory + "/run.json"
    guard var record = RunRecord(in: artifact.directory) else { return }
    record.finished = Instant(milliseconds: now.milliseconds - Int64(hoursAgo) * 3_600_000)
    record.started = Instant(milliseconds: record.finished.milliseconds - 2000)
    Disk.remove(path)
    try Disk.create(path, contents: record.document)
  }

  func sweeper(
    keep: Int = 2, youngerThan seconds: Int = 0, orphans: Bool = false,
    steps: [String: [String]] = ["model": ["windows"], "forecast": ["model"]]
  ) -> Sweeper {
    Sweeper(
      store: folder.store, steps: steps,
      rules: SweepRules(newest: keep, youngerThanSeconds: seconds, removesOrphans: orphans), now: now)
  }

  /// The numbers of the results that a plan removes.
  func removed(_ plan: SweepPlan) -> [Int] {
    results.indices.filter { index in plan.removed.contains { $0.path == results[index].directory } }
  }

  var left: [Int] { results.indices.filter { Disk.exists(results[$0].directory) } }
}

@Test func `Only what is neither current, nor among the newest, nor young goes`() throws {
  let store = try Store()
  #expect(store.removed(store.sweeper(keep: 2).plan()) == [0, 1, 2, 3])
  #expect(store.removed(store.sweeper(keep: 0).plan()) == [0, 1, 2, 3, 4])
  #expect(store.removed(store.sweeper(keep: 0, youngerThan: 4 * 3600 + 1).plan()) == [0, 1])
  #expect(store.removed(store.sweeper(keep: 9).plan()).isEmpty)
  try store.folder.store.setCurrent(of: "model", to: store.results[0].manifest.key)
  #expect(store.removed(store.sweeper(keep: 1).plan()) == [1, 2, 3, 4])
}

@Test func `A plan changes nothing, and what it says goes and nothing else`() throws {
  let store = try Store()
  let plan = store.sweeper().plan()
  #expect(store.left == [0, 1, 2, 3, 4, 5])
  #expect(plan.summary.contains("to make the 4 results again would take 8.0 s"))
  let outcome = try store.sweeper().carryOut(plan) { _ in }
  #expect(store.left == [4, 5] && outcome.removed.count == 4 && outcome.bytesFreed == plan.bytesFreed)
  #expect(Disk.names(in: store.folder.path + "/model").filter { $0.hasPrefix(".removing") }.isEmpty)
  #expect(store.sweeper().plan().removed.isEmpty)
  #expect(try store.folder.store.current(of: "model").digest == store.results[5].digest)
}

@Test func `Bytes that the registry has too are not counted as freed, and its copy outlives the step's`()
  throws
{
  let store = try Store(results: 2)
  let stamp = Stamp(time: Instant(milliseconds: 0), actor: "test")
  let registry = ModelRegistry(name: "plant", in: store.folder.store, stamp: stamp)
  let first = store.results[0]
  _ = try registry.register(first, evidence: [:], reason: "test")
  let plan = store.sweeper(keep: 0).plan()
  let entry = try #require(plan.removed.first { $0.path == first.directory })
  #expect(entry.bytesFreed < entry.bytes && plan.bytesFreed == entry.bytesFreed)
  _ = try store.sweeper(keep: 0).carryOut(plan) { _ in }
  #expect(!Disk.exists(first.directory))
  let version = try RegisteredModel(name: "plant", in: store.folder.store).artifact(ofVersion: 1, madeBy: "x")
  #expect(version.isIntact())
}

@Test func `Results of a step that is gone are reported, and go only when asked for, current or not`() throws
{
  let store = try Store(results: 2, step: "former")
  #expect(store.sweeper(keep: 0).plan().orphans == ["former"])
  #expect(store.removed(store.sweeper(keep: 0).plan()).isEmpty)
  let sweeper = store.sweeper(keep: 0, orphans: true)
  _ = try sweeper.carryOut(try #require(sweeper.plan() as SweepPlan?)) { _ in }
  #expect(store.left.isEmpty && Disk.destination(ofLink: store.folder.path + "/former/current") == nil)
}

@Test func `Leftovers of another pipeline's step go, and its results stay current`() throws {
  let store = try Store(results: 2, step: "other")
  let leftover = store.folder.path + "/other/.superseded-0011223344556677"
  try Disk.createDirectory(leftover)
  let rules = SweepRules(newest: 0, youngerThanSeconds: 0)
  let later = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000) + 7_200_000)
  let sweeper = Sweeper(store: store.folder.store, steps: ["model": []], rules: rules, now: later)
  let outcome = try sweeper.carryOut(sweeper.plan()) { _ in }
  #expect(outcome.removed == [leftover] && store.left == [0, 1])
  #expect(try store.folder.store.current(of: "other").digest == store.results[1].digest)
}

@Test
func `Leftovers go after an hour, a checkpoint only with age, a cut-off removal at once, and locks never`()
  throws
{
  let store = try Store(results: 1)
  // What a killed run leaves of the link `current`: no second copy of the result that it points to.
  try Disk.replaceLink(store.folder.path + "/model/current.new", destination: "0011223344556677")
  for name in [".making-7", ".damaged-0011223344556677", ".removing-0011223344556677", ".checkpoint-00"] {
    try store.folder.write("x", to: "model/\(name)/file")
  }
  func names(age: Int, youngerThan: Int) -> [String] {
    let later = Instant(milliseconds: Int64(Date().timeIntervalSince1970 * 1000) + Int64(age) * 1000)
    let sweeper = Sweeper(
      store: store.folder.store, steps: ["model": []],
      rules: SweepRules(newest: 9, youngerThanSeconds: youngerThan), now: later)
    return sweeper.plan().removed.map { Disk.lastComponent(of: $0.path) }
  }
  #expect(names(age: 1800, youngerThan: 86_400) == [".removing-0011223344556677"])
  #expect(names(age: 7200, youngerThan: 86_400).count == 4)
  #expect(names(age: 90_000, youngerThan: 86_400).count == 5)
  #expect(!names(age: 900_000, youngerThan: 0).contains(".lock"))
}

@Test func `A result that became current after the plan was made stays`() throws {
  let store = try Store()
  let plan = store.sweeper().plan()
  try store.folder.store.setCurrent(of: "model", to: store.results[1].manifest.key)
  let outcome = try store.sweeper().carryOut(plan) { _ in }
  #expect(store.left == [1, 4, 5] && outcome.spared.keys.contains(store.results[1].directory))
}

@Test(arguments: ["model", "forecast"])
func `A sweep waits while the step, or one that reads it, is at work`(busy: String) async throws {
  let store = try Store()
  try Disk.createDirectory(store.folder.path + "/forecast")
  let plan = store.sweeper().plan()
  let held = Holding(busy, store.folder.store)
  try held.take()
  var told: [SweepPlan.Entry.Place] = []
  let outcome = try store.sweeper().carryOut(plan) { place in
    told.append(place)
    #expect(store.left.count == 6)
    held.release()
  }
  #expect(told == [.step(busy)] && outcome.removed.count == 4)
}

/// A class, because it guards a lock that another thread's work waits for.
private final class Holding {
  private let step: String
  private let store: ArtifactStore
  private var lock: OpenFile?

  init(_ step: String, _ store: ArtifactStore) {
    self.step = step
    self.store = store
  }

  func take() throws {
    let file = try OpenFile(appending: store.directory(of: step) + "/.lock")
    try file.lock()
    lock = consume file
  }

  func release() { lock = nil }
}
