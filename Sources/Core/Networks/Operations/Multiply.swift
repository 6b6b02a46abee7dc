private import Tensors

/// Y = A ⊙ B, where B may lack leading axes of A and then counts for all of them.
///
/// Backward: A' = Y' ⊙ B; B' = Y' ⊙ A, added up over the axes that B lacks.
struct Multiply: Operation {
  let output: Shape
  /// How often B fits into A.
  let rows: Int
  /// The elements of B.
  let columns: Int

  init(_ a: Shape, _ b: Shape) {
    output = a
    columns = b.count
    rows = a.count / max(b.count, 1)
  }

  var name: String { "multiply" }

  func forward(_ frame: Frame) {
    Elements.mapRows(
      frame.input(0), with: frame.input(1), into: frame.output, rows: rows, columns: columns
    ) { $0 * $1 }
  }

  func backward(_ frame: Frame) {
    let slope = UnsafePointer(frame.outputGradient)
    if let a = frame.gradient(0) {
      Elements.mapRows(
        slope, with: frame.input(1), into: a, rows: rows, columns: columns, adding: frame.adds(0)
      ) { $0 * $1 }
    }
    guard let b = frame.gradient(1) else { return }
    if rows == 1 {
      Elements.map(slope, frame.input(0), into: b, count: columns, adding: frame.adds(1)) { $0 * $1 }
    } else {
      Elements.sumRows(
        slope, frame.input(0), rows: rows, columns: columns, into: b, adding: frame.adds(1)
      ) { y, a, _ in y * a }
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    inputs[0].enumerated().map { $0.element * inputs[1][$0.offset % columns] }
  }
}

extension Graph {
  /// A ⊙ B, element by element; `b` has the shape of `a`, or its last axes.
  package mutating func multiply(_ a: Node, _ b: Node) throws(NetworkError) -> Node {
    try requireSuffix(a.shape, b.shape, "multiplied with")
    return record(Multiply(a.shape, b.shape), [a, b])
  }
}
