/// A piece of YAML as it is written: text, where it stands, and no guess at its type.
///
/// Whether `no`, `1:20` or `012` is a text, a truth or a number is decided by the setting that reads it.
package struct YAMLNode: Sendable {
  package enum Content: Sendable {
    /// `isPlain` is false for quoted text, which is always a string.
    case scalar(String, isPlain: Bool)
    case sequence([YAMLNode])
    case mapping([Entry])
  }

  package struct Entry: Sendable {
    package var key: String
    package var keyPlace: Place
    package var value: YAMLNode
  }

  package var content: Content
  package var place: Place

  package init(_ content: Content, at place: Place) {
    self.content = content
    self.place = place
  }

  /// The value under a key of a mapping.
  package subscript(key: String) -> YAMLNode? {
    guard case .mapping(let entries) = content else { return nil }
    return entries.first { $0.key == key }?.value
  }

  /// «a text», «a list», «a mapping»: for messages.
  package var kind: String {
    switch content {
    case .scalar(let text, _): text.isEmpty ? "nothing" : "'\(text)'"
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }
}
