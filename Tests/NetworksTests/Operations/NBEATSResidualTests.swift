import Testing

@testable import Networks

@Test(arguments: [(1, 1, 1), (3, 5, 2), (2, 8, 8), (4, 19, 13)])
func `Backcast and forecast obey the law`(_ samples: Int, _ backcast: Int, _ forecast: Int) throws {
  let block: Shape = [samples, backcast + forecast]
  try GradientLaw([[samples, backcast], block]) { graph, nodes in
    try graph.subtractBackcast(nodes[0], from: nodes[1])
  }.check()
  try GradientLaw([[samples, forecast], block]) { graph, nodes in
    try graph.addForecast(nodes[0], from: nodes[1], horizon: forecast)
  }.check()
  try GradientLaw([block]) { graph, nodes in
    try graph.addForecast(nil, from: nodes[0], horizon: forecast)
  }.check()
}

@Test func `A stack of blocks obeys the law`() throws {
  let (samples, backcast, forecast) = (3, 9, 4)
  let width = backcast + forecast
  try GradientLaw([[samples, backcast], [backcast, width], [backcast, width]]) { graph, nodes in
    var x = nodes[0]
    var sum: Node?
    for weight in nodes[1...] {
      let output = try graph.linear(x, weight: weight, bias: nil, activation: .tanh)
      x = try graph.subtractBackcast(x, from: output)
      sum = try graph.addForecast(sum, from: output, horizon: forecast)
    }
    return try graph.concatenate([try #require(sum), x], axis: 1)
  }.check()
}

@Test func `Outputs of the wrong shape are refused with both shapes`() throws {
  var graph = Graph()
  let x = graph.parameter("x", [2, 5], .constant(0))
  let output = graph.parameter("output", [3, 7], .constant(0))
  #expect(
    throws: NetworkError.shape(path: "", problem: "a backcast for [2, 5] begins a longer output, not [3, 7]")
  ) { _ = try graph.subtractBackcast(x, from: output) }
  #expect(
    throws: NetworkError.shape(path: "", problem: "an output of [3, 7] adds to [3, 2], not [2, 5]")
  ) { _ = try graph.addForecast(x, from: output, horizon: 2) }
  #expect(
    throws: NetworkError.shape(path: "", problem: "a forecast of 7 ends a longer output, not [3, 7]")
  ) { _ = try graph.addForecast(x, from: output, horizon: 7) }
}
