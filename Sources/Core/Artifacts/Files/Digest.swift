private import CCrypto

/// A SHA-256 digest.
package struct Digest: Hashable, Sendable {
  /// The 64 hexadecimal digits, lower case.
  package let hex: String

  /// The digest of some bytes in memory.
  package init(of bytes: some Sequence<UInt8>) {
    let hasher = Hasher256()
    Array(bytes).withUnsafeBytes { hasher.update($0) }
    self = hasher.finalize()
  }

  /// The digest of a text's UTF-8.
  package init(of text: String) { self.init(of: text.utf8) }

  /// Reads 64 hexadecimal digits, with or without `sha256:` before them; nil for anything else.
  package init?(parsing text: String) {
    let digits = text.hasPrefix("sha256:") ? String(text.dropFirst(7)) : text
    guard digits.utf8.count == 64, digits.utf8.allSatisfy(Self.isLowerHexadecimal) else { return nil }
    hex = digits
  }

  fileprivate init(bytes: [UInt8]) {
    let digits = Array("0123456789abcdef".utf8)
    hex = String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private static func isLowerHexadecimal(_ byte: UInt8) -> Bool {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
      || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
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
/// A class, because it guards libcrypto's context, which must be freed exactly once.
package final class Hasher256 {
  private let context: OpaquePointer

  package init() {
    guard let context = EVP_MD_CTX_new() else { preconditionFailure("libcrypto has no memory for a digest") }
    self.context = context
    let status = EVP_DigestInit_ex(context, EVP_sha256(), nil)
    precondition(status == 1, "libcrypto offers no SHA-256")
  }

  deinit { EVP_MD_CTX_free(context) }

  package func update(_ bytes: UnsafeRawBufferPointer) {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return }
    let status = EVP_DigestUpdate(context, base, bytes.count)
    precondition(status == 1, "libcrypto failed to digest \(bytes.count) bytes")
  }

  /// The digest of all that was given; the hasher is spent afterwards.
  package func finalize() -> Digest {
    var bytes = [UInt8](repeating: 0, count: 32)
    var length: UInt32 = 0
    let status = EVP_DigestFinal_ex(context, &bytes, &length)
    precondition(status == 1 && length == 32, "libcrypto failed to finish a digest")
    return Digest(bytes: bytes)
  }
}
