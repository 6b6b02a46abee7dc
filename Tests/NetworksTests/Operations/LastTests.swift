import Testing

@testable import Networks

@Test(arguments: [[1, 2, 1], [3, 4, 5], [2, 7, 8], [3, 2, 17], [2, 3, 2, 5], [4, 6]] as [Shape])
func `The last of axis 1 obeys the law`(_ shape: Shape) throws {
  let law = try GradientLaw([shape]) { graph, nodes in try graph.last(nodes[0]) }
  #expect(law.result.shape == Shape([shape[0]] + shape.axes[2...]))
  law.check()
}

@Test func `The last of a single axis is refused with its shape`() throws {
  #expect(
    throws: NetworkError.shape(path: "", problem: "the last of [3] is asked for, which needs [S, T, …]")
  ) {
    var graph = Graph()
    let x = graph.parameter("x", [3], .constant(0))
    _ = try graph.last(x)
  }
}
