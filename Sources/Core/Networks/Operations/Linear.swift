package import Tensors

/// Y = f(X W + b), row by row: X [rows, inputs], W [inputs, outputs], b [outputs].
///
/// The product begins with the bias, and a rectifier is part of its last step. Backward: Z' = Y' ⊙ f', W' = Xᵀ Z',
/// b' = Σ Z', X' = Z' Wᵀ.
struct Linear: Operation {
  let output: Shape
  let rows: Int
  let inputs: Int
  let outputs: Int
  let hasBias: Bool
  let activation: Activation

  var name: String { "linear" }
  var work: Int { rows * inputs * outputs }
  var scratchCount: Int {
    max(
      MatrixProduct.scratchCount(columns: outputs, depth: inputs),
      MatrixProduct.scratchCount(columns: outputs, depth: rows),
      MatrixProduct.scratchCount(columns: inputs, depth: outputs))
  }
  var backwardReads: BackwardReads {
    activation == .identity || !activation.isDeterminedByOutput ? .inputs : [.inputs, .output]
  }
  /// The derivative of an activation that its result does not determine.
  var savedCount: Int { activation.isDeterminedByOutput ? 0 : rows * outputs }

  func forward(_ frame: Frame) {
    MatrixProduct.multiply(
      .init(frame.input(0), stride: inputs), .init(frame.input(1), stride: outputs), into: frame.output,
      stride: outputs, rows: rows, columns: outputs, depth: inputs,
      start: hasBias ? .bias(frame.input(2)) : .zero, rectified: activation == .relu, scratch: frame.scratch)
    if activation != .relu && activation != .identity {
      activation.apply(to: frame.output, keeping: frame.saved, count: rows * outputs)
    }
  }

  func backward(_ frame: Frame) {
    let slope = frame.outputGradient
    if activation != .identity {
      activation.chain(
        activation.isDeterminedByOutput ? UnsafePointer(frame.output) : UnsafePointer(frame.saved), slope,
        count: rows * outputs)
    }
    if let x = frame.gradient(0) {
      MatrixProduct.multiply(
        .init(UnsafePointer(slope), stride: outputs),
        MatrixProduct.Operand(frame.input(1), stride: outputs).transposed, into: x, stride: inputs,
        rows: rows,
        columns: inputs, depth: outputs, start: frame.adds(0) ? .present : .zero, scratch: frame.scratch)
    }
    if let weight = frame.gradient(1) {
      MatrixProduct.multiply(
        MatrixProduct.Operand(frame.input(0), stride: inputs).transposed,
        .init(UnsafePointer(slope), stride: outputs), into: weight, stride: outputs, rows: inputs,
        columns: outputs, depth: rows, start: frame.adds(1) ? .present : .zero, scratch: frame.scratch)
    }
    if hasBias, let bias = frame.gradient(2) {
      Elements.sumRows(UnsafePointer(slope), rows: rows, columns: outputs, into: bias, adding: frame.adds(2))
    }
  }

  func reference(_ values: [[Double]]) -> [Double] {
    var result = [Double](repeating: 0, count: rows * outputs)
    for row in 0..<rows {
      for column in 0..<outputs {
        var sum = hasBias ? values[2][column] : 0
        for k in 0..<inputs { sum += values[0][row * inputs + k] * values[1][k * outputs + column] }
        result[row * outputs + column] = activation.reference(sum)
      }
    }
    return result
  }
}

extension Graph {
  /// Y = f(X W + b) over the innermost axis; `weight` is [inputs, outputs].
  package mutating func linear(
    _ x: Node, weight: Node, bias: Node?, activation: Activation = .identity
  ) throws(NetworkError) -> Node {
    try require(
      weight.shape.rank == 2 && weight.shape[0] == x.shape.last,
      "an input of \(x.shape) needs a weight of [\(x.shape.last), outputs], not \(weight.shape)")
    if let bias {
      try require(
        bias.shape.count == weight.shape[1],
        "a weight of \(weight.shape) needs a bias of [\(weight.shape[1])], not \(bias.shape)")
    }
    let operation = Linear(
      output: x.shape.replacingLast(weight.shape[1]), rows: x.shape.rows, inputs: weight.shape[0],
      outputs: weight.shape[1], hasBias: bias != nil, activation: activation)
    return record(operation, [x, weight] + (bias.map { [$0] } ?? []))
  }
}
