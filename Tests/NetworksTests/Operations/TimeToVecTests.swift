import Testing

@testable import Networks

@Test func `Time2Vec obeys the law`() throws {
  for (samples, steps, waves) in [(1, 1, 1), (3, 4, 3), (2, 5, 8), (2, 3, 19)] {
    try GradientLaw([[samples, steps], [steps, 1], [1], [steps, waves], [waves]], from: -3, to: 3) {
      graph, nodes in
      try graph.timeToVec(
        nodes[0], linearWeight: nodes[1], linearBias: nodes[2], periodicWeights: nodes[3],
        periodicBiases: nodes[4])
    }.check()
  }
}

@Test func `Time2Vec refuses weights of other lengths`() throws {
  #expect(
    throws: NetworkError.shape(
      path: "",
      problem: "times of [2, 5] need periodic weights of [5, waves] and biases of [waves], not [4, 3] and [3]"
    )
  ) {
    var graph = Graph()
    let tau = graph.parameter("tau", [2, 5], .constant(0))
    let weight = graph.parameter("w", [5, 1], .constant(0))
    let bias = graph.parameter("b", [1], .constant(0))
    let weights = graph.parameter("W", [4, 3], .constant(0))
    let biases = graph.parameter("B", [3], .constant(0))
    _ = try graph.timeToVec(
      tau, linearWeight: weight, linearBias: bias, periodicWeights: weights, periodicBiases: biases)
  }
}
