private import Tensors

/// Y = the elements of X whose place along one axis is from ..< from + count.
///
/// Backward: Y' goes back to its place, and the rest of X' is zero.
struct Slice: Operation {
  let output: Shape
  /// The product of the axes before the cut one.
  let rows: Int
  /// A row of X.
  let width: Int
  /// Where a row's part begins.
  let start: Int
  /// A row of Y.
  let part: Int

  var name: String { "slice" }
  var backwardReads: BackwardReads { [] }

  func forward(_ frame: Frame) {
    Elements.copyRows(
      frame.input(0) + start, stride: width, into: frame.output, stride: part, rows: rows, columns: part)
  }

  func backward(_ frame: Frame) {
    guard let x = frame.gradient(0) else { return }
    let adding = frame.adds(0)
    if !adding {
      Elements.fillRows(x, stride: width, rows: rows, columns: start, with: 0)
      let end = start + part
      Elements.fillRows(x + end, stride: width, rows: rows, columns: width - end, with: 0)
    }
    Elements.copyRows(
      UnsafePointer(frame.outputGradient), stride: part, into: x + start, stride: width, rows: rows,
      columns: part,
      adding: adding)
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    (0..<rows).flatMap { row in inputs[0][(row * width + start)..<(row * width + start + part)] }
  }
}

extension Graph {
  /// `count` places of `axis`, beginning with `from`; the whole axis records nothing.
  package mutating func slice(_ x: Node, axis: Int, from: Int, count: Int) throws(NetworkError) -> Node {
    try requireAxis(axis, of: x.shape)
    try require(
      from >= 0 && count > 0 && from + count <= x.shape[axis],
      "axis \(axis) of \(x.shape) has no places \(from)..<\(from + count)")
    if count == x.shape[axis] { return x }
    var axes = x.shape.axes
    let inner = axes[(axis + 1)...].reduce(1, *)
    let width = axes[axis] * inner
    axes[axis] = count
    let operation = Slice(
      output: Shape(axes), rows: axes[..<axis].reduce(1, *), width: width, start: from * inner,
      part: count * inner)
    return record(operation, [x])
  }
}
