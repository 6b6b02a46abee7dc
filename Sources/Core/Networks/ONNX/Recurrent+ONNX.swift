// Recurrent layers: the operators want time first, weights turned, and gates in an order of their own.

extension LSTM: ExportedOperation {
  /// Their gates are input, output, forget, candidate; ours input, forget, candidate, output.
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) throws(NetworkError) -> ONNXBuilder.Value {
    let weight = try step.floats(1)
    let order = [0, 3, 1, 2]
    func turned(_ rows: Range<Int>) -> [Float] {
      order.flatMap { gate in
        (0..<width).flatMap { unit in
          rows.map { weight[$0 * 4 * width + gate * width + unit] }
        }
      }
    }
    let bias = try step.floats(2)
    let layer = RecurrentExport(
      operator: "LSTM", inputs: inputs, width: width, steps: steps, givesAll: givesAll,
      inputWeight: turned(0..<inputs), stateWeight: turned(inputs..<(inputs + width)),
      bias: order.flatMap { bias[($0 * width)..<(($0 + 1) * width)] }
        + [Float](repeating: 0, count: 4 * width))
    return layer.write(step, ["hidden_size": .integer(width)], to: &file)
  }
}

extension GRU: ExportedOperation {
  /// Their gates are update, reset, candidate; ours candidate, reset, update for the input, and reset, update, candidate
  /// for the state.
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) throws(NetworkError) -> ONNXBuilder.Value {
    let (inputWeight, stateWeight, bias) = (try step.floats(1), try step.floats(2), try step.floats(3))
    func turned(_ weight: [Float], rows: Int, order: [Int]) -> [Float] {
      order.flatMap { gate in
        (0..<width).flatMap { unit in
          (0..<rows).map { weight[$0 * 3 * width + gate * width + unit] }
        }
      }
    }
    func part(_ number: Int) -> ArraySlice<Float> { bias[(number * width)..<((number + 1) * width)] }
    let layer = RecurrentExport(
      operator: "GRU", inputs: inputs, width: width, steps: steps, givesAll: givesAll,
      inputWeight: turned(inputWeight, rows: inputs, order: [2, 1, 0]),
      stateWeight: turned(stateWeight, rows: width, order: [1, 0, 2]),
      bias: part(2) + part(1) + part(0) + [Float](repeating: 0, count: 2 * width) + part(3))
    // The reset gate stands behind the product.
    return layer.write(
      step, ["hidden_size": .integer(width), "linear_before_reset": .integer(1)], to: &file)
  }
}

/// A recurrent layer in the layout of ONNX: weights [1, gates H, F] and [1, gates H, H], both biases one behind the
/// other.
private struct RecurrentExport {
  let `operator`: String
  let inputs: Int
  let width: Int
  let steps: Int
  let givesAll: Bool
  let inputWeight: [Float]
  let stateWeight: [Float]
  let bias: [Float]

  func write(
    _ step: ExportedStep, _ attributes: KeyValuePairs<String, ONNX.Attribute>, to file: inout ONNXBuilder
  ) -> ONNXBuilder.Value {
    let gates = inputWeight.count / inputs
    func known(_ elements: [Float], _ shape: [Int], _ name: String) -> ONNXBuilder.Value {
      file.known(.floats(elements), shape, named: step.path + "." + name)
    }
    let (samples, units) = (step.output[0], AxisLength.fixed(width))
    let every: [AxisLength] = [.fixed(steps), .fixed(1), samples, units]
    let operands = [
      file.transpose(step.inputs[0], [1, 0, 2]), known(inputWeight, [1, gates, inputs], "W"),
      known(stateWeight, [1, gates, width], "R"), known(bias, [1, 2 * gates], "B"),
    ]
    let results = file.apply(
      `operator`, operands, attributes,
      shapes: [givesAll ? every : nil, givesAll ? nil : [.fixed(1), samples, units]])
    guard givesAll else { return file.reshape(results[1], step.output) }
    // [T, 1, S, H] to [S, T, H].
    return file.reshape(file.transpose(results[0], [2, 1, 0, 3]), step.output)
  }
}

extension RecurrentDecoder: ExportedOperation {
  /// A forecast has no teacher; what is left is written once for each step of the horizon.
  func export(_ step: ExportedStep, to file: inout ONNXBuilder) throws(NetworkError) -> ONNXBuilder.Value {
    guard !hasTeacher else { throw step.refuse("'\(name)' looks at what came, which forecasts do not have") }
    let (samples, outputs) = (step.output[0], columns * each)
    let three = 3 * width
    let states = attention == nil ? three : 4 * width
    let bias = file.reshape(step.inputs[4], [.fixed(width + states)])
    let candidateBias = file.slice(bias, axis: 0, from: 0, count: width)
    let stateBias = file.slice(bias, axis: 0, from: width, count: states)
    let outputBias = file.reshape(step.inputs[6], [.fixed(outputs)])
    let memory = attention.map { $0.export(memory: step.inputs[7], to: &file) }
    let calendar = known > 0 ? step.inputs[attention == nil ? 7 : 8] : nil
    func part(_ x: ONNXBuilder.Value, _ number: Int, _ file: inout ONNXBuilder) -> ONNXBuilder.Value {
      file.slice(x, axis: 1, from: number * width, count: width)
    }

    var (y, h) = (step.inputs[0], step.inputs[1])
    var made: [ONNXBuilder.Value] = []
    for time in 0..<steps {
      let fromState = file.add(
        file.product(h, step.inputs[3], shape: [samples, .fixed(states)]), stateBias)
      var x = [y]
      if let calendar {
        let row = file.slice(calendar, axis: 1, from: time, count: 1)
        x.append(file.reshape(row, [samples, .fixed(known)]))
      }
      var context: [ONNXBuilder.Value] = []
      if let attention, let memory {
        let query = file.reshape(part(fromState, 3, &file), [samples, .fixed(1), .fixed(width)])
        let found = attention.export(query, queries: 1, memory, to: &file)
        context = [file.reshape(found, [samples, .fixed(width)])]
      }
      let seen = columns + known + context.count * width
      let fromInput = file.product(
        file.joined(x + context, length: seen), step.inputs[2], shape: [samples, .fixed(three)])
      let reset = file.map("Sigmoid", file.add(part(fromInput, 1, &file), part(fromState, 0, &file)))
      let update = file.map("Sigmoid", file.add(part(fromInput, 2, &file), part(fromState, 1, &file)))
      let given = file.add(part(fromInput, 0, &file), candidateBias)
      let candidate = file.map("Tanh", file.add(given, file.multiply(reset, part(fromState, 2, &file))))
      h = file.add(candidate, file.multiply(update, file.subtract(h, candidate)))
      let read = file.joined([h] + context, length: width * (1 + context.count))
      let o = file.add(
        file.product(read, step.inputs[5], shape: [samples, .fixed(outputs)]), outputBias)
      let result = withResidual(o, y, samples, &file)
      made.append(file.reshape(result, [samples, .fixed(1), .fixed(outputs)]))
      let forecast = file.slice(
        file.reshape(result, [samples, .fixed(columns), .fixed(each)]), axis: 2, from: place, count: 1)
      y = file.reshape(forecast, [samples, .fixed(columns)])
    }
    return made.count == 1 ? made[0] : file.concatenate(made, axis: 1, length: .fixed(steps))
  }

  /// A step's outputs with the value that was fed back on top, where there is a residual.
  private func withResidual(
    _ outputs: ONNXBuilder.Value, _ fed: ONNXBuilder.Value, _ samples: AxisLength, _ file: inout ONNXBuilder
  ) -> ONNXBuilder.Value {
    guard isResidual else { return outputs }
    var fed = file.reshape(fed, [samples, .fixed(columns), .fixed(1)])
    if each > 1 {
      let isForecast = (0..<each).map { $0 == place ? Float(1) : 0 }
      fed = file.multiply(fed, file.known(.floats(isForecast), [each], named: "forecast.place"))
    }
    return file.add(file.reshape(outputs, [samples, .fixed(columns), .fixed(each)]), fed)
  }
}

extension ONNXBuilder {
  /// Rows [S, ..] side by side.
  fileprivate mutating func joined(_ parts: [Value], length: Int) -> Value {
    parts.count == 1 ? parts[0] : concatenate(parts, axis: 1, length: .fixed(length))
  }
}
