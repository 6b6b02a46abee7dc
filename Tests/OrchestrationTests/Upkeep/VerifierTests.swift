import Artifacts
import Foundation
import Orchestration
import Registry
import Chronology
import TestSupport
import Testing

/// A store with two results of step `series`, one of `windows`, and a registered model.
private struct Store {
  let folder = TemporaryFolder()
  let series: Artifact
  let old: Artifact
  let model: Artifact

  init() throws {
    old = try folder.publishSmall(.series, step: "series", name: "old")
    series = try folder.publishSmall(.series, step: "series", name: "new")
    try folder.publishSmall(.windows, step: "windows", name: "w")
    model = try folder.publishSmall(.model, step: "model", name: "m")
    let stamp = Stamp(time: Instant(milliseconds: 0), actor: "test")
    let registry = ModelRegistry(name: "plant", in: folder.store, stamp: stamp)
    _ = try registry.register(model, evidence: ["gates": []], reason: "test")
  }

  func verify(deep: Bool = true, steps: [String] = []) throws -> Verification {
    try Verifier(store: folder.store, isDeep: deep, threads: 2).verify(steps: steps)
  }

  /// What is damaged, by its path within the store.
  func damaged(deep: Bool = true) throws -> [String] {
    try verify(deep: deep).findings.filter { $0.weight == .damage }
      .map { $0.path.replacingOccurrences(of: folder.path + "/", with: "") }.sorted()
  }

  func path(_ artifact: Artifact, _ file: String) -> String {
    artifact.directory.replacingOccurrences(of: folder.path + "/", with: "") + "/" + file
  }
}

extension TemporaryFolder {
  /// An artifact of one array and one text.
  @discardableResult
  func publishSmall(_ kind: Manifest.Kind, step: String, name: String, inputs: [Manifest.Input] = []) throws
    -> Artifact
  {
    try publish(kind, step: step, key: key(name, inputs: inputs), metrics: ["test/mse": 1.5]) { publication in
      try publication.write("values", [1.0, 2, 3] as [Double], axes: ["N"])
      try publication.write(file: "note.txt", mediaType: "text/plain", contents: Array(name.utf8))
      return ["name": .string(name)]
    }
  }
}

@Test func `What was published is whole, and a file with two names is read once`() throws {
  let store = try Store()
  let shallow = try store.verify(deep: false)
  #expect(shallow.findings.isEmpty && shallow.artifacts == 5 && shallow.bytes == 0, "\(shallow.text)")
  let deep = try store.verify()
  #expect(deep.findings.isEmpty, "\(deep.text)")
  // Five artifacts of two files each; the registry shares the model's.
  #expect(deep.files == 8 && deep.bytes > 8 * 3)
}

@Test func `An empty folder and one that is not there are whole`() throws {
  let folder = TemporaryFolder()
  for root in [folder.path, folder.path + "/none"] {
    let verification = try Verifier(store: ArtifactStore(root: root), isDeep: true, threads: 2).verify()
    #expect(verification == Verification())
  }
}

@Test func `A flipped bit of any file is found`() throws {
  let store = try Store()
  for file in ["values.npy", "note.txt", "manifest.json"] {
    let path = store.path(store.series, file)
    let size = try #require(Disk.size(of: store.folder.path + "/" + path))
    for byte in stride(from: 0, to: size, by: max(1, size / 16)) {
      try store.folder.flipBit(byte % 8, ofByte: byte, in: path)
      let damaged = try store.damaged()
      #expect(damaged.contains { path.hasPrefix($0) }, "byte \(byte) of \(file): \(damaged)")
      try store.folder.flipBit(byte % 8, ofByte: byte, in: path)
    }
  }
  #expect(try store.damaged().isEmpty)
}

@Test func `Without the record, a changed setting gives itself away by the key`() throws {
  let store = try Store()
  let path = store.path(store.series, "manifest.json")
  Disk.remove(store.series.directory + "/run.json")
  #expect(try store.damaged().isEmpty)
  let text = try store.folder.read(path)
  try store.folder.write(
    text.replacingOccurrences(of: "\"name\": \"new\"", with: "\"name\": \"nex\""), to: path)
  #expect(try store.damaged(deep: false) == [path])
}

@Test func `A cut file is found without being read, and one of a right size only when it is`() throws {
  let store = try Store()
  let path = store.path(store.old, "values.npy")
  try store.folder.flipBit(0, ofByte: 130, in: path)
  #expect(try store.damaged(deep: false).isEmpty)
  #expect(try store.damaged() == [path])
  try store.folder.truncate(path, to: 140)
  #expect(try store.damaged(deep: false) == [path])
  Disk.remove(store.folder.path + "/" + path)
  #expect(try store.damaged(deep: false) == [path])
}

@Test func `A link in the place of a file, a file that nobody named and a wrong folder name are found`()
  throws
{
  let store = try Store()
  let path = store.folder.path + "/" + store.path(store.series, "note.txt")
  let text = try Disk.read(path)
  Disk.remove(path)
  try Disk.create(store.folder.path + "/elsewhere", contents: text)
  try FileManager.default.createSymbolicLink(
    atPath: path, withDestinationPath: store.folder.path + "/elsewhere")
  #expect(try store.damaged() == [store.path(store.series, "note.txt")])
  Disk.remove(path)
  try Disk.create(path, contents: text)
  try store.folder.write("x", to: store.path(store.series, "extra"))
  #expect(try store.damaged() == [store.path(store.series, "extra")])
  Disk.remove(store.series.directory + "/extra")
  try Disk.rename(store.old.directory, to: store.folder.path + "/series/00112233445566aa")
  #expect(try store.damaged() == ["series/00112233445566aa"])
}

@Test(arguments: ["0123456789abcdef", "../windows", "/etc"])
func `A link to nothing, or out of its folder, is found`(target: String) throws {
  let store = try Store()
  try Disk.replaceLink(store.folder.path + "/series/current", destination: target)
  #expect(try store.damaged(deep: false) == ["series/current"])
}

@Test func `Leftovers are named and are no damage`() throws {
  let store = try Store()
  for name in [".making-7", ".damaged-0011223344556677", ".checkpoint-0011223344556677", "current.new-9"] {
    try store.folder.write("x", to: "series/\(name)/manifest.json")
  }
  let verification = try store.verify()
  #expect(!verification.isDamaged)
  #expect(verification.findings.map(\.weight) == Array(repeating: .leftover, count: 4))
}

@Test func `A registry whose log, aliases, version or evidence was changed is found`() throws {
  let log = "registry/plant/log.jsonl"
  func damage(_ change: (Store) throws -> Void) throws -> [String] {
    let store = try Store()
    try change(store)
    return try store.damaged(deep: false)
  }
  // The last line is held by nothing behind it, and a version by the digest in it.
  #expect(try damage { try $0.folder.flipBit(0, ofByte: 60, in: log) } == [log])
  #expect(
    try damage { try $0.folder.write("{\"champion\": 2}\n", to: "registry/plant/aliases.json") }
      == ["registry/plant/aliases.json"])
  #expect(
    try damage { Disk.remove($0.folder.path + "/registry/plant/versions/000001") }
      == ["registry/plant/versions/000001"])
  #expect(
    try damage { try $0.folder.write("{}", to: "registry/plant/versions/000001/evaluation.json") }
      == ["registry/plant/versions/000001/evaluation.json"])
}

@Test func `A log whose last line was torn is a leftover`() throws {
  let store = try Store()
  let text = try store.folder.read("registry/plant/log.jsonl")
  try store.folder.write(text + "{\"seq\":3,", to: "registry/plant/log.jsonl")
  let verification = try store.verify()
  #expect(!verification.isDamaged && verification.findings.map(\.weight) == [.leftover])
}

@Test func `Only the steps that are named are looked at, and an unknown one is refused with the nearest`()
  throws
{
  let store = try Store()
  try store.folder.truncate(store.path(store.series, "values.npy"), to: 10)
  #expect(try store.verify(deep: false, steps: ["windows"]).artifacts == 1)
  #expect(try !store.verify(deep: false, steps: ["windows"]).isDamaged)
  let error = #expect(throws: UpkeepError.self) { try store.verify(steps: ["window"]) }
  #expect(error?.exitStatus == .missingInput)
  #expect("\(try #require(error))".contains("did you mean 'windows'?"))
}
