import Testing

@testable import Networks

/// The codes that come out, of 64 samples from `first` on that are all entity 1 of 3.
private func hidden(rate: Float, training: Bool = true, first: Int = 0, step: Int = 0, count: Int = 64) throws
  -> [Float]
{
  var graph = Graph(samples: count)
  let codes = graph.constant([Float](repeating: 1, count: count), [count])
  let result = graph.scale(try graph.hideCodes(codes, behind: 3, rate: rate), by: 1)
  let plan = Plan(graph, result: result, loss: nil)
  let parameters = UnsafeMutablePointer<Float>.allocate(capacity: 8)
  defer { parameters.deallocate() }
  let lane = Lane(plan, parameters: parameters)
  lane.moment.pointee.isTraining = training
  lane.moment.pointee.firstSample = first
  lane.moment.pointee.step = step
  lane.forward()
  return Array(UnsafeBufferPointer(start: lane.result, count: count))
}

@Test func `In training about the rate of all codes is hidden, and in forecasts none`() throws {
  let made = try hidden(rate: 0.25, count: 4000)
  #expect(made.allSatisfy { $0 == 1 || $0 == 3 })
  #expect(abs(Double(made.count { $0 == 3 }) / 4000 - 0.25) < 0.03)
  #expect(try hidden(rate: 0.25, training: false).allSatisfy { $0 == 1 })
}

@Test func `Which codes are hidden follows from step and place in the batch, not from the cut`() throws {
  let whole = try hidden(rate: 0.5)
  #expect(try hidden(rate: 0.5, first: 24, count: 40) == Array(whole[24...]))
  #expect(try hidden(rate: 0.5, step: 1) != whole)
}

@Test func `Nothing flows back to codes, and a rate of one is refused`() throws {
  var law = try GradientLaw([[1], [4, 3]]) { graph, nodes in
    try graph.embedding(codes: try graph.hideCodes(nodes[0], behind: 3, rate: 0.999_999), table: nodes[1])
  }
  law.values[0] = [0]
  let (made, gradients) = law.run()
  #expect(made == Array(law.values[1][9...]) && gradients[0] == [0])
  #expect(throws: NetworkError.self) {
    var graph = Graph(samples: 2)
    _ = try graph.hideCodes(graph.constant([0, 1], [2]), behind: 2, rate: 1)
  }
}
