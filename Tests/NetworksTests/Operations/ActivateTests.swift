import Testing

@testable import Networks

@Test(arguments: Activation.allCases)
func `An activation of its own obeys the law`(_ activation: Activation) throws {
  for shape in [[1, 1], [3, 5], [2, 8], [3, 19]] as [Shape] {
    let law = try GradientLaw([shape], from: -3, to: 3) { $0.activate($1[0], by: activation) }
    law.check()
    if shape.count > 1 { law.checkAdding() }
  }
}

@Test func `The identity records nothing`() throws {
  let law = try GradientLaw([[3, 5]]) { $0.activate($1[0], by: .identity) }
  #expect(law.graph.steps.isEmpty)
}

@Test func `The derivative of GELU stays right far from zero`() throws {
  try GradientLaw([[3, 40]], from: -60, to: 60) { $0.activate($1[0], by: .gelu) }.check(
    tolerance: 2e-5, samples: 120)
}
