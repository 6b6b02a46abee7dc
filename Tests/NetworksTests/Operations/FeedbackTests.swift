import Testing

@testable import Networks

/// An operation that feeds forecasts back, whose twin knows which steps a run of the law forces.
struct ForcedOperation: Operation {
  let operation: any Operation
  let twin: @Sendable ([[Double]], (Int, Int) -> Bool) -> [Double]
  var probability: Float

  var name: String { operation.name }
  var output: Shape { operation.output }
  var savedCount: Int { operation.savedCount }
  var scratchCount: Int { operation.scratchCount }
  var backwardReads: BackwardReads { operation.backwardReads }
  func forward(_ frame: Frame) { operation.forward(frame) }
  func backward(_ frame: Frame) { operation.backward(frame) }

  func reference(_ inputs: [[Double]]) -> [Double] {
    var moment = Moment()
    (moment.isTraining, moment.seed, moment.teacherForcing) = (true, GradientLaw.seed, probability)
    let forced = ForcedSteps(moment)
    return twin(inputs) { forced.contains(sample: $0, step: $1) }
  }
}

private let probabilities: [Float] = [0, 0.5, 1]

@Test(arguments: probabilities)
func `What is fed back obeys the law, forced or not`(_ probability: Float) throws {
  let operation = TeacherForcing(samples: 7, steps: 3, columns: 2, step: 1)
  var law = try GradientLaw([[7, 2], [7, 3, 2]]) { graph, nodes in
    graph.record(
      ForcedOperation(
        operation: operation, twin: { operation.reference($0, isForced: $1) }, probability: probability),
      nodes
    )
  }
  law.teacherForcing = probability
  law.check()
}

@Test
func `Steps are forced as often as asked, never outside training, and wherever a sample stands in its batch`()
{
  var moment = Moment()
  moment.teacherForcing = 0.3
  func count(_ moment: Moment) -> Int {
    let forced = ForcedSteps(moment)
    return (0..<200).reduce(0) { sum, sample in
      sum + (0..<50).count { forced.contains(sample: sample, step: $0) }
    }
  }
  #expect(count(moment) == 0)
  moment.isTraining = true
  #expect(abs(Double(count(moment)) / 10_000 - 0.3) < 0.02)
  let whole = ForcedSteps(moment)
  moment.firstSample = 5
  let later = ForcedSteps(moment)
  for sample in 0..<20 {
    for step in 0..<20 {
      #expect(later.contains(sample: sample, step: step) == whole.contains(sample: sample + 5, step: step))
    }
  }
  moment.firstSample = 0
  moment.step = 1
  let next = ForcedSteps(moment)
  #expect((0..<100).contains { next.contains(sample: $0, step: 0) != whole.contains(sample: $0, step: 0) })
  moment.teacherForcing = 1
  #expect(count(moment) == 10_000)
}

@Test func `A repeated vector, waves, and moments of draws obey the law`() throws {
  for (samples, steps, columns) in [(1, 1, 1), (3, 4, 5), (2, 3, 17)] {
    try GradientLaw([[samples, columns]]) { try $0.repeated($1[0], steps: steps) }.check()
    // A trend and one wave at least.
    try GradientLaw([[samples, steps, columns + 1]]) { try $0.waves($1[0]) }.check()
  }
  for draws in [2, 5, 20] {
    try GradientLaw([[2, 3, 2, draws]]) { try $0.drawMoments($1[0]) }.check()
  }
}

@Test(arguments: [(1, 1, 1, 1, 1), (2, 3, 5, 6, 2), (3, 1, 9, 16, 2), (2, 4, 17, 20, 1), (1, 2, 8, 24, 3)])
func `Attention to a memory obeys the law`(
  _ samples: Int, _ queries: Int, _ length: Int, _ width: Int, _ heads: Int
) throws {
  try GradientLaw([[samples, queries, width], [samples, length, 2 * width]]) { graph, nodes in
    try graph.crossAttention(nodes[0], nodes[1], heads: heads)
  }.check()
}

@Test func `Dropout of a query's weights is the same forward and backward, and none outside training`() throws
{
  let law = try GradientLaw([[2, 3, 6], [2, 9, 12]]) {
    try $0.crossAttention($1[0], $1[1], heads: 2, dropout: 0.5)
  }
  let plain = try GradientLaw([[2, 3, 6], [2, 9, 12]]) { try $0.crossAttention($1[0], $1[1], heads: 2) }
  // The output is linear in the values, so its gradient there is the output's own weights.
  let (result, gradients) = law.run()
  let weights = GradientLaw.weights(result.count)
  let made = zip(result, weights).reduce(0) { $0 + $1.0 * $1.1 }
  var linear: Float = 0
  for row in 0..<18 {
    for k in 6..<12 { linear += gradients[1][row * 12 + k] * law.values[1][row * 12 + k] }
  }
  #expect(abs(made - linear) < 1e-4)
  #expect(law.run(training: false).result != result)
  #expect(law.run(training: false).result == plain.run().result)
  // Queries have masks of their own.
  var same = law
  for query in 1..<3 { for k in 0..<6 { same.values[0][query * 6 + k] = law.values[0][k] } }
  let rows = same.run().result
  #expect(Array(rows[0..<6]) != Array(rows[6..<12]) && Array(rows[6..<12]) != Array(rows[12..<18]))
}

@Test func `Slopes of a query whose weights are dropped are those of finite differences`() throws {
  // The mask depends on nothing that is moved, so the masked function has plain differences.
  var law = try GradientLaw([[1, 2, 4], [1, 5, 8]]) {
    try $0.crossAttention($1[0], $1[1], heads: 2, dropout: 0.4)
  }
  let gradients = law.run().gradients
  let weights = GradientLaw.weights(8)
  func value(_ law: GradientLaw) -> Double {
    zip(law.run().result, weights).reduce(0) { $0 + Double($1.0) * Double($1.1) }
  }
  for input in 0..<2 {
    for element in law.values[input].indices {
      let (old, step) = (law.values[input][element], Float(1e-2))
      law.values[input][element] = old + step
      let up = value(law)
      law.values[input][element] = old - step
      let down = value(law)
      law.values[input][element] = old
      #expect(abs((up - down) / Double(2 * step) - Double(gradients[input][element])) < 2e-3)
    }
  }
}

@Test func `A query takes the shape of its memory, or is refused`() throws {
  var graph = Graph()
  let query = graph.constant([Float](repeating: 0, count: 12), [2, 1, 6])
  let memory = graph.constant([Float](repeating: 0, count: 48), [2, 2, 12])
  #expect(throws: NetworkError.self) { _ = try graph.crossAttention(query, query, heads: 2) }
  #expect(throws: NetworkError.self) { _ = try graph.crossAttention(query, memory, heads: 4) }
}

private struct DecoderCase: Sendable, CustomTestStringConvertible {
  var samples = 3
  var steps = 4
  var columns = 2
  var known = 3
  var width = 5
  var each = 1
  var place = 0
  var isResidual = false
  var length = 6
  var heads = 1
  var testDescription: String {
    "\(samples) \(steps) \(columns) \(known) \(width) \(each) \(isResidual) \(heads)"
  }

  static let all = [
    DecoderCase(samples: 1, steps: 1, columns: 1, known: 0, width: 1, length: 1),
    DecoderCase(), DecoderCase(known: 0, isResidual: true), DecoderCase(heads: 0),
    DecoderCase(width: 8, heads: 4),
    DecoderCase(columns: 1, width: 16, isResidual: true, length: 9, heads: 2),
    DecoderCase(each: 3, place: 1, isResidual: true, heads: 0),
    DecoderCase(samples: 2, width: 6, each: 2, isResidual: true, heads: 2),
    DecoderCase(samples: 7, steps: 2, known: 0, width: 9, heads: 0),
  ]

  var operation: RecurrentDecoder {
    RecurrentDecoder(
      samples: samples, steps: steps, columns: columns, known: known, width: width, each: each, place: place,
      isResidual: isResidual,
      attention: heads == 0 ? nil : QueryAttention(length: length, width: width, heads: heads),
      hasTeacher: true)
  }

  var shapes: [Shape] {
    let context = heads == 0 ? 0 : width
    let states = (heads == 0 ? 3 : 4) * width
    return [
      [samples, columns], [samples, width], [columns + known + context, 3 * width], [width, states],
      [width + states], [width + context, columns * each], [columns * each],
    ] + (heads == 0 ? [] : [[samples, length, 2 * width]])
  }
}

@Test(arguments: DecoderCase.all, probabilities)
private func `A recurrent decoder obeys the law, forced or not`(_ example: DecoderCase, _ probability: Float)
  throws
{
  let operation = example.operation
  let stated = ForcedOperation(
    operation: operation, twin: { operation.reference($0, isForced: $1) }, probability: probability)
  let (samples, steps, known) = (example.samples, example.steps, example.known)
  var law = try GradientLaw(example.shapes + [[samples, steps, example.columns]]) { graph, nodes in
    var inputs = nodes
    if known > 0 {
      let codes = (0..<(samples * steps * known)).map { Float($0 % 7) / 7 - 0.4 }
      inputs.insert(graph.constant(codes, [samples, steps, known]), at: nodes.count - 1)
    }
    return graph.record(stated, inputs)
  }
  law.teacherForcing = probability
  law.check()
}

@Test func `A decoder without heads is a recurrent layer that is given its own forecasts`() throws {
  // One step at a time, out of a layer, a linear map and what is fed back.
  let (samples, steps, width) = (5, 4, 6)
  let shapes: [Shape] = [[samples, 1], [1, 3 * width], [width, 3 * width], [4 * width], [width, 1], [1]]
  func law(_ record: @escaping (inout Graph, [Node], Node, Node) throws -> Node) throws -> GradientLaw {
    var law = try GradientLaw(shapes) { graph, nodes in
      let state = graph.constant([Float](repeating: 0, count: samples * width), [samples, width])
      let came = graph.constant((0..<(samples * steps)).map { Float($0 % 5) }, [samples, steps, 1])
      return try record(&graph, nodes, state, came)
    }
    law.teacherForcing = 0.5
    return law
  }
  let fused = try law { graph, nodes, state, came in
    try graph.recurrentDecoder(
      DecoderInputs(
        start: nodes[0], state: state, inputWeight: nodes[1], stateWeight: nodes[2], bias: nodes[3],
        outputWeight: nodes[4], outputBias: nodes[5], teacher: came), steps: steps)
  }.run()
  let unrolled = try law { graph, nodes, _, came in
    // The whole past goes through the layer once more at each step.
    var fed = [try graph.reshape(nodes[0], [samples, 1, 1])]
    var made: [Node] = []
    for step in 0..<steps {
      let state = try graph.gru(
        try graph.concatenate(fed, axis: 1), inputWeight: nodes[1], stateWeight: nodes[2], bias: nodes[3],
        givesAll: false)
      let next = try graph.linear(state, weight: nodes[4], bias: nodes[5])
      made.append(try graph.reshape(next, [samples, 1, 1]))
      fed.append(try graph.reshape(try graph.fedBack(next, teacher: came, step: step), [samples, 1, 1]))
    }
    return try graph.concatenate(made, axis: 1)
  }.run()
  for (a, b) in zip(fused.result, unrolled.result) { #expect(abs(a - b) < 1e-5) }
  for (a, b) in zip(fused.gradients.joined(), unrolled.gradients.joined()) {
    #expect(abs(a - b) < 1e-4 * max(1, abs(b)))
  }
  let free = try law { graph, nodes, state, _ in
    try graph.recurrentDecoder(
      DecoderInputs(
        start: nodes[0], state: state, inputWeight: nodes[1], stateWeight: nodes[2], bias: nodes[3],
        outputWeight: nodes[4], outputBias: nodes[5]), steps: steps)
  }.run()
  #expect(free.result != fused.result)
}

@Test(arguments: [AncestralSampling.Cell.lstm, .gru], [1, 2])
private func `Draws are those of the twin, and each window's own`(
  _ cell: AncestralSampling.Cell, _ layers: Int
)
  throws
{
  let (samples, rows, steps, columns, width, draws, known) = (3, 4, 3, 2, 5, 6, 2)
  func inputs(_ layer: Int) -> Int { layer == 0 ? columns + known : width }
  let perLayer: [[Shape]] = (0..<layers).map { layer in
    cell == .lstm
      ? [[inputs(layer) + width, 4 * width], [4 * width]]
      : [[inputs(layer), 3 * width], [width, 3 * width], [4 * width]]
  }
  let shapes: [Shape] =
    [[samples, rows, columns + known]] + perLayer.flatMap { $0 }
    + [[width, 2 * columns], [2 * columns], [samples, steps - 1, known]]
  func drawn(_ identities: [Float]) throws -> GradientLaw {
    try GradientLaw(shapes) { graph, nodes in
      let count = cell == .lstm ? 2 : 3
      let parameters = (0..<layers).map { Array(nodes[(1 + $0 * count)..<(1 + ($0 + 1) * count)]) }
      let rest = nodes[(1 + layers * count)...]
      let first = rest.startIndex
      return try graph.ancestralSampling(
        nodes[0], identities: graph.constant(identities, [samples, 2]), cell: cell, layers: parameters,
        readOut: (rest[first], rest[first + 1]), known: rest[first + 2], steps: steps, columns: columns,
        draws: draws)
    }
  }
  func result(_ law: GradientLaw, seed: UInt64 = 0) -> [Float] {
    let plan = Plan(law.graph, result: law.result, loss: nil)
    let memory = ParameterMemory(plan, values: law.values)
    let lane = Lane(plan, parameters: memory.start)
    lane.moment.pointee.seed = seed
    lane.forward()
    return withExtendedLifetime(memory) {
      Array(UnsafeBufferPointer(start: lane.result, count: law.result.shape.count))
    }
  }
  let law = try drawn([1, 2, 16_777_215, 3, 7, 0])
  let made = result(law)
  let expected = law.reference(law.values.map { $0.map(Double.init) })
  for (a, b) in zip(made, expected) { #expect(abs(Double(a) - b) < 1e-4 * max(1, abs(b))) }
  let count = made.count / samples
  // Another identity, other draws: for this window alone.
  let other = result(try drawn([1, 2, 16_777_215, 4, 7, 0]))
  #expect(other.prefix(count) == made.prefix(count) && other.suffix(count) == made.suffix(count))
  #expect(other[count..<(2 * count)] != made[count..<(2 * count)])
  // Another seed, other draws everywhere.
  let reseeded = result(law, seed: 1)
  #expect(result(law, seed: 1) == reseeded)
  #expect(zip(reseeded, made).allSatisfy { $0 != $1 })
  // And the paths of one window differ.
  #expect(Set(made.prefix(draws)).count == draws)
}
