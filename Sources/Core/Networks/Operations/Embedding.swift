private import Tensors

/// Y = table[codes], one row of the table for each code.
///
/// Codes are whole numbers in floats; any that the table [V, D] does not have counts as V - 1, the unknown
/// code. Backward: table'[code] = Σ Y' over the places of that code, in their order.
struct Embedding: Operation {
  let output: Shape
  let places: Int
  let codes: Int
  let columns: Int

  var name: String { "embedding" }

  /// The row of a code.
  @inline(__always)
  static func row(of code: Float, among codes: Int) -> Int {
    code >= 0 && code < Float(codes) ? min(Int(code), codes - 1) : codes - 1
  }

  func forward(_ frame: Frame) {
    for place in 0..<places {
      let row = Self.row(of: frame.input(0)[place], among: codes)
      Elements.copyRows(
        frame.input(1) + row * columns, stride: 0, into: frame.output + place * columns, stride: 0, rows: 1,
        columns: columns)
    }
  }

  func backward(_ frame: Frame) {
    if let codes = frame.gradient(0), !frame.adds(0) { Elements.fill(codes, count: places, with: 0) }
    guard let table = frame.gradient(1) else { return }
    if !frame.adds(1) { Elements.fill(table, count: codes * columns, with: 0) }
    for place in 0..<places {
      let row = Self.row(of: frame.input(0)[place], among: codes)
      Elements.copyRows(
        UnsafePointer(frame.outputGradient + place * columns), stride: 0, into: table + row * columns,
        stride: 0,
        rows: 1, columns: columns, adding: true)
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    inputs[0].flatMap { code in
      let row = code >= 0 && code < Double(codes) ? Int(code) : codes - 1
      return inputs[1][(row * columns)..<((row + 1) * columns)]
    }
  }
}

extension Graph {
  /// The rows of `table` [codes, D] that the elements of `codes` name: the shape of `codes`, and D.
  package mutating func embedding(codes: Node, table: Node) throws(NetworkError) -> Node {
    try require(
      table.shape.rank == 2 && table.shape[0] > 0,
      "codes of \(codes.shape) need a table of [codes, length], not \(table.shape)")
    let operation = Embedding(
      output: Shape(codes.shape.axes + [table.shape[1]]), places: codes.shape.count, codes: table.shape[0],
      columns: table.shape[1])
    return record(operation, [codes, table])
  }
}
