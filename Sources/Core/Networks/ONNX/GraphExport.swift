private import Artifacts

/// Writes a recorded graph as operators of ONNX, for any number of samples.
///
/// A graph is recorded for a number of samples. Recorded once for two and once for three, its lengths say by
/// themselves which of them count samples: those that grow.
struct GraphExport {
  private let graph: Graph
  private let twin: Graph
  private let parameters: [[Float]]
  private var file = ONNXBuilder()
  private var made: [Int: ONNXBuilder.Value] = [:]
  private var features: ONNXBuilder.Value?

  /// `record` records the same network for some samples.
  static func write(
    parameters: [[Float]], _ record: (_ samples: Int) throws(NetworkError) -> (graph: Graph, result: Node),
    finish: (inout ONNXBuilder, ONNXBuilder.Value) -> ONNX.Graph
  ) throws(NetworkError) -> ONNX.Graph {
    let (graph, result) = try record(2)
    let (twin, twinResult) = try record(3)
    var export = GraphExport(graph: graph, twin: twin, parameters: parameters)
    try export.refuseUnexported()
    try export.declareInputs()
    for index in graph.steps.indices { try export.write(index) }
    let value = try export.value(result.value, read: result.shape, twinResult.shape, path: "network")
    return finish(&export.file, value)
  }

  private init(graph: Graph, twin: Graph, parameters: [[Float]]) {
    self.graph = graph
    self.twin = twin
    self.parameters = parameters
  }

  private func refuse(_ path: String, _ problem: String) -> NetworkError {
    .shape(path: path, problem: "cannot be written as ONNX: \(problem)")
  }

  /// Which of a shape's lengths count samples.
  private func lengths(
    _ two: Shape, _ three: Shape, _ path: String
  ) throws(NetworkError) -> [AxisLength] {
    var lengths: [AxisLength] = []
    for (a, b) in zip(two.axes, three.axes) {
      guard two.rank == three.rank, let length = AxisLength(two: a, three: b) else {
        throw refuse(path, "two samples make \(two), and three make \(three)")
      }
      lengths.append(length)
    }
    guard lengths.count(where: { !$0.isFixed }) <= 1 else {
      throw refuse(path, "two axes of \(two) count samples")
    }
    return lengths
  }

  /// What can never be written is said before anything else that may be amiss.
  private func refuseUnexported() throws(NetworkError) {
    for step in graph.steps {
      guard let operation = step.operation as? any UnexportedOperation else { continue }
      throw refuse(
        step.path,
        "'\(operation.name)' \(type(of: operation).reason); no other runtime can have this block")
    }
  }

  // MARK: What comes from outside

  private mutating func declareInputs() throws(NetworkError) {
    for (index, value) in graph.values.enumerated() {
      guard case .input(let input) = value.source else { continue }
      let shape = try lengths(value.shape, twin.values[index].shape, input.rawValue)
      switch input {
      case .features:
        let port = file.input(
          input.rawValue, shape, note: "windows [N, L, F], oldest row first, in the units of the transforms")
        made[index] = port
        features = port
      case .entities:
        let port = file.input(
          input.rawValue, shape, as: .int64,
          note:
            "the number of each window's entity, as the metadata list them; any other is one that nobody knows"
        )
        made[index] = file.cast(port, to: .float)
      case .calendar, .pastCalendar:
        made[index] = file.input(
          input == .calendar ? "calendar" : "past_calendar", shape,
          note:
            """
            what the calendar says of the \(input == .calendar ? "bars to come" : "window's bars"), [N, T, C]: \
            \(CalendarCode.names.joined(separator: ", ")), each of the share that has passed when the bar opens, in UTC
            """
        )
      case .identities:
        throw refuse(
          input.rawValue, "the network draws random paths, and ONNX has no random numbers that repeat")
      case .targets, .bounds:
        throw refuse(
          input.rawValue, "the network looks at what came after the window, which forecasts do not have")
      }
    }
  }

  // MARK: Steps

  private mutating func write(_ index: Int) throws(NetworkError) {
    let (step, other) = (graph.steps[index], twin.steps[index])
    guard type(of: step.operation) == type(of: other.operation), step.inputs == other.inputs else {
      throw refuse(step.path, "two and three samples are not treated alike")
    }
    guard let operation = step.operation as? any ExportedOperation else {
      throw refuse(step.path, "there are no operators for '\(step.operation.name)' yet")
    }
    file.path = step.path
    var inputs: [ONNXBuilder.Value] = []
    for (position, input) in step.inputs.enumerated() {
      inputs.append(
        try value(input, read: step.shapes[position], other.shapes[position], path: step.path))
    }
    let output = try lengths(step.operation.output, other.operation.output, step.path)
    let result = try operation.export(
      ExportedStep(
        inputs: inputs, output: output, inputShapes: step.shapes, outputShape: step.operation.output,
        name: step.operation.name, path: step.path), to: &file)
    made[step.output] = file.reshape(result, output)
  }

  /// A value in the shape in which a step reads it.
  private mutating func value(
    _ index: Int, read two: Shape, _ three: Shape, path: String
  ) throws(NetworkError) -> ONNXBuilder.Value {
    let shape = try lengths(two, three, path)
    if made[index] == nil { made[index] = try known(index) }
    guard let value = made[index] else { throw refuse(path, "a value is used before it is made") }
    return file.reshape(value, shape)
  }

  /// A parameter or a constant.
  private mutating func known(_ index: Int) throws(NetworkError) -> ONNXBuilder.Value? {
    let value = graph.values[index]
    switch value.source {
    case .parameter(let number):
      return file.known(
        .floats(parameters[number]), value.shape.axes, named: graph.parameters[number].name)
    case .constant(let number):
      return try constant(
        graph.constants[number], try lengths(value.shape, twin.values[index].shape, "network"))
    case .input, .operation: return nil
    }
  }

  /// A constant that holds every sample holds the same for each of them.
  private mutating func constant(
    _ elements: [Float], _ shape: [AxisLength]
  ) throws(NetworkError) -> ONNXBuilder.Value {
    guard shape.contains(where: { !$0.isFixed }) else {
      return file.known(.floats(elements), shape.map(\.forOne))
    }
    let half = Array(elements.prefix(elements.count / 2))
    guard shape.first?.isFixed == false, Array(elements.dropFirst(half.count)) == half, let features else {
      throw refuse("network", "a constant differs from sample to sample")
    }
    return file.repeated(file.known(.floats(half), shape.map(\.forOne)), of: features)
  }
}
