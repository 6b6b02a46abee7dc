import Testing

@testable import Networks

@Test(arguments: [(0, 1, 1), (1, 0, 2), (1, 2, 3), (2, 0, 8), (2, 3, 9), (2, 12, 1)])
func `A slice of any axis obeys the law`(_ axis: Int, _ from: Int, _ count: Int) throws {
  try GradientLaw([[2, 5, 13]]) { graph, nodes in
    try graph.slice(nodes[0], axis: axis, from: from, count: count)
  }.check()
}

@Test func `Slices of one value that overlap obey the law`() throws {
  try GradientLaw([[3, 7]]) { graph, nodes in
    let x = graph.scale(nodes[0], by: 2)
    return try graph.add(
      try graph.slice(x, axis: 1, from: 0, count: 4), try graph.slice(x, axis: 1, from: 2, count: 4))
  }.check()
}

@Test func `A whole axis records nothing, and places that are not there are refused`() throws {
  var graph = Graph()
  let x = graph.parameter("x", [2, 3], .constant(0))
  #expect(try graph.slice(x, axis: 1, from: 0, count: 3).value == x.value)
  #expect(throws: NetworkError.shape(path: "", problem: "axis 1 of [2, 3] has no places 2..<4")) {
    _ = try graph.slice(x, axis: 1, from: 2, count: 2)
  }
  #expect(throws: NetworkError.shape(path: "", problem: "[2, 3] has no axis -1")) {
    _ = try graph.slice(x, axis: -1, from: 0, count: 1)
  }
}
