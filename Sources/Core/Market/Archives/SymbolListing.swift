/// One page of the list of archives: S3's answer to `?delimiter=/&prefix=data/spot/monthly/klines/`.
///
/// Only what such a list holds is understood of XML: elements, text and five entities. Declarations of types,
/// which make XML dangerous, are refused.
/// Format: https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjects.html
package struct SymbolListing: Equatable, Sendable {
  /// The folders: `data/spot/monthly/klines/BTCUSDT/`.
  package private(set) var prefixes: [String] = []
  /// The files, of which every second one is a checksum.
  package private(set) var keys: [String] = []
  package private(set) var isTruncated = false
  /// Where the next page begins, when there is one.
  package private(set) var nextMarker: String?

  /// The last components of the folders: `BTCUSDT`.
  package var names: [String] {
    prefixes.compactMap { $0.split(separator: "/").last.map(String.init) }
  }

  /// Reads the whole answer.
  package static func parse(_ body: [UInt8]) throws(ArchiveError) -> SymbolListing {
    var scanner = ElementScanner(bytes: body)
    var listing = SymbolListing()
    var path: [String] = []
    var text: [UInt8] = []
    var isDone = false
    while let event = try scanner.next(into: &text) {
      guard !isDone else { throw .listing("something follows the list") }
      switch event {
      case .start(let name):
        path.append(name)
        guard path.count <= 8, path[0] == "ListBucketResult" else {
          throw .listing("it is no list of a bucket")
        }
      case .end(let name):
        guard path.last == name else { throw .listing("the element \(name) ends before it begins") }
        try listing.take(path.dropFirst().joined(separator: "/"), text)
        path.removeLast()
        isDone = path.isEmpty
      }
      text.removeAll(keepingCapacity: true)
    }
    guard isDone else { throw .listing("it is cut off") }
    return listing
  }

  private mutating func take(_ path: String, _ text: [UInt8]) throws(ArchiveError) {
    switch path {
    case "CommonPrefixes/Prefix": prefixes.append(try value(text))
    case "Contents/Key": keys.append(try value(text))
    case "NextMarker": nextMarker = try value(text)
    case "IsTruncated":
      let word = try value(text)
      guard word == "true" || word == "false" else { throw .listing("IsTruncated is neither true nor false") }
      isTruncated = word == "true"
    default: break
    }
  }

  private func value(_ text: [UInt8]) throws(ArchiveError) -> String {
    guard let value = String(validating: text, as: UTF8.self), !value.isEmpty, text.count <= 1024,
      !text.contains(where: { $0 < 0x20 || $0 == 0x7F })
    else { throw .listing("a name is empty, too long or no text") }
    return value
  }
}

/// Cuts XML into the begins and ends of elements and the text before each.
private struct ElementScanner {
  enum Event { case start(String), end(String) }

  let bytes: [UInt8]
  var index = 0
  /// The end of an element that has no contents, to be given next.
  private var pendingEnd: String?

  init(bytes: [UInt8]) { self.bytes = bytes }

  /// The next begin or end, the text before it in `text`; nil at the end of the bytes.
  mutating func next(into text: inout [UInt8]) throws(ArchiveError) -> Event? {
    if let name = pendingEnd {
      pendingEnd = nil
      return .end(name)
    }
    try takeText(into: &text)
    guard index < bytes.count else {
      guard text.allSatisfy({ $0 <= 0x20 }) else { throw .listing("text stands outside the list") }
      return nil
    }
    return try tag(into: &text)
  }

  private mutating func tag(into text: inout [UInt8]) throws(ArchiveError) -> Event? {
    guard let close = bytes[index...].firstIndex(of: UInt8(ascii: ">")) else {
      throw .listing("it is cut off")
    }
    var tag = bytes[(index + 1)..<close]
    let isProlog = index == 0 && tag.starts(with: "?xml ".utf8) && tag.last == UInt8(ascii: "?")
    index = close + 1
    if isProlog { return try next(into: &text) }
    let isEnd = tag.first == UInt8(ascii: "/")
    if isEnd { tag.removeFirst() }
    let isEmpty = !isEnd && tag.last == UInt8(ascii: "/")
    if isEmpty { tag.removeLast() }
    let letters = tag.prefix { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20) }
    let isName = letters.count == tag.count || !isEnd && tag[letters.endIndex] == 0x20
    guard !letters.isEmpty, letters.count <= 64, isName else { throw .listing("an element has no name") }
    let name = String(decoding: letters, as: UTF8.self)
    if isEmpty { pendingEnd = name }
    return isEnd ? .end(name) : .start(name)
  }

  private mutating func takeText(into text: inout [UInt8]) throws(ArchiveError) {
    while index < bytes.count, bytes[index] != UInt8(ascii: "<") {
      if bytes[index] == UInt8(ascii: "&") {
        text.append(try entity())
      } else {
        text.append(bytes[index])
        index += 1
      }
    }
  }

  private mutating func entity() throws(ArchiveError) -> UInt8 {
    let entities: [(String, Unicode.Scalar)] = [
      ("&amp;", "&"), ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"),
    ]
    for (name, scalar) in entities where bytes[index...].starts(with: name.utf8) {
      index += name.utf8.count
      return UInt8(ascii: scalar)
    }
    throw .listing("an entity is unknown")
  }
}
