/// What a recurrent decoder is given.
struct DecoderInputs {
  /// The last value that is known, [S, K].
  var start: Node
  /// [S, W].
  var state: Node
  var inputWeight: Node
  var stateWeight: Node
  var bias: Node
  var outputWeight: Node
  var outputBias: Node
  /// Keys and values, [S, T, 2 W], and the heads that share them.
  var memory: (node: Node, heads: Int)?
  /// [S, H, C].
  var calendar: Node?
  /// [S, H, K].
  var teacher: Node?
}

extension Graph {
  /// A recurrent decoder over `steps` steps: [S, H, O], O being `each` outputs for each of the K columns.
  mutating func recurrentDecoder(
    _ given: DecoderInputs, steps: Int, each: Int = 1, place: Int = 0,
    isResidual: Bool = false
  ) throws(NetworkError) -> Node {
    let (samples, columns, width) = (given.start.shape[0], given.start.shape.last, given.state.shape.last)
    let known = given.calendar?.shape.last ?? 0
    let context = given.memory == nil ? 0 : width
    let states = given.memory == nil ? 3 * width : 4 * width
    let expected: [(String, Node, Shape)] = [
      ("a start", given.start, [samples, columns]), ("a state", given.state, [samples, width]),
      ("an input weight", given.inputWeight, [columns + known + context, 3 * width]),
      ("a state weight", given.stateWeight, [width, states]), ("a bias", given.bias, [width + states]),
      ("an output weight", given.outputWeight, [width + context, columns * each]),
      ("an output bias", given.outputBias, [columns * each]),
    ]
    for (name, node, shape) in expected {
      try require(node.shape == shape, "the decoder needs \(name) of \(shape), not \(node.shape)")
    }
    if let (memory, heads) = given.memory {
      try require(
        memory.shape.rank == 3 && memory.shape[0] == samples && memory.shape[2] == 2 * width,
        "the decoder needs keys and values of [\(samples), length, \(2 * width)], not \(memory.shape)")
      try require(
        heads > 0 && width % heads == 0,
        "a width of \(width) cannot be shared by \(heads) heads equally; choose a divisor")
    }
    for (name, node, last) in [
      ("a calendar", given.calendar, known), ("what came", given.teacher, columns),
    ] {
      guard let node else { continue }
      try require(
        node.shape == [samples, steps, last],
        "the decoder needs \(name) of [\(samples), \(steps), \(last)], not \(node.shape)")
    }
    try require(steps > 0 && steps < 1 << 14, "a decoder takes 1 to \((1 << 14) - 1) steps, not \(steps)")
    let operation = RecurrentDecoder(
      samples: samples, steps: steps, columns: columns, known: known, width: width, each: each, place: place,
      isResidual: isResidual,
      attention: given.memory.map { QueryAttention(length: $0.node.shape[1], width: width, heads: $0.heads) },
      hasTeacher: given.teacher != nil)
    feedsBack = true
    return record(
      operation,
      [
        given.start, given.state, given.inputWeight, given.stateWeight, given.bias, given.outputWeight,
        given.outputBias,
      ] + [given.memory?.node, given.calendar, given.teacher].compactMap(\.self))
  }
}
