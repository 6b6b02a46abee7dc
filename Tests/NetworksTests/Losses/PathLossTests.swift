import Testing

@testable import Networks

/// A loss of forecasts and targets, of any horizon.
private typealias PathLoss = @Sendable (inout Graph, Node, Node) throws -> Node

private let losses: [(name: String, record: PathLoss)] = [
  ("smooth L1", { try $0.smoothAbsolute($1, $2, beta: 0.3, batchElements: $2.shape.count) }),
  (
    "wrong side",
    { graph, f, y in
      try graph.wrongSideLoss(
        f, y, last: graph.constant(fixedValues(6), [2, 3]), beta: 0.3, batchElements: y.shape.count)
    }
  ),
  ("wrong side of zero", { try $0.wrongSideLoss($1, $2, batchElements: $2.shape.count) }),
  ("compounding", { try $0.compoundingError($1, $2, rate: 1.1, batchElements: $2.shape.count) }),
  ("fading", { try $0.compoundingError($1, $2, rate: 0.7, batchElements: $2.shape.count) }),
  ("time-centred", { try $0.timeCentredError($1, $2, level: 0.1, batchElements: $2.shape.count) }),
  ("shift", { try $0.shiftLoss($1, $2, shifts: 1, decay: 0.5, batchElements: $2.shape.count) }),
  (
    "wide shift",
    { try $0.shiftLoss($1, $2, shifts: $2.shape[1] - 1, decay: 0.9, batchElements: $2.shape.count) }
  ),
  (
    "autocorrelation",
    { try $0.autocorrelationLoss($1, $2, lags: $2.shape[1] - 1, batchElements: $2.shape.count) }
  ),
  ("dilate", { try $0.dilate($1, $2, alpha: 0.5, gamma: 0.1, batchElements: $2.shape.count) }),
  ("temporal distortion", { try $0.dilate($1, $2, alpha: 0, gamma: 1, batchElements: $2.shape.count) }),
]

@Test(arguments: losses.indices, [2, 5, 13])
func `Losses over courses of time obey the law`(_ index: Int, _ steps: Int) throws {
  let shape: Shape = [2, steps, 3]
  try GradientLaw([shape], from: -2, to: 2) { graph, nodes in
    let target = graph.constant(fixedValues(shape.count, from: -2, to: 2), shape)
    return try losses[index].record(&graph, nodes[0], target)
  }.check()
}

@Test(arguments: losses.indices)
func `Losses over courses of time add up over the slices of a batch`(_ index: Int) throws {
  // Without the last values of a graph that knows how many samples there are.
  guard losses[index].name != "wrong side" else { return }
  func loss(_ samples: Range<Int>) throws -> Double {
    let shape: Shape = [samples.count, 7, 2]
    let range = (samples.lowerBound * 14)..<(samples.upperBound * 14)
    var law = try GradientLaw([shape]) { graph, nodes in
      let target = graph.constant(Array(fixedValues(70, from: 0, to: 3)[range]), shape)
      return try losses[index].record(&graph, nodes[0], target)
    }
    law.values[0] = Array(fixedValues(70)[range])
    return Double(law.run().result[0]) * Double(samples.count)
  }
  let (whole, parts) = (try loss(0..<5), try loss(0..<2) + loss(2..<5))
  #expect(abs(whole - parts) < 1e-5 * max(1, abs(whole)))
}

@Test func `Losses over courses of time that weigh nothing are the squared error`() throws {
  let (forecast, target) = (fixedValues(9), fixedValues(9, from: 0, to: 4))
  let squares = try lossValue(forecast, target) { try $0.meanSquaredError($1, $2, batchElements: 9) }
  func expectSquares(_ record: (inout Graph, Node, Node) throws -> Node) throws {
    #expect(abs(try lossValue(forecast, target, record) - squares) < 1e-5)
  }
  try expectSquares { try $0.compoundingError($1, $2, rate: 1, batchElements: 9) }
  try expectSquares { try $0.timeCentredError($1, $2, level: 1, batchElements: 9) }
  try expectSquares { try $0.shiftLoss($1, $2, shifts: 3, decay: 0, batchElements: 9) }
}

@Test func `Later errors weigh more, by the rate, with a mean of one, however long the horizon`() throws {
  func weight(_ step: Int, of steps: Int, rate: Float) throws -> Double {
    var forecast = [Float](repeating: 0, count: steps)
    forecast[step] = 1
    let loss = try lossValue(forecast, [Float](repeating: 0, count: steps)) {
      try $0.compoundingError($1, $2, rate: rate, batchElements: steps)
    }
    return loss * Double(steps)
  }
  #expect(abs(try weight(4, of: 6, rate: 1.1) / weight(3, of: 6, rate: 1.1) - 1.1) < 1e-6)
  #expect(abs(try (0..<6).reduce(0) { $0 + (try weight($1, of: 6, rate: 1.1)) } - 6) < 1e-5)
  // 10^1999 is no number, and its weight is.
  #expect(abs(try weight(1999, of: 2000, rate: 10) - 1800) < 1e-2)
  #expect(abs(try weight(0, of: 2000, rate: 0.1) - 1800) < 1e-2)
}

@Test func `A step too late costs the warping losses less than a step that never comes`() throws {
  let (truth, late, never): ([Float], [Float], [Float]) = (
    [0, 0, 0, 1, 1, 1, 1, 1], [0, 0, 0, 0, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0, 0, 0]
  )
  let dilate: PathLoss = { try $0.dilate($1, $2, alpha: 1, gamma: 0.01, batchElements: 8) }
  #expect(try lossValue(late, truth, dilate) < 0.05)
  #expect(try lossValue(never, truth, dilate) > 4)
  let time: PathLoss = { try $0.dilate($1, $2, alpha: 0, gamma: 0.01, batchElements: 8) }
  #expect(try lossValue(late, truth, time) > lossValue(truth, truth, time))
}

@Test func `A forecast on the right side costs nothing, and the slope begins at zero`() throws {
  func outcome(_ forecast: Float, _ target: Float) throws -> (loss: Float, slope: Float) {
    var law = try GradientLaw([[1, 1, 1]]) { graph, nodes in
      try graph.wrongSideLoss(
        nodes[0], graph.constant([target], [1, 1, 1]), last: graph.constant([10], [1, 1]), batchElements: 1)
    }
    law.values[0] = [forecast]
    let made = law.run(weights: [1])
    return (made.result[0], made.gradients[0][0])
  }
  #expect(try outcome(12, 11) == (0, 0) && outcome(9, 8) == (0, 0))
  #expect(try outcome(10, 11) == (0, 0))
  #expect(try outcome(9.5, 11) == (0.125, -0.5))
  #expect(try outcome(13, 8) == (2.5, 1))
  #expect(try outcome(13, 10) == (0, 0))
}

@Test func `Losses over courses of time refuse horizons and settings that do not fit`() throws {
  func problem(_ steps: Int, _ record: (inout Graph, Node, Node) throws -> Node) -> String {
    do {
      _ = try lossValue([Float](repeating: 0, count: steps), [Float](repeating: 0, count: steps), record)
      return ""
    } catch { return "\(error)" }
  }
  #expect(
    problem(1) { try $0.dilate($1, $2, batchElements: 9) }.contains("horizon of 2 steps or more, not 1"))
  #expect(problem(4) { try $0.dilate($1, $2, gamma: 0, batchElements: 9) }.contains("gamma above 0"))
  #expect(problem(4) { try $0.dilate($1, $2, alpha: 2, batchElements: 9) }.contains("alpha from 0 to 1"))
  #expect(
    problem(3) { try $0.shiftLoss($1, $2, shifts: 3, decay: 1, batchElements: 9) }.contains(
      "horizon of 4 steps"))
  #expect(
    problem(3) { try $0.autocorrelationLoss($1, $2, lags: 3, batchElements: 9) }.contains("horizon of 4"))
  #expect(
    problem(3) { try $0.compoundingError($1, $2, rate: 0, batchElements: 9) }.contains("rate above 0"))
  #expect(
    problem(3) { try $0.timeCentredError($1, $2, level: -1, batchElements: 9) }.contains("level of 0"))
  #expect(problem(3) { try $0.smoothAbsolute($1, $2, beta: 0, batchElements: 9) }.contains("beta above 0"))
}
