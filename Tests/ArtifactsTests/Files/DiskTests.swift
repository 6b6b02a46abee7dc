import Artifacts
import TestSupport
import Testing

@Test func `A file is replaced whole, and a link in one step`() throws {
  let folder = TemporaryFolder()
  let file = try folder.write("old", to: "file")
  try Disk.replace(file, contents: Array("new".utf8))
  #expect(try folder.read("file") == "new")
  try Disk.replaceLink(folder.path + "/current", destination: "a")
  try Disk.replaceLink(folder.path + "/current", destination: "b")
  #expect(Disk.destination(ofLink: folder.path + "/current") == "b")
  #expect(Disk.names(in: folder.path) == ["current", "file"])
}

@Test func `A folder is not renamed over one that has something in it`() throws {
  let folder = TemporaryFolder()
  try folder.write("1", to: "one/file")
  try folder.write("2", to: "two/file")
  #expect(try !Disk.renameFolderExclusively(folder.path + "/one", to: folder.path + "/two"))
  #expect(try folder.read("two/file") == "2")
  #expect(try Disk.renameFolderExclusively(folder.path + "/one", to: folder.path + "/three"))
}

@Test func `An error names the call, the path and the cause`() {
  let error = #expect(throws: DiskError.self) { try Disk.read("/nowhere/file") }
  #expect(error?.isMissingFile == true)
  #expect(error?.description == "cannot open /nowhere/file: No such file or directory")
  #expect(throws: DiskError.self) { try Disk.read("/tmp") }
}

@Test func `A file beyond the limit is refused unread`() throws {
  let folder = TemporaryFolder()
  let file = try folder.write("12345", to: "file")
  #expect(throws: DiskError.tooLarge(path: file, bytes: 5, limit: 4)) { try Disk.read(file, limit: 4) }
}

@Test func `An existing file is never created over`() throws {
  let folder = TemporaryFolder()
  let file = try folder.write("precious", to: "file")
  #expect(throws: DiskError.self) { try Disk.create(file, contents: []) }
  #expect(try folder.read("file") == "precious")
}

@Test func `What a killed writer left aside is swept by the next, and what a living one holds is not`() throws
{
  let folder = TemporaryFolder()
  let file = folder.path + "/a.json"
  try Disk.create(file + ".new-1", contents: [1])
  let held = try OpenFile(creating: file + ".new-2")
  let isHeld = held.tryLock()
  #expect(isHeld)
  try Disk.replace(file, contents: [2])
  #expect(Disk.names(in: folder.path) == ["a.json", "a.json.new-2"])
  #expect(try Disk.read(file) == [2])
  extendLifetime(held)
}

@Test
func `A link that a killed run left aside is no obstacle, and nothing stays when the link cannot be made`()
  throws
{
  let folder = TemporaryFolder()
  try Disk.replaceLink(folder.path + "/left.new", destination: "old")
  try Disk.replaceLink(folder.path + "/left", destination: "new")
  #expect(Disk.names(in: folder.path) == ["left"] && Disk.destination(ofLink: folder.path + "/left") == "new")
  // A folder stands where the link should: the rename fails.
  try Disk.createDirectory(folder.path + "/folder/in")
  #expect(throws: DiskError.self) { try Disk.replaceLink(folder.path + "/folder", destination: "x") }
  #expect(Disk.names(in: folder.path) == ["folder", "left"])
}

@Test func `Many that point one link elsewhere at once all come through`() async throws {
  let folder = TemporaryFolder()
  let path = folder.path + "/current"
  let failures = await withTaskGroup(of: Bool.self) { group in
    for number in 0..<200 {
      group.addTask { (try? Disk.replaceLink(path, destination: "\(number % 4)")) == nil }
    }
    return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
  }
  #expect(failures == 0)
  #expect(Disk.names(in: folder.path) == ["current"])
}
