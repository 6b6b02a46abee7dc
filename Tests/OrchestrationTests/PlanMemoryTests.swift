import Artifacts
import Foundation
@testable import Orchestration
import TestSupport
import Testing

/// A planner over one published artifact, whose memory can be counted: opening it is what the memory saves.
private func outline(
  _ folder: TemporaryFolder, program: String = "p", at seconds: Int64, opened: inout Int
) throws -> ArtifactOutline? {
  let memory = PlanMemory(path: folder.path + "/memory", program: Digest(of: program)) {
    Int64(Date().timeIntervalSince1970 * 1e9) + seconds * 1_000_000_000
  }
  var count = 0
  let directory = try folder.store.current(of: "series").directory
  let outline = try memory.result(of: "series", in: directory) { () throws(ArtifactError) in
    count += 1
    return try folder.store.current(of: "series")
  }
  memory.save(keeping: ["series"])
  opened += count
  return outline
}

private func published() throws -> TemporaryFolder {
  let folder = TemporaryFolder()
  try folder.publish(.series, step: "series") { publication in
    try publication.write("x", [1.0, 2], axes: ["N"])
    try publication.write(file: "note.txt", mediaType: "text/plain", contents: [1])
    return ["a": 1]
  }
  return folder
}

@Test func `A result that has rested is opened once, and then remembered whole`() throws {
  let folder = try published()
  var opened = 0
  let first = try outline(folder, at: 10, opened: &opened)
  let second = try outline(folder, at: 10, opened: &opened)
  let whole = ArtifactOutline(try folder.store.current(of: "series"))
  #expect(opened == 1 && first == whole && second == whole)
}

@Test func `A result that has not rested is not remembered`() throws {
  let folder = try published()
  var opened = 0
  for _ in 0..<3 { _ = try outline(folder, at: -1, opened: &opened) }
  #expect(opened == 3)
}

@Test func `Another program remembers nothing`() throws {
  let folder = try published()
  var opened = 0
  _ = try outline(folder, at: 10, opened: &opened)
  _ = try outline(folder, program: "rebuilt", at: 10, opened: &opened)
  #expect(opened == 2)
}

@Test(arguments: ["manifest.json", "run.json"])
func `A result is opened again when one of its documents was replaced, even by the same bytes`(name: String)
  throws
{
  let folder = try published()
  var opened = 0
  _ = try outline(folder, at: 10, opened: &opened)
  let place = try folder.store.current(of: "series").directory + "/" + name
  try Disk.replace(place, contents: try Disk.read(place))
  _ = try outline(folder, at: 10, opened: &opened)
  #expect(opened == 2)
}

@Test func `Every cut and every flipped bit of the memory is noticed, and then nothing is remembered`() throws
{
  let folder = try published()
  var opened = 0
  let truth = try outline(folder, at: 10, opened: &opened)
  let bytes = try Disk.read(folder.path + "/memory")
  #expect(bytes.count > 100)
  for place in bytes.indices {
    for damaged in [Array(bytes[..<place]), bytes.replacing(at: place) { $0 ^ 1 << UInt8(place % 8) }] {
      Disk.remove(folder.path + "/memory")
      try Disk.create(folder.path + "/memory", contents: damaged, isDurable: false)
      opened = 0
      #expect(try outline(folder, at: 10, opened: &opened) == truth)
      #expect(opened == 1)
    }
  }
}

@Test func `Only steps that there are stay in the memory`() throws {
  let folder = try published()
  let memory = PlanMemory(path: folder.path + "/memory", program: Digest(of: "p")) { .max }
  let directory = try folder.store.current(of: "series").directory
  _ = try memory.result(of: "series", in: directory) { () throws(ArtifactError) in
    try folder.store.current(of: "series")
  }
  memory.save(keeping: ["other"])
  var opened = 0
  _ = try outline(folder, at: 10, opened: &opened)
  #expect(opened == 1)
}

@Test func `What was seen ahead of a plan counts in that plan alone`() throws {
  let folder = try published()
  var opened = 0
  let known = try #require(try outline(folder, at: 10, opened: &opened))
  let memory = PlanMemory(path: folder.path + "/memory", program: Digest(of: "p")) { .max }
  let missing = { memory.firstFileMissingOrCut(of: "series", known) }
  #expect(memory.surveying(missing) == nil && memory.isCurrent("series", known))
  Disk.remove(known.directory + "/x.npy")
  #expect(memory.surveying(missing) == "x.npy" && missing() == "x.npy")
}

@Test func `The log of a model is read again when it changed, and only then`() throws {
  let folder = TemporaryFolder()
  try Disk.create(folder.path + "/log", contents: [1])
  var count = 0
  func champion(_ version: Int) throws -> Int? {
    let memory = PlanMemory(path: folder.path + "/memory", program: Digest(of: "p")) { .max }
    let found = try memory.champion(of: "registry/m", log: folder.path + "/log") { () throws(ArtifactError) in
      count += 1
      return version
    }
    memory.save(keeping: ["registry/m"])
    return found
  }
  #expect(try champion(1) == 1 && champion(2) == 1 && count == 1)
  try Disk.replace(folder.path + "/log", contents: [2])
  #expect(try champion(2) == 2 && champion(3) == 2 && count == 2)
  Disk.remove(folder.path + "/log")
  #expect(try champion(4) == 4 && champion(5) == 5)
}

extension [UInt8] {
  fileprivate func replacing(at place: Int, _ change: (UInt8) -> UInt8) -> [UInt8] {
    var bytes = self
    bytes[place] = change(bytes[place])
    return bytes
  }
}
