import Testing

@testable import Networks

/// Steps, columns, outputs, kernel, stride, groups.
private let sizes = [
  (1, 1, 1, 1, 1, 1), (7, 3, 5, 3, 1, 1), (12, 4, 6, 4, 4, 2), (9, 6, 6, 2, 3, 3), (11, 2, 17, 5, 2, 1),
  (20, 8, 8, 7, 1, 8), (6, 3, 4, 6, 1, 1), (40, 20, 18, 3, 1, 1),
]

@Test(arguments: sizes.indices, ConvolutionPadding.allCases)
func `A convolution obeys the law`(_ index: Int, _ padding: ConvolutionPadding) throws {
  let (steps, columns, outputs, kernel, stride, groups) = sizes[index]
  for samples in [1, 3] {
    let law = try GradientLaw([[samples, steps, columns], [kernel, columns / groups, outputs], [outputs]]) {
      graph, nodes in
      try graph.convolution(
        nodes[0], weight: nodes[1], bias: nodes[2], stride: stride, groups: groups, padding: padding)
    }
    law.check()
    law.checkAdding()
  }
}

@Test func `A convolution without bias obeys the law, and pads as it says`() throws {
  func law(_ padding: ConvolutionPadding) throws -> GradientLaw {
    var law = try GradientLaw([[1, 4, 1], [3, 1, 1]]) { graph, nodes in
      try graph.convolution(nodes[0], weight: nodes[1], bias: nil, padding: padding)
    }
    law.check()
    law.values = [[1, 10, 100, 1000], [1, 2, 3]]
    return law
  }
  #expect(try law(.none).run().result == [321, 3210])
  #expect(try law(.same).run().result == [32, 321, 3210, 2100])
  #expect(try law(.causal).run().result == [3, 32, 321, 3210])
}

@Test func `A kernel longer than the sequence, and groups that do not divide, are refused`() throws {
  func shape(_ weight: Shape, groups: Int = 1) throws -> Shape {
    try GradientLaw([[1, 4, 6], weight]) { graph, nodes in
      try graph.convolution(nodes[0], weight: nodes[1], bias: nil, groups: groups)
    }.result.shape
  }
  #expect(try shape([4, 6, 2]) == [1, 1, 2])
  #expect(
    throws: NetworkError.shape(
      path: "", problem: "a kernel of 5 does not fit 4 steps; shorten it, or set padding: same or causal")
  ) { try shape([5, 6, 2]) }
  #expect(throws: NetworkError.self) { try shape([2, 6, 2], groups: 4) }
  #expect(throws: NetworkError.self) { try shape([2, 3, 3], groups: 2) }
}
