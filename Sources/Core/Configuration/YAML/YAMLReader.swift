private import CYAML

/// Reads a strict subset of YAML: one document of mappings with text keys, lists and scalars.
///
/// Anchors, aliases, merges, tags, duplicate keys, nesting deeper than 32 and files beyond 1 MiB are refused
/// when libyaml's event for them arrives, before anything could be expanded: a bomb of aliases is an error on
/// its first anchor.
package enum YAMLReader {
  /// The largest file that is read, in bytes.
  package static let sizeLimit = 1 << 20
  private static let depthLimit = 32

  /// Reads `text`; places in errors and nodes name `file`.
  package static func read(_ text: [UInt8], file: String) throws(ConfigurationError) -> YAMLNode {
    guard text.count <= sizeLimit else {
      throw .malformed(at: Place(file: file, line: 1, column: 1), "the file is larger than 1 MiB")
    }
    let events = EventStream(text: text, file: file)
    return try document(events)
  }

  private static func document(_ events: EventStream) throws(ConfigurationError) -> YAMLNode {
    var event = try events.next()
    while [.streamStart, .documentStart].contains(event.kind) { event = try events.next() }
    guard event.kind != .streamEnd else { throw .malformed(at: event.place, "the file is empty") }
    let root = try node(event, events, depth: 0)
    event = try events.next()
    while event.kind == .documentEnd { event = try events.next() }
    guard event.kind == .streamEnd else { throw .malformed(at: event.place, "a second document begins here") }
    return root
  }

  private static func node(
    _ event: EventStream.Event, _ events: EventStream, depth: Int
  ) throws(ConfigurationError) -> YAMLNode {
    guard depth <= depthLimit else { throw .malformed(at: event.place, "nested deeper than \(depthLimit)") }
    if event.hasAnchor { throw .malformed(at: event.place, "anchors (&) are not allowed; write it out") }
    if event.hasTag {
      throw .malformed(at: event.place, "tags (!) are not allowed; the setting decides the type")
    }
    switch event.kind {
    case .scalar(let text, let isPlain):
      return YAMLNode(.scalar(text, isPlain: isPlain), at: event.place)
    case .sequenceStart:
      var elements: [YAMLNode] = []
      while true {
        let element = try events.next()
        if element.kind == .sequenceEnd { return YAMLNode(.sequence(elements), at: event.place) }
        elements.append(try node(element, events, depth: depth + 1))
      }
    case .mappingStart:
      return YAMLNode(.mapping(try entries(events, depth: depth)), at: event.place)
    case .alias:
      throw .malformed(at: event.place, "aliases (*) are not allowed; write it out")
    default:
      throw .malformed(at: event.place, "something else is expected here")
    }
  }

  private static func entries(_ events: EventStream, depth: Int) throws(ConfigurationError) -> [YAMLNode
    .Entry]
  {
    var entries: [YAMLNode.Entry] = []
    var seen: Set<String> = []
    while true {
      let event = try events.next()
      if event.kind == .mappingEnd { return entries }
      guard case .scalar(let key, let isPlain) = event.kind, !event.hasAnchor, !event.hasTag else {
        throw .malformed(at: event.place, "a key must be a plain text")
      }
      guard key != "<<" || !isPlain else {
        throw .malformed(at: event.place, "merges (<<) are not allowed; write it out")
      }
      guard seen.insert(key).inserted else {
        throw .malformed(at: event.place, "the key '\(key)' stands twice")
      }
      let value = try node(try events.next(), events, depth: depth + 1)
      entries.append(YAMLNode.Entry(key: key, keyPlace: event.place, value: value))
    }
  }
}

/// libyaml's events one by one.
///
/// A class, because it guards the parser and the text it points into.
private final class EventStream {
  enum Kind: Equatable {
    case streamStart, streamEnd, documentStart, documentEnd, alias
    case scalar(String, isPlain: Bool)
    case sequenceStart, sequenceEnd, mappingStart, mappingEnd
  }

  struct Event {
    var kind: Kind
    var place: Place
    var hasAnchor = false
    var hasTag = false
  }

  private let parser: UnsafeMutablePointer<yaml_parser_t>
  private let text: UnsafeMutableBufferPointer<UInt8>
  private let file: String

  init(text: [UInt8], file: String) {
    self.file = file
    self.text = .allocate(capacity: text.count)
    _ = self.text.initialize(from: text)
    parser = .allocate(capacity: 1)
    let status = yaml_parser_initialize(parser)
    precondition(status == 1, "libyaml has no memory for a parser")
    yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
    yaml_parser_set_input_string(parser, self.text.baseAddress, self.text.count)
  }

  deinit {
    yaml_parser_delete(parser)
    parser.deallocate()
    text.deallocate()
  }

  func next() throws(ConfigurationError) -> Event {
    var event = yaml_event_t()
    guard yaml_parser_parse(parser, &event) == 1 else {
      let problem = parser.pointee.problem.map { String(cString: $0) } ?? "no valid YAML"
      // Nearly always a tab, of which the parser says only this.
      let hint =
        problem.hasSuffix("cannot start any token")
        ? "; indent with spaces, not tabs, and quote a text that begins with @, % or `" : ""
      throw .malformed(at: place(parser.pointee.problem_mark), problem + hint)
    }
    defer { yaml_event_delete(&event) }
    var result = Event(kind: .streamEnd, place: place(event.start_mark))
    switch event.type {
    case YAML_STREAM_START_EVENT: result.kind = .streamStart
    case YAML_DOCUMENT_START_EVENT: result.kind = .documentStart
    case YAML_DOCUMENT_END_EVENT: result.kind = .documentEnd
    case YAML_ALIAS_EVENT: result.kind = .alias
    case YAML_SCALAR_EVENT:
      let scalar = event.data.scalar
      let bytes = UnsafeBufferPointer(start: scalar.value, count: scalar.length)
      result.kind = .scalar(
        String(decoding: bytes, as: UTF8.self), isPlain: scalar.style == YAML_PLAIN_SCALAR_STYLE)
      result.hasAnchor = scalar.anchor != nil
      result.hasTag = scalar.tag != nil
    case YAML_SEQUENCE_START_EVENT:
      result.kind = .sequenceStart
      result.hasAnchor = event.data.sequence_start.anchor != nil
      result.hasTag = event.data.sequence_start.tag != nil
    case YAML_SEQUENCE_END_EVENT: result.kind = .sequenceEnd
    case YAML_MAPPING_START_EVENT:
      result.kind = .mappingStart
      result.hasAnchor = event.data.mapping_start.anchor != nil
      result.hasTag = event.data.mapping_start.tag != nil
    case YAML_MAPPING_END_EVENT: result.kind = .mappingEnd
    default: result.kind = .streamEnd
    }
    return result
  }

  private func place(_ mark: yaml_mark_t) -> Place {
    Place(file: file, line: Int(mark.line) + 1, column: Int(mark.column) + 1)
  }
}
