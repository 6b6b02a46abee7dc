import Testing

@testable import Networks

@Test(arguments: [true, false])
func `Codes of spread are those of the twin, and nothing flows back`(_ isGreatest: Bool) throws {
  for groups in [[[0]], [[0, 1, 2, 3], [4], [5]], [[5, 0], [1, 2, 3]]] {
    let law = try GradientLaw([[3, 7, 6]]) {
      try $0.spreadCodes($1[0], groups: groups, isGreatest: isGreatest, scale: 0.7)
    }
    #expect(law.result.shape == [3, groups.count])
    law.check()
    #expect(law.run().gradients[0].allSatisfy { $0 == 0 })
  }
}

@Test func `Prices are taken together, or the one that spreads most, up to a hundred`() throws {
  func codes(isGreatest: Bool, scale: Float = 1) throws -> [Float] {
    var law = try GradientLaw([[1, 2, 3]]) {
      try $0.spreadCodes($1[0], groups: [[0, 1], [2]], isGreatest: isGreatest, scale: scale)
    }
    // Deviations 0.1, 0.02 and 0.005, and of the first two together √((0.4² + 0.6² + 0.48² + 0.52²) / 4 - 0.5²).
    law.values = [[0.4, 0.48, 0.25, 0.6, 0.52, 0.26]]
    return law.run().result
  }
  #expect(try codes(isGreatest: false) == [7, 0])
  #expect(try codes(isGreatest: true) == [10, 0])
  #expect(try codes(isGreatest: true, scale: 5) == [50, 2])
  #expect(try codes(isGreatest: true, scale: 50) == [100, 25])
}

@Test func `A column that the windows do not have is refused`() throws {
  #expect(throws: NetworkError.self) {
    try GradientLaw([[1, 2, 3]]) {
      try $0.spreadCodes($1[0], groups: [[3]], isGreatest: false, scale: 1)
    }
  }
}
