import Testing

@testable import Networks

@Test(arguments: [(1, 1, 1), (3, 4, 5), (2, 9, 17), (16, 5, 8)])
func `A complex linear layer obeys the law`(_ rows: Int, _ inputs: Int, _ outputs: Int) throws {
  let shapes: [Shape] = [[rows, inputs, 2], [inputs, outputs, 2], [outputs, 2]]
  let law = try GradientLaw(shapes) { try $0.complexLinear($1[0], weight: $1[1], bias: $1[2]) }
  #expect(law.result.shape == [rows, outputs, 2])
  law.check()
  law.checkAdding()
  let bare = try GradientLaw(Array(shapes.prefix(2))) {
    try $0.complexLinear($1[0], weight: $1[1], bias: nil)
  }
  bare.check()
  bare.checkAdding()
}

@Test func `Complex numbers multiply as they should`() throws {
  var law = try GradientLaw([[1, 1, 2], [1, 1, 2], [1, 2]]) {
    try $0.complexLinear($1[0], weight: $1[1], bias: $1[2])
  }
  // (3 + 2i)(1 + 7i) + (10 - 20i)
  law.values = [[3, 2], [1, 7], [10, -20]]
  #expect(law.run().result == [-1, 3])
}

@Test func `Numbers that are not complex are refused`() throws {
  #expect(
    throws: NetworkError.shape(path: "", problem: "complex numbers are [..., n, 2], not [3, 4]")
  ) { try GradientLaw([[3, 4], [3, 1, 2]]) { try $0.complexLinear($1[0], weight: $1[1], bias: nil) } }
  #expect(
    throws: NetworkError.shape(
      path: "", problem: "complex numbers of [3, 4, 2] need a weight of [4, outputs, 2], not [3, 1, 2]")
  ) { try GradientLaw([[3, 4, 2], [3, 1, 2]]) { try $0.complexLinear($1[0], weight: $1[1], bias: nil) } }
}
