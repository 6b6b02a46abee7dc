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
    var event = ProtobufMessage()
    event.append(1, wallTime)
    event.append(3, "brain.Event:2")
    appendRecord(event.bytes)
  }

  /// Adds a point to the curve of this tag, unless the value is not a finite number.
  package mutating func add(_ tag: String, _ value: Float, step: Int, wallTime: Double = 0) {
    guard value.isFinite else { return }
    var scalar = ProtobufMessage()
    scalar.append(1, tag)
    scalar.append(2, value)
    var summary = ProtobufMessage()
    summary.append(1, scalar.bytes)
    var event = ProtobufMessage()
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
