package import Tensors

/// A decoder of gated recurrent units that feeds its forecasts back, over all its steps as one operation.
///
/// From a start y₋₁ [K] and a state h₋₁ [W], for each step t of H, with c the calendar's code of the step's bar:
/// a = attention of h₍ₜ₋₁₎ Q to a memory [T, 2 W] of keys and values; h = GRU([y₍ₜ₋₁₎, c, a], h₍ₜ₋₁₎);
/// o = [h, a] V + v, and with a residual y₍ₜ₋₁₎ on top of the forecast; then the next y is the forecast of o, or in training what came, where
/// ``ForcedSteps`` says so. The result is every o, [S, H, O]. The context enters both the units and the read-out, as in
/// Bahdanau et al., https://arxiv.org/abs/1409.0473, with the heads of Vaswani et al., https://arxiv.org/abs/1706.03762.
/// Without heads there is no a, without a calendar no c.
///
/// Inputs: y₋₁ [S, K]; h₋₁ [S, W]; input weight [K + C + W, 3 W] with columns candidate, reset, update; state weight
/// [W, 4 W] with columns reset, update, candidate, query; bias [5 W] of candidate, reset, update, the state's part of the
/// candidate, query; output weight [2 W, O] and bias [O]; then what there is of memory, calendar [S, H, C] and what came
/// [S, H, K]. The gates are those of ``GRU``, and so is the order of their columns.
struct RecurrentDecoder: Operation {
  let samples: Int
  let steps: Int
  /// K.
  let columns: Int
  /// C; zero without a calendar.
  let known: Int
  /// W.
  let width: Int
  /// Outputs of each column, O = K · each.
  let each: Int
  /// Which of them is the forecast.
  let place: Int
  /// Whether the value that was fed back is added to it.
  let isResidual: Bool
  /// Nil without a memory.
  let attention: QueryAttention?
  let hasTeacher: Bool

  var name: String { "recurrent decoder" }
  var output: Shape { [samples, steps, outputs] }
  var work: Int {
    samples * steps
      * (inputs * 3 * width + width * (states + outputs) + (attention.map { 2 * $0.length * width } ?? 0))
  }

  var outputs: Int { columns * each }
  private var context: Int { attention == nil ? 0 : width }
  /// What meets the input weight.
  var inputs: Int { columns + known + context }
  private var joined: Int { inputs + width }
  var three: Int { 3 * width }
  /// Columns of the state weight.
  var states: Int { attention == nil ? three : 4 * width }
  private var parts: Int { width + states }
  private var contextColumn: Int { columns + known }
  var memoryCount: Int { (attention?.length ?? 0) * 2 * width }
  private var weightCount: Int { attention?.weightCount ?? 0 }
  var memoryIndex: Int { 7 }
  var calendarIndex: Int { attention == nil ? 7 : 8 }
  var teacherIndex: Int { calendarIndex + (known > 0 ? 1 : 0) }

  private var joinedCount: Int { (steps + 1) * samples * joined }
  private var gateCount: Int { steps * samples * parts }
  /// Rows of inputs and states [H + 1, S, I + W], parts [H, S, 4 W or 5 W], weights of attention [H, S, heads, …].
  var savedCount: Int { joinedCount + gateCount + steps * samples * weightCount }

  private var packedInput: Int { MatrixProduct.packedCount(columns: three, depth: inputs) }
  private var packedState: Int { MatrixProduct.packedCount(columns: states, depth: width) }
  private var packedOutput: Int { MatrixProduct.packedCount(columns: outputs, depth: width) }
  private var turnedInput: Int { MatrixProduct.packedCount(columns: inputs, depth: three) }
  private var turnedState: Int { MatrixProduct.packedCount(columns: width, depth: states) }
  private var turnedOutput: Int { MatrixProduct.packedCount(columns: width, depth: outputs) }
  private var turnedMemory: Int { samples * (attention?.turnedCount ?? 0) }
  private var slopeCounts: Int {
    steps * samples * outputs + samples * (2 * width + inputs + columns) + (attention?.pitch ?? 0)
  }
  var scratchCount: Int {
    max(
      packedInput + packedState + 2 * packedOutput,
      turnedInput + turnedState + 2 * turnedOutput + slopeCounts
        + MatrixProduct.packedCount(columns: max(states, three, outputs), depth: steps * samples))
      + turnedMemory + 96
  }

  // MARK: Forward

  func forward(_ frame: Frame) {
    let rows = frame.saved
    let gates = rows + joinedCount
    let weights = gates + gateCount
    let inputWeight = frame.scratch
    let stateWeight = inputWeight + packedInput
    let outputWeight = stateWeight + packedState
    let contextWeight = outputWeight + packedOutput
    let turned = contextWeight + packedOutput
    let edge = turned + turnedMemory
    MatrixProduct.pack(.init(frame.input(2), stride: three), columns: three, depth: inputs, into: inputWeight)
    MatrixProduct.pack(
      .init(frame.input(3), stride: states), columns: states, depth: width, into: stateWeight)
    MatrixProduct.pack(
      .init(frame.input(5), stride: outputs), columns: outputs, depth: width, into: outputWeight)
    if let attention {
      MatrixProduct.pack(
        .init(frame.input(5) + width * outputs, stride: outputs), columns: outputs, depth: width,
        into: contextWeight)
      for sample in 0..<samples {
        attention.turn(
          frame.input(memoryIndex) + sample * memoryCount, into: turned + sample * attention.turnedCount)
      }
    }
    for sample in 0..<samples {
      let row = rows + sample * joined
      Elements.copy(frame.input(0) + sample * columns, into: row, count: columns)
      Elements.copy(frame.input(1) + sample * width, into: row + inputs, count: width)
    }
    let forced = ForcedSteps(frame.moment)

    for step in 0..<steps {
      let row = rows + step * samples * joined
      let next = row + samples * joined
      let current = gates + step * samples * parts
      MatrixProduct.multiply(
        .init(UnsafePointer(row + inputs), stride: joined), packed: stateWeight, into: current + width,
        stride: parts, rows: samples, columns: states, depth: width, start: .bias(frame.input(4) + width),
        edge: edge)
      for sample in 0..<samples {
        Elements.copy(frame.input(4), into: current + sample * parts, count: width)
        if known > 0 {
          Elements.copy(
            frame.input(calendarIndex) + (sample * steps + step) * known,
            into: row + sample * joined + columns, count: known)
        }
      }
      if let attention {
        for sample in 0..<samples {
          attention.forward(
            UnsafePointer(current + sample * parts + 4 * width),
            turnedKeys: UnsafePointer(turned + sample * attention.turnedCount),
            memory: frame.input(memoryIndex) + sample * memoryCount,
            weights: weights + (step * samples + sample) * weightCount,
            into: row + sample * joined + contextColumn)
        }
      }
      MatrixProduct.multiply(
        .init(UnsafePointer(row), stride: joined), packed: inputWeight, into: current, stride: parts,
        rows: samples, columns: three, depth: inputs, start: .present, edge: edge)
      for sample in 0..<samples {
        GatedUnits(width: width).advance(
          current + sample * parts, UnsafePointer(row + sample * joined + inputs),
          into: next + sample * joined + inputs)
      }
      let made = frame.output + step * outputs
      MatrixProduct.multiply(
        .init(UnsafePointer(next + inputs), stride: joined), packed: outputWeight, into: made,
        stride: steps * outputs, rows: samples, columns: outputs, depth: width, start: .bias(frame.input(6)),
        edge: edge)
      if attention != nil {
        MatrixProduct.multiply(
          .init(UnsafePointer(row + contextColumn), stride: joined), packed: contextWeight, into: made,
          stride: steps * outputs, rows: samples, columns: outputs, depth: width, start: .present, edge: edge)
      }
      for sample in 0..<samples {
        let result = made + sample * steps * outputs
        let fed = UnsafePointer(row + sample * joined)
        if isResidual {
          for column in 0..<columns { result[column * each + place] += fed[column] }
        }
        feed(frame, forced, UnsafePointer(result), sample, step, into: next + sample * joined)
      }
    }
  }

  /// What the next step is given.
  @inline(__always)
  private func feed(
    _ frame: Frame, _ forced: ForcedSteps, _ result: UnsafePointer<Float>, _ sample: Int, _ step: Int,
    into target: UnsafeMutablePointer<Float>
  ) {
    if hasTeacher, forced.contains(sample: sample, step: step) {
      Elements.copy(
        frame.input(teacherIndex) + (sample * steps + step) * columns, into: target, count: columns)
    } else {
      for column in 0..<columns { target[column] = result[column * each + place] }
    }
  }

  // MARK: Backward

  func backward(_ frame: Frame) {
    let rows = frame.saved
    let gates = rows + joinedCount
    let weights = gates + gateCount
    let inputWeight = frame.scratch
    let stateWeight = inputWeight + turnedInput
    let outputWeight = stateWeight + turnedState
    let contextWeight = outputWeight + turnedOutput
    let outputSlopes = contextWeight + turnedOutput
    let stateSlopes = outputSlopes + steps * samples * outputs
    let contextSlopes = stateSlopes + samples * width
    let inputSlopes = contextSlopes + samples * width
    let fedSlopes = inputSlopes + samples * inputs
    let weightSlopes = fedSlopes + samples * columns
    let turned = weightSlopes + (attention?.pitch ?? 0)
    let packedRows = turned + turnedMemory
    let edge =
      packedRows
      + MatrixProduct.packedCount(columns: max(states, three, outputs), depth: steps * samples)
    MatrixProduct.pack(
      MatrixProduct.Operand(frame.input(2), stride: three).transposed, columns: inputs, depth: three,
      into: inputWeight)
    MatrixProduct.pack(
      MatrixProduct.Operand(frame.input(3), stride: states).transposed, columns: width, depth: states,
      into: stateWeight)
    MatrixProduct.pack(
      MatrixProduct.Operand(frame.input(5), stride: outputs).transposed, columns: width, depth: outputs,
      into: outputWeight)
    let memoryGradient = attention == nil ? nil : frame.gradient(memoryIndex)
    if let attention {
      MatrixProduct.pack(
        MatrixProduct.Operand(frame.input(5) + width * outputs, stride: outputs).transposed, columns: width,
        depth: outputs, into: contextWeight)
      for sample in 0..<samples {
        attention.turn(
          frame.input(memoryIndex) + sample * memoryCount + width,
          into: turned + sample * attention.turnedCount)
      }
      if let memoryGradient, !frame.adds(memoryIndex) {
        Elements.fill(memoryGradient, count: samples * memoryCount, with: 0)
      }
    }
    let teacherGradient = hasTeacher ? frame.gradient(teacherIndex) : nil
    if let teacherGradient, !frame.adds(teacherIndex) {
      Elements.fill(teacherGradient, count: samples * steps * columns, with: 0)
    }
    if known > 0 { frame.withholdGradient(calendarIndex, count: samples * steps * known) }
    Elements.fill(stateSlopes, count: samples * width, with: 0)
    Elements.fill(fedSlopes, count: samples * columns, with: 0)
    let forced = ForcedSteps(frame.moment)

    for step in stride(from: steps - 1, through: 0, by: -1) {
      let row = rows + step * samples * joined
      let current = gates + step * samples * parts
      let given = outputSlopes + step * samples * outputs
      for sample in 0..<samples {
        let slope = given + sample * outputs
        Elements.copy(
          frame.outputGradient + (sample * steps + step) * outputs, into: slope, count: outputs)
        let fed = fedSlopes + sample * columns
        if hasTeacher, forced.contains(sample: sample, step: step) {
          if let teacherGradient, step < steps - 1 {
            Elements.copy(
              UnsafePointer(fed), into: teacherGradient + (sample * steps + step) * columns, count: columns,
              adding: true)
          }
        } else {
          for column in 0..<columns { slope[column * each + place] += fed[column] }
        }
      }
      MatrixProduct.multiply(
        .init(UnsafePointer(given), stride: outputs), packed: outputWeight, into: stateSlopes, stride: width,
        rows: samples, columns: width, depth: outputs, start: .present, edge: edge)
      if attention != nil {
        MatrixProduct.multiply(
          .init(UnsafePointer(given), stride: outputs), packed: contextWeight, into: contextSlopes,
          stride: width, rows: samples, columns: width, depth: outputs, edge: edge)
      }
      for sample in 0..<samples {
        GatedUnits(width: width).retreat(
          current + sample * parts, UnsafePointer(row + sample * joined + inputs),
          stateSlopes + sample * width)
      }
      MatrixProduct.multiply(
        .init(UnsafePointer(current), stride: parts), packed: inputWeight, into: inputSlopes, stride: inputs,
        rows: samples, columns: inputs, depth: three, edge: edge)
      if let attention {
        for sample in 0..<samples {
          let slope = contextSlopes + sample * width
          Elements.copy(
            UnsafePointer(inputSlopes + sample * inputs + contextColumn), into: slope, count: width,
            adding: true)
          let query = current + sample * parts + 4 * width
          attention.backward(
            UnsafePointer(slope), UnsafePointer(query),
            turnedValues: UnsafePointer(turned + sample * attention.turnedCount),
            memory: frame.input(memoryIndex) + sample * memoryCount,
            weights: UnsafePointer(weights + (step * samples + sample) * weightCount),
            memorySlopes: memoryGradient.map { $0 + sample * memoryCount }, slopes: weightSlopes, into: slope)
          // The query has been read: its slope takes its place beside those of the gates.
          Elements.copy(UnsafePointer(slope), into: query, count: width)
        }
      }
      MatrixProduct.multiply(
        .init(UnsafePointer(current + width), stride: parts), packed: stateWeight, into: stateSlopes,
        stride: width, rows: samples, columns: width, depth: states, start: .present, edge: edge)
      for sample in 0..<samples {
        let fed = fedSlopes + sample * columns
        let slope = UnsafePointer(given + sample * outputs)
        Elements.copy(UnsafePointer(inputSlopes + sample * inputs), into: fed, count: columns)
        if isResidual {
          for column in 0..<columns { fed[column] += slope[column * each + place] }
        }
      }
    }
    if let gradient = frame.gradient(0) {
      Elements.copy(
        UnsafePointer(fedSlopes), into: gradient, count: samples * columns, adding: frame.adds(0))
    }
    if let gradient = frame.gradient(1) {
      Elements.copy(
        UnsafePointer(stateSlopes), into: gradient, count: samples * width, adding: frame.adds(1))
    }
    giveWeights(frame, rows, gates, outputSlopes, packedRows, edge)
  }

  /// The gradients of all weights: one product each over all steps.
  private func giveWeights(
    _ frame: Frame, _ rows: UnsafeMutablePointer<Float>, _ gates: UnsafeMutablePointer<Float>,
    _ outputSlopes: UnsafeMutablePointer<Float>, _ packed: UnsafeMutablePointer<Float>,
    _ edge: UnsafeMutablePointer<Float>
  ) {
    let count = steps * samples
    func product(
      _ a: UnsafeMutablePointer<Float>, rows: Int, columns: Int, into target: UnsafeMutablePointer<Float>,
      adding: Bool
    ) {
      MatrixProduct.multiply(
        MatrixProduct.Operand(UnsafePointer(a), stride: joined).transposed, packed: packed, into: target,
        stride: columns, rows: rows, columns: columns, depth: count, start: adding ? .present : .zero,
        edge: edge)
    }
    if let weight = frame.gradient(2) {
      MatrixProduct.pack(
        .init(UnsafePointer(gates), stride: parts), columns: three, depth: count, into: packed)
      product(rows, rows: inputs, columns: three, into: weight, adding: frame.adds(2))
    }
    if let weight = frame.gradient(3) {
      MatrixProduct.pack(
        .init(UnsafePointer(gates + width), stride: parts), columns: states, depth: count, into: packed)
      product(rows + inputs, rows: width, columns: states, into: weight, adding: frame.adds(3))
    }
    if let bias = frame.gradient(4) {
      Elements.sumRows(UnsafePointer(gates), rows: count, columns: parts, into: bias, adding: frame.adds(4))
    }
    if let weight = frame.gradient(5) {
      MatrixProduct.pack(
        .init(UnsafePointer(outputSlopes), stride: outputs), columns: outputs, depth: count, into: packed)
      product(
        rows + samples * joined + inputs, rows: width, columns: outputs, into: weight, adding: frame.adds(5))
      if attention != nil {
        product(
          rows + contextColumn, rows: width, columns: outputs, into: weight + width * outputs,
          adding: frame.adds(5))
      }
    }
    if let bias = frame.gradient(6) {
      Elements.sumRows(
        UnsafePointer(outputSlopes), rows: count, columns: outputs, into: bias, adding: frame.adds(6))
    }
  }
}
