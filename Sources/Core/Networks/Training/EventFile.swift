/// The bytes of an event file with scalars, as TensorBoard reads it.
///
/// Records of TensorFlow, each an `Event` in the encoding of Protocol Buffers; fields that are zero are not
/// written, as there. The same calls make the same bytes: no clock is read, and a published file leaves all
/// times at zero. On disk the name has to hold `tfevents`, as in `events.out.tfevents.0`.
///
/// The formats: https://www.tensorflow.org/tutorials/load_data/tfrecord and
/// https://github.com/tensorflow/tensorboard/blob/master/tensorboard/compat/proto/event.proto.
package struct EventFile: Sendable, Equatable {
  package private(set) var bytes: [UInt8] = []

  /// Begins with the record that tells the version; times are in seconds since 1970.
  package init(wallTime: Double = 0) {
    var event = Message()
    event.append(1, wallTime)
    event.append(3, Array("brain.Event:2".utf8))
    appendRecord(event.bytes)
  }

  /// Adds a point to the curve of this tag, unless the value is not a finite number.
  package mutating func add(_ tag: String, _ value: Float, step: Int, wallTime: Double = 0) {
    guard value.isFinite else { return }
    var scalar = Message()
    scalar.append(1, Array(tag.utf8))
    scalar.append(2, value)
    var summary = Message()
    summary.append(1, scalar.bytes)
    var event = Message()
    event.append(1, wallTime)
    event.append(2, step)
    event.append(5, summary.bytes)
    appendRecord(event.bytes)
  }

  /// The length of the data, its checksum, the data, their checksum.
  private mutating func appendRecord(_ data: [UInt8]) {
    var length: [UInt8] = []
    length.append(littleEndian: UInt64(data.count))
    bytes += length
    bytes.append(littleEndian: CRC32C.masked(of: length))
    bytes += data
    bytes.append(littleEndian: CRC32C.masked(of: data))
  }
}

/// Fields of a message in the encoding of Protocol Buffers.
private struct Message {
  /// How many bytes a field takes, or how they are counted.
  enum Wire: UInt8 {
    case variable = 0
    case eightBytes = 1
    case counted = 2
    case fourBytes = 5
  }

  private(set) var bytes: [UInt8] = []

  /// Left out when zero.
  mutating func append(_ field: UInt8, _ value: Double) {
    guard value.bitPattern != 0 else { return }
    appendKey(field, .eightBytes)
    bytes.append(littleEndian: value.bitPattern)
  }

  /// Left out when zero.
  mutating func append(_ field: UInt8, _ value: Int) {
    guard value != 0 else { return }
    appendKey(field, .variable)
    appendVariable(UInt64(bitPattern: Int64(value)))
  }

  /// Written when zero too: one of several that a message may hold.
  mutating func append(_ field: UInt8, _ value: Float) {
    appendKey(field, .fourBytes)
    bytes.append(littleEndian: value.bitPattern)
  }

  /// Text, or another message.
  mutating func append(_ field: UInt8, _ content: [UInt8]) {
    appendKey(field, .counted)
    appendVariable(UInt64(content.count))
    bytes += content
  }

  private mutating func appendKey(_ field: UInt8, _ wire: Wire) {
    bytes.append(field << 3 | wire.rawValue)
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
  fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
    for shift in stride(from: 0, to: value.bitWidth, by: 8) {
      append(UInt8(truncatingIfNeeded: value >> shift))
    }
  }
}
