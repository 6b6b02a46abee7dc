// Products of matrices, and what is made of them.

extension Linear: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    var y = file.product(step.inputs[0], step.inputs[1], shape: step.output)
    if hasBias { y = file.add(y, file.reshape(step.inputs[2], [.fixed(outputs)])) }
    return activation.export(y, to: &file)
  }
}

extension Product: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    file.product(step.inputs[0], step.inputs[1], shape: step.output)
  }
}

extension Attention: ExportedOperation {
  /// Heads become an axis of their own: [S, T, 3 D] is read as [S, T, 3, heads, d].
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let (samples, steps) = (step.output[0], AxisLength.fixed(length))
    let (heads, depth) = (AxisLength.fixed(heads), AxisLength.fixed(headWidth))
    let parts = file.transpose(
      file.reshape(step.inputs[0], [samples, steps, .fixed(3), heads, depth]), [2, 0, 3, 1, 4])
    func part(_ number: Int, _ file: inout ONNXBuilder) -> ONNXBuilder.Value {
      file.reshape(file.slice(parts, axis: 0, from: number, count: 1), [samples, heads, steps, depth])
    }
    let (query, key, value) = (part(0, &file), part(1, &file), part(2, &file))
    var scores = file.product(
      query, file.transpose(key, [0, 1, 3, 2]), shape: [samples, heads, steps, steps])
    scores = file.multiply(scores, file.number(1 / Float(headWidth).squareRoot()))
    if isCausal {
      let mask = (0..<(length * length)).map { $0 % length > $0 / length ? -Float.infinity : 0 }
      scores = file.add(scores, file.known(.floats(mask), [length, length], named: "mask"))
    }
    let weights = file.map("Softmax", scores, ["axis": .integer(-1)])
    let mixed = file.product(weights, value, shape: [samples, heads, steps, depth])
    return file.reshape(file.transpose(mixed, [0, 2, 1, 3]), step.output)
  }
}

extension CrossAttention: ExportedOperation {
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let memory = attention.export(memory: step.inputs[1], to: &file)
    return attention.export(step.inputs[0], queries: queries, memory, to: &file)
  }
}

extension QueryAttention {
  /// The keys, turned to [S, heads, d, T], and the values [S, heads, T, d] of memories.
  struct ExportedMemory {
    let keys: ONNXBuilder.Value
    let values: ONNXBuilder.Value
  }

  /// Heads become an axis of their own: [S, T, 2 D] is read as [S, T, 2, heads, d].
  func export(memory: ONNXBuilder.Value, to file: inout ONNXBuilder) -> ExportedMemory {
    let (samples, rows) = (memory.shape[0], AxisLength.fixed(length))
    let (heads, depth) = (AxisLength.fixed(heads), AxisLength.fixed(headWidth))
    let split = file.reshape(memory, [samples, rows, .fixed(2), heads, depth])
    let keys = file.transpose(file.slice(split, axis: 2, from: 0, count: 1), [2, 0, 3, 4, 1])
    let values = file.transpose(file.slice(split, axis: 2, from: 1, count: 1), [2, 0, 3, 1, 4])
    return ExportedMemory(
      keys: file.reshape(keys, [samples, heads, depth, rows]),
      values: file.reshape(values, [samples, heads, rows, depth]))
  }

  /// What `queries` of each sample, [S, queries, D], find in a memory, in the same shape.
  func export(
    _ query: ONNXBuilder.Value, queries: Int, _ memory: ExportedMemory, to file: inout ONNXBuilder
  ) -> ONNXBuilder.Value {
    let (samples, steps) = (query.shape[0], AxisLength.fixed(queries))
    let (heads, depth) = (AxisLength.fixed(heads), AxisLength.fixed(headWidth))
    let turned = file.transpose(file.reshape(query, [samples, steps, heads, depth]), [0, 2, 1, 3])
    var scores = file.product(turned, memory.keys, shape: [samples, heads, steps, .fixed(length)])
    scores = file.multiply(scores, file.number(1 / Float(headWidth).squareRoot()))
    let weights = file.map("Softmax", scores, ["axis": .integer(-1)])
    let mixed = file.product(weights, memory.values, shape: [samples, heads, steps, depth])
    return file.reshape(file.transpose(mixed, [0, 2, 1, 3]), query.shape)
  }
}

extension ComplexLinear: ExportedOperation {
  /// One real product of twice the size, as the operation computes it.
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) throws(NetworkError) -> ONNXBuilder.Value {
    let weight = try step.floats(1)
    // For each number two rows: what its real part meets, (Re, Im), and what its imaginary part meets, (-Im, Re).
    var matrix: [Float] = []
    for row in 0..<inputs {
      let line = weight[(row * 2 * outputs)..<((row + 1) * 2 * outputs)]
      matrix += line
      for real in stride(from: line.startIndex, to: line.endIndex, by: 2) {
        matrix += [-line[real + 1], line[real]]
      }
    }
    let known = file.known(
      .floats(matrix), [2 * inputs, 2 * outputs], named: step.inputs[1].name + ".real")
    let outer = Array(step.inputs[0].shape.dropLast(2))
    let x = file.reshape(step.inputs[0], outer + [.fixed(2 * inputs)])
    var y = file.product(x, known, shape: outer + [.fixed(2 * outputs)])
    if hasBias { y = file.add(y, file.reshape(step.inputs[2], [.fixed(2 * outputs)])) }
    return file.reshape(y, step.output)
  }
}

extension Convolution: ExportedOperation {
  /// The operator has columns before steps, and weights [O, C / groups, kernel].
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) -> ONNXBuilder.Value {
    let behind = max(0, (made - 1) * stride + kernel - before - steps)
    let turned = file.transpose(step.inputs[0], [0, 2, 1])
    let weight = file.transpose(step.inputs[1], [2, 1, 0])
    let bias = hasBias ? file.reshape(step.inputs[2], [.fixed(outputs)]) : nil
    let y = file.apply(
      "Conv", [turned, weight] + (bias.map { [$0] } ?? []),
      [
        "group": .integer(groups), "kernel_shape": .integers([kernel]), "pads": .integers([before, behind]),
        "strides": .integers([stride]),
      ], shape: [step.output[0], .fixed(outputs), .fixed(made)])
    return file.transpose(y, [0, 2, 1])
  }
}
