private import Tensors

/// Y = the inputs, one behind the other along one axis.
///
/// Backward: each input gets its part of Y'.
struct Concatenate: Operation {
  let output: Shape
  /// The product of the axes before the joined one.
  let rows: Int
  /// What each input adds to a row.
  let widths: [Int]
  /// A row of the output.
  let width: Int

  var name: String { "concatenate" }
  var backwardReads: BackwardReads { [] }

  func forward(_ frame: Frame) {
    var offset = 0
    for index in 0..<widths.count {
      Elements.copyRows(
        frame.input(index), stride: widths[index], into: frame.output + offset, stride: width, rows: rows,
        columns: widths[index])
      offset += widths[index]
    }
  }

  func backward(_ frame: Frame) {
    var offset = 0
    for index in 0..<widths.count {
      if let part = frame.gradient(index) {
        Elements.copyRows(
          UnsafePointer(frame.outputGradient + offset), stride: width, into: part, stride: widths[index],
          rows: rows, columns: widths[index], adding: frame.adds(index))
      }
      offset += widths[index]
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    (0..<rows).flatMap { row in
      zip(inputs, widths).flatMap { input, width in input[(row * width)..<((row + 1) * width)] }
    }
  }
}

extension Graph {
  /// The parts one behind the other along `axis`; their other axes agree.
  package mutating func concatenate(_ parts: [Node], axis: Int) throws(NetworkError) -> Node {
    guard let first = parts.first?.shape else { throw refuse("there is nothing to concatenate") }
    try requireAxis(axis, of: first)
    for part in parts.dropFirst() {
      let agrees =
        part.shape.rank == first.rank
        && first.axes.indices.allSatisfy { $0 == axis || first[$0] == part.shape[$0] }
      try require(agrees, "\(first) and \(part.shape) cannot be joined along axis \(axis)")
    }
    guard parts.count > 1 else { return parts[0] }
    var axes = first.axes
    axes[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
    let inner = axes[(axis + 1)...].reduce(1, *)
    let operation = Concatenate(
      output: Shape(axes), rows: axes[..<axis].reduce(1, *), widths: parts.map { $0.shape[axis] * inner },
      width: axes[axis] * inner)
    return record(operation, parts)
  }

  /// Refuses an axis that a shape does not have.
  func requireAxis(_ axis: Int, of shape: Shape) throws(NetworkError) {
    try require(axis >= 0 && axis < shape.rank, "\(shape) has no axis \(axis)")
  }
}
