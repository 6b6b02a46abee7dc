import Testing

@testable import Networks

@Test(arguments: PoolingKind.allCases)
func `Pooling obeys the law`(_ kind: PoolingKind) throws {
  for (series, length, width) in [(1, 1, 1), (2, 9, 1), (3, 9, 3), (2, 10, 4), (1, 17, 17), (2, 13, 12)] {
    try GradientLaw([[series, length]]) { graph, nodes in
      try graph.pooling(nodes[0], width: width, kind: kind)
    }.check()
  }
}

@Test func `A piece that is cut short by the end is pooled over what there is`() throws {
  let x: [[Double]] = [[1, 5, 2, -4, -3]]
  let greatest = Pooling(series: 1, length: 5, width: 3, kind: .max)
  #expect(greatest.output == [1, 2])
  #expect(greatest.reference(x) == [5, -3])
  #expect(Pooling(series: 1, length: 5, width: 3, kind: .average).reference(x) == [8.0 / 3, -3.5])
}

@Test func `Of equal greatest values the first gets the gradient`() throws {
  var law = try GradientLaw([[1, 4]]) { graph, nodes in
    try graph.pooling(nodes[0], width: 4, kind: .max)
  }
  law.values = [[2, 7, 7, 1]]
  #expect(law.run(weights: [3]).gradients == [[0, 3, 0, 0]])
}

@Test func `Pieces longer than the look-back are refused`() throws {
  #expect(
    throws: NetworkError.shape(
      path: "",
      problem: "pieces of 9 steps do not fit a look-back of 8; shorten 'pool', or lengthen lookback")
  ) {
    var graph = Graph()
    let x = graph.parameter("x", [2, 8], .constant(0))
    _ = try graph.pooling(x, width: 9, kind: .max)
  }
}
