// Statistics of windows and rows, and what is done with them.

extension LayerNorm: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    file.apply(
      "LayerNormalization", [step.inputs[0], step.inputs[1], step.inputs[2]],
      ["axis": .integer(-1), "epsilon": .number(epsilon)], shape: step.output)
  }
}

extension BatchNorm: ExportedOperation {
  /// With the running averages; the operator has channels on the second axis.
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) throws(NetworkError) -> ONNXBuilder.Value {
    let rows = try step.rows(of: 0)
    let x = file.reshape(step.inputs[0], rows)
    let normal = file.apply(
      "BatchNormalization", [x] + step.inputs.dropFirst(), ["epsilon": .number(epsilon)], shape: rows)
    return file.reshape(normal, step.output)
  }
}

extension InstanceStatistics: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let x = step.inputs[0]
    let last = file.slice(x, axis: 1, from: rows - 1, count: 1)
    let mean = file.add(last, file.mean(file.subtract(x, last), axis: 1))
    let distance = file.subtract(x, mean)
    let variance = file.mean(file.multiply(distance, distance), axis: 1)
    let deviation = file.map("Sqrt", file.add(variance, file.number(epsilon)))
    return file.concatenate([center == .mean ? mean : last, deviation], axis: 1, length: .fixed(2))
  }
}

extension InstanceNorm: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let center = file.slice(step.inputs[1], axis: 1, from: 0, count: 1)
    let deviation = file.slice(step.inputs[1], axis: 1, from: 1, count: 1)
    let each: [AxisLength] = [.fixed(columns)]
    var y = file.divide(file.subtract(step.inputs[0], center), deviation)
    if hasScale { y = file.multiply(y, file.reshape(step.inputs[2], each)) }
    if hasShift { y = file.add(y, file.reshape(step.inputs[hasScale ? 3 : 2], each)) }
    return y
  }
}

extension Denormalize: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let statistics = file.gather(step.inputs[1], columns, axis: 2)
    let center = file.slice(statistics, axis: 1, from: 0, count: 1)
    let deviation = file.slice(statistics, axis: 1, from: 1, count: 1)
    func each(_ index: Int, _ file: inout ONNXBuilder) -> ONNXBuilder.Value {
      file.gather(file.reshape(step.inputs[index], [.fixed(windowColumns)]), columns, axis: 0)
    }
    var y = step.inputs[0]
    if hasShift { y = file.subtract(y, each(hasScale ? 3 : 2, &file)) }
    if hasScale { y = file.divide(y, file.add(each(2, &file), file.number(epsilon * epsilon))) }
    return file.add(file.multiply(y, deviation), center)
  }
}

extension SubtractLast: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    file.subtract(step.inputs[0], file.slice(step.inputs[0], axis: 1, from: rows - 1, count: 1))
  }
}

extension AddLast: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let last = file.slice(step.inputs[1], axis: 1, from: windowRows - 1, count: 1)
    return file.add(step.inputs[0], file.gather(last, columns, axis: 2))
  }
}

extension Mean: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) throws(NetworkError) -> ONNXBuilder.Value {
    let axes = step.inputShapes[0].axes
    guard
      let axis = axes.indices.first(where: {
        axes[$0] == length && axes[($0 + 1)...].reduce(1, *) == inner
      })
    else { throw step.refuse("'mean' makes \(output) of \(step.inputShapes[0])") }
    return file.reshape(file.mean(step.inputs[0], axis: axis), step.output)
  }
}

extension MovingAverage: ExportedOperation {
  /// The operator pools the innermost axes, so columns change places with steps.
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let (half, turned) = (width / 2, file.transpose(step.inputs[0], [0, 2, 1]))
    let padded = file.apply(
      "Pad", [turned, file.integers([0, 0, half, 0, 0, half])], ["mode": .text("edge")],
      shape: turned.shape.replacing(2, by: .fixed(rows + 2 * half)))
    let smooth = file.apply(
      "AveragePool", [padded], ["kernel_shape": .integers([width])], shape: turned.shape)
    return file.transpose(smooth, [0, 2, 1])
  }
}

extension Pooling: ExportedOperation {
  /// Pieces become an axis of their own; the last, if it is shorter, is reduced by itself.
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let x = step.inputs[0]
    let (whole, rest) = (length / width, length % width)
    func pooled(_ from: Int, _ count: Int, _ size: Int, _ file: inout ONNXBuilder) -> ONNXBuilder.Value {
      let part = file.slice(x, axis: 1, from: from, count: count * size)
      let pieces = file.reshape(part, [step.output[0], .fixed(count), .fixed(size)])
      let made = kind == .max ? file.greatest(pieces, axis: 2) : file.mean(pieces, axis: 2)
      return file.reshape(made, [step.output[0], .fixed(count)])
    }
    let pieces = pooled(0, whole, width, &file)
    guard rest > 0 else { return pieces }
    return file.concatenate(
      [pieces, pooled(whole * width, 1, rest, &file)], axis: 1, length: .fixed(whole + 1))
  }
}
