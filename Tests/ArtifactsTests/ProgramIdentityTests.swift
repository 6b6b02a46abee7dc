import Artifacts
import Foundation
import TestSupport
import Testing

@Test func `A file that is no ELF is digested whole`() throws {
  let folder = TemporaryFolder()
  let script = try folder.write("#!/bin/sh\nexit 0\n", to: "script")
  #expect(try ProgramIdentity.canonicalDigest(ofExecutable: script) == Digest(of: "#!/bin/sh\nexit 0\n"))
}

@Test func `Symbols and build identifiers are no part of a program's identity, and its code is`() throws {
  let strip = ["/usr/bin/strip", "/bin/strip"].first { FileManager.default.isExecutableFile(atPath: $0) }
  guard let strip else { return }
  let folder = TemporaryFolder()
  let original = CommandLine.arguments[0]
  let copy = folder.path + "/program"
  try Disk.create(copy, contents: try Disk.read(original), mode: 0o755)
  let before = try ProgramIdentity.canonicalDigest(ofExecutable: copy)
  let size = Disk.size(of: copy)
  #expect(try Programs.run(strip, ["--strip-all", copy], in: folder.path).status == 0)
  #expect(Disk.size(of: copy) != size)
  #expect(try ProgramIdentity.canonicalDigest(ofExecutable: copy) == before)
}

@Test func `A changed byte of a loaded section changes the identity`() throws {
  let folder = TemporaryFolder()
  var bytes = try Disk.read("/bin/sh")
  let before = try ProgramIdentity.canonicalDigest(ofExecutable: "/bin/sh")
  bytes[bytes.count / 3] ^= 1
  let copy = folder.path + "/sh"
  try Disk.create(copy, contents: bytes)
  #expect(try ProgramIdentity.canonicalDigest(ofExecutable: copy) != before)
}

@Test func `A damaged ELF is digested whole and never crashes the reader`() throws {
  let folder = TemporaryFolder()
  let original = try Disk.read("/bin/sh")
  for (index, length) in [64, 100, original.count / 2, original.count - 1].enumerated() {
    let copy = folder.path + "/cut\(index)"
    try Disk.create(copy, contents: Array(original.prefix(length)))
    _ = try ProgramIdentity.canonicalDigest(ofExecutable: copy)
  }
  for byte in 0..<64 {
    var bytes = original
    bytes[byte] = 0xFF
    let copy = folder.path + "/header\(byte)"
    try Disk.create(copy, contents: bytes)
    _ = try ProgramIdentity.canonicalDigest(ofExecutable: copy)
  }
}
