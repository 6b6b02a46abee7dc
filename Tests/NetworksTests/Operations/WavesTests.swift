import Testing

@testable import Networks

@Test func `Waves obey the law`() throws {
  for shape in [[1, 2], [3, 9], [2, 3, 18]] as [Shape] {
    try GradientLaw([shape], from: -4, to: 4) { graph, nodes in try graph.waves(nodes[0]) }.check()
  }
}

@Test func `The sine is taken over the features of a row and not over its time`() throws {
  // R2 took it of every row but the first: rows must not depend on where they stand.
  var law = try GradientLaw([[2, 2, 3]]) { graph, nodes in try graph.waves(nodes[0]) }
  law.values = [[0.5, 1, 2, 0.5, 1, 2, 0.5, 1, 2, 0.5, 1, 2]]
  let made = law.run().result
  #expect(made[0] == 0.5 && made[1] != 1)
  #expect(Array(made[0..<3]) == Array(made[3..<6]) && Array(made[0..<6]) == Array(made[6..<12]))
}

@Test func `A trend without waves is refused`() throws {
  #expect(
    throws: NetworkError.shape(
      path: "", problem: "a trend and its waves are two columns at least, not [4, 1]")
  ) {
    var graph = Graph()
    _ = try graph.waves(graph.parameter("x", [4, 1], .constant(0)))
  }
}
