import Testing

@testable import Networks

@Test(arguments: [[1, 1], [3, 2], [2, 3, 5], [4, 8], [3, 13], [2, 45], [2, 64]] as [Shape])
func `The logarithm of softmax obeys the law`(_ shape: Shape) throws {
  try GradientLaw([shape], from: -3, to: 3) { graph, nodes in graph.logSoftmax(nodes[0]) }.check()
  try GradientLaw([shape]) { graph, nodes in
    try graph.add(graph.logSoftmax(nodes[0]), graph.logSoftmax(graph.scale(nodes[0], by: 2)))
  }.check()
}

@Test func `The logarithm of a vanishing share is finite`() throws {
  var law = try GradientLaw([[1, 3]]) { graph, nodes in graph.logSoftmax(nodes[0]) }
  law.values[0] = [0, -500, 1000]
  #expect(law.run().result == [-1000, -1500, 0])
}
