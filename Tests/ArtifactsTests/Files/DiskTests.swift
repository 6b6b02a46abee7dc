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
