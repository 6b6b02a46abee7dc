extension ONNX.Model {
  /// The file.
  package var bytes: [UInt8] {
    var message = ProtobufMessage()
    message.append(1, ONNX.formatVersion)
    message.append(2, producer)
    if !note.isEmpty { message.append(6, note) }
    message.append(7) { graph.write(to: &$0) }
    // The operator set of ONNX itself, whose domain is the empty text.
    message.append(8) { $0.append(2, ONNX.operatorSet) }
    for property in properties {
      message.append(14) {
        $0.append(1, property.key)
        $0.append(2, property.value)
      }
    }
    return message.bytes
  }
}

extension ONNX.Graph {
  fileprivate func write(to message: inout ProtobufMessage) {
    for node in nodes { message.append(1) { node.write(to: &$0) } }
    message.append(2, name)
    for tensor in tensors { message.append(5) { tensor.write(to: &$0) } }
    for port in inputs { message.append(11) { port.write(to: &$0) } }
    for port in outputs { message.append(12) { port.write(to: &$0) } }
  }
}

extension ONNX.Node {
  fileprivate func write(to message: inout ProtobufMessage) {
    for input in inputs { message.append(1, input) }
    for output in outputs { message.append(2, output) }
    message.append(3, name)
    message.append(4, type)
    for attribute in attributes { message.append(5) { attribute.write(to: &$0) } }
  }
}

extension ONNX.NamedAttribute {
  fileprivate func write(to message: inout ProtobufMessage) {
    message.append(1, name)
    let type: Int
    switch value {
    case .number(let number):
      message.append(2, number)
      type = 1
    case .integer(let integer):
      message.append(element: integer, 3)
      type = 2
    case .text(let text):
      message.append(4, text)
      type = 3
    case .integers(let integers):
      for integer in integers { message.append(element: integer, 8) }
      type = 7
    }
    message.append(20, type)
  }
}

extension ONNX.Tensor {
  fileprivate func write(to message: inout ProtobufMessage) {
    for length in shape { message.append(element: length, 1) }
    message.append(2, elements.type.rawValue)
    message.append(8, name)
    message.append(9, elements.bytes)
  }
}

extension ONNX.Elements {
  /// The elements with their lowest byte first.
  fileprivate var bytes: [UInt8] {
    switch self {
    case .floats(let elements): elements.map(\.bitPattern.littleEndian).withUnsafeBytes { Array($0) }
    case .doubles(let elements): elements.map(\.bitPattern.littleEndian).withUnsafeBytes { Array($0) }
    case .integers(let elements): elements.map(\.littleEndian).withUnsafeBytes { Array($0) }
    }
  }
}

extension ONNX.Port {
  fileprivate func write(to message: inout ProtobufMessage) {
    message.append(1, name)
    message.append(2) { kind in
      kind.append(1) { tensor in
        tensor.append(1, type.rawValue)
        tensor.append(2) { lengths in
          for length in shape { lengths.append(1) { length.write(to: &$0) } }
        }
      }
    }
    if !note.isEmpty { message.append(3, note) }
  }
}

extension ONNX.Dimension {
  fileprivate func write(to message: inout ProtobufMessage) {
    switch self {
    case .fixed(let length): message.append(element: length, 1)
    case .symbol(let name): message.append(2, name)
    }
  }
}
