import Testing

@testable import Networks

@Test func `One place of each code is one, and unknown codes are the last`() throws {
  let law = try GradientLaw([[6, 3]]) { graph, nodes in
    let codes = graph.constant([0, 1, 2, 3, -1, .nan], [6])
    return try graph.multiply(try graph.oneHot(codes, codes: 3), nodes[0])
  }
  let (made, _) = law.run()
  let places = [0, 1, 2, 2, 2, 2]
  for (row, place) in places.enumerated() {
    for column in 0..<3 {
      #expect(made[row * 3 + column] == (column == place ? law.values[0][row * 3 + column] : 0))
    }
  }
}

@Test func `One-hot codes obey the law, and nothing flows back to the codes`() throws {
  var law = try GradientLaw([[2, 2], [2, 2, 9]]) { graph, nodes in
    try graph.multiply(try graph.oneHot(nodes[0], codes: 9), nodes[1])
  }
  law.values[0] = [0.5, 7.5, 3.5, 8.5]
  law.check()
}

@Test func `One hot needs a place`() throws {
  #expect(
    throws: NetworkError.shape(path: "", problem: "codes of [2] need at least one place each, not 0")
  ) {
    var graph = Graph()
    let codes = graph.constant([0, 1], [2])
    _ = try graph.oneHot(codes, codes: 0)
  }
}
