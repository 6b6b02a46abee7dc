import Foundation
import Testing

@testable import Networks

@Test func `Likelihoods obey the law`() throws {
  for steps in [1, 5, 14] {
    let target = fixedValues(2 * steps * 2, from: -2, to: 2)
    try GradientLaw([[2, steps, 2, 2]]) { graph, nodes in
      let target = graph.constant(target, [2, steps, 2])
      return try graph.gaussianLikelihood(nodes[0], target, batchElements: 4 * steps)
    }.check()
    try GradientLaw([[2, steps, 2, 3]], from: -2, to: 2) { graph, nodes in
      let target = graph.constant(target, [2, steps, 2])
      return try graph.studentLikelihood(nodes[0], target, batchElements: 4 * steps)
    }.check()
  }
}

/// SciPy 1.17.1: `stats.norm.logpdf` and `stats.t.logpdf`.
@Test func `Likelihoods of one value are SciPy's`() throws {
  let gaussian = try lossValue([0.25, -0.75], [2], each: 2) {
    try $0.gaussianLikelihood($1, $2, batchElements: 1)
  }
  #expect(abs(gaussian - 7.031524922159836) < 1e-6)
  let student = try lossValue([0.25, -0.75, 0.5], [2], each: 3) {
    try $0.studentLikelihood($1, $2, batchElements: 1)
  }
  #expect(abs(student - 3.864040889426673) < 1e-6)
}

@Test func `A Student distribution of many degrees of freedom is nearly normal`() throws {
  let student = try lossValue([0, 0, 10], [1], each: 3) { try $0.studentLikelihood($1, $2, batchElements: 1) }
  #expect(abs(student - (0.5 * log(2 * .pi) + 0.5)) < 1e-4)
}

@Test func `A deviation beyond the limit counts as the limit, without a gradient`() throws {
  var law = try GradientLaw([[1, 1, 1, 2]]) { graph, nodes in
    try graph.gaussianLikelihood(nodes[0], graph.constant([0], [1, 1, 1]), batchElements: 1)
  }
  law.values[0] = [0, 50]
  let made = law.run()
  #expect(abs(Double(made.result[0]) - (10 + 0.5 * log(2 * .pi))) < 1e-5)
  #expect(made.gradients[0][1] == 0)
  law.values[0] = [0, .nan]
  #expect(law.run().result[0].isNaN)
}
