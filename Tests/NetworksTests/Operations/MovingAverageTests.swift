import Testing

@testable import Networks

@Test func `A moving average of any width obeys the law`() throws {
  for (samples, steps, columns, width) in [
    (1, 1, 1, 1), (2, 6, 1, 3), (2, 9, 3, 5), (3, 4, 7, 25), (2, 20, 9, 7),
  ] {
    try GradientLaw([[samples, steps, columns]]) { graph, nodes in
      try graph.movingAverage(nodes[0], width: width)
    }.check()
  }
}

@Test func `The ends of a moving average repeat the first and the last value`() throws {
  var law = try GradientLaw([[1, 4, 1]]) { graph, nodes in try graph.movingAverage(nodes[0], width: 3) }
  law.values[0] = [3, 6, 9, 0]
  #expect(law.run().result == [4, 6, 5, 3])
}

@Test func `An even width is refused`() throws {
  #expect(
    throws: NetworkError.shape(path: "", problem: "a centred moving average has an odd width, not 4")
  ) {
    var graph = Graph()
    let x = graph.parameter("x", [1, 8, 1], .constant(0))
    _ = try graph.movingAverage(x, width: 4)
  }
}
