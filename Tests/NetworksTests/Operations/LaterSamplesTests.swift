import Testing

@testable import Networks

/// The gradients after one backward pass, and after another whose samples come later in the same batch.
private func gradients(_ law: GradientLaw) -> (once: [Float], twice: [Float]) {
  var graph = law.graph
  let loss = graph.record(Probe(weights: GradientLaw.weights(law.result.shape.count)), [law.result])
  let plan = Plan(graph, result: law.result, loss: loss)
  let count = plan.parameterBufferCount
  let parameters = UnsafeMutablePointer<Float>.allocate(capacity: count)
  defer { parameters.deallocate() }
  for (offset, elements) in zip(plan.parameterOffsets, law.values) {
    (parameters + offset).update(from: elements, count: elements.count)
  }
  let lane = Lane(plan, parameters: parameters)
  lane.moment.pointee.isTraining = true
  lane.forward()
  lane.backward()
  let once = Array(UnsafeBufferPointer(start: lane.gradients, count: count))
  lane.moment.pointee.addsToParameters = true
  lane.forward()
  lane.backward()
  return (once, Array(UnsafeBufferPointer(start: lane.gradients, count: count)))
}

private let networks: [(shapes: [Shape], record: @Sendable (inout Graph, [Node]) throws -> Node)] = [
  ([[3, 5], [5]], { try $0.add($1[0], $1[1]) }),
  ([[3, 5], [5]], { try $0.multiply($1[0], $1[1]) }),
  ([[3, 5]], { $0.scale($1[0], by: 2) }),
  ([[3, 5]], { $0.activate($1[0], by: .tanh) }),
  ([[3, 5]], { $0.activate($1[0], by: .gelu) }),
  ([[3, 19], [19], [19]], { try $0.layerNorm($1[0], scale: $1[1], shift: $1[2]) }),
  (
    [[3, 19], [19], [19]],
    { graph, nodes in
      let mean = graph.observation("mean", [19], startingAt: 0, momentum: 0.1)
      let variance = graph.observation("variance", [19], startingAt: 1, momentum: 0.1)
      return try graph.batchNorm(
        nodes[0], scale: nodes[1], shift: nodes[2], runningMean: mean, runningVariance: variance)
    }
  ),
  ([[3, 19]], { try $0.dropout($1[0], rate: 0.5) }),
  ([[3, 19]], { $0.softmax($1[0]) }),
  ([[3, 19]], { $0.logSoftmax($1[0]) }),
  ([[3, 19]], { try $0.ascending($1[0]) }),
  ([[3, 5]], { try $0.embedding(codes: $0.constant([0, 2, 2, 1], [4]), table: $1[0]) }),
  ([[3, 5], [3, 9]], { try $0.concatenate($1, axis: 1) }),
  ([[3, 19]], { try $0.slice($1[0], axis: 1, from: 3, count: 9) }),
  ([[2, 9, 10]], { try $0.exchange($1[0], axis: 1, axis: 2) }),
  ([[2, 9, 10]], { try $0.exchange($1[0], axis: 0, axis: 1) }),
  ([[2, 9, 10]], { try $0.mean($1[0], axis: 1) }),
  ([[2, 9]], { try $0.mean($1[0], axis: 1) }),
  ([[2, 9, 10]], { try $0.last($1[0]) }),
  ([[2, 3, 4], [2, 4, 5]], { try $0.product($1[0], $1[1]) }),
  ([[3, 5], [3, 9]], { try $0.subtractBackcast($1[0], from: $1[1]) }),
  ([[3, 5]], { try $0.repeated($1[0], steps: 4) }),
  ([[3, 2, 5]], { try $0.waves($1[0]) }),
  ([[3, 2], [3, 4, 2]], { try $0.fedBack($1[0], teacher: $1[1], step: 1) }),
  ([[2, 3, 6], [2, 5, 12]], { try $0.crossAttention($1[0], $1[1], heads: 2) }),
  ([[2, 3, 6], [2, 5, 12]], { try $0.crossAttention($1[0], $1[1], heads: 2, dropout: 0.5) }),
  ([[2, 3, 2, 5]], { try $0.drawMoments($1[0]) }),
  (
    [[2, 1], [2, 4], [9, 12], [4, 16], [20], [8, 1], [1], [2, 3, 8], [2, 3, 4]],
    { graph, nodes in
      try graph.recurrentDecoder(
        DecoderInputs(
          start: nodes[0], state: nodes[1], inputWeight: nodes[2], stateWeight: nodes[3], bias: nodes[4],
          outputWeight: nodes[5], outputBias: nodes[6], memory: (nodes[7], 2), calendar: nodes[8]), steps: 3)
    }
  ),
  ([[3, 4], [3, 9]], { try $0.addForecast($1[0], from: $1[1], horizon: 4) }),
  ([[3, 19]], { $0.activate($1[0], by: .gelu) }),
  (
    [[2, 9, 4], [3, 2, 6], [6]],
    { try $0.convolution($1[0], weight: $1[1], bias: $1[2], groups: 2, padding: .same) }
  ),
  ([[3, 5, 2], [5, 9, 2], [9, 2]], { try $0.complexLinear($1[0], weight: $1[1], bias: $1[2]) }),
  ([[3, 10]], { try $0.pooling($1[0], width: 4, kind: .max) }),
  ([[3, 10]], { try $0.pooling($1[0], width: 4, kind: .average) }),
]

@Test(arguments: networks.indices)
func `Gradients of parameters add up over the samples of a batch`(_ index: Int) throws {
  let law = try GradientLaw(networks[index].shapes, networks[index].record)
  let (once, twice) = gradients(law)
  #expect(once.contains { $0 != 0 })
  for (sum, part) in zip(twice, once) { #expect(abs(sum - 2 * part) <= 2e-6 * max(1, abs(sum))) }
}
