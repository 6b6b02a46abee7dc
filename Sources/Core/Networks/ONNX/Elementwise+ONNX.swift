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

extension BoundedLinear: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let (x, window) = (step.inputs[0], step.inputs[1])
    let (least, most) = (file.smallest(window, axis: 1), file.greatest(window, axis: 1))
    let width = file.multiply(file.subtract(most, least), file.number(reach))
    let raised = file.apply("Max", [x, file.subtract(least, width)], shape: x.shape)
    return file.apply("Min", [raised, file.add(most, width)], shape: x.shape)
  }
}

extension Ascending: ExportedOperation {
  /// The anchor as it is, the softplus of the others, and running sums away from it.
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let x = step.inputs[0]
    guard count > 1 else { return x }
    let axis = x.shape.count - 1
    let own = file.slice(x, axis: axis, from: anchor, count: 1)
    var parts: [ONNXBuilder.Value] = []
    if anchor > 0 {
      let falls = file.map(
        "Neg", file.map("Softplus", file.slice(x, axis: axis, from: 0, count: anchor)))
      let steps = file.concatenate([falls, own], axis: axis, length: .fixed(anchor + 1))
      let sums = file.apply(
        "CumSum", [steps, file.number(axis)], ["reverse": .integer(1)], shape: steps.shape)
      parts.append(file.slice(sums, axis: axis, from: 0, count: anchor))
    }
    let above = count - anchor - 1
    if above > 0 {
      let rises = file.map("Softplus", file.slice(x, axis: axis, from: anchor + 1, count: above))
      let steps = file.concatenate([own, rises], axis: axis, length: .fixed(above + 1))
      parts.append(file.apply("CumSum", [steps, file.number(axis)], shape: steps.shape))
    } else {
      parts.append(own)
    }
    return parts.count == 1 ? parts[0] : file.concatenate(parts, axis: axis, length: .fixed(count))
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
    case .universal:
      // The two halves are zero where the other one counts.
      let above = file.map("Relu", x)
      let half = file.multiply(file.add(above, file.number(Float(1))), file.number(Float(0.5)))
      let even = file.multiply(file.map("Floor", half), file.number(Float(2)))
      let below = file.map("Softsign", file.subtract(x, above))
      return file.add(file.map("Abs", file.subtract(above, even)), below)
    }
  }
}
