private import Tensors

/// Y = A + B, where B may lack leading axes of A and then counts for all of them.
///
/// Backward: A' = Y'; B' = Y', added up over the axes that B lacks.
struct Add: Operation {
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

  var name: String { "add" }
  var backwardReads: BackwardReads { [] }

  func forward(_ frame: Frame) {
    Elements.mapRows(
      frame.input(0), with: frame.input(1), into: frame.output, rows: rows, columns: columns
    ) { $0 + $1 }
  }

  func backward(_ frame: Frame) {
    let slope = UnsafePointer(frame.outputGradient)
    if let a = frame.gradient(0) {
      Elements.copy(slope, into: a, count: rows * columns, adding: frame.adds(0))
    }
    guard let b = frame.gradient(1) else { return }
    if rows == 1 {
      Elements.copy(slope, into: b, count: columns, adding: frame.adds(1))
    } else {
      Elements.sumRows(slope, slope, rows: rows, columns: columns, into: b, adding: frame.adds(1)) {
        y, _, _ in y
      }
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    inputs[0].enumerated().map { $0.element + inputs[1][$0.offset % columns] }
  }
}

extension Graph {
  /// A + B; `b` has the shape of `a`, or its last axes.
  package mutating func add(_ a: Node, _ b: Node) throws(NetworkError) -> Node {
    try requireSuffix(a.shape, b.shape, "added to")
    return record(Add(a.shape, b.shape), [a, b])
  }

  /// Refuses a `b` that is not the last axes of `a`.
  func requireSuffix(_ a: Shape, _ b: Shape, _ verb: String) throws(NetworkError) {
    try require(
      b.rank <= a.rank && a.axes.suffix(b.rank).elementsEqual(b.axes),
      "\(b) cannot be \(verb) \(a): it must have the same last axes")
  }
}
