/// A line of the registry's log: canonical JSON with the digest of its own other members in it, so that a changed line is
/// known for what it is even when none follows it.
package struct SealedLine: Sendable {
  /// All that the line says, without its digest.
  package let members: [String: JSON]

  package init(_ members: [String: JSON]) { self.members = members }

  /// Reads a line; nil when it is not, byte for byte, what somebody sealed.
  package init?(parsing line: some Collection<UInt8>) {
    let line = Array(line)
    guard let json = try? JSON(parsing: line), var members = json.object, json.canonicalBytes == line else {
      return nil
    }
    let digest = members.removeValue(forKey: Self.name)
    self.members = members
    guard let digest else {
      // The first logs had no digests. A damaged name is no way to look like them.
      guard Set(members.keys).isSubset(of: Self.unsealedNames) else { return nil }
      return
    }
    guard digest.string == self.digest else { return nil }
  }

  /// Whether what follows the last line feed is a whole line whose own line feed was changed: to be cut off, it is too
  /// long.
  package static func hasDamagedEnd(_ tail: some BidirectionalCollection<UInt8>) -> Bool {
    SealedLine(parsing: tail.dropLast()) != nil
  }

  /// The line without its line feed.
  package var text: String {
    JSON.object(members.merging([Self.name: .string(digest)]) { first, _ in first }).canonical
  }

  private var digest: String { Digest(of: JSON.object(members).canonicalBytes).description }

  private static let name = "digest"
  private static let unsealedNames: Set<String> = [
    "seq", "time", "actor", "op", "model", "content", "reason", "evidence", "previous", "version", "alias",
  ]
}
