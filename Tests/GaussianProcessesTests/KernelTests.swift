import Testing

@testable import GaussianProcesses

@Test func `An expression names its parameters in its own order`() throws {
  let kernel = try Kernel(
    "scale*(rbf + matern-3/2) + scale * rbf", dimensions: 2, isPerDimension: true)
  #expect(
    kernel.parameterNames == [
      "scale.0", "rbf.0.length.0", "rbf.0.length.1", "matern-3/2.0.length.0", "matern-3/2.0.length.1",
      "scale.1", "rbf.1.length.0", "rbf.1.length.1",
    ])
  #expect(kernel.lengthParameters == [1, 2, 3, 4, 6, 7])
  #expect(try Kernel("scale * matern-5/2") == Kernel(scaled: .matern52))
}

@Test(arguments: [
  ("", "ends where a kernel should stand"), ("scale *", "ends where a kernel should stand"),
  ("scale", "has no kernel that depends on the distance; write 'scale * matern-5/2'"),
  ("rbf rbf", "has 'r' where '+' or '*' could stand"), ("(rbf + scale", "lacks a ')'"),
  ("scale * mattern", "has no kernel 'mattern'; there are scale, rbf, matern-1/2, matern-3/2, matern-5/2"),
])
func `An expression that is no kernel is refused with the reason`(text: String, problem: String) {
  #expect(throws: GaussianProcessError.kernel(text, problem: problem)) { try Kernel(text) }
}
