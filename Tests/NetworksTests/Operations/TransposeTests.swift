import Testing

@testable import Networks

@Test(arguments: [[2, 3, 4, 5], [1, 9, 8, 3], [3, 1, 17, 2], [2, 16, 8, 9], [2, 3, 9, 11]] as [Shape])
func `Exchanging any two axes obeys the law`(_ shape: Shape) throws {
  for first in 0..<4 {
    for second in 0..<4 where first != second {
      try GradientLaw([shape]) { graph, nodes in
        let turned = try graph.exchange(nodes[0], axis: first, axis: second)
        var axes = shape.axes
        axes.swapAt(first, second)
        #expect(turned.shape == Shape(axes))
        // A graph's result is the output of an operation.
        return graph.scale(turned, by: 1)
      }.check(samples: 12)
    }
  }
}

@Test func `A value that is exchanged twice obeys the law`() throws {
  for shape in [[3, 9, 10], [2, 3, 4]] as [Shape] {
    try GradientLaw([shape]) { graph, nodes in
      let x = graph.scale(nodes[0], by: 2)
      let turned = try graph.add(
        try graph.exchange(x, axis: 1, axis: 2), try graph.exchange(x, axis: 2, axis: 1))
      let back = try graph.exchange(turned, axis: 1, axis: 2)
      let outer = try graph.add(
        try graph.exchange(back, axis: 0, axis: 1), try graph.exchange(back, axis: 0, axis: 1))
      return outer
    }.check()
  }
}

@Test func `Exchanges that move nothing record nothing, and axes that are not there are refused`() throws {
  var graph = Graph()
  let x = graph.parameter("x", [3, 1, 4], .constant(0))
  #expect(try graph.exchange(x, axis: 2, axis: 2).shape == [3, 1, 4])
  #expect(try graph.exchange(x, axis: 0, axis: 1).shape == [1, 3, 4])
  #expect(try graph.exchange(x, axis: 1, axis: 2).shape == [3, 4, 1])
  #expect(graph.steps.isEmpty)
  #expect(throws: NetworkError.shape(path: "", problem: "[3, 1, 4] has no axis 3")) {
    _ = try graph.exchange(x, axis: 0, axis: 3)
  }
}
