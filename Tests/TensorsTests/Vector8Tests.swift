import Numerics
import Tensors
import Testing

@Test func `The logarithm is within 1e-7 of the exact one, relative`() {
  let stream = RandomStream(seed: 1, purpose: "logarithm")
  var worst = 0.0
  func judge(_ x: Float) {
    let exact = Elementary.log(Double(x))
    let made = Double(Vector8(repeating: x).logarithm[3])
    worst = max(worst, abs(made - exact) / max(abs(exact), 1e-30))
  }
  for index in 0..<20_000 {
    judge(Float(Elementary.exp(stream.uniform(at: 2 * index, from: -87, to: 88))))
    judge(Float(stream.uniform(at: 2 * index + 1, from: 0.5, to: 2)))
  }
  for x in [Float.leastNormalMagnitude, 0.70710677, 0.70710683, 0.9999999, 1.0000001, 1.4142135, 1.4142137] {
    judge(x)
  }
  judge(.greatestFiniteMagnitude)
  #expect(worst < 1.2e-7)
}

@Test func `The logarithm of one is zero, and infinity and NaN stay`() {
  #expect(Vector8(repeating: 1).logarithm[0] == 0)
  #expect(Vector8(repeating: .infinity).logarithm[0] == .infinity)
  #expect(Vector8(repeating: .nan).logarithm[0].isNaN)
  let least = Vector8(repeating: Float.leastNormalMagnitude).logarithm[0]
  #expect(Vector8(repeating: 0).logarithm[0] == least)
  #expect(Vector8(repeating: -3).logarithm[0] == least)
}

@Test func `A part of a register is loaded, filled and stored element by element`() {
  let source: [Float] = [1, 2, 3, 4, 5, 6, 7, 8]
  for count in 1..<8 {
    source.withUnsafeBufferPointer { values in
      let base = values.baseAddress!
      let vector = Vector8(at: base, count: count)
      let filled = Vector8(at: base).first(count, filledWith: -1)
      for place in 0..<8 {
        #expect(vector[place] == (place < count ? source[place] : 0))
        #expect(filled[place] == (place < count ? source[place] : -1))
      }
      var target = [Float](repeating: 9, count: 8)
      target.withUnsafeMutableBufferPointer { Vector8(at: base).store(first: count, to: $0.baseAddress!) }
      #expect(target == (0..<8).map { $0 < count ? source[$0] : 9 })
    }
  }
}
