/// A linear filter as the matrix that it is for windows of one length.
struct WindowOperator: Sendable {
  /// L.
  private let length: Int
  /// What becomes of each input alone, input by input, [L, L].
  private let columns: [Double]

  /// The matrix of `filter`, found by its answers to the unit windows.
  init(length: Int, _ filter: ([Double]) -> [Double]) {
    self.length = length
    columns = (0..<length).flatMap { index in
      var unit = [Double](repeating: 0, count: length)
      unit[index] = 1
      return filter(unit)
    }
  }

  func callAsFunction(_ values: inout [Double]) {
    precondition(values.count == length, "a matrix for windows of \(length) was given \(values.count) values")
    let inputs = values
    for index in values.indices { values[index] = 0 }
    values.withUnsafeMutableBufferPointer { outputs in
      columns.withUnsafeBufferPointer { columns in
        guard let outputs = outputs.baseAddress, let columns = columns.baseAddress else { return }
        multiply(columns, inputs, outputs)
      }
    }
  }

  /// Four columns at a time, so that each output is fetched and stored a quarter as often; pointers, because a checked
  /// index keeps the compiler from vectors.
  private func multiply(
    _ columns: UnsafePointer<Double>, _ inputs: [Double], _ outputs: UnsafeMutablePointer<Double>
  ) {
    var index = 0
    while index + 4 <= length {
      let (a, b) = (columns + index * length, columns + (index + 1) * length)
      let (c, d) = (columns + (index + 2) * length, columns + (index + 3) * length)
      let (p, q, r, s) = (inputs[index], inputs[index + 1], inputs[index + 2], inputs[index + 3])
      for row in 0..<length { outputs[row] += (a[row] * p + b[row] * q) + (c[row] * r + d[row] * s) }
      index += 4
    }
    while index < length {
      let (column, input) = (columns + index * length, inputs[index])
      for row in 0..<length { outputs[row] += column[row] * input }
      index += 1
    }
  }
}
