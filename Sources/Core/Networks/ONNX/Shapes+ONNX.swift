// Operations that only move elements, or pick some of them.

extension Concatenate: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) throws(NetworkError) -> ONNXBuilder.Value {
    let axis = try step.changedAxis()
    return file.concatenate(step.inputs, axis: axis, length: step.output[axis])
  }
}

extension Slice: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) throws(NetworkError) -> ONNXBuilder.Value {
    let axis = try step.changedAxis()
    guard step.inputs[0].shape[axis].isFixed else { throw step.refuse("samples are picked out of a batch") }
    let inner = step.inputShapes[0].axes[(axis + 1)...].reduce(1, *)
    return file.slice(step.inputs[0], axis: axis, from: start / inner, count: output[axis])
  }
}

extension Transpose: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    var order = Array(output.axes.indices)
    order.swapAt(axes.first, axes.second)
    return file.transpose(step.inputs[0], order)
  }
}

extension Patches: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let places = (0..<(patches * width)).map { Int64(min($0 / width * stride + $0 % width, length - 1)) }
    let list = file.known(.integers(places), [patches, width], named: "places")
    return file.apply("Gather", [step.inputs[0], list], ["axis": .integer(1)], shape: step.output)
  }
}

extension Repeated: ExportedOperation {
  /// Lengths of one leave those of the operand as they are.
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let (samples, width) = (step.output[0], AxisLength.fixed(columns))
    let row = file.reshape(step.inputs[0], [samples, .fixed(1), width])
    return file.apply("Expand", [row, file.integers([1, steps, 1])], shape: step.output)
  }
}

extension NBEATSResidual: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let part = file.slice(step.inputs[1], axis: output.rank - 1, from: 0, count: backcast)
    return file.subtract(step.inputs[0], part)
  }
}

extension NBEATSForecast: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let part = file.slice(step.inputs[1], axis: output.rank - 1, from: backcast, count: forecast)
    return file.add(step.inputs[0], part)
  }
}
