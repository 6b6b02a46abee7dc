/// The fields of a message in the encoding of Protocol Buffers: what a writer is held against.
struct ProtobufReader {
  enum Value: Equatable {
    case integer(UInt64)
    case bytes([UInt8])
    case four(UInt32)
    case eight(UInt64)
  }

  enum Problem: Error { case cut, unknownWire(UInt64) }

  private(set) var fields: [(number: Int, value: Value)] = []

  init(_ bytes: [UInt8]) throws {
    var rest = bytes[...]
    func variable() throws -> UInt64 {
      var value: UInt64 = 0
      var shift: UInt64 = 0
      while let byte = rest.popFirst() {
        value |= UInt64(byte & 0x7F) << shift
        if byte < 0x80 { return value }
        shift += 7
      }
      throw Problem.cut
    }
    func littleEndian(_ count: Int) throws -> UInt64 {
      guard rest.count >= count else { throw Problem.cut }
      defer { rest = rest.dropFirst(count) }
      return rest.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
    while !rest.isEmpty {
      let key = try variable()
      let number = Int(key >> 3)
      switch key & 7 {
      case 0: fields.append((number, .integer(try variable())))
      case 1: fields.append((number, .eight(try littleEndian(8))))
      case 2:
        let count = Int(try variable())
        guard rest.count >= count else { throw Problem.cut }
        fields.append((number, .bytes(Array(rest.prefix(count)))))
        rest = rest.dropFirst(count)
      case 5: fields.append((number, .four(UInt32(try littleEndian(4)))))
      case let wire: throw Problem.unknownWire(wire)
      }
    }
  }

  func all(_ number: Int) -> [Value] { fields.filter { $0.number == number }.map(\.value) }

  func integers(_ number: Int) -> [Int] {
    all(number).compactMap { if case .integer(let value) = $0 { Int(bitPattern: UInt(value)) } else { nil } }
  }

  func bytes(_ number: Int) -> [[UInt8]] {
    all(number).compactMap { if case .bytes(let value) = $0 { value } else { nil } }
  }

  func texts(_ number: Int) -> [String] { bytes(number).map { String(decoding: $0, as: UTF8.self) } }
  func text(_ number: Int) -> String { texts(number).first ?? "" }
  func messages(_ number: Int) throws -> [ProtobufReader] { try bytes(number).map { try ProtobufReader($0) } }
}
