import Testing

@testable import Networks

@Test(arguments: InstanceCenter.allCases)
func `Instance norm and its statistics obey the law`(_ center: InstanceCenter) throws {
  for (samples, steps, columns) in [(1, 2, 1), (2, 5, 3), (3, 21, 7), (2, 9, 19)] {
    let shapes: [Shape] = [[samples, steps, columns], [columns], [columns]]
    try GradientLaw(shapes) { graph, nodes in
      try graph.instanceNorm(nodes[0], epsilon: 0.1, center: center).normalized
    }.check()
    try GradientLaw(shapes) { graph, nodes in
      try graph.instanceNorm(nodes[0], epsilon: 0.1, center: center).statistics
    }.check()
    for (scale, shift) in [(true, true), (true, false), (false, true)] {
      try GradientLaw(shapes) { graph, nodes in
        try graph.instanceNorm(
          nodes[0], scale: scale ? nodes[1] : nil, shift: shift ? nodes[2] : nil, epsilon: 0.1, center: center
        ).normalized
      }.check()
    }
  }
}

@Test func `A forecast in the units of its window obeys the law`() throws {
  for (steps, columns) in [(1, [0]), (6, [2, 0]), (13, [1, 1, 3, 2, 0])] {
    let shapes: [Shape] = [[2, steps, columns.count], [2, 2, 4], [4], [4]]
    for (scale, shift) in [(true, true), (true, false), (false, true), (false, false)] {
      // Scales stay away from zero.
      try GradientLaw(shapes, from: 0.5, to: 2) { graph, nodes in
        try graph.denormalize(
          nodes[0], statistics: nodes[1], columns: columns, scale: scale ? nodes[2] : nil,
          shift: shift ? nodes[3] : nil)
      }.check()
    }
  }
}

@Test func `What was normalised comes back, far from zero too`() throws {
  var law = try GradientLaw([[2, 30, 3], [3], [3]], from: 0.5, to: 1.5) { graph, nodes in
    let normed = try graph.instanceNorm(nodes[0], scale: nodes[1], shift: nodes[2])
    return try graph.denormalize(
      normed.normalized, statistics: normed.statistics, columns: [0, 1, 2], scale: nodes[1], shift: nodes[2])
  }
  law.values[0] = law.values[0].map { 60_000 + 10 * $0 }
  for (made, given) in zip(law.run().result, law.values[0]) { #expect(abs(made - given) < 0.02) }
}

@Test func `The statistics of prices far from zero keep their digits`() throws {
  var law = try GradientLaw([[1, 300, 2]]) { graph, nodes in try graph.instanceNorm(nodes[0]).statistics }
  law.values[0] = law.values[0].map { 60_000 + 10 * $0 }
  let expected = law.reference(law.values.map { $0.map(Double.init) })
  for (made, value) in zip(law.run().result, expected) { #expect(abs(Double(made) - value) < 4e-3) }
}

@Test func `A window that does not move is normalised to zeros`() throws {
  var law = try GradientLaw([[1, 4, 1]]) { graph, nodes in try graph.instanceNorm(nodes[0]).normalized }
  law.values[0] = [7, 7, 7, 7]
  #expect(law.run().result == [0, 0, 0, 0])
}

@Test func `Differences from the newest row obey the law, there and back`() throws {
  for (samples, steps, columns) in [(1, 1, 1), (2, 5, 3), (3, 12, 9)] {
    try GradientLaw([[samples, steps, columns]]) { graph, nodes in try graph.subtractLast(nodes[0]) }.check()
  }
  for (steps, columns) in [(1, [1]), (7, [3, 0, 3]), (11, [0, 1, 2, 3, 0, 1, 2, 3, 1])] {
    try GradientLaw([[2, steps, columns.count], [2, 5, 4]]) { graph, nodes in
      try graph.addLast(nodes[0], nodes[1], columns: columns)
    }.check()
  }
}

@Test func `A window that is read twice by the same normalisation obeys the law`() throws {
  try GradientLaw([[2, 6, 3]]) { graph, nodes in
    try graph.addLast(try graph.subtractLast(nodes[0]), nodes[0], columns: [2, 1, 0])
  }.check()
}

@Test func `A forecast of more columns than were named is refused`() throws {
  #expect(
    throws: NetworkError.shape(
      path: "", problem: "a forecast of [2, 3, 2] needs 2 columns out of 4, not [1, 4]")
  ) {
    var graph = Graph()
    let y = graph.parameter("y", [2, 3, 2], .constant(0))
    let x = graph.parameter("x", [2, 5, 4], .constant(0))
    _ = try graph.addLast(y, x, columns: [1, 4])
  }
}
