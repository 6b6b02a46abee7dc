import Foundation
import Market
import Testing

private func refusal(_ bytes: [UInt8], limits: ZipArchive.Limits = .standard) -> ArchiveError? {
  do throws(ArchiveError) {
    _ = try ZipArchive.onlyMember(of: bytes, named: "a.csv", limits: limits)
    return nil
  } catch { return error }
}

private func refusal(_ change: (inout ZipBytes) -> Void) -> ArchiveError? {
  var zip = ZipBytes()
  change(&zip)
  return refusal(zip.bytes)
}

private func isLayout(_ error: ArchiveError?) -> Bool {
  if case .layout = error { true } else { false }
}

private func isDamaged(_ error: ArchiveError?) -> Bool {
  if case .damaged = error { true } else { false }
}

// MARK: What is read

@Test func `The only file of an archive is read`() throws {
  #expect(
    try ZipArchive.onlyMember(of: ZipBytes().bytes, named: "a.csv") == Array("hello, archive".utf8))
  #expect(try ZipArchive.onlyMember(of: ZipBytes(contents: "").bytes, named: "a.csv").isEmpty)
}

@Test func `A deflated file is inflated`() throws {
  var zip = ZipBytes(contents: String(repeating: "0", count: 1 + 258 * 3))
  zip.method = 8
  zip.data = ZipBomb.deflated(matches: 3)
  #expect(try ZipArchive.onlyMember(of: zip.bytes, named: "a.csv") == zip.contents)
}

@Test func `A comment is harmless`() {
  #expect(refusal { $0.comment = Array("made on a Friday".utf8) } == nil)
}

@Test(arguments: [false, true], [false, true])
func `Figures that stand behind the data are read there`(isWide: Bool, hasSignature: Bool) {
  let error = refusal { zip in
    let width = isWide ? 8 : 4
    zip.descriptor =
      (hasSignature ? ZipBytes.little(0x0807_4B50, 4) : []) + ZipBytes.little(Int(zip.crc), 4)
      + ZipBytes.little(zip.stored.count, width) + ZipBytes.little(zip.contents.count, width)
    (zip.flags, zip.localSize, zip.localCompressedSize, zip.localChecksum) = (8, 0, 0, 0)
  }
  #expect(error == nil)
}

@Test func `Sizes in the 64-bit extra field are read there`() {
  #expect(refusal { $0 = wide(size: 14, compressed: 14) } == nil)
}

private func wide(size: Int, compressed: Int) -> ZipBytes {
  var zip = ZipBytes()
  (zip.size, zip.compressedSize) = (0xFFFF_FFFF, 0xFFFF_FFFF)
  zip.localExtra =
    ZipBytes.little(1, 2) + ZipBytes.little(16, 2) + ZipBytes.little(size, 8) + ZipBytes.little(compressed, 8)
  zip.centralExtra = zip.localExtra
  return zip
}

// MARK: What is refused

@Test func `An archive of two files is refused`() {
  var second = ZipBytes(name: "b.csv")
  second.localOffset = 0
  let expected = ArchiveError.memberCount(archive: "a.csv", 2)
  #expect(refusal { $0.moreCentral = [second.central(at: 0)] } == expected)
  #expect(refusal { $0.moreCentral = [$0.central(at: 0)] } == expected, "twice the same bytes: overlapping")
}

@Test func `An archive of very many files over the same bytes is refused`() {
  let many = [[UInt8]](repeating: ZipBytes().central(at: 0), count: 60_000)
  #expect(refusal { $0.moreCentral = many } == .memberCount(archive: "a.csv", 60_001))
}

@Test func `An archive that counts one file and lists two is refused`() {
  #expect(
    isLayout(
      refusal {
        $0.moreCentral = [$0.central(at: 0)]
        $0.count = 1
      }))
}

@Test func `An archive that holds no file is refused`() {
  let end = ZipBytes.little(0x0605_4B50, 4) + [UInt8](repeating: 0, count: 18)
  #expect(refusal(end) == .memberCount(archive: "a.csv", 0))
}

@Test(arguments: [
  "b.csv", "../a.csv", "/a.csv", "x/a.csv", "..\\a.csv", "A.csv", "a.csv ", "a.csv\0", "a.csv/", "",
  "./a.csv",
])
func `A file of any other name is refused`(name: String) {
  #expect(refusal(ZipBytes(name: name).bytes) == .memberName(expected: "a.csv", found: name))
}

@Test func `A file with two names is refused`() {
  #expect(isLayout(refusal { $0.localName = "b.csv" }))
}

@Test(arguments: [0o120777, 0o040755, 0o020644, 0o060644, 0o010644, 0o140777])
func `A link, a folder or a device is refused`(mode: Int) {
  #expect(refusal { $0.attributes = UInt32(mode) << 16 } == .notAFile(member: "a.csv"))
}

@Test func `A folder of DOS is refused`() {
  #expect(
    refusal {
      $0.system = 0
      $0.attributes = 0x10
    } == .notAFile(member: "a.csv"))
}

@Test(arguments: [1, 1 << 6 | 1, 1 << 13])
func `An encrypted file is refused`(flags: Int) {
  #expect(refusal { $0.flags = flags } == .encrypted(member: "a.csv"))
}

@Test(arguments: [1, 9, 12, 14, 93, 95, 98, 99])
func `A file compressed in another way is refused`(method: Int) {
  #expect(refusal { $0.method = method } == .compression(member: "a.csv", method: method))
}

@Test func `A wrong checksum is found when the file was read`() {
  #expect(isDamaged(refusal { $0.checksum = 1 }))
}

@Test func `Sizes that the data do not have are refused`() {
  #expect(refusal { $0.size = 13 } != nil)
  #expect(refusal { $0.size = 15 } != nil)
  #expect(refusal { $0.compressedSize = 13 } != nil)
  #expect(refusal { $0.compressedSize = 15 } != nil)
  #expect(isLayout(refusal { $0.localSize = 13 }))
  #expect(isLayout(refusal { $0.localCompressedSize = 13 }))
  #expect(isLayout(refusal { $0.localChecksum = 13 }))
}

@Test(arguments: [(13, 0), (15, 0), (0, 1), (100, 0)])
func `A deflated file that lies about its size is refused`(promised: Int, ignored: Int) {
  var zip = ZipBytes(contents: String(repeating: "0", count: 1 + 258))
  zip.method = 8
  zip.data = ZipBomb.deflated(matches: 1)
  zip.size = promised
  #expect(refusal(zip.bytes) != nil)
}

@Test(arguments: [
  (14, Int.max), (Int.max, 14), (1 << 40, 14), (14, 1 << 40), (13, 14), (14, 13), (0xFFFF_FFFF, 14),
])
func `64-bit sizes that lie are refused`(size: Int, compressed: Int) {
  #expect(refusal(wide(size: size, compressed: compressed).bytes) != nil)
}

@Test func `64-bit sizes that are promised and not there, cut off or there twice are refused`() {
  let whole = wide(size: 14, compressed: 14).localExtra
  for extra in [[], Array(whole.dropLast()), ZipBytes.little(1, 2) + ZipBytes.little(0, 2), whole + whole] {
    #expect(
      isLayout(
        refusal {
          ($0.size, $0.compressedSize) = (0xFFFF_FFFF, 0xFFFF_FFFF)
          ($0.localExtra, $0.centralExtra) = (extra, extra)
        }))
  }
}

@Test func `Figures behind the data that disagree are refused`() {
  for field in 0..<3 {
    let error = refusal { zip in
      var figures = [Int(zip.crc), zip.stored.count, zip.contents.count]
      figures[field] += 1
      zip.descriptor = ZipBytes.little(0x0807_4B50, 4) + figures.flatMap { ZipBytes.little($0, 4) }
      (zip.flags, zip.localSize, zip.localCompressedSize, zip.localChecksum) = (8, 0, 0, 0)
    }
    #expect(isLayout(error), "figure \(field)")
  }
  #expect(isLayout(refusal { $0.flags = 8 }), "figures that are promised and not there")
}

@Test func `Bytes before, between and behind are refused`() {
  #expect(isLayout(refusal { $0.before = [0] }))
  #expect(isLayout(refusal { $0.descriptor = [0] }))
  #expect(isLayout(refusal { $0.descriptor = [UInt8](repeating: 0, count: 16) }))
  #expect(isLayout(refusal { $0.betweenDirectoryAndEnd = [0] }))
  #expect(isLayout(refusal { $0.after = [0] }))
  #expect(isLayout(refusal { $0.after = ZipBytes().bytes }), "another archive behind it")
  #expect(isLayout(refusal { $0.before = ZipBytes().bytes }), "another archive before it")
  #expect(isLayout(refusal { $0.localOffset = 1 }))
}

@Test func `An archive inside a comment, a name or an extra field is never the one that is read`() {
  let inner = ZipBytes(contents: "the other").bytes
  #expect(refusal { $0.comment = inner } != nil)
  let extra = ZipBytes.little(0x7777, 2) + ZipBytes.little(inner.count, 2) + inner
  var zip = ZipBytes()
  (zip.localExtra, zip.centralExtra) = (extra, extra)
  let read = try? ZipArchive.onlyMember(of: zip.bytes, named: "a.csv")
  #expect(read == nil || read == zip.contents)
  var stored = ZipBytes()
  stored.contents = inner
  #expect((try? ZipArchive.onlyMember(of: stored.bytes, named: "a.csv")) == inner)
}

@Test func `A bomb of a thousand to one is refused by what it says`() {
  var zip = ZipBytes()
  zip.method = 8
  zip.data = ZipBomb.deflated(matches: 400_000)
  zip.size = 1 + 258 * 400_000
  #expect(refusal(zip.bytes) == .ratio(member: "a.csv", limit: 50))
  zip.size = 1 << 31
  #expect(refusal(zip.bytes) == .tooLarge(member: "a.csv", limit: 512 << 20))
}

@Test func `A bomb that says it is small is stopped while it is inflated`() {
  var zip = ZipBytes()
  zip.method = 8
  zip.data = ZipBomb.deflated(matches: 400_000)
  zip.size = 14
  let start = ContinuousClock.now
  #expect(refusal(zip.bytes) != nil)
  #expect(ContinuousClock.now - start < .seconds(1))
}

@Test func `Limits are kept exactly`() {
  let zip = ZipBytes().bytes
  #expect(refusal(zip, limits: .init(bytes: 14, ratio: 1)) == nil)
  #expect(refusal(zip, limits: .init(bytes: 13, ratio: 1)) == .tooLarge(member: "a.csv", limit: 13))
}

@Test func `Every archive that is cut off is refused`() {
  let bytes = ZipBytes().bytes
  for count in bytes.indices { #expect(refusal(Array(bytes.prefix(count))) != nil, "\(count) bytes") }
}

@Test func `No byte can be changed unseen, but in what means nothing`() throws {
  let zip = ZipBytes()
  let bytes = zip.bytes
  for index in bytes.indices {
    var changed = bytes
    changed[index] ^= 0x41
    let contents = try? ZipArchive.onlyMember(of: changed, named: "a.csv")
    #expect(contents == nil || contents == zip.contents, "byte \(index)")
  }
  for index in bytes.indices {
    var shorter = bytes
    shorter.remove(at: index)
    let contents = try? ZipArchive.onlyMember(of: shorter, named: "a.csv")
    #expect(contents == nil || contents == zip.contents, "without byte \(index)")
  }
}
