import Artifacts
import Testing

// FIPS 180-4, the examples of the Secure Hash Standard.
@Test(arguments: [
  ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
  ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
  (
    "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
  ),
])
func `SHA-256 gives the standard's examples`(text: String, hex: String) {
  #expect(Digest(of: text).hex == hex)
}

@Test func `A digest is read back as it is written, and nothing else is a digest`() {
  let digest = Digest(of: "abc")
  #expect(Digest(parsing: digest.description) == digest)
  #expect(Digest(parsing: digest.hex) == digest)
  for text in ["", "sha256:", String(digest.hex.dropLast()), digest.hex.uppercased(), "sha1:" + digest.hex] {
    #expect(Digest(parsing: text) == nil)
  }
}

@Test func `A digest is read back from its bytes, and its digits are those of its bytes`() {
  for text in (0..<300).map(String.init) {
    let digest = Digest(of: text)
    #expect(digest.bytes.count == 32 && digest.bytes.withUnsafeBytes { Digest(bytes: $0) } == digest)
    #expect(Digest(parsing: digest.hex) == digest && digest.hex.hasPrefix(digest.short))
    let digits = digest.bytes.map { (String($0 >> 4, radix: 16), String($0 & 15, radix: 16)) }
    #expect(digits.map { $0.0 + $0.1 }.joined() == digest.hex)
  }
}

@Test func `Digests that differ in any bit are different`() {
  let digest = Digest(of: "abc")
  for bit in 0..<256 {
    var bytes = digest.bytes
    bytes[bit / 8] ^= 1 << UInt8(bit % 8)
    #expect(bytes.withUnsafeBytes { Digest(bytes: $0) } != digest)
  }
}
