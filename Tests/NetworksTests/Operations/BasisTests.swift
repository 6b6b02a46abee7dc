import Foundation
import Testing

@testable import Networks

@Test func `The polynomial basis has the powers of an axis that is zero where the horizon begins`() throws {
  var graph = Graph()
  let basis = try graph.polynomialBasis(degree: 3, backcast: 4, forecast: 2)
  #expect(basis.backcast.shape == [3, 4] && basis.forecast.shape == [3, 2])
  let scale = (2.0 / 3).squareRoot()
  let expected = [1, 1, 1, 1, -1, -0.75, -0.5, -0.25, 1, 0.5625, 0.25, 0.0625].map { Float(scale * $0) }
  for (made, value) in zip(graph.constants[0], expected) { #expect(abs(made - value) < 1e-7) }
  for (made, value) in zip(graph.constants[1], [1, 1, 0, 0.25, 0, 0.0625].map { Float(scale * $0) }) {
    #expect(abs(made - value) < 1e-7)
  }
}

@Test func `The Fourier basis has cosines and sines up to the shortest period`() throws {
  var graph = Graph()
  let (past, future) = (10, 5)
  let basis = try graph.fourierBasis(harmonics: 7, backcast: past, forecast: future, shortestPeriod: 2)
  #expect(basis.backcast.shape == [7, past] && basis.forecast.shape == [7, future])
  for step in 0..<past + future {
    for row in 0..<7 {
      let (count, number) = row < 3 ? (3, row) : (4, row - 3)
      let frequency = 15.0 / 2 * Double(number) / Double(count - 1)
      let angle = 2 * .pi * frequency * Double(step) / 15
      let made =
        step < past ? graph.constants[0][row * past + step] : graph.constants[1][row * future + step - past]
      #expect(abs(Double(made) - (row < 3 ? cos(angle) : sin(angle))) < 1e-6)
    }
  }
}

@Test func `A basis without a horizon is refused`() throws {
  #expect(throws: NetworkError.self) {
    var graph = Graph()
    _ = try graph.polynomialBasis(degree: 3, backcast: 4, forecast: 0)
  }
  #expect(throws: NetworkError.self) {
    var graph = Graph()
    _ = try graph.fourierBasis(harmonics: 1, backcast: 4, forecast: 2)
  }
}

@Test func `Between knots lie straight lines, and beyond the outer ones their values go on`() throws {
  var graph = Graph()
  let basis = try graph.interpolationBasis(knots: 2, steps: 4)
  #expect(basis.shape == [2, 4])
  #expect(graph.constants[0] == [1, 0.75, 0.25, 0, 0, 0.25, 0.75, 1])
  _ = try graph.interpolationBasis(knots: 3, steps: 3)
  #expect(graph.constants[1] == [1, 0, 0, 0, 1, 0, 0, 0, 1])
  _ = try graph.interpolationBasis(knots: 1, steps: 3)
  #expect(graph.constants[2] == [1, 1, 1])
}

@Test(arguments: [(1, 1), (1, 9), (2, 9), (5, 13), (13, 13), (7, 24)])
func `What each knot counts for adds up to one at every step`(_ knots: Int, _ steps: Int) {
  let rows = Basis.interpolation(knots: knots, steps: steps)
  for step in 0..<steps {
    let sum = (0..<knots).reduce(Float(0)) { $0 + rows[$1 * steps + step] }
    #expect(abs(sum - 1) < 1e-6)
  }
}

@Test func `More knots than steps are refused`() throws {
  #expect(
    throws: NetworkError.shape(path: "", problem: "between 1 and 3 knots carry 3 steps, not 4")
  ) {
    var graph = Graph()
    _ = try graph.interpolationBasis(knots: 4, steps: 3)
  }
}
