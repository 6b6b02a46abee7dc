import Numerics
import Testing

@testable import Tensors

/// Operands of a product from a fixed stream, and what the product should be in doubles.
private struct Sample {
  let (rows, columns, depth): (Int, Int, Int)
  let a: [Float]
  let b: [Float]
  let c: [Float]
  let bias: [Float]

  init(_ rows: Int, _ columns: Int, _ depth: Int) {
    (self.rows, self.columns, self.depth) = (rows, columns, depth)
    func draw(_ count: Int, _ name: String) -> [Float] {
      let stream = RandomStream(seed: 3, purpose: name)
      return (0..<count).map { Float(stream.uniform(at: $0, from: -1, to: 1)) }
    }
    a = draw(rows * depth, "a")
    b = draw(depth * columns, "b")
    c = draw(rows * columns, "c")
    bias = draw(columns, "bias")
  }

  enum Start: CaseIterable { case zero, present, bias }

  func expected(_ start: Start, rectified: Bool) -> [Double] {
    (0..<(rows * columns)).map { place in
      let (row, column) = (place / columns, place % columns)
      var sum: Double
      switch start {
      case .zero: sum = 0
      case .present: sum = Double(c[place])
      case .bias: sum = Double(bias[column])
      }
      for k in 0..<depth { sum += Double(a[row * depth + k]) * Double(b[k * columns + column]) }
      return rectified ? max(sum, 0) : sum
    }
  }

  /// The product with operands that lie as they are, or turned in memory.
  func product(
    _ start: Start, rectified: Bool, turnedA: Bool = false, turnedB: Bool = false, isWide: Bool
  ) -> [Float] {
    func turned(_ x: [Float], _ rows: Int, _ columns: Int) -> [Float] {
      (0..<x.count).map { x[$0 % rows * columns + $0 / rows] }
    }
    let left = turnedA ? turned(a, rows, depth) : a
    let right = turnedB ? turned(b, depth, columns) : b
    var result = c
    var packed = [Float](repeating: .nan, count: MatrixProduct.packedCount(columns: columns, depth: depth))
    var edge = [Float](repeating: .nan, count: 96)
    left.withUnsafeBufferPointer { left in
      right.withUnsafeBufferPointer { right in
        bias.withUnsafeBufferPointer { bias in
          guard let left = left.baseAddress, let right = right.baseAddress, let bias = bias.baseAddress else {
            return
          }
          let aView = MatrixProduct.Operand(left, stride: turnedA ? rows : depth)
          let bView = MatrixProduct.Operand(right, stride: turnedB ? depth : columns)
          MatrixProduct.pack(
            turnedB ? bView.transposed : bView, columns: columns, depth: depth, into: &packed)
          let begin: MatrixProduct.Start =
            switch start {
            case .zero: .zero
            case .present: .present
            case .bias: .bias(bias)
            }
          MatrixProduct.multiply(
            turnedA ? aView.transposed : aView, packed: packed, into: &result, stride: columns, rows: rows,
            columns: columns, depth: depth, start: begin, rectified: rectified, edge: &edge, isWide: isWide)
        }
      }
    }
    return result
  }
}

private let sizes = [
  (1, 1, 1), (2, 3, 4), (5, 16, 7), (6, 17, 9), (7, 32, 16), (8, 15, 300), (9, 33, 64), (13, 48, 257),
  (14, 16, 5),
  (15, 1, 40), (16, 64, 513), (29, 20, 31), (42, 42, 4), (64, 12, 60),
]

@Test(arguments: sizes)
func `A product is that of the definition, however its operands lie`(
  _ rows: Int, _ columns: Int, _ depth: Int
) {
  let sample = Sample(rows, columns, depth)
  for isWide in Set([false, MatrixProduct.hasWideVectors]) {
    for start in Sample.Start.allCases {
      for rectified in [false, true] {
        let expected = sample.expected(start, rectified: rectified)
        for (turnedA, turnedB) in [(false, false), (true, false), (false, true)] {
          let made = sample.product(
            start, rectified: rectified, turnedA: turnedA, turnedB: turnedB, isWide: isWide)
          let worst = zip(made, expected).map { abs(Double($0) - $1) }.max() ?? 0
          #expect(worst < 1e-5 * Double(depth).squareRoot() + 1e-6)
        }
      }
    }
  }
}

@Test(
  .enabled(if: MatrixProduct.hasWideVectors, "this processor has registers of 256 bits only"),
  arguments: sizes)
func `Both kernels give the same bits`(_ rows: Int, _ columns: Int, _ depth: Int) {
  let sample = Sample(rows, columns, depth)
  for start in Sample.Start.allCases {
    for rectified in [false, true] {
      let wide = sample.product(start, rectified: rectified, isWide: true)
      #expect(
        wide.map(\.bitPattern) == sample.product(start, rectified: rectified, isWide: false).map(\.bitPattern)
      )
    }
  }
}

@Test func `What is not a number stays visible in a product`() {
  let sample = Sample(7, 18, 5)
  for isWide in Set([false, MatrixProduct.hasWideVectors]) {
    let made = sample.withNaN().product(.zero, rectified: true, isWide: isWide)
    #expect(made[0..<18].allSatisfy(\.isNaN) && made[18...].allSatisfy(\.isFinite))
  }
}

extension Sample {
  /// The same with one element of the first row of A that is not a number.
  fileprivate func withNaN() -> Sample { Sample(self, firstOfA: .nan) }

  private init(_ other: Sample, firstOfA first: Float) {
    (rows, columns, depth) = (other.rows, other.columns, other.depth)
    a = [first] + other.a.dropFirst()
    (b, c, bias) = (other.b, other.c, other.bias)
  }
}
