import Testing

@testable import Networks

@Test(arguments: [[1], [4], [3, 1], [5, 3], [2, 3, 2, 7]] as [Shape])
func `Ascending numbers obey the law, from whichever they begin`(_ shape: Shape) throws {
  for anchor in 0..<shape.last {
    let law = try GradientLaw([shape], from: -4, to: 4) { try $0.ascending($1[0], from: anchor) }
    law.check()
    law.checkAdding()
  }
}

@Test func `Numbers ascend whatever comes in`() throws {
  for anchor in 0..<6 {
    var law = try GradientLaw([[2, 6]]) { try $0.ascending($1[0], from: anchor) }
    law.values[0] = [3, -80, 1e6, -1e30, 0.5, -2, -1e8, -200, -200, 4, 3e8, -1]
    let made = law.run().result
    for row in 0..<2 {
      let numbers = Array(made[(6 * row)..<(6 * row + 6)])
      #expect(numbers[anchor] == law.values[0][6 * row + anchor])
      #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 <= $1 })
    }
  }
}
