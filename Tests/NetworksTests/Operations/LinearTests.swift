import Testing

@testable import Networks

@Test(arguments: Activation.allCases)
func `A linear layer with any activation obeys the law`(_ activation: Activation) throws {
  for (rows, inputs, outputs) in [(1, 1, 1), (5, 3, 4), (13, 17, 19), (8, 33, 40)] {
    let law = try GradientLaw([[rows, inputs], [inputs, outputs], [outputs]]) { graph, nodes in
      try graph.linear(nodes[0], weight: nodes[1], bias: nodes[2], activation: activation)
    }
    law.check()
  }
}

@Test func `Layers in a row, and an input that is used twice, obey the law`() throws {
  try GradientLaw([[4, 6], [6, 6], [6]]) { graph, nodes in
    let once = try graph.linear(nodes[0], weight: nodes[1], bias: nodes[2], activation: .gelu)
    return try graph.linear(once, weight: nodes[1], bias: nil, activation: .tanh)
  }.check()
}

@Test func `A weight of the wrong shape is refused with both shapes`() throws {
  #expect(
    throws: NetworkError.shape(
      path: "head", problem: "an input of [4, 6] needs a weight of [6, outputs], not [5, 2]")
  ) {
    var graph = Graph()
    let x = graph.parameter("x", [4, 6], .constant(0))
    let w = graph.parameter("w", [5, 2], .constant(0))
    _ = try graph.within("head") { graph throws(NetworkError) in
      try graph.linear(x, weight: w, bias: nil)
    }
  }
}
