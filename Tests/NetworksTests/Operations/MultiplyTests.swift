import Testing

@testable import Networks

@Test(arguments: broadcasts)
func `A product of elements obeys the law for every way to broadcast`(_ a: Shape, _ b: Shape) throws {
  try GradientLaw([a, b]) { graph, nodes in try graph.multiply(nodes[0], nodes[1]) }.check()
}

@Test func `A square gets both parts of its gradient`() throws {
  try GradientLaw([[3, 5]]) { graph, nodes in try graph.multiply(nodes[0], nodes[0]) }.check()
  try GradientLaw([[3, 9], [9]]) { graph, nodes in
    let once = try graph.multiply(nodes[0], nodes[1])
    return try graph.multiply(once, try graph.multiply(once, nodes[1]))
  }.check()
}

@Test func `A factor of the wrong shape is refused with both shapes`() throws {
  #expect(
    throws: NetworkError.shape(
      path: "", problem: "[2, 3, 4] cannot be multiplied with [3, 4]: it must have the same last axes")
  ) {
    var graph = Graph()
    let a = graph.parameter("a", [3, 4], .constant(0))
    let b = graph.parameter("b", [2, 3, 4], .constant(0))
    _ = try graph.multiply(a, b)
  }
}
