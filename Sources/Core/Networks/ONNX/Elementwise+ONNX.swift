// Operations that treat each element, or each row, by itself.

extension Add: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    file.add(step.inputs[0], step.inputs[1])
  }
}

extension Multiply: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    file.multiply(step.inputs[0], step.inputs[1])
  }
}

extension Scale: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let scaled = factor == 1 ? step.inputs[0] : file.multiply(step.inputs[0], file.number(factor))
    return summand == 0 ? scaled : file.add(scaled, file.number(summand))
  }
}

extension Dropout: ExportedOperation {
  /// Nothing is dropped in forecasts.
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value { step.inputs[0] }
}

extension Activate: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    activation.export(step.inputs[0], to: &file)
  }
}

extension Ascending: ExportedOperation {
  /// The first number as it is, the softplus of the others, and the running sum.
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let x = step.inputs[0]
    guard count > 1 else { return x }
    let axis = x.shape.count - 1
    let first = file.slice(x, axis: axis, from: 0, count: 1)
    let rises = file.map("Softplus", file.slice(x, axis: axis, from: 1, count: count - 1))
    let parts = file.concatenate([first, rises], axis: axis, length: .fixed(count))
    return file.apply("CumSum", [parts, file.number(axis)], shape: parts.shape)
  }
}

extension Waves: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let x = step.inputs[0]
    let axis = x.shape.count - 1
    let trend = file.slice(x, axis: axis, from: 0, count: 1)
    let angles = file.slice(x, axis: axis, from: 1, count: columns - 1)
    return file.concatenate([trend, file.map("Sin", angles)], axis: axis, length: .fixed(columns))
  }
}

extension Softmax: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    file.map("Softmax", step.inputs[0], ["axis": .integer(-1)])
  }
}

extension LogSoftmax: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    file.map("LogSoftmax", step.inputs[0], ["axis": .integer(-1)])
  }
}

extension Activation {
  func export(_ x: ONNXBuilder.Value, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    switch self {
    case .identity: return x
    case .relu: return file.map("Relu", x)
    case .leakyReLU: return file.map("LeakyRelu", x, ["alpha": .number(Self.leak)])
    case .gelu:
      // x σ(2 u) with u = √(2/π) (x + 0.044715 x³): the operator set has none of its own yet.
      let cube = file.multiply(file.multiply(x, x), x)
      let inner = file.add(x, file.multiply(cube, file.number(Self.geluCubic)))
      return file.multiply(x, file.map("Sigmoid", file.multiply(inner, file.number(2 * Self.geluScale))))
    case .elu: return file.map("Elu", x, ["alpha": .number(1)])
    case .tanh: return file.map("Tanh", x)
    case .sigmoid: return file.map("Sigmoid", x)
    }
  }
}
