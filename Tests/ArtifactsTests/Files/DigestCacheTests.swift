import Artifacts
import TestSupport
import Testing

@Test func `A remembered digest is used only while the file rests`() throws {
  let folder = TemporaryFolder()
  let big = String(repeating: "x", count: 100_000)
  let file = try folder.write(big, to: "file")
  let stamp = try #require(FileStamp(of: file))
  let later = max(stamp.modified, stamp.changed) + 10_000_000_000
  let path = folder.path + "/digests.json"

  let first = DigestCache(path: path) { later }
  #expect(try first.digest(of: file) == Digest(of: big))
  first.save()
  #expect(Disk.exists(path))

  // The same size, other bytes: the time of the last status change gives it away.
  try folder.write(String(repeating: "y", count: 100_000), to: "file")
  #expect(
    try DigestCache(path: path) { later }.digest(of: file)
      == Digest(of: String(repeating: "y", count: 100_000)))
}

@Test func `A file that changed a moment ago is not remembered`() throws {
  let folder = TemporaryFolder()
  let file = try folder.write(String(repeating: "x", count: 100_000), to: "file")
  let stamp = try #require(FileStamp(of: file))
  let cache = DigestCache(path: folder.path + "/digests.json") {
    max(stamp.modified, stamp.changed) + 1_000_000
  }
  _ = try cache.digest(of: file)
  cache.save()
  #expect(!Disk.exists(folder.path + "/digests.json"))
}

private let digest = Digest(of: "abc").hex

@Test(arguments: [
  "", "{", "[]", "{\"file x\": 1}", "{\"file x\": {\"stamp\": [1], \"digest\": \"x\"}}",
  // A device and an inode beyond 2⁶³ are written as negative numbers.
  "{\"file x\": {\"stamp\": [-1, -9223372036854775808, 0, 0, 0, 0], \"digest\": \"\(digest)\"}}",
  "{\"file x\": {\"stamp\": [1e300, 0.5, 0, 0, 0, 0], \"digest\": \"\(digest)\"}}",
])
func `A damaged memory is as good as none`(text: String) throws {
  let folder = TemporaryFolder()
  let path = try folder.write(text, to: "digests.json")
  let file = try folder.write("abc", to: "file")
  #expect(try DigestCache(path: path) { 0 }.digest(of: file) == Digest(of: "abc"))
}
