import Testing

@testable import Networks

@Test(arguments: [
  ("", 0), ("123456789", 0xE306_9283), ("The quick brown fox jumps over the lazy dog", 0x2262_0404),
])
func `Checksums are those of Castagnoli's polynomial`(_ text: String, _ checksum: UInt32) {
  #expect(CRC32C.checksum(of: text.utf8) == checksum)
}

@Test func `Checksums of zeros and ones are those of RFC 3720`() {
  #expect(CRC32C.checksum(of: [UInt8](repeating: 0, count: 32)) == 0x8A91_36AA)
  #expect(CRC32C.checksum(of: [UInt8](repeating: 0xFF, count: 32)) == 0x62A8_AB43)
}

@Test func `An event file holds the bytes that TensorBoard's own writer makes`() {
  var file = EventFile()
  file.add("loss/train", 0.5, step: 0)
  file.add("loss/train", 0, step: 300, wallTime: 1.5)
  // RecordWriter of tensorboard 2.21 and its protocol buffers wrote these.
  let expected = """
    0f000000000000006d532b091a0d627261696e2e4576656e743a32fc9851291500000000000000d6ab6b2b2a130a110a\
    0a6c6f73732f747261696e150000003fff6e99f42100000000000000017becf609000000000000f83f10ac022a130a11\
    0a0a6c6f73732f747261696e1500000000fc8fd3bb
    """
  #expect(hexadecimal(file.bytes) == expected)
}

@Test func `Every record carries its length and the checksums of both`() throws {
  var file = EventFile(wallTime: 3)
  for step in 0..<200 { file.add("rate", 1 / Float(step + 1), step: step) }
  file.add(String(repeating: "long/", count: 60), -1, step: .max)
  let records = try records(in: file.bytes)
  #expect(records.count == 202)
  #expect(records[0] == [0x09, 0, 0, 0, 0, 0, 0, 0x08, 0x40, 0x1A, 13] + Array("brain.Event:2".utf8))
  #expect(records[1] == [0x2A, 13, 0x0A, 11, 0x0A, 4] + Array("rate".utf8) + [0x15, 0, 0, 0x80, 0x3F])
  #expect(records[2].prefix(2) == [0x10, 1])
  #expect(records[129].prefix(3) == [0x10, 0x80, 0x01])
  #expect(records[201].prefix(10) == [0x10, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F])
}

@Test func `A value that is not a finite number is left out`() {
  var file = EventFile()
  for value in [Float.nan, .infinity, -.infinity, .signalingNaN] { file.add("loss", value, step: 1) }
  #expect(file == EventFile())
}

@Test func `The same points make the same bytes`() {
  func made() -> [UInt8] {
    var file = EventFile()
    for step in 0..<50 { file.add("loss/validation", Float(step).squareRoot(), step: step) }
    return file.bytes
  }
  #expect(made() == made())
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
  bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
}

/// Takes records apart and checks both checksums of each.
private func records(in bytes: [UInt8]) throws -> [[UInt8]] {
  func number(_ range: Range<Int>) throws -> UInt64 {
    try #require(range.upperBound <= bytes.count)
    return bytes[range].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }
  var records: [[UInt8]] = []
  var place = 0
  while place < bytes.count {
    let length = Int(try number(place..<place + 8))
    let data = place + 12..<place + 12 + length
    #expect(try number(place + 8..<place + 12) == UInt64(CRC32C.masked(of: bytes[place..<place + 8])))
    #expect(try number(data.upperBound..<data.upperBound + 4) == UInt64(CRC32C.masked(of: bytes[data])))
    records.append(Array(bytes[data]))
    place = data.upperBound + 4
  }
  return records
}
