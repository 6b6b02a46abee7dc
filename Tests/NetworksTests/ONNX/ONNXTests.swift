import Artifacts
import TestSupport
import Testing

@testable import Networks

/// A list of blocks, and what its file should say of its inputs and output.
struct ExportedNetwork: Sendable, CustomTestStringConvertible {
  let name: String
  let blocks: JSON
  var window = WindowShape(lookback: 8, horizon: 3, features: 3, targetColumns: [2, 0], entities: 4)
  var output = ["N", "3", "2"]
  var inputs = [features]
  var testDescription: String { name }

  /// A name, type and shape.
  typealias Input = (name: String, type: Int, shape: [String])
  static let features: Input = ("features", 1, ["N", "8", "3"])
  static let entities: Input = ("entities", 7, ["N"])
  static let calendar: Input = ("calendar", 1, ["N", "3", "\(CalendarCode.width)"])
  static let pastCalendar: Input = ("past_calendar", 1, ["N", "8", "\(CalendarCode.width)"])

  func graph(_ value: Float = 0.25) throws -> ONNX.Graph {
    let (graph, _) = try Network.record(blocks, window, samples: 1)
    let values = graph.parameters.map { parameter in
      (0..<parameter.shape.count).map { value * Float(($0 * 37) % 11) }
    }
    return try Network(blocks: blocks, window: window, values: values).onnx()
  }

  func file(_ value: Float = 0.25) throws -> [UInt8] {
    let properties = [ONNX.Property("model", name)]
    return ONNX.Model(graph: try graph(value), producer: "test", note: "", properties: properties).bytes
  }

  /// Every kind of block at least once.
  static let all: [ExportedNetwork] =
    [
      ("linear", #"["flatten", {"linear": {"width": 5, "activation": "gelu", "bias": false}}, "head"]"#),
      ("last", #"[{"normalize": {"by": "last", "blocks": ["flatten", "head"]}}]"#),
      ("affine", #"[{"normalize": {"by": "instance", "affine": true, "blocks": ["flatten", "head"]}}]"#),
      (
        "decompose",
        #"""
        ["targets", {"decompose": {"width": 3, "trend": [{"channels": {"blocks": ["head"]}}],
        "season": [{"channels": {"blocks": [{"dropout": {"rate": 0.5}}, "head"]}}]}}]
        """#
      ),
      ("lstm", #"[{"lstm": {"width": 4, "layers": 2}}, "head"]"#),
      ("gru", #"[{"gru": {"width": 4, "layers": 2, "gives": "all"}}, "batch-norm", "flatten", "head"]"#),
      (
        "encoder",
        #"""
        [{"linear": {"width": 6}}, {"position": {"kind": "sinusoidal"}},
        {"encoder": {"layers": 1, "heads": 2, "feed_forward": 7, "causal": true}}, {"pool": {"kind": "mean"}}, "head"]
        """#
      ),
      (
        "time2vec",
        #"[{"linear": {"width": 6}}, {"position": {"kind": "time2vec"}}, {"pool": {"kind": "last"}}, "head"]"#
      ),
      (
        "patches",
        #"""
        ["targets", {"channels": {"blocks": [{"patches": {"length": 4, "stride": 2}}, {"position": {"kind": "learned"}},
        {"residual": {"blocks": ["layer-norm", {"attention": {"heads": 2}}]}}, "flatten", "head"]}}]
        """#
      ),
      ("nbeats", #"["targets", {"channels": {"blocks": [{"nbeats": {"blocks": 2, "width": 5}}]}}]"#),
      ("repeat", #"[{"repeat": {"times": 2, "blocks": [{"linear": {"width": 3}}]}}, "flatten", "head"]"#),
      (
        "convolutions",
        #"""
        [{"convolution": {"width": 6, "kernel": 3, "padding": "same", "activation": "relu"}},
        {"convolution": {"width": 4, "kernel": 4, "groups": 2, "stride": 2, "padding": "causal"}},
        {"convolution": {"width": 4, "kernel": 2, "stride": 2}}, {"activation": {"kind": "tanh"}}, "flatten", "head"]
        """#
      ),
      (
        "dense",
        #"""
        ["flatten", {"dense": {"widths": [6, 5], "activation": "elu", "normalization": "layer", "dropout": 0.1}},
        {"dense": {"widths": [5], "normalization": "batch"}}, {"head-stages": {"layers": 2, "residual": true}}, "head"]
        """#
      ),
      ("system", #"[{"system": {"steps": 4, "variables": 3, "activation": "tanh"}}, "flatten", "head"]"#),
      (
        "frequencies",
        #"""
        [{"time-frequency": {"steps": 5, "width": 4, "activation": "gelu"}},
        {"time-frequency": {"steps": "horizon", "width": "targets"}}]
        """#
      ),
      (
        "dynamic",
        #"""
        [{"embed": {"kind": "shortening", "steps": 4, "width": 4, "groups": 2}},
        {"dynamic": {"layers": 1, "heads": 2}}, {"project": {"steps": "horizon", "width": "targets"}}]
        """#
      ),
      (
        "dynamic over all",
        #"""
        [{"embed": {"kind": "projection", "steps": 5, "width": 4}},
        {"dynamic": {"layers": 1, "heads": 2, "causal": false, "norm": "window"}}, "flatten", "head"]
        """#
      ),
      (
        "delays",
        #"["delay-line", "masked-linear", {"delay-line": {"causal": false, "skip": true}}, "flatten", "head"]"#
      ),
      (
        "tokens together",
        #"""
        [{"feature-extractor": {"version": "v1", "width": 4, "depth": 1, "residual": true}},
        {"position": {"kind": "time2vec", "time": "last"}},
        {"extra-tokens": {"price": [0, 1], "volume": [2], "trades": [], "price_spread": "together"}},
        {"encoder": {"layers": 1, "heads": 2, "feed_forward": 5, "bias": false, "last_activation": "gelu",
        "final_norm": false}}, {"pool": {"kind": "newest"}}, "head"]
        """#
      ),
      (
        "tokens greatest",
        #"""
        [{"linear": {"width": 4}},
        {"extra-tokens": {"price": [0, 2], "volume": [2, 1], "trades": [0], "price_spread": "greatest"}},
        "flatten", "head"]
        """#
      ),
      (
        "nbeats stacks",
        #"""
        ["targets", {"channels": {"blocks": [{"nbeats": {"layers": 2, "width": 5, "stacks": [
        {"basis": "trend", "blocks": 2, "share": true}, {"basis": "seasonal", "shortest_period": 2},
        {"basis": "generic", "thetas": 3}]}}]}}]
        """#
      ),
      (
        "nhits greatest",
        #"""
        ["targets", {"channels": {"blocks": [{"nhits": {"pool": [3, 2, 1], "pooling": "max",
        "downsample": [3, 2, 1], "width": 5}}]}}]
        """#
      ),
      (
        "nhits means",
        #"""
        ["targets", {"channels": {"blocks": [{"nhits": {"pool": [5, 4, 1], "pooling": "average",
        "downsample": [3, 2, 1], "width": 5}}]}}]
        """#
      ),
      ("read-out", #"[{"lstm": {"width": 4, "readout": "recurrent"}}, "head"]"#),
      ("change", #"[{"lstm": {"width": 4, "gives": "all"}}, {"pool": {"kind": "change"}}, "head"]"#),
      (
        "unrolled",
        #"""
        [{"normalize": {"by": "instance", "affine": true, "blocks": [{"autoregressive": {"residual": true,
        "cell": [{"gru": {"width": 4}}, "head"]}}]}}]
        """#
      ),
      (
        "decoder without attention",
        #"""
        [{"gru": {"width": 4, "gives": "all"}},
        {"recurrent-decoder": {"width": 4, "heads": 0, "calendar": false, "residual": true}}]
        """#
      ),
      ("time2vec of rows", #"[{"time2vec": {"width": 5}}, "flatten", "head"]"#),
    ].map { name, text in ExportedNetwork(name: name, text) }
    + [
      ExportedNetwork(name: "learned", #"[{"entity": {"width": 2}}, "flatten", "head"]"#, entities),
      ExportedNetwork(name: "one-hot", #"["flatten", {"entity": {"code": "one-hot"}}, "head"]"#, entities),
      ExportedNetwork(
        name: "hidden", #"["flatten", {"entity": {"width": 3, "unknown_rate": 0.5}}, "head"]"#, entities),
      ExportedNetwork(
        name: "unrolled with a calendar",
        #"""
        [{"normalize": {"by": "last", "blocks": [{"autoregressive": {"calendar": true,
        "cell": [{"gru": {"width": 4}}, "head"]}}]}}]
        """#, calendar, pastCalendar),
      ExportedNetwork(
        name: "decoder",
        #"""
        [{"normalize": {"by": "instance", "affine": true, "blocks": [{"gru": {"width": 4, "gives": "all"}},
        {"recurrent-decoder": {"width": 6, "heads": 2, "residual": true}}]}}]
        """#, calendar),
      ExportedNetwork(
        name: "state decoder",
        #"""
        [{"normalize": {"by": "pivot", "blocks": ["calendar", {"entity": {"width": 2}}, {"time2vec": {"width": 8}},
        {"encoder": {"layers": 1, "heads": 2, "feed_forward": 5}},
        {"state-decoder": {"heads": 2, "feed_forward": 5}}]}}]
        """#, pastCalendar, entities, calendar),
      quantiles, ascending, residual, deviations, classes,
    ]

  private init(name: String, _ text: String, _ inputs: Input...) {
    self.init(name: name, blocks: (try? JSON(parsing: text)) ?? .null)
    self.inputs += inputs
  }

  init(name: String, blocks: JSON, window: WindowShape? = nil) {
    self.name = name
    self.blocks = blocks
    if let window { self.window = window }
  }

  /// With quantiles that cannot cross.
  private static var ascending: ExportedNetwork {
    var network = ExportedNetwork(
      name: "ascending",
      #"["targets", {"channels": {"blocks": [{"head": {"outputs": 3, "ordered": true}}]}}]"#)
    network.window.reading = .quantiles([0.1, 0.5, 0.9])
    network.output.append("3")
    return network
  }

  /// Decoders that feed back one of several numbers, with the value before on top of all, or of that one.
  private static var residual: ExportedNetwork {
    var network = decoder(name: "decoder of quantiles", outputs: 3)
    network.window.reading = .quantiles([0.1, 0.5, 0.9])
    return network
  }

  private static var deviations: ExportedNetwork {
    var network = decoder(name: "decoder of deviations", outputs: 2)
    network.window.reading = .gaussian
    return network
  }

  private static func decoder(name: String, outputs: Int) -> ExportedNetwork {
    var network = ExportedNetwork(
      name: name,
      """
      [{"gru": {"width": 4, "gives": "all"}}, {"recurrent-decoder": {"width": 4, "heads": 2, "residual": true,
      "outputs": \(outputs)}}]
      """, calendar)
    network.output.append(String(outputs))
    return network
  }

  private static var quantiles: ExportedNetwork {
    var network = ExportedNetwork(
      name: "quantiles",
      blocks: [
        "targets",
        [
          "normalize": [
            "by": "instance", "blocks": [["channels": ["blocks": [["head": ["outputs": 3]]]]]],
          ]
        ],
      ])
    network.window.reading = .quantiles([0.1, 0.5, 0.9])
    network.output.append("3")
    return network
  }

  private static var classes: ExportedNetwork {
    var network = ExportedNetwork(name: "classes", blocks: ["flatten", ["head": ["outputs": 5]]])
    network.window = WindowShape(
      lookback: 8, horizon: 1, features: 3, targetColumns: [], labels: 1, entities: 4, reading: .classes(5))
    network.output = ["N", "1", "1", "5"]
    return network
  }
}

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
  #expect(refused == ["AncestralSampling", "GaussianProcessForecast", "ProcessForecast"])
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
    ["gp-encoder", "'Gaussian process' fits a process to each window", "optimise"]
  ),
  (
    #"""
    [{"gp-features": {"lengths": 4, "noises": 2}}, {"nbeats-correction": {"width": 4, "layers": 2,
    "blocks": [{"linear": {"width": "targets"}}], "stacks": [{"basis": "trend"}]}}]
    """#, .point, ["gp-features", "'process forecast' chooses the likeliest process", "recursions"]
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
