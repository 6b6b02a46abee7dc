import Testing

@testable import Networks

@Test(arguments: [(1, 2), (3, 5), (4, 8), (2, 17), (6, 32), (5, 45), (3, 64), (2, 100)])
func `Layer norm obeys the law`(_ rows: Int, _ columns: Int) throws {
  try GradientLaw([[rows, columns], [columns], [columns]]) { graph, nodes in
    try graph.layerNorm(nodes[0], scale: nodes[1], shift: nodes[2])
  }.check()
}

@Test func `Layer norms in a row that share scale and shift obey the law`() throws {
  try GradientLaw([[2, 3, 11], [11], [11]]) { graph, nodes in
    let once = try graph.layerNorm(nodes[0], scale: nodes[1], shift: nodes[2])
    let twice = try graph.layerNorm(try graph.add(once, nodes[0]), scale: nodes[1], shift: nodes[2])
    return try graph.add(once, twice)
  }.check()
}

@Test func `A row far from zero is normalised as well as one near it`() throws {
  var law = try GradientLaw([[1, 24], [24], [24]]) { graph, nodes in
    try graph.layerNorm(nodes[0], scale: nodes[1], shift: nodes[2])
  }
  let near = law.run().result
  law.values[0] = law.values[0].map { (($0 * 256).rounded() / 256) }
  let rounded = law.run().result
  law.values[0] = law.values[0].map { $0 + 1024 }
  for (a, b) in zip(rounded, law.run().result) { #expect(abs(a - b) < 1e-3) }
  #expect(near != rounded)
}

@Test func `A scale of the wrong shape is refused with both shapes`() throws {
  #expect(
    throws: NetworkError.shape(path: "", problem: "a layer norm of [3, 4] needs a scale of [4], not [3]")
  ) {
    var graph = Graph()
    let x = graph.parameter("x", [3, 4], .constant(0))
    let scale = graph.parameter("scale", [3], .constant(1))
    let shift = graph.parameter("shift", [4], .constant(0))
    _ = try graph.layerNorm(x, scale: scale, shift: shift)
  }
}
