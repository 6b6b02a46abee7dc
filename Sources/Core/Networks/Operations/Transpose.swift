private import Tensors

/// Y = X with two of its axes exchanged.
///
/// X is read as [outer, a, middle, b, inner], and Y is [outer, b, middle, a, inner]. Backward exchanges the
/// same axes of Y'.
struct Transpose: Operation {
  let output: Shape
  /// The axes of the whole shape that change places.
  let axes: (first: Int, second: Int)
  let outer: Int
  let a: Int
  let middle: Int
  let b: Int
  let inner: Int

  var name: String { "transpose" }
  /// One matrix, which backward turns before it adds it.
  var scratchCount: Int { isMatrix ? a * b : 0 }
  var backwardReads: BackwardReads { [] }

  private var isMatrix: Bool { middle == 1 && inner == 1 }

  func forward(_ frame: Frame) {
    if isMatrix {
      for matrix in 0..<outer {
        Elements.transpose(
          frame.input(0) + matrix * a * b, rows: a, columns: b, into: frame.output + matrix * a * b)
      }
    } else {
      exchange(frame.input(0), a, b, into: frame.output, adding: false)
    }
  }

  func backward(_ frame: Frame) {
    guard let x = frame.gradient(0) else { return }
    let slope = UnsafePointer(frame.outputGradient)
    let adding = frame.adds(0)
    guard isMatrix else { return exchange(slope, b, a, into: x, adding: adding) }
    for matrix in 0..<outer {
      let (from, target) = (slope + matrix * a * b, x + matrix * a * b)
      Elements.transpose(from, rows: b, columns: a, into: adding ? frame.scratch : target)
      if adding { Elements.copy(UnsafePointer(frame.scratch), into: target, count: a * b, adding: true) }
    }
  }

  /// [outer, first, middle, second, inner] to [outer, second, middle, first, inner], run by run.
  @inline(__always)
  private func exchange(
    _ from: UnsafePointer<Float>, _ first: Int, _ second: Int, into target: UnsafeMutablePointer<Float>,
    adding: Bool
  ) {
    let size = first * middle * second * inner
    for block in 0..<outer {
      for i in 0..<first {
        for j in 0..<middle {
          let source = from + block * size + (i * middle + j) * second * inner
          let place = target + block * size + (j * first + i) * inner
          Elements.copyRows(
            source, stride: inner, into: place, stride: middle * first * inner, rows: second, columns: inner,
            adding: adding)
        }
      }
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    var result = inputs[0]
    for index in inputs[0].indices {
      let k = index % inner
      let j = index / inner % b
      let m = index / (inner * b) % middle
      let i = index / (inner * b * middle) % a
      let o = index / (inner * b * middle * a)
      result[(((o * b + j) * middle + m) * a + i) * inner + k] = inputs[0][index]
    }
    return result
  }
}

extension Graph {
  /// Exchanges two axes; records nothing where that leaves all elements in place.
  package mutating func exchange(_ x: Node, axis first: Int, axis second: Int) throws(NetworkError) -> Node {
    try requireAxis(first, of: x.shape)
    try requireAxis(second, of: x.shape)
    var axes = x.shape.axes
    let (low, high) = (min(first, second), max(first, second))
    axes.swapAt(low, high)
    var middle = low == high ? 1 : x.shape.axes[(low + 1)..<high].reduce(1, *)
    var (a, b) = (x.shape[low], x.shape[high])
    // Where one axis is of length one, the other changes places with what is between them.
    if a == 1 { (a, middle) = (middle, 1) } else if b == 1 { (b, middle) = (middle, 1) }
    if low == high || a == 1 || b == 1 { return try reshape(x, Shape(axes)) }
    let operation = Transpose(
      output: Shape(axes), axes: (low, high), outer: axes[..<low].reduce(1, *), a: a, middle: middle, b: b,
      inner: axes[(high + 1)...].reduce(1, *))
    return record(operation, [x])
  }
}
