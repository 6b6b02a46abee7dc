import Testing

@testable import Networks

@Test(arguments: [(1, 1), (3, 5), (4, 8), (7, 19), (5, 40)])
func `An embedding obeys the law, with codes that come more than once`(_ codes: Int, _ columns: Int) throws {
  try GradientLaw([[codes, columns]]) { graph, nodes in
    let names = graph.constant((0..<6).map { Float($0 * 2 % codes) }, [2, 3])
    return try graph.embedding(codes: names, table: nodes[0])
  }.check()
}

@Test func `Two uses of a table, and a code that is a parameter, obey the law`() throws {
  var law = try GradientLaw([[4], [3, 5]]) { graph, nodes in
    let first = try graph.embedding(codes: nodes[0], table: nodes[1])
    return try graph.add(first, try graph.embedding(codes: nodes[0], table: nodes[1]))
  }
  law.values[0] = [0.5, 2.5, 1.5, 0.25]
  law.check()
}

@Test func `Codes that the table does not have are the last`() throws {
  let law = try GradientLaw([[3, 2]]) { graph, nodes in
    let codes = graph.constant([0, 1, 2, 3, -1, 1e30, -.infinity, .nan], [8])
    return try graph.embedding(codes: codes, table: nodes[0])
  }
  let (made, _) = law.run()
  let table = law.values[0]
  #expect(Array(made[0..<4]) == Array(table[0..<4]))
  for place in 2..<8 { #expect(Array(made[(place * 2)..<(place * 2 + 2)]) == Array(table[4...])) }
}

@Test func `A table of the wrong shape is refused with both shapes`() throws {
  #expect(
    throws: NetworkError.shape(path: "", problem: "codes of [3, 4] need a table of [codes, length], not [5]")
  ) {
    var graph = Graph()
    let codes = graph.constant([Float](repeating: 0, count: 12), [3, 4])
    let table = graph.parameter("table", [5], .constant(0))
    _ = try graph.embedding(codes: codes, table: table)
  }
}
