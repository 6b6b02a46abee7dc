import Artifacts
import Chronology
import Foundation
import Registry
import TestSupport
import Testing

private func registry(_ folder: TemporaryFolder, name: String = "m") -> ModelRegistry {
  ModelRegistry(name: name, in: folder.store, stamp: Stamp(time: Instant(milliseconds: 0), actor: "tester"))
}

/// A model whose weights, and program, are told apart by numbers.
private func model(_ folder: TemporaryFolder, _ weight: Double, program: String = "p") throws -> Artifact {
  var key = folder.key("\(weight)")
  key.program.digest = Digest(of: program)
  return try folder.publish(.model, step: "model", key: key, metrics: ["test/mse": weight]) { publication in
    try publication.write("weight", [weight], axes: ["L"])
    return [:]
  }
}

private func champion(_ folder: TemporaryFolder) -> Int? {
  try? RegisteredModel(name: "m", in: folder.store).version(of: "champion")
}

@Test func `Versions count from one, and the newest is the champion`() throws {
  let folder = TemporaryFolder()
  let first = try registry(folder).register(try model(folder, 1), evidence: [:], reason: "a")
  #expect(first.version == 1 && first.championBefore == nil && champion(folder) == 1)
  let second = try registry(folder).register(try model(folder, 2), evidence: [:], reason: "b")
  #expect(second.version == 2 && second.championBefore == 1 && champion(folder) == 2)
  let copy = try RegisteredModel(name: "m", in: folder.store).artifact(ofVersion: 2, madeBy: "model")
  let original = try model(folder, 2)
  #expect(copy.isIntact() && copy.digest == original.digest)
}

@Test func `The same model is the same version, whoever built the program that made it`() throws {
  let folder = TemporaryFolder()
  _ = try registry(folder).register(try model(folder, 1), evidence: [:], reason: "a")
  _ = try registry(folder).register(try model(folder, 2), evidence: [:], reason: "b")
  let again = try registry(folder).register(
    try model(folder, 1, program: "rebuilt"), evidence: [:], reason: "c")
  #expect(again.version == 1 && again.championBefore == nil && champion(folder) == 1)
  #expect(RegisteredModel(name: "m", in: folder.store).versions == [1, 2])
}

@Test func `A version can become champion again, and only the right one`() throws {
  let folder = TemporaryFolder()
  let first = try registry(folder).register(try model(folder, 1), evidence: [:], reason: "a")
  _ = try registry(folder).register(try model(folder, 2), evidence: [:], reason: "b")
  #expect(try registry(folder).promote(version: 1, of: first.model, reason: "back"))
  #expect(champion(folder) == 1)
  #expect(try !registry(folder).promote(version: 2, of: first.model, reason: "wrong"))
  #expect(try !registry(folder).promote(version: 9, of: first.model, reason: "missing"))
  #expect(champion(folder) == 1)
}

@Test func `A refusal is written down once and moves nothing`() throws {
  let folder = TemporaryFolder()
  for _ in 0..<3 {
    try registry(folder).recordRefusal(of: try model(folder, 1), evidence: ["x": 1], reason: "worse")
  }
  let log = try RegistryLog(reading: folder.path + "/registry/m/log.jsonl")
  #expect(log.entries.map(\.operation) == [.refuse] && log.aliases.isEmpty && champion(folder) == nil)
}

@Test func `A line that was changed, taken out or put in breaks the chain`() throws {
  let folder = TemporaryFolder()
  for weight in [1.0, 2, 3] {
    _ = try registry(folder).register(try model(folder, weight), evidence: [:], reason: "r")
  }
  let path = folder.path + "/registry/m/log.jsonl"
  let lines = try folder.read("registry/m/log.jsonl").split(separator: "\n").map(String.init)
  #expect(lines.count == 6)
  func check(_ changed: [String], line: Int) throws {
    Disk.remove(path)
    try Disk.create(path, contents: Array((changed.joined(separator: "\n") + "\n").utf8))
    #expect(throws: RegistryError.artifact(.brokenLog(path: path, line: line))) {
      try RegistryLog(reading: path)
    }
  }
  var changed = lines
  changed[2] = changed[2].replacingOccurrences(of: "tester", with: "tEster")
  try check(changed, line: 3)
  try check(Array(lines[..<2] + lines[3...]), line: 3)
  try check(Array(lines[..<2] + [lines[1]] + lines[2...]), line: 3)
  try check(Array(lines.reversed()), line: 1)
}

@Test func `A line that was cut off while it was written is dropped, and the registry goes on`() throws {
  let folder = TemporaryFolder()
  _ = try registry(folder).register(try model(folder, 1), evidence: [:], reason: "a")
  let path = folder.path + "/registry/m/log.jsonl"
  let whole = try Disk.read(path)
  let file = try OpenFile(appending: path)
  try file.write(Array("{\"actor\":\"te".utf8))
  #expect(try RegistryLog(reading: path).entries.count == 2)
  _ = try registry(folder).register(try model(folder, 2), evidence: [:], reason: "b")
  #expect(try Disk.read(path).starts(with: whole))
  #expect(try RegistryLog(reading: path).entries.count == 4)
}

@Test func `A version whose log line was never written is found again`() throws {
  let folder = TemporaryFolder()
  _ = try registry(folder).register(try model(folder, 1), evidence: [:], reason: "a")
  Disk.remove(folder.path + "/registry/m/log.jsonl")
  Disk.remove(folder.path + "/registry/m/aliases.json")
  let again = try registry(folder).register(try model(folder, 1), evidence: [:], reason: "a")
  #expect(again.version == 1 && champion(folder) == 1)
  #expect(RegisteredModel(name: "m", in: folder.store).versions == [1])
}

@Test func `A damaged version is put right from the model itself`() throws {
  let folder = TemporaryFolder()
  let artifact = try model(folder, 1)
  _ = try registry(folder).register(artifact, evidence: [:], reason: "a")
  // The version's file is a second name of the model's; give it bytes of its own before damaging it.
  let file = "registry/m/versions/000001/weight.npy"
  try folder.flipBit(0, ofByte: 130, in: file)
  #expect(artifact.isIntact())
  let again = try registry(folder).register(artifact, evidence: [:], reason: "a")
  #expect(again.version == 1)
  #expect(try RegisteredModel(name: "m", in: folder.store).artifact(ofVersion: 1, madeBy: "model").isIntact())
}

@Test func `Aliases are rebuilt from the log`() throws {
  let folder = TemporaryFolder()
  _ = try registry(folder).register(try model(folder, 1), evidence: [:], reason: "a")
  let written = try folder.read("registry/m/aliases.json")
  Disk.remove(folder.path + "/registry/m/aliases.json")
  #expect(champion(folder) == 1, "the log is the truth")
  try registry(folder).recordRefusal(of: try model(folder, 9), evidence: [:], reason: "any write")
  #expect(try folder.read("registry/m/aliases.json") == written)
}

@Test func `Many writers at once give whole versions, each its own`() async throws {
  let folder = TemporaryFolder()
  let models = try (1...12).map { try model(folder, Double($0)) }
  let path = folder.path
  let versions = await withTaskGroup(of: Int?.self) { group in
    for artifact in models {
      group.addTask {
        let registry = ModelRegistry(
          name: "m", in: ArtifactStore(root: path),
          stamp: Stamp(time: Instant(milliseconds: 0), actor: "tester"))
        return try? registry.register(artifact, evidence: [:], reason: "r").version
      }
    }
    return await group.reduce(into: [Int?]()) { $0.append($1) }
  }
  #expect(versions.compactMap { $0 }.sorted() == Array(1...12))
  #expect(try RegistryLog(reading: path + "/registry/m/log.jsonl").entries.count == 24)
}

@Test func `A flipped bit in the last line of the log, which no other line follows, is found`() throws {
  let folder = TemporaryFolder()
  for weight in [1.0, 2, 3] {
    _ = try registry(folder).register(try model(folder, weight), evidence: [:], reason: "r")
  }
  let path = folder.path + "/registry/m/log.jsonl"
  let lines = try folder.read("registry/m/log.jsonl").split(separator: "\n").map { Array($0.utf8) }
  let last = try #require(lines.last)
  for bit in 0..<(last.count * 8) {
    var flipped = last
    flipped[bit / 8] ^= 1 << (bit % 8)
    #expect(SealedLine(parsing: flipped) == nil, "bit \(bit)")
  }
  let changed = String(decoding: last, as: UTF8.self).replacingOccurrences(
    of: "\"version\":3", with: "\"version\":2")
  let others = lines.dropLast().map { String(decoding: $0, as: UTF8.self) }
  Disk.remove(path)
  try Disk.create(path, contents: Array((others + [changed, ""]).joined(separator: "\n").utf8))
  #expect(throws: RegistryError.artifact(.brokenLog(path: path, line: 6))) { try RegistryLog(reading: path) }
  #expect(champion(folder) == nil)
}

@Test(arguments: 0..<8) func `A changed line feed at the end does not take its line away`(bit: Int) throws {
  let folder = TemporaryFolder()
  for weight in [1.0, 2] {
    _ = try registry(folder).register(try model(folder, weight), evidence: [:], reason: "a")
  }
  let log = "registry/m/log.jsonl"
  let size = try Disk.read(folder.path + "/" + log).count
  try folder.flipBit(bit, ofByte: size - 1, in: log)
  let registered = RegisteredModel(name: "m", in: folder.store)
  #expect(throws: ArtifactError.self) { try registered.version(of: "champion") }
  #expect(throws: RegistryError.self) { try RegistryLog(reading: folder.path + "/" + log) }
}

@Test func `Falsified aliases change nothing that a forecast is made with`() throws {
  let folder = TemporaryFolder()
  for weight in [1.0, 2, 3] {
    _ = try registry(folder).register(try model(folder, weight), evidence: [:], reason: "r")
  }
  try Disk.replace(
    folder.path + "/registry/m/aliases.json", contents: Array("{\n  \"champion\": 2\n}\n".utf8))
  #expect(champion(folder) == 3)
}

@Test func `A line from before lines had digests is read, and a damaged name is not taken for one`() throws {
  let line: JSON = ["op": "promote", "alias": "champion", "version": 1]
  #expect(SealedLine(parsing: line.canonical.utf8)?.members["version"]?.integer == 1)
  let sealed = SealedLine(line.object ?? [:]).text
  #expect(SealedLine(parsing: sealed.utf8)?.members == line.object)
  #expect(SealedLine(parsing: sealed.replacingOccurrences(of: "digest\"", with: "digesu\"").utf8) == nil)
}

@Test func `A log that is there and cannot be read is never begun anew`() throws {
  let folder = TemporaryFolder()
  _ = try registry(folder).register(try model(folder, 1), evidence: [:], reason: "a")
  let path = folder.path + "/registry/m/log.jsonl"
  // A folder opens and does not read: what a failing disk does, for root as well.
  Disk.remove(path)
  try Disk.createDirectory(path)
  #expect(throws: RegistryError.self) { try RegistryLog(reading: path) }
}

@Test func `A version holds what its manifest lists, and nothing that lay beside it`() throws {
  let folder = TemporaryFolder()
  let artifact = try model(folder, 1)
  try Disk.create(artifact.directory + "/stray", contents: [1])
  _ = try registry(folder).register(artifact, evidence: [:], reason: "a")
  let names = Disk.names(in: folder.path + "/registry/m/versions/000001")
  #expect(names == ["evaluation.json", "manifest.json", "run.json", "weight.npy"])
}

@Test func `A number whose version was deleted is not given to another model`() throws {
  let folder = TemporaryFolder()
  for weight in [1.0, 2] {
    _ = try registry(folder).register(try model(folder, weight), evidence: [:], reason: "a")
  }
  Disk.remove(folder.path + "/registry/m/versions/000002")
  let third = try registry(folder).register(try model(folder, 3), evidence: [:], reason: "b")
  #expect(third.version == 3 && champion(folder) == 3)
}
