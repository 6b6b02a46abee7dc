import Foundation
import Testing

@testable import Networks

@Test func `An interleaved code has a sine and a cosine of each wavelength side by side`() throws {
  let code = PositionCode.interleaved.elements(length: 50, width: 6, longestWavelength: 10_000)
  for position in 0..<50 {
    for pair in 0..<3 {
      let angle = Double(position) / pow(10_000, Double(2 * pair) / 6)
      #expect(abs(Double(code[position * 6 + 2 * pair]) - sin(angle)) < 1e-7)
      #expect(abs(Double(code[position * 6 + 2 * pair + 1]) - cos(angle)) < 1e-7)
    }
  }
}

@Test func `A code of halves runs from a scale of one to the longest, sines first`() throws {
  let width = 7
  let code = PositionCode.halves.elements(length: 40, width: width, longestWavelength: 10_000)
  for position in 0..<40 {
    for (pair, scale) in [1.0, 100, 10_000].enumerated() {
      let angle = Double(position) / scale
      #expect(abs(Double(code[position * width + pair]) - sin(angle)) < 1e-7)
      #expect(abs(Double(code[position * width + 3 + pair]) - cos(angle)) < 1e-7)
    }
    #expect(code[position * width + 6] == 0)
  }
}

@Test func `A code of one element and one of odd width are made`() throws {
  var graph = Graph()
  #expect(try graph.positionCode(length: 3, width: 1).shape == [3, 1])
  #expect(try graph.positionCode(length: 3, width: 1, style: .halves).shape == [3, 1])
  #expect(try graph.positionCode(length: 3, width: 5).shape == [3, 5])
  #expect(graph.constants[1] == [0, 0, 0])
}
