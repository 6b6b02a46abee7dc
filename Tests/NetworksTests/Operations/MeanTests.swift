import Testing

@testable import Networks

@Test(arguments: [[1, 1, 1], [2, 3, 5], [3, 8, 16], [2, 9, 45], [13, 2, 1]] as [Shape])
func `The mean along any axis obeys the law`(_ shape: Shape) throws {
  for axis in 0..<3 {
    try GradientLaw([shape]) { graph, nodes in try graph.mean(nodes[0], axis: axis) }.check()
    try GradientLaw([shape]) { graph, nodes in
      let x = graph.scale(nodes[0], by: 3)
      return try graph.add(try graph.mean(x, axis: axis), try graph.mean(x, axis: axis))
    }.check()
  }
}

@Test func `The mean of one axis is one number`() throws {
  let law = try GradientLaw([[11]]) { graph, nodes in try graph.mean(nodes[0], axis: 0) }
  #expect(law.result.shape == [])
  law.check()
}

@Test func `A mean along an axis that is not there is refused`() throws {
  #expect(throws: NetworkError.shape(path: "", problem: "[2, 3] has no axis 2")) {
    var graph = Graph()
    let x = graph.parameter("x", [2, 3], .constant(0))
    _ = try graph.mean(x, axis: 2)
  }
}
