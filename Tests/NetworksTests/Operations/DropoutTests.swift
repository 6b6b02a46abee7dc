import Testing

@testable import Networks

/// What dropout makes of ones: the result, and the gradient of its sum.
private func dropped(
  _ shape: Shape, rate: Float = 0.3, firstSample: Int = 0, step: Int = 0, seed: UInt64 = 3,
  training: Bool = true, sampling: Bool = false, twice: Bool = false, samples: Int? = nil
) throws -> (result: [Float], gradient: [Float]) {
  var graph = Graph(samples: samples ?? shape[0])
  let x = graph.parameter("x", shape, .constant(1))
  var result = try graph.dropout(x, rate: rate)
  if twice { result = try graph.dropout(x, rate: rate) }
  let loss = graph.record(Probe(weights: [Float](repeating: 1, count: shape.count)), [result])
  let plan = Plan(graph, result: result, loss: loss)
  let parameters = UnsafeMutablePointer<Float>.allocate(capacity: plan.parameterBufferCount)
  defer { parameters.deallocate() }
  parameters.update(repeating: 1, count: plan.parameterBufferCount)
  let lane = Lane(plan, parameters: parameters)
  lane.moment.pointee.isTraining = training
  lane.moment.pointee.isSampling = sampling
  lane.moment.pointee.seed = seed
  lane.moment.pointee.step = step
  lane.moment.pointee.firstSample = firstSample
  lane.forward()
  let made = Array(UnsafeBufferPointer(start: lane.result, count: shape.count))
  lane.backward()
  return (made, Array(UnsafeBufferPointer(start: lane.gradients, count: shape.count)))
}

@Test(arguments: [[1], [3, 5], [2, 8], [7, 3, 11]] as [Shape])
func `Dropout uses one mask forward and backward, of zeros and the inverse of what is kept`(_ shape: Shape)
  throws
{
  let (made, gradient) = try dropped(shape)
  #expect(made == gradient)
  #expect(made.allSatisfy { $0 == 0 || $0 == 1 / (1 - 0.3) })
}

@Test(arguments: [0.1, 0.5, 0.9] as [Float])
func `Dropout keeps the mean`(_ rate: Float) throws {
  let made = try dropped([100, 1000], rate: rate).result
  let zeros = Double(made.count { $0 == 0 }) / 100_000
  #expect(abs(zeros - Double(rate)) < 0.006)
  #expect(abs(made.reduce(0) { $0 + Double($1) } / 100_000 - 1) < 0.03)
}

@Test func `The mask differs by step, seed and operation`() throws {
  let shape: Shape = [4, 50]
  let first = try dropped(shape).result
  #expect(try dropped(shape).result == first)
  #expect(try dropped(shape, step: 1).result != first)
  #expect(try dropped(shape, seed: 4).result != first)
  #expect(try dropped(shape, twice: true).result != first)
}

@Test func `A batch that is cut in two gets the mask of the whole`() throws {
  let whole = try dropped([7, 3, 5])
  let first = try dropped([3, 3, 5])
  let second = try dropped([4, 3, 5], firstSample: 3)
  #expect(first.result + second.result == whole.result)
  #expect(first.gradient + second.gradient == whole.gradient)
}

@Test func `A sample that is several rows has a mask of its own wherever the batch is cut`() throws {
  // Three columns of each sample, as channels make them.
  let whole = try dropped([12, 5], samples: 4)
  let parts = try (0..<4).map { try dropped([3, 5], firstSample: $0, samples: 1).result }
  #expect(parts.flatMap { $0 } == whole.result)
}

@Test func `Draws of a forecast drop as training does`() throws {
  let shape: Shape = [4, 50]
  #expect(try dropped(shape, training: false, sampling: true).result == dropped(shape).result)
}

@Test func `Outside training dropout copies, in both directions`() throws {
  let (made, gradient) = try dropped([3, 7], training: false)
  #expect(made.allSatisfy { $0 == 1 } && gradient.allSatisfy { $0 == 1 })
}

@Test func `Gradients of two dropouts of one value add up`() throws {
  let law = try GradientLaw([[3, 7]]) { graph, nodes in
    try graph.add(try graph.dropout(nodes[0], rate: 0.5), try graph.dropout(nodes[0], rate: 0.5))
  }
  let (made, gradients) = law.run()
  for (index, weight) in GradientLaw.weights(21).enumerated() {
    let factor = made[index] / law.values[0][index]
    #expect(abs(gradients[0][index] - factor * weight) < 1e-5)
  }
}

@Test func `A rate of zero records nothing, and rates outside 0 ..< 1 are refused`() throws {
  var graph = Graph()
  let x = graph.parameter("x", [3, 4], .constant(0))
  #expect(try graph.dropout(x, rate: 0).value == x.value)
  #expect(graph.steps.isEmpty)
  for rate in [-0.1, 1, .nan] as [Float] {
    #expect(
      throws: NetworkError.shape(path: "", problem: "a dropout rate is at least 0 and below 1, not \(rate)")
    ) { _ = try graph.dropout(x, rate: rate) }
  }
}
