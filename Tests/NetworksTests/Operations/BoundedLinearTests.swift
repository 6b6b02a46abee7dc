import Artifacts
import Testing

@testable import Networks

@Test func `Forecasts within their window's bounds are kept, and others stop at them`() throws {
  // Two windows of one column, from 1 to 3 and 0 to 0; half of the range is added on both sides.
  var law = try GradientLaw([[2, 3, 1]]) { graph, nodes in
    let window = graph.constant([1, 3, 2, 0, 0, 0], [2, 3, 1])
    return try graph.boundedLinear(nodes[0], window: window, reach: 0.5)
  }
  law.values[0] = [-1, 2.5, 9, 0.1, 0, -0.1]
  let (made, gradients) = law.run(weights: [1, 1, 1, 1, 1, 1])
  #expect(made == [0, 2.5, 4, 0, 0, 0])
  #expect(gradients[0] == [0, 1, 0, 0, 1, 0])
}

@Test(arguments: [0, 0.2, 1] as [Float])
func `Bounded linear units obey the law`(reach: Float) throws {
  let window = GradientLaw.weights(3 * 5 * 2)
  let law = try GradientLaw([[3, 4, 2]], from: -2, to: 2) { graph, nodes in
    let past = graph.constant(window, [3, 5, 2])
    return try graph.boundedLinear(nodes[0], window: past, reach: reach)
  }
  law.check(samples: 48)
  law.checkAdding()
}

private func problem(_ blocks: JSON, _ window: WindowShape) -> String {
  do throws(NetworkError) {
    _ = try Network.record(blocks, window, samples: 2)
    return ""
  } catch { return error.description }
}

@Test func `Bounds are put behind what levels windows, and are those of numbers that have a past`() throws {
  let window = WindowShape(lookback: 4, horizon: 3, features: 3, targetColumns: [2, 0], entities: 1)
  let labels = WindowShape(lookback: 4, horizon: 1, features: 3, targetColumns: [], labels: 1, entities: 1)
  let bounded: JSON = ["flatten", "head", ["bounded": ["reach": 2]]]
  #expect(problem(bounded, window) == "")
  #expect(problem(bounded, labels).contains("labels have none"))
  #expect(problem(["flatten", "head", ["bounded": ["by": "none"]]], labels) == "")
  let inside: JSON = [["normalize": ["by": "last", "blocks": bounded]]]
  #expect(problem(inside, window).contains("put 'bounded' behind 'normalize'"))
  let several: JSON = ["flatten", ["head": ["outputs": 3]], "bounded"]
  #expect(problem(several, window).contains("one number a step"))
}
