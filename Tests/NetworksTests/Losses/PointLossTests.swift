import Testing

@testable import Networks

/// A fixed series of numbers between -1 and 1 that is not that of the parameters.
func fixedValues(_ count: Int, from low: Float = -1, to high: Float = 1) -> [Float] {
  GradientLaw.weights(count).map { low + (high - low) * ($0 + 1) / 2 }
}

/// What a loss makes of this prediction and this target.
func lossValue(
  _ prediction: [Float], _ target: [Float], each: Int = 1,
  _ record: (inout Graph, Node, Node) throws -> Node
) throws -> Double {
  let shape: Shape = each == 1 ? [1, target.count, 1] : [1, target.count, 1, each]
  var law = try GradientLaw([shape]) { graph, nodes in
    try record(&graph, nodes[0], graph.constant(target, [1, target.count, 1]))
  }
  law.values[0] = prediction
  return Double(law.run().result[0])
}

@Test(arguments: [1, 7, 8, 45])
func `Squared, absolute and Huber losses obey the law, for prediction and target`(_ steps: Int) throws {
  let shape: Shape = [2, steps, 3]
  try GradientLaw([shape, shape]) { graph, nodes in
    try graph.meanSquaredError(nodes[0], nodes[1], batchElements: shape.count)
  }.check()
  try GradientLaw([shape, shape]) { graph, nodes in
    try graph.meanAbsoluteError(nodes[0], nodes[1], batchElements: shape.count)
  }.check()
  try GradientLaw([shape, shape]) { graph, nodes in
    try graph.huber(nodes[0], nodes[1], delta: 0.4, batchElements: shape.count)
  }.check()
}

@Test func `Point losses of three elements are what a hand computes`() throws {
  let (prediction, target): ([Float], [Float]) = ([1, 2, 4], [1, 4, 1])
  func value(_ record: (inout Graph, Node, Node) throws -> Node) throws -> Double {
    try lossValue(prediction, target, record)
  }
  #expect(try value { try $0.meanSquaredError($1, $2, batchElements: 3) } == Double(Float(13) / 3))
  #expect(try value { try $0.meanAbsoluteError($1, $2, batchElements: 5) } == 1)
  // 0, 2 - 1/2 and 3 - 1/2.
  #expect(try value { try $0.huber($1, $2, delta: 1, batchElements: 4) } == 1)
}

@Test func `The losses of two slices add up to that of the batch`() throws {
  func loss(_ prediction: ArraySlice<Float>, _ target: ArraySlice<Float>) throws -> Double {
    try lossValue(Array(prediction), Array(target)) { try $0.meanSquaredError($1, $2, batchElements: 40) }
  }
  let (prediction, target) = (fixedValues(40), fixedValues(40, from: 0, to: 3))
  let whole = try loss(prediction[...], target[...])
  let parts = try loss(prediction[..<13], target[..<13]) + loss(prediction[13...], target[13...])
  #expect(abs(whole - parts) < 1e-6)
}

@Test func `An error on the spot has no gradient`() throws {
  let same: [Float] = [0.25, -3, 0, 7, 1, 2, 3, 4, 5]
  var law = try GradientLaw([[1, 9, 1]]) { graph, nodes in
    let target = graph.constant(same, [1, 9, 1])
    return try graph.meanAbsoluteError(nodes[0], target, batchElements: 9)
  }
  law.values[0] = same
  #expect(law.run().gradients[0] == [Float](repeating: 0, count: 9))
}

@Test func `Quantile loss obeys the law and is the pinball`() throws {
  let quantiles: [Float] = [0.1, 0.5, 0.8]
  try GradientLaw([[2, 5, 2, 3]]) { graph, nodes in
    let target = graph.constant(fixedValues(20), [2, 5, 2])
    return try graph.quantileLoss(nodes[0], target, quantiles: quantiles, batchElements: 20)
  }.check()
  // Forecasts 1, 2, 4 of a 2: 0.1 · 1, 0, and 0.2 · 2.
  let loss = try lossValue([1, 2, 4], [2], each: 3) {
    try $0.quantileLoss($1, $2, quantiles: quantiles, batchElements: 1)
  }
  #expect(abs(loss - 0.5 / 3) < 1e-7)
}

@Test func `The scaled error obeys the law, for any season`() throws {
  for season in [1, 4] {
    try GradientLaw([[3, 5, 2]]) { graph, nodes in
      let target = graph.constant(fixedValues(30), [3, 5, 2])
      let history = graph.constant(fixedValues(3 * 9 * 2, from: -2, to: 5), [3, 9, 2])
      return try graph.meanAbsoluteScaledError(
        nodes[0], target, history: history, season: season, batchElements: 30)
    }.check()
  }
}

@Test func `A naive forecast of a line has a scaled error of one at the first step`() throws {
  let loss = try lossValue([10], [13]) { graph, prediction, target in
    let history = graph.constant([1, 4, 7, 10], [1, 4, 1])
    return try graph.meanAbsoluteScaledError(
      prediction, target, history: history, season: 1, batchElements: 1)
  }
  #expect(loss == 1)
}

@Test func `Losses refuse shapes, slices and settings that do not fit`() throws {
  func problem(_ record: (inout Graph, Node, Node) throws(NetworkError) -> Node) -> String? {
    var graph = Graph()
    let prediction = graph.parameter("f", [2, 3, 1], .constant(0))
    let target = graph.constant([Float](repeating: 0, count: 6), [2, 3, 1])
    do throws(NetworkError) {
      _ = try record(&graph, prediction, target)
      return nil
    } catch {
      return error.description
    }
  }
  #expect(
    problem { graph, f, y throws(NetworkError) in
      try graph.quantileLoss(f, y, quantiles: [0.1, 0.9], batchElements: 6)
    }
      == "block network: the quantile loss on targets of [2, 3, 1] needs a prediction of [2, 3, 1, 2], "
      + "not [2, 3, 1]"
  )
  #expect(
    problem { graph, f, y throws(NetworkError) in try graph.meanSquaredError(f, y, batchElements: 5) }
      == "block network: the mean squared error over 5 elements of a batch cannot have 6 in one slice")
  #expect(
    problem { graph, f, y throws(NetworkError) in try graph.huber(f, y, delta: 0, batchElements: 6) }
      == "block network: the Huber loss needs a delta above 0, not 0.0")
  #expect(
    problem { graph, f, y throws(NetworkError) in
      try graph.meanAbsoluteScaledError(f, y, history: y, season: 3, batchElements: 6)
    } == "block network: a season of 3 needs a history of more steps than that, not 3")
}
