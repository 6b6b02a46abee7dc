import Testing

@testable import Networks

@Test(arguments: [false, true])
func `Attention obeys the law, with and without the future`(_ isCausal: Bool) throws {
  for (sequences, length, width, heads) in [(1, 1, 1, 1), (2, 5, 6, 3), (1, 17, 8, 2), (2, 16, 16, 1)] {
    try GradientLaw([[sequences, length, 3 * width]], from: -2, to: 2) { graph, nodes in
      try graph.attention(nodes[0], heads: heads, isCausal: isCausal)
    }.check()
  }
}

@Test func `A width that heads cannot share is refused`() throws {
  let problem = "a width of 6 cannot be shared by 4 heads equally; choose a divisor"
  #expect(throws: NetworkError.shape(path: "", problem: problem)) {
    try GradientLaw([[1, 2, 18]]) { try $0.attention($1[0], heads: 4) }
  }
}

@Test func `Attention's dropout is the same forward and backward`() throws {
  let law = try GradientLaw([[1, 4, 12]]) { try $0.attention($1[0], heads: 1, dropout: 0.5) }
  // The output is linear in the values, so its gradient there is the output's own weights.
  let (result, gradients) = law.run()
  let weights = GradientLaw.weights(result.count)
  let made = zip(result, weights).reduce(0) { $0 + $1.0 * $1.1 }
  var linear: Float = 0
  for row in 0..<4 { for k in 8..<12 { linear += gradients[0][row * 12 + k] * law.values[0][row * 12 + k] } }
  #expect(abs(made - linear) < 1e-4)
  #expect(law.run(training: false).result != result)
}
