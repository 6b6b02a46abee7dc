/// A graph of ONNX operators as it grows.
///
/// Names are those of the blocks, and numbers tell repeated ones apart; a known value is written when a node first
/// takes it. A number of samples is never written: axes that count them are left to the reader.
package struct ONNXBuilder {
  /// A value of the graph.
  package struct Value: Sendable {
    package let name: String
    package let shape: [AxisLength]
    package var type = ONNX.ElementType.float
    /// What it holds, if that is known.
    var elements: ONNX.Elements?

    /// The elements of a known value.
    var floats: [Float]? {
      if case .floats(let elements) = elements { elements } else { nil }
    }
  }

  /// What the number of samples is called.
  package static let samples = "N"

  private var inputs: [ONNX.Port] = []
  private var tensors: [ONNX.Tensor] = []
  private var nodes: [ONNX.Node] = []
  private var names: Set<String> = []
  private var written: Set<String> = []
  private var integerLists: [[Int]: Value] = [:]
  private var numbers: [UInt64: Value] = [:]
  private var sampleCount: Value?
  /// Where the names of nodes begin: the path of a block.
  var path = ""

  package init() {}

  // MARK: Values

  package mutating func input(
    _ name: String, _ shape: [AxisLength], as type: ONNX.ElementType = .float, note: String
  ) -> Value {
    names.insert(name)
    inputs.append(ONNX.Port(name, type, shape.map(\.dimension), note: note))
    return Value(name: name, shape: shape, type: type)
  }

  /// A known value; `name` may be that of a parameter.
  package mutating func known(_ elements: ONNX.Elements, _ shape: [Int], named name: String? = nil) -> Value {
    Value(
      name: fresh(name ?? "constant"), shape: shape.map(AxisLength.fixed), type: elements.type,
      elements: elements)
  }

  /// A list of integers, such as a shape.
  mutating func integers(_ values: [Int]) -> Value {
    if let known = integerLists[values] { return known }
    let made = known(.integers(values.map(Int64.init)), [values.count], named: "integers")
    integerLists[values] = made
    return made
  }

  /// A single number.
  package mutating func number(_ value: Float) -> Value {
    number(.floats([value]), UInt64(value.bitPattern))
  }

  package mutating func number(_ value: Double) -> Value { number(.doubles([value]), value.bitPattern) }

  mutating func number(_ value: Int) -> Value {
    number(.integers([Int64(value)]), UInt64(bitPattern: Int64(value)))
  }

  private mutating func number(_ elements: ONNX.Elements, _ bits: UInt64) -> Value {
    if let known = numbers[bits], known.type == elements.type { return known }
    let made = known(elements, [], named: "number")
    numbers[bits] = made
    return made
  }

  private mutating func fresh(_ name: String) -> String {
    if names.insert(name).inserted { return name }
    var number = 1
    while !names.insert("\(name).\(number)").inserted { number += 1 }
    return "\(name).\(number)"
  }

  // MARK: Nodes

  /// Applies an operator with one result.
  package mutating func apply(
    _ type: String, _ operands: [Value?], _ attributes: KeyValuePairs<String, ONNX.Attribute> = [:],
    shape: [AxisLength], as elementType: ONNX.ElementType? = nil
  ) -> Value {
    let results = apply(type, operands, attributes, shapes: [shape], as: elementType)
    return results[0]
  }

  /// Applies an operator with several results; an unwanted one has no shape.
  mutating func apply(
    _ type: String, _ operands: [Value?], _ attributes: KeyValuePairs<String, ONNX.Attribute> = [:],
    shapes: [[AxisLength]?], as elementType: ONNX.ElementType? = nil
  ) -> [Value] {
    for operand in operands { if let operand { write(operand) } }
    let name = fresh(path.isEmpty ? type : path + "/" + type)
    let outputs = shapes.enumerated().map { index, shape in
      shape == nil ? "" : index == 0 ? name : fresh("\(name):\(index)")
    }
    nodes.append(
      ONNX.Node(
        name: name, type: type, inputs: operands.map { $0?.name ?? "" }, outputs: outputs,
        attributes: attributes.map { ONNX.NamedAttribute(name: $0, value: $1) }))
    let made = elementType ?? operands.lazy.compactMap { $0?.type }.first ?? .float
    return zip(outputs, shapes).map { Value(name: $0, shape: $1 ?? [], type: made) }
  }

  /// Writes a known value once.
  private mutating func write(_ value: Value) {
    guard let elements = value.elements, written.insert(value.name).inserted else { return }
    tensors.append(ONNX.Tensor(name: value.name, shape: value.shape.map(\.forOne), elements: elements))
  }

  /// The graph with its one result, which gets the name of the port.
  package mutating func finish(
    _ name: String, result: Value, called port: String, note: String
  ) -> ONNX.Graph {
    path = ""
    names.insert(port)
    write(result)
    nodes.append(
      ONNX.Node(name: "result", type: "Identity", inputs: [result.name], outputs: [port], attributes: []))
    let output = ONNX.Port(port, result.type, result.shape.map(\.dimension), note: note)
    return ONNX.Graph(name: name, inputs: inputs, outputs: [output], tensors: tensors, nodes: nodes)
  }
}

extension AxisLength {
  fileprivate var dimension: ONNX.Dimension {
    switch self {
    case .fixed(let length): .fixed(length)
    case .perSample(1): .symbol(ONNXBuilder.samples)
    case .perSample(let places): .symbol("\(places)*\(ONNXBuilder.samples)")
    }
  }
}

// MARK: Common operators

extension ONNXBuilder {
  /// The same elements under another shape.
  package mutating func reshape(_ x: Value, _ shape: [AxisLength]) -> Value {
    if x.shape == shape { return x }
    let open = shape.count { !$0.isFixed }
    precondition(open <= 1, "one axis of \(shape) can be left open")
    if let elements = x.elements {
      return known(elements, shape.map(\.forOne), named: x.name)
    }
    let lengths = integers(shape.map { $0.isFixed ? $0.forOne : -1 })
    return apply("Reshape", [x, lengths], shape: shape, as: x.type)
  }

  package mutating func add(_ a: Value, _ b: Value) -> Value { elementwise("Add", a, b) }
  package mutating func subtract(_ a: Value, _ b: Value) -> Value { elementwise("Sub", a, b) }
  package mutating func multiply(_ a: Value, _ b: Value) -> Value { elementwise("Mul", a, b) }
  package mutating func divide(_ a: Value, _ b: Value) -> Value { elementwise("Div", a, b) }

  private mutating func elementwise(_ type: String, _ a: Value, _ b: Value) -> Value {
    apply(type, [a, b], shape: a.shape.broadcast(with: b.shape))
  }

  /// A function of each element.
  mutating func map(
    _ type: String, _ x: Value, _ attributes: KeyValuePairs<String, ONNX.Attribute> = [:]
  ) -> Value {
    apply(type, [x], attributes, shape: x.shape)
  }

  package mutating func cast(_ x: Value, to type: ONNX.ElementType) -> Value {
    x.type == type
      ? x : apply("Cast", [x], ["to": .integer(type.rawValue)], shape: x.shape, as: type)
  }

  /// Axis i of the result is axis `order[i]` of `x`.
  package mutating func transpose(_ x: Value, _ order: [Int]) -> Value {
    apply("Transpose", [x], ["perm": .integers(order)], shape: order.map { x.shape[$0] })
  }

  /// Places `from` ..< `from` + `count` of an axis of known length.
  package mutating func slice(_ x: Value, axis: Int, from: Int, count: Int) -> Value {
    if x.shape[axis] == .fixed(count) { return x }
    let operands = [x, integers([from]), integers([from + count]), integers([axis])]
    return apply("Slice", operands, shape: x.shape.replacing(axis, by: .fixed(count)))
  }

  /// The places of an axis that a list names.
  package mutating func gather(_ x: Value, _ places: [Int], axis: Int) -> Value {
    if x.shape[axis] == .fixed(places.count), places == Array(places.indices) { return x }
    return apply(
      "Gather", [x, integers(places)], ["axis": .integer(axis)],
      shape: x.shape.replacing(axis, by: .fixed(places.count)))
  }

  /// The mean along an axis, which stays with length one.
  package mutating func mean(_ x: Value, axis: Int) -> Value {
    apply(
      "ReduceMean", [x], ["axes": .integers([axis]), "keepdims": .integer(1)],
      shape: x.shape.replacing(axis, by: .fixed(1)))
  }

  /// The greatest along an axis, which stays with length one.
  mutating func greatest(_ x: Value, axis: Int) -> Value {
    apply(
      "ReduceMax", [x], ["axes": .integers([axis]), "keepdims": .integer(1)],
      shape: x.shape.replacing(axis, by: .fixed(1)))
  }

  /// The smallest along an axis, which stays with length one.
  mutating func smallest(_ x: Value, axis: Int) -> Value {
    apply(
      "ReduceMin", [x], ["axes": .integers([axis]), "keepdims": .integer(1)],
      shape: x.shape.replacing(axis, by: .fixed(1)))
  }

  package mutating func concatenate(_ parts: [Value], axis: Int, length: AxisLength) -> Value {
    apply(
      "Concat", parts.map { $0 }, ["axis": .integer(axis)], shape: parts[0].shape.replacing(axis, by: length))
  }

  /// The product of matrices, [.., M, K] and [.., K, N].
  package mutating func product(_ a: Value, _ b: Value, shape: [AxisLength]) -> Value {
    apply("MatMul", [a, b], shape: shape)
  }

  /// A value that is the same for each sample: `x` holds the first axis for one of them.
  mutating func repeated(_ x: Value, of features: Value) -> Value {
    let places = x.shape[0].forOne
    let rest = Array(x.shape.dropFirst())
    let count =
      sampleCount
      ?? apply(
        "Shape", [features], ["start": .integer(0), "end": .integer(1)], shape: [.fixed(1)], as: .int64)
    sampleCount = count
    let one = reshape(x, [.fixed(1), .fixed(places)] + rest)
    let lengths = concatenate(
      [count, integers([places] + rest.map(\.forOne))], axis: 0, length: .fixed(rest.count + 2))
    let all = apply("Expand", [one, lengths], shape: [.perSample(1), .fixed(places)] + rest)
    return reshape(all, [.perSample(places)] + rest)
  }
}
