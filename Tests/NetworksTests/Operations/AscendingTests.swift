import Testing

@testable import Networks

@Test(arguments: [[1], [4], [3, 1], [5, 3], [2, 3, 2, 7]] as [Shape])
func `Ascending numbers obey the law`(_ shape: Shape) throws {
  let law = try GradientLaw([shape], from: -4, to: 4) { try $0.ascending($1[0]) }
  law.check()
  law.checkAdding()
}

@Test func `Numbers ascend whatever comes in`() throws {
  var law = try GradientLaw([[2, 6]]) { try $0.ascending($1[0]) }
  law.values[0] = [3, -80, 1e6, -1e30, 0.5, -2, -1e8, -200, -200, 4, 3e8, -1]
  let made = law.run().result
  for row in 0..<2 {
    let numbers = made[(6 * row)..<(6 * row + 6)]
    #expect(numbers.first == law.values[0][6 * row])
    #expect(zip(numbers, numbers.dropFirst()).allSatisfy { $0 <= $1 })
  }
}
