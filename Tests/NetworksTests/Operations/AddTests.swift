import Testing

@testable import Networks

/// Shapes of which the second is the end of the first: tiny ones, and ones that are no multiples of eight.
let broadcasts: [(Shape, Shape)] = [
  ([1], [1]), ([3], [3]), ([2, 3], [3]), ([2, 5, 1], [1]), ([3, 2, 7], [2, 7]), ([5, 4, 9], [9]),
  ([4, 3, 5], [4, 3, 5]), ([3, 45], [45]), ([2, 2, 40], [40]), ([7, 11], [1, 11]), ([1, 6], [6]),
].filter { $0.axes.suffix($1.rank).elementsEqual($1.axes) }

@Test(arguments: broadcasts)
func `A sum obeys the law for every way to broadcast`(_ a: Shape, _ b: Shape) throws {
  try GradientLaw([a, b]) { graph, nodes in try graph.add(nodes[0], nodes[1]) }.check()
}

@Test func `A value added to itself, and twice to others, gets all its gradients`() throws {
  try GradientLaw([[3, 5]]) { graph, nodes in try graph.add(nodes[0], nodes[0]) }.check()
  try GradientLaw([[3, 5], [5]]) { graph, nodes in
    let once = try graph.add(nodes[0], nodes[1])
    return try graph.add(once, try graph.add(once, nodes[1]))
  }.check()
}

@Test func `A summand of the wrong shape is refused with both shapes`() throws {
  #expect(
    throws: NetworkError.shape(
      path: "", problem: "[3] cannot be added to [3, 4]: it must have the same last axes")
  ) {
    var graph = Graph()
    let a = graph.parameter("a", [3, 4], .constant(0))
    let b = graph.parameter("b", [3], .constant(0))
    _ = try graph.add(a, b)
  }
}
