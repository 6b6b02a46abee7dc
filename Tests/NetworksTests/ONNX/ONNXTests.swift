import Artifacts
import TestSupport
import Testing

@testable import Networks

@Test(arguments: ExportedNetwork.all)
private func `A file defines every value before it is used, and once`(_ network: ExportedNetwork) throws {
  let file = try ONNXReader(try network.file())
  #expect(file.formatVersion == 8 && file.operatorSet == 17)
  #expect(file.properties == ["model": network.name])
  var known: Set<String> = []
  for name in file.inputs.map(\.name) + file.tensors.map(\.name) {
    #expect(known.insert(name).inserted, "\(name) is there twice")
  }
  for node in file.nodes {
    for input in node.inputs where !input.isEmpty {
      #expect(known.contains(input), "\(node.name) takes \(input), which is nowhere before it")
    }
    for output in node.outputs where !output.isEmpty {
      #expect(known.insert(output).inserted, "\(output) is there twice")
    }
  }
  #expect(file.outputs.map(\.name) == ["forecast"] && known.contains("forecast"))
  #expect(Set(file.nodes.map(\.name)).count == file.nodes.count)
  let used = Set(file.nodes.flatMap(\.inputs))
  for name in file.tensors.map(\.name) { #expect(used.contains(name), "nobody uses \(name)") }
}

@Test(arguments: ExportedNetwork.all)
private func `Inputs and output are of any number of windows`(_ network: ExportedNetwork) throws {
  let file = try ONNXReader(try network.file())
  #expect(file.inputs.map(\.name) == network.inputs.map(\.name))
  #expect(file.inputs.map(\.type) == network.inputs.map(\.type))
  #expect(file.inputs.map(\.shape) == network.inputs.map(\.shape))
  #expect(file.outputs[0].type == 1)
  #expect(file.outputs[0].shape == network.output)
  // A shape that a file reshapes to leaves at most one length open, and none of zero.
  let shapes = Dictionary(uniqueKeysWithValues: file.tensors.map { ($0.name, $0.integers) })
  for node in file.nodes where node.type == "Reshape" {
    let shape = try #require(shapes[node.inputs[1]])
    #expect(shape.count { $0 == -1 } <= 1 && shape.allSatisfy { $0 == -1 || $0 > 0 })
  }
}

@Test(arguments: ExportedNetwork.all)
private func `Arrays are as long as their shapes say`(_ network: ExportedNetwork) throws {
  for tensor in try ONNXReader(try network.file()).tensors {
    let size = try #require([1: 4, 7: 8, 11: 8][tensor.type])
    #expect(tensor.bytes == tensor.shape.reduce(1, *) * size, "\(tensor.name)")
  }
}

@Test(arguments: ExportedNetwork.all)
private func `The same network makes the same bytes, and another makes others`(_ network: ExportedNetwork)
  throws
{
  #expect(try network.file() == network.file())
  #expect(try network.file() != network.file(0.5))
}

@Test func `Trained arrays keep their names and values`() throws {
  let network = try #require(ExportedNetwork.all.first { $0.name == "linear" })
  let graph = try network.graph()
  let weight = try #require(graph.tensors.first { $0.name == "linear.weight" })
  #expect(weight.shape == [24, 5])
  #expect(weight.elements == .floats((0..<120).map { 0.25 * Float(($0 * 37) % 11) }))
}

// MARK: Coverage

/// The names that follow a word in the sources of the room.
private func names(_ pattern: Regex<(Substring, Substring)>) throws -> Set<String> {
  let room = Programs.repository + "/Sources/Core/Networks"
  var found: Set<String> = []
  for folder in Disk.names(in: room) where Disk.isDirectory(room + "/" + folder) {
    for name in Disk.names(in: room + "/" + folder) where name.hasSuffix(".swift") {
      let text = String(decoding: try Disk.read("\(room)/\(folder)/\(name)"), as: UTF8.self)
      found.formUnion(text.matches(of: pattern).map { String($0.output.1) })
    }
  }
  return found
}

@Test func `Every operation can be exported, belongs to training alone, or says why it cannot be`() throws {
  let operations = try names(/(?:struct|enum|class) (\w+)(?:<[^>]*>)?: [^{]*\bOperation\b[^{]*{/)
  let exported = try names(/extension (\w+): ExportedOperation/)
  let training = try names(/extension (\w+): TrainingOperation/)
  let refused = try names(/extension (\w+): UnexportedOperation/)
  let all = exported.union(training).union(refused)
  #expect(operations.count > 40)
  #expect(
    operations.subtracting(all).sorted() == [],
    "give them an `export` in Sources/Core/Networks/ONNX, or say that no forecast needs them, or why they have none"
  )
  #expect(exported.count + training.count + refused.count == all.count, "one is there twice")
  #expect(all.subtracting(operations).sorted() == [], "there are no such operations")
  #expect(refused == ["AdamProcessForecast", "AncestralSampling", "GridProcessForecast"])
}

private struct Strange: Operation {
  let output: Shape
  var name: String { "strange" }
  func forward(_ frame: Frame) {}
  func backward(_ frame: Frame) {}
  func reference(_ inputs: [[Double]]) -> [Double] { inputs[0] }
}

private func export(
  _ body: (inout Graph, Node) throws(NetworkError) -> Node
) throws(NetworkError) -> ONNX.Graph {
  try GraphExport.write(parameters: []) { samples throws(NetworkError) in
    var graph = Graph(samples: samples)
    let x = try graph.input(.features, [samples, 4, 2])
    let result = try graph.within("block") { graph throws(NetworkError) in try body(&graph, x) }
    return (graph, result)
  } finish: { file, result in
    file.finish("test", result: result, called: "forecast", note: "")
  }
}

/// Blocks that no file can hold, each with the path, the operation and the reason that a refusal names.
private let refusals: [(blocks: String, reading: Network.Reading, words: [String])] = [
  (
    #"[{"normalize": {"by": "last", "blocks": [{"deepar": {"width": 4, "draws": 5}}]}}]"#, .gaussian,
    ["normalize.deepar", "'ancestral sampling' draws random paths", "no random numbers"]
  ),
  (
    #"[{"gp-encoder": {"steps": 2, "width": 4, "layers": 1, "heads": 2, "feed_forward": 4, "output": 2}}]"#,
    .quantiles([0.1, 0.5, 0.9]),
    ["gp-encoder", "'process by Adam' fits a process to each window", "optimise"]
  ),
  (
    #"""
    [{"gp-features": {"lengths": 4, "noises": 2}}, {"nbeats-correction": {"width": 4, "layers": 2,
    "blocks": [{"linear": {"width": "targets"}}], "stacks": [{"basis": "trend"}]}}]
    """#, .point, ["gp-features", "'process by grid' chooses the likeliest process", "recursions"]
  ),
]

@Test(arguments: refusals.indices)
private func `A block that no file can hold is refused with the reason`(_ index: Int) throws {
  let refusal = refusals[index]
  let window = WindowShape(
    lookback: 8, horizon: 3, features: 3, targetColumns: [0, 1, 2], entities: 4, reading: refusal.reading)
  let refused = ExportedNetwork(name: "", blocks: try JSON(parsing: refusal.blocks), window: window)
  let error = #expect(throws: NetworkError.self) { try refused.graph() }
  let message = error.map(String.init(describing:)) ?? ""
  for words in refusal.words + ["cannot be written as ONNX", "no other runtime can have this block"] {
    #expect(message.contains(words), "\(message)")
  }
}

@Test func `What cannot be exported is refused by its block and name`() {
  #expect(
    throws: NetworkError.shape(
      path: "block", problem: "cannot be written as ONNX: there are no operators for 'strange' yet")
  ) {
    try export { graph, x in graph.record(Strange(output: x.shape), [x]) }
  }
  #expect(throws: NetworkError.self) {
    try export { graph, x throws(NetworkError) in
      // Different for each sample: what a file of any number of windows cannot hold.
      let places = (0..<(graph.samples * 8)).map(Float.init)
      return try graph.add(x, graph.constant(places, [graph.samples, 4, 2]))
    }
  }
  #expect(throws: NetworkError.self) {
    try export { graph, x throws(NetworkError) in
      try graph.add(x, try graph.input(.targets, [graph.samples, 4, 2]))
    }
  }
  #expect(throws: NetworkError.self) {
    try export { graph, x throws(NetworkError) in try graph.slice(x, axis: 0, from: 0, count: 1) }
  }
}

@Test func `A constant that repeats itself from sample to sample is held once`() throws {
  let graph = try export { graph, x throws(NetworkError) in
    let one: [Float] = [1, 2, 3, 4, 5, 6, 7, 8]
    let all = (0..<graph.samples).flatMap { _ in one }
    return try graph.add(x, graph.constant(all, [graph.samples, 4, 2]))
  }
  let floats = graph.tensors.compactMap { tensor -> [Float]? in
    if case .floats(let elements) = tensor.elements { elements } else { nil }
  }
  #expect(floats == [[1, 2, 3, 4, 5, 6, 7, 8]])
  #expect(graph.nodes.map(\.type).contains("Expand"))
}

// MARK: The encoding

@Test func `Fields are written as the encoding's own examples are`() {
  // https://protobuf.dev/programming-guides/encoding/: 150 in field 1, "testing" in field 2, and both in a message.
  var number = ProtobufMessage()
  number.append(1, 150)
  #expect(number.bytes == [0x08, 0x96, 0x01])
  var text = ProtobufMessage()
  text.append(2, "testing")
  #expect(text.bytes == [0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6E, 0x67])
  var outer = ProtobufMessage()
  outer.append(3) { $0.append(1, 150) }
  #expect(outer.bytes == [0x1A, 0x03, 0x08, 0x96, 0x01])
  var far = ProtobufMessage()
  far.append(20, 7)
  far.append(element: 0, 8)
  far.append(element: -1, 8)
  far.append(2, Float(1))
  #expect(
    far.bytes == [0xA0, 0x01, 0x07, 0x40, 0x00, 0x40] + [UInt8](repeating: 0xFF, count: 9)
      + [0x01, 0x15, 0, 0, 0x80, 0x3F])
}
