private import Tensors

/// Y = the mean of X along one axis, which goes away.
///
/// X is read as [outer, length, inner], and Y is [outer, inner]. Backward: each element gets Y' / length.
struct Mean: Operation {
  let output: Shape
  let outer: Int
  let length: Int
  let inner: Int

  var name: String { "mean" }
  var backwardReads: BackwardReads { [] }

  func forward(_ frame: Frame) {
    let share = Vector8(repeating: 1 / Float(length))
    let size = length * inner
    for block in 0..<outer {
      let x = frame.input(0) + block * size
      if inner == 1 {
        frame.output[block] = Elements.sum(x, x, count: length) { a, _ in a }
      } else {
        Elements.sumRows(x, x, rows: length, columns: inner, into: frame.output + block * inner) { a, _, _ in
          a
        }
      }
    }
    Elements.map(UnsafePointer(frame.output), into: frame.output, count: outer * inner) { $0 * share }
  }

  func backward(_ frame: Frame) {
    guard let x = frame.gradient(0) else { return }
    let (share, adding) = (1 / Float(length), frame.adds(0))
    let slope = frame.outputGradient
    Elements.map(UnsafePointer(slope), into: slope, count: outer * inner) { $0 * Vector8(repeating: share) }
    let size = length * inner
    for block in 0..<outer {
      let target = x + block * size
      let y = UnsafePointer(slope + block * inner)
      if inner == 1 && adding {
        let value = Vector8(repeating: y[0])
        Elements.map(UnsafePointer(target), into: target, count: length) { $0 + value }
      } else if inner == 1 {
        Elements.fill(target, count: length, with: y[0])
      } else {
        Elements.copyRows(
          y, stride: 0, into: target, stride: inner, rows: length, columns: inner, adding: adding)
      }
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    (0..<(outer * inner)).map { index in
      let start = index / inner * length * inner + index % inner
      return (0..<length).reduce(0) { $0 + inputs[0][start + $1 * inner] } / Double(length)
    }
  }
}

extension Graph {
  /// The mean along `axis`, which the result lacks.
  package mutating func mean(_ x: Node, axis: Int) throws(NetworkError) -> Node {
    try requireAxis(axis, of: x.shape)
    let axes = x.shape.axes
    let operation = Mean(
      output: Shape(Array(axes[..<axis] + axes[(axis + 1)...])), outer: axes[..<axis].reduce(1, *),
      length: axes[axis], inner: axes[(axis + 1)...].reduce(1, *))
    return record(operation, [x])
  }
}
