import Testing

@testable import Networks

/// An ONNX file as its bytes say, read with nothing of what wrote them.
struct ONNXReader {
  struct Node {
    let name: String
    let type: String
    let inputs: [String]
    let outputs: [String]
  }

  struct Tensor {
    let name: String
    let shape: [Int]
    let type: Int
    let bytes: Int
    /// Its elements, when they are int64.
    let integers: [Int64]
  }

  struct Port {
    let name: String
    let type: Int
    /// Numbers, or the names of lengths that are open.
    let shape: [String]
  }

  let formatVersion: Int
  let operatorSet: Int
  let properties: [String: String]
  let nodes: [Node]
  let tensors: [Tensor]
  let inputs: [Port]
  let outputs: [Port]

  init(_ bytes: [UInt8]) throws {
    let model = try ProtobufReader(bytes)
    formatVersion = try #require(model.integers(1).first)
    operatorSet = try #require(try model.messages(8).first?.integers(2).first)
    properties = Dictionary(
      try model.messages(14).map { ($0.text(1), $0.text(2)) }, uniquingKeysWith: { first, _ in first })
    let graph = try #require(try model.messages(7).first)
    nodes = try graph.messages(1).map {
      Node(name: $0.text(3), type: $0.text(4), inputs: $0.texts(1), outputs: $0.texts(2))
    }
    tensors = try graph.messages(5).map { tensor in
      let type = try #require(tensor.integers(2).first)
      let data = tensor.bytes(9).first ?? []
      return Tensor(
        name: tensor.text(8), shape: tensor.integers(1), type: type, bytes: data.count,
        integers: type != 7
          ? []
          : stride(from: 0, to: data.count, by: 8).map { start in
            Int64(bitPattern: data[start..<(start + 8)].reversed().reduce(0) { $0 << 8 | UInt64($1) })
          })
    }
    inputs = try graph.messages(11).map(Self.port)
    outputs = try graph.messages(12).map(Self.port)
  }

  private static func port(_ message: ProtobufReader) throws -> Port {
    let type = try #require(try message.messages(2).first?.messages(1).first)
    let lengths = try #require(try type.messages(2).first).messages(1)
    return Port(
      name: message.text(1), type: try #require(type.integers(1).first),
      shape: lengths.map { $0.integers(1).first.map(String.init) ?? $0.text(2) })
  }
}
