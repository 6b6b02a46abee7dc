import Artifacts
import Market
import Testing

private let name = "BTCUSDT-1h-2024-01.zip"
private let digits = Digest(of: "archive").hex

@Test(arguments: ["\(digits)  \(name)\n", "\(digits) *\(name)\n", "\(digits)  \(name)"])
func `The digest beside an archive is read`(text: String) throws {
  #expect(try ChecksumFile.digest(in: Array(text.utf8), of: name).hex == digits)
}

@Test(arguments: [
  "", "\n", digits, "\(digits)\n", "\(digits)  \n", "\(digits) \(name)\n", "\(digits)   \(name)\n",
  "\(digits.dropLast())  \(name)\n", "\(digits)0  \(name)\n", "\(digits.uppercased())  \(name)\n",
  "sha256:\(digits.dropLast(7))  \(name)\n", "\(digits)  \(name)\n\n", "\(digits)  \(name)\r\n",
  "\(digits)  \(name)\n\(digits)  \(name)\n", " \(digits)  \(name)\n", "\\\(digits)  \(name)\n",
  "\(digits)\t\(name)\n", "<html>", "\(digits)  x/\(name)\n", "\(digits)  ../\(name)\n",
  "\(digits)  \(name)\0\n",
  "\(digits)  \(name.lowercased())\n", "\(digits)  \(name) \n",
])
func `What is no checksum of this archive is refused`(text: String) {
  #expect(throws: ArchiveError.self) { try ChecksumFile.digest(in: Array(text.utf8), of: name) }
}

@Test func `The checksum of another archive is refused by name`() {
  #expect(throws: ArchiveError.checksumName(expected: name, found: "ETHUSDT-1h-2024-01.zip")) {
    try ChecksumFile.digest(in: Array("\(digits)  ETHUSDT-1h-2024-01.zip\n".utf8), of: name)
  }
}
