private import CCrypto

/// A SHA-256 digest.
package struct Digest: Hashable, Sendable {
  /// The 32 bytes, eight in each, the first the highest.
  private var words: (UInt64, UInt64, UInt64, UInt64)

  /// The digest of some bytes in memory.
  package init(of bytes: some Sequence<UInt8>) {
    let hasher = Hasher256()
    let isContiguous: Void? = bytes.withContiguousStorageIfAvailable {
      hasher.update(UnsafeRawBufferPointer($0))
    }
    if isContiguous == nil { Array(bytes).withUnsafeBytes { hasher.update($0) } }
    self = hasher.finalize()
  }

  /// The digest of a text's UTF-8.
  package init(of text: String) { self.init(of: text.utf8) }

  /// Reads 64 hexadecimal digits, with or without `sha256:` before them; nil for anything else.
  package init?(parsing text: String) {
    let digits = text.hasPrefix("sha256:") ? text.utf8.dropFirst(7) : text.utf8[...]
    guard digits.count == 64 else { return nil }
    var words: [UInt64] = [0, 0, 0, 0]
    for (place, digit) in digits.enumerated() {
      guard let value = Self.value(ofDigit: digit) else { return nil }
      words[place / 16] = words[place / 16] << 4 | value
    }
    self.words = (words[0], words[1], words[2], words[3])
  }

  /// A digest of 32 bytes as they are stored.
  package init(bytes: UnsafeRawBufferPointer) {
    precondition(bytes.count == 32, "a SHA-256 has 32 bytes, not \(bytes.count)")
    func word(_ place: Int) -> UInt64 {
      UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: place * 8, as: UInt64.self))
    }
    words = (word(0), word(1), word(2), word(3))
  }

  /// The 32 bytes.
  package var bytes: [UInt8] {
    [words.0, words.1, words.2, words.3].flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
    }
  }

  /// The 64 hexadecimal digits, lower case.
  package var hex: String {
    String(unsafeUninitializedCapacity: 64) { digits in
      for (number, word) in [words.0, words.1, words.2, words.3].enumerated() {
        for place in 0..<16 {
          let value = UInt8(truncatingIfNeeded: word >> UInt64(60 - 4 * place) & 15)
          digits[number * 16 + place] = value + (value < 10 ? UInt8(ascii: "0") : UInt8(ascii: "a") - 10)
        }
      }
      return 64
    }
  }

  package static func == (left: Digest, right: Digest) -> Bool { left.words == right.words }

  package func hash(into hasher: inout Hasher) { hasher.combine(words.0) }

  private static func value(ofDigit digit: UInt8) -> UInt64? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt64(digit - UInt8(ascii: "0"))
    case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt64(digit - UInt8(ascii: "a") + 10)
    default: nil
    }
  }
}

extension Digest: CustomStringConvertible {
  /// `sha256:` and the digits.
  package var description: String { "sha256:" + hex }

  /// The first twelve digits, for messages.
  package var short: String { String(hex.prefix(12)) }
}

/// A SHA-256 in progress.
///
/// A class, because a digest is finished once, whoever holds it.
package final class Hasher256 {
  private var context = SHA256_CTX()

  package init() {
    let status = SHA256_Init(&context)
    precondition(status == 1, "libcrypto offers no SHA-256")
  }

  package func update(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    let status = SHA256_Update(&context, base, bytes.count)
    precondition(status == 1, "libcrypto failed to digest \(bytes.count) bytes")
  }

  /// The digest of all that was given; the hasher is spent afterwards.
  package func finalize() -> Digest {
    withUnsafeTemporaryAllocation(byteCount: 32, alignment: 8) { bytes in
      let status = SHA256_Final(bytes.baseAddress, &context)
      precondition(status == 1, "libcrypto failed to finish a digest")
      return Digest(bytes: UnsafeRawBufferPointer(bytes))
    }
  }
}
