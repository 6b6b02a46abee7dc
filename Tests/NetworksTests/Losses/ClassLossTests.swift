import Foundation
import Testing

@testable import Networks

@Test func `Cross entropies obey the law`() throws {
  try GradientLaw([[2, 7, 3]], from: -6, to: 6) { graph, nodes in
    let target = graph.constant(fixedValues(42, from: 0, to: 1).map { $0.rounded() }, [2, 7, 3])
    return try graph.binaryCrossEntropy(nodes[0], target, batchElements: 42)
  }.check()
  for classes in [1, 2, 5] {
    try GradientLaw([[2, 7, 3, classes]], from: -4, to: 4) { graph, nodes in
      let codes = fixedValues(42, from: 0, to: Float(classes)).map {
        min($0.rounded(.down), Float(classes - 1))
      }
      return try graph.categoricalCrossEntropy(nodes[0], graph.constant(codes, [2, 7, 3]), batchElements: 42)
    }.check()
  }
}

@Test func `Cross entropies of sure mistakes are finite, and of sure hits zero`() throws {
  func binary(_ logit: Float, _ target: Float) throws -> Double {
    try lossValue([logit], [target]) { try $0.binaryCrossEntropy($1, $2, batchElements: 1) }
  }
  #expect(try binary(500, 0) == 500)
  #expect(try binary(-500, 1) == 500)
  #expect(try binary(500, 1) == 0)
  #expect(try abs(binary(0, 1) - log(2)) < 1e-7)
  func categorical(_ code: Float) throws -> Double {
    try lossValue([1000, 0, -1000], [code], each: 3) {
      try $0.categoricalCrossEntropy($1, $2, batchElements: 1)
    }
  }
  #expect(try categorical(0) == 0)
  #expect(try categorical(2) == 2000)
}

@Test(arguments: [-1, 0.5, 3, Float.nan])
func `A class that there is not makes the loss not a number`(_ code: Float) throws {
  let loss = try lossValue([1, 2, 3], [code], each: 3) {
    try $0.categoricalCrossEntropy($1, $2, batchElements: 1)
  }
  #expect(loss.isNaN)
}

@Test func `The direction loss obeys the law, from last values and from zero`() throws {
  let target = fixedValues(24, from: -2, to: 2)
  try GradientLaw([[3, 4, 2]]) { graph, nodes in
    let last = graph.constant(fixedValues(6), [3, 2])
    return try graph.directionLoss(
      nodes[0], graph.constant(target, [3, 4, 2]), last: last, sharpness: 3, scale: 0.7, batchElements: 24)
  }.check()
  try GradientLaw([[3, 4, 2]]) { graph, nodes in
    try graph.directionLoss(nodes[0], graph.constant(target, [3, 4, 2]), batchElements: 24)
  }.check()
}

@Test func `The direction loss is one without a move, and lies above the share of wrong directions`() throws {
  func loss(_ prediction: [Float], _ target: [Float]) throws -> Double {
    try lossValue(prediction, target) { graph, f, y in
      try graph.directionLoss(f, y, last: graph.constant([10], [1, 1]), batchElements: target.count)
    }
  }
  #expect(try loss([10, 10], [12, 3]) == 1)
  #expect(try loss([11], [11]) < 1)
  #expect(try loss([9], [11]) > 1)
  #expect(try loss([10.5], [12]) < loss([10.5], [11]))
}

@Test func `Percentage errors obey the law`() throws {
  try GradientLaw([[2, 5, 3]], from: -3, to: 3) { graph, nodes in
    let target = graph.constant(fixedValues(30, from: 0.5, to: 2), [2, 5, 3])
    return try graph.meanAbsolutePercentageError(nodes[0], target, batchElements: 30)
  }.check()
  try GradientLaw([[2, 5, 3]], from: -3, to: 3) { graph, nodes in
    let target = graph.constant(fixedValues(30, from: -2, to: 2), [2, 5, 3])
    return try graph.symmetricMeanAbsolutePercentageError(nodes[0], target, batchElements: 30)
  }.check()
}

@Test func `Percentage errors are fractions, and finite at zero`() throws {
  func symmetric(_ prediction: [Float], _ target: [Float]) throws -> Double {
    try lossValue(prediction, target) {
      try $0.symmetricMeanAbsolutePercentageError($1, $2, batchElements: target.count)
    }
  }
  #expect(try symmetric([0, 3, -1], [0, 1, 1]) == 1)
  let plain = try lossValue([3, 0], [2, 0]) { try $0.meanAbsolutePercentageError($1, $2, batchElements: 2) }
  #expect(plain == 0.25)
  var law = try GradientLaw([[1, 1, 1]]) { graph, nodes in
    try graph.symmetricMeanAbsolutePercentageError(
      nodes[0], graph.constant([0], [1, 1, 1]), batchElements: 1)
  }
  law.values[0] = [0]
  #expect(law.run().gradients[0] == [0])
}

@Test func `Targets and last values that are learned get no gradient from losses that take them as given`()
  throws
{
  let law = try GradientLaw([[2, 3, 2], [2, 3, 2], [2, 2]]) { graph, nodes in
    try graph.directionLoss(nodes[0], nodes[1], last: nodes[2], batchElements: 12)
  }
  let gradients = law.run().gradients
  #expect(gradients[0].contains { $0 != 0 })
  #expect(gradients[1].allSatisfy { $0 == 0 } && gradients[2].allSatisfy { $0 == 0 })
}
