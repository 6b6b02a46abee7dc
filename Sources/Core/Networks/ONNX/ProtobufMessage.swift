/// Fields of a message in the encoding of Protocol Buffers, in the order in which they are written.
///
/// The same calls make the same bytes. https://protobuf.dev/programming-guides/encoding/
struct ProtobufMessage {
  /// How many bytes a field takes, or how they are counted.
  private enum Wire: UInt8 {
    case variable = 0
    case eightBytes = 1
    case counted = 2
    case fourBytes = 5
  }

  private(set) var bytes: [UInt8] = []

  init() {}

  /// Left out when zero.
  mutating func append(_ field: Int, _ value: Double) {
    guard value.bitPattern != 0 else { return }
    appendKey(field, .eightBytes)
    bytes.append(littleEndian: value.bitPattern)
  }

  /// Left out when zero.
  mutating func append(_ field: Int, _ value: Int) {
    if value != 0 { append(element: value, field) }
  }

  /// Written when zero too: one of several that a field may hold, or one whose presence says something.
  mutating func append(element value: Int, _ field: Int) {
    appendKey(field, .variable)
    appendVariable(UInt64(bitPattern: Int64(value)))
  }

  /// Written when zero too.
  mutating func append(_ field: Int, _ value: Float) {
    appendKey(field, .fourBytes)
    bytes.append(littleEndian: value.bitPattern)
  }

  /// Bytes, or another message's.
  mutating func append(_ field: Int, _ content: [UInt8]) {
    appendKey(field, .counted)
    appendVariable(UInt64(content.count))
    bytes += content
  }

  mutating func append(_ field: Int, _ text: String) { append(field, Array(text.utf8)) }

  /// A message that `body` fills.
  mutating func append(_ field: Int, _ body: (inout ProtobufMessage) -> Void) {
    var message = ProtobufMessage()
    body(&message)
    append(field, message.bytes)
  }

  private mutating func appendKey(_ field: Int, _ wire: Wire) {
    appendVariable(UInt64(field) << 3 | UInt64(wire.rawValue))
  }

  /// Seven bits a byte, lowest first; the eighth tells that more follow.
  private mutating func appendVariable(_ value: UInt64) {
    var rest = value
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(rest))
  }
}

extension [UInt8] {
  mutating func append(littleEndian value: some FixedWidthInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
