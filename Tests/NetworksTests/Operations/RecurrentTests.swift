import Testing

@testable import Networks

private let sizes = [(1, 1, 1, 1), (3, 4, 2, 5), (2, 3, 9, 8), (5, 2, 3, 17)]

@Test(arguments: [true, false])
func `A layer of LSTM obeys the law, and so do two`(_ givesAll: Bool) throws {
  for (samples, steps, inputs, width) in sizes {
    try GradientLaw([[samples, steps, inputs], [inputs + width, 4 * width], [4 * width]]) { graph, nodes in
      try graph.lstm(nodes[0], weight: nodes[1], bias: nodes[2], givesAll: givesAll)
    }.check()
  }
  try GradientLaw([[2, 3, 4], [8, 16], [16], [8, 16]]) { graph, nodes in
    let first = try graph.lstm(nodes[0], weight: nodes[1], bias: nodes[2], givesAll: true)
    return try graph.lstm(first, weight: nodes[3], bias: nodes[2], givesAll: givesAll)
  }.check()
}

@Test(arguments: [true, false])
func `A layer of gated units obeys the law`(_ givesAll: Bool) throws {
  for (samples, steps, inputs, width) in sizes {
    let shapes: [Shape] = [
      [samples, steps, inputs], [inputs, 3 * width], [width, 3 * width], [4 * width],
    ]
    try GradientLaw(shapes) { graph, nodes in
      try graph.gru(
        nodes[0], inputWeight: nodes[1], stateWeight: nodes[2], bias: nodes[3], givesAll: givesAll)
    }.check()
  }
}

@Test func `A recurrent weight of the wrong shape is refused with all shapes`() throws {
  #expect(throws: NetworkError.self) {
    try GradientLaw([[2, 3, 4], [7, 16], [16]]) { graph, nodes in
      try graph.lstm(nodes[0], weight: nodes[1], bias: nodes[2], givesAll: true)
    }
  }
}
