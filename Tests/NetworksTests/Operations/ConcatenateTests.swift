import Testing

@testable import Networks

@Test(arguments: 0..<3)
func `Joining along any axis obeys the law`(_ axis: Int) throws {
  for (base, lengths) in [([1, 1, 1], [1, 1]), ([2, 3, 5], [1, 4, 2]), ([3, 2, 8], [9, 16])] {
    let shapes = lengths.map { length in
      var axes = base
      axes[axis] = length
      return Shape(axes)
    }
    try GradientLaw(shapes) { graph, nodes in try graph.concatenate(nodes, axis: axis) }.check()
  }
}

@Test func `A part that comes twice gets both gradients`() throws {
  try GradientLaw([[2, 3], [2, 10]]) { graph, nodes in
    let joined = try graph.concatenate([nodes[0], nodes[1], nodes[0]], axis: 1)
    return try graph.concatenate([joined, joined], axis: 0)
  }.check()
}

@Test func `Parts that do not fit are refused with both shapes`() throws {
  var graph = Graph()
  let a = graph.parameter("a", [2, 3], .constant(0))
  let b = graph.parameter("b", [3, 3], .constant(0))
  #expect(
    throws: NetworkError.shape(path: "", problem: "[2, 3] and [3, 3] cannot be joined along axis 1")
  ) { _ = try graph.concatenate([a, b], axis: 1) }
  #expect(throws: NetworkError.shape(path: "", problem: "[2, 3] has no axis 2")) {
    _ = try graph.concatenate([a, b], axis: 2)
  }
  #expect(throws: NetworkError.shape(path: "", problem: "there is nothing to concatenate")) {
    _ = try graph.concatenate([], axis: 0)
  }
  #expect(try graph.concatenate([a], axis: 0).value == a.value)
}
