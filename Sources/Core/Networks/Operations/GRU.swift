private import Numerics
package import Tensors

/// A layer of gated recurrent units over a whole sequence, as one operation.
///
/// Inputs: x [S, T, F]; input weight [F, 3 H] with columns candidate, reset, update; state weight [H, 3 H] with
/// columns reset, update, candidate; bias [4 H] of candidate, reset, update and the state's part of the candidate.
/// For each t: r, z = σ(…), n = tanh(x-part + r (state-part)), h = (1 - z) n + z h. The result is every h, [S, T, H],
/// or the last, [S, H]. Cho et al., https://arxiv.org/abs/1406.1078, with the reset gate behind the product as in
/// PyTorch, cuDNN and Keras.
///
/// The two weights' columns are ordered so that both products meet in the middle of one row of four parts, and the
/// gradients of both are products with a run of three of the four.
struct GRU: Operation {
  let samples: Int
  let steps: Int
  let inputs: Int
  let width: Int
  let givesAll: Bool

  var name: String { "gru" }
  var work: Int { samples * steps * joined * three }
  var output: Shape { givesAll ? [samples, steps, width] : [samples, width] }

  private var joined: Int { inputs + width }
  private var parts: Int { 4 * width }
  private var three: Int { 3 * width }
  /// Inputs beside states [T + 1, S, F + H], and candidate, reset, update and state part [T, S, 4 H].
  var savedCount: Int { (steps + 1) * samples * joined + steps * samples * parts }
  private var packedInput: Int { MatrixProduct.packedCount(columns: three, depth: inputs) }
  private var packedState: Int { MatrixProduct.packedCount(columns: three, depth: width) }
  private var turnedInput: Int { MatrixProduct.packedCount(columns: inputs, depth: three) }
  private var turnedState: Int { MatrixProduct.packedCount(columns: width, depth: three) }
  var scratchCount: Int {
    max(
      packedInput + packedState,
      turnedInput + turnedState + samples * width
        + MatrixProduct.packedCount(columns: three, depth: steps * samples)) + 96
  }

  func forward(_ frame: Frame) {
    let states = frame.saved
    let gates = states + (steps + 1) * samples * joined
    RecurrentLayout(samples: samples, steps: steps, inputs: inputs, width: width)
      .join(frame.input(0), into: states)
    let inputWeight = frame.scratch
    let stateWeight = inputWeight + packedInput
    let edge = stateWeight + packedState
    MatrixProduct.pack(.init(frame.input(1), stride: three), columns: three, depth: inputs, into: inputWeight)
    MatrixProduct.pack(.init(frame.input(2), stride: three), columns: three, depth: width, into: stateWeight)
    for step in 0..<steps {
      let current = gates + step * samples * parts
      let row = UnsafePointer(states + step * samples * joined)
      for sample in 0..<samples {
        Elements.copy(frame.input(3) + three, into: current + sample * parts + three, count: width)
      }
      MatrixProduct.multiply(
        .init(row, stride: joined), packed: inputWeight, into: current, stride: parts, rows: samples,
        columns: three, depth: inputs, start: .bias(frame.input(3)), edge: edge)
      MatrixProduct.multiply(
        .init(row + inputs, stride: joined), packed: stateWeight, into: current + width, stride: parts,
        rows: samples, columns: three, depth: width, start: .present, edge: edge)
      for sample in 0..<samples { advance(states, gates, frame.output, step, sample) }
    }
  }

  /// One sample by one step.
  @inline(__always)
  private func advance(
    _ states: UnsafeMutablePointer<Float>, _ gates: UnsafeMutablePointer<Float>,
    _ output: UnsafeMutablePointer<Float>, _ step: Int, _ sample: Int
  ) {
    let row = step * samples + sample
    let a = gates + row * parts
    let before = states + row * joined + inputs
    let next = states + (row + samples) * joined + inputs
    let isGiven = givesAll || step == steps - 1
    let result = output + (givesAll ? (sample * steps + step) * width : sample * width)
    @inline(__always) func run<A: UnitAccess>(_: A.Type, _ unit: Int, _ count: Int) {
      let r = A.load(a + width + unit, count).sigmoid
      let z = A.load(a + 2 * width + unit, count).sigmoid
      let part = A.load(a + three + unit, count)
      let n = A.load(a + unit, count).addingProduct(r, part).hyperbolicTangent
      let h = n.addingProduct(z, A.load(before + unit, count) - n)
      A.store(n, a + unit, count)
      A.store(r, a + width + unit, count)
      A.store(z, a + 2 * width + unit, count)
      A.store(h, next + unit, count)
      if isGiven { A.store(h, result + unit, count) }
    }
    var unit = 0
    while unit + 8 <= width {
      run(WholeUnits.self, unit, 8)
      unit += 8
    }
    if unit < width { run(LastUnits.self, unit, width - unit) }
  }

  func backward(_ frame: Frame) {
    let states = frame.saved
    let gates = states + (steps + 1) * samples * joined
    let inputWeight = frame.scratch
    let stateWeight = inputWeight + turnedInput
    let slopes = stateWeight + turnedState
    let packedGates = slopes + samples * width
    let edge = packedGates + MatrixProduct.packedCount(columns: three, depth: steps * samples)
    MatrixProduct.pack(
      MatrixProduct.Operand(frame.input(2), stride: three).transposed, columns: width, depth: three,
      into: stateWeight)
    Elements.fill(slopes, count: samples * width, with: 0)
    for step in stride(from: steps - 1, through: 0, by: -1) {
      for sample in 0..<samples { retreat(states, gates, frame.outputGradient, slopes, step, sample) }
      if step > 0 {
        MatrixProduct.multiply(
          .init(UnsafePointer(gates + step * samples * parts + width), stride: parts), packed: stateWeight,
          into: slopes, stride: width, rows: samples, columns: width, depth: three, start: .present,
          edge: edge)
      }
    }

    let rows = steps * samples
    if let x = frame.gradient(0) {
      MatrixProduct.pack(
        MatrixProduct.Operand(frame.input(1), stride: three).transposed, columns: inputs, depth: three,
        into: inputWeight)
      for step in 0..<steps {
        MatrixProduct.multiply(
          .init(UnsafePointer(gates + step * samples * parts), stride: parts), packed: inputWeight,
          into: x + step * inputs, stride: steps * inputs, rows: samples, columns: inputs, depth: three,
          start: frame.adds(0) ? .present : .zero, edge: edge)
      }
    }
    if let weight = frame.gradient(1) {
      MatrixProduct.pack(
        .init(UnsafePointer(gates), stride: parts), columns: three, depth: rows, into: packedGates)
      MatrixProduct.multiply(
        MatrixProduct.Operand(UnsafePointer(states), stride: joined).transposed, packed: packedGates,
        into: weight, stride: three, rows: inputs, columns: three, depth: rows,
        start: frame.adds(1) ? .present : .zero, edge: edge)
    }
    if let weight = frame.gradient(2) {
      MatrixProduct.pack(
        .init(UnsafePointer(gates + width), stride: parts), columns: three, depth: rows, into: packedGates)
      MatrixProduct.multiply(
        MatrixProduct.Operand(UnsafePointer(states + inputs), stride: joined).transposed, packed: packedGates,
        into: weight, stride: three, rows: width, columns: three, depth: rows,
        start: frame.adds(2) ? .present : .zero, edge: edge)
    }
    if let bias = frame.gradient(3) {
      Elements.sumRows(UnsafePointer(gates), rows: rows, columns: parts, into: bias, adding: frame.adds(3))
    }
  }

  /// The slopes of one sample's four parts at one step, in place, and what passes by the gates to the state before.
  @inline(__always)
  private func retreat(
    _ states: UnsafeMutablePointer<Float>, _ gates: UnsafeMutablePointer<Float>,
    _ outputGradient: UnsafeMutablePointer<Float>, _ slopes: UnsafeMutablePointer<Float>, _ step: Int,
    _ sample: Int
  ) {
    let row = step * samples + sample
    let a = gates + row * parts
    let before = states + row * joined + inputs
    let isGiven = givesAll || step == steps - 1
    let given = outputGradient + (givesAll ? (sample * steps + step) * width : sample * width)
    let slopeRow = slopes + sample * width
    let one = Vector8(repeating: 1)
    @inline(__always) func run<A: UnitAccess>(_: A.Type, _ unit: Int, _ count: Int) {
      var slope = A.load(slopeRow + unit, count)
      if isGiven { slope += A.load(given + unit, count) }
      let n = A.load(a + unit, count)
      let r = A.load(a + width + unit, count)
      let z = A.load(a + 2 * width + unit, count)
      let part = A.load(a + three + unit, count)
      let h = A.load(before + unit, count)
      let candidate = slope * (one - z) * (one - n * n)
      A.store(candidate, a + unit, count)
      A.store((candidate * part * r * (one - r)), a + width + unit, count)
      A.store((slope * (h - n) * z * (one - z)), a + 2 * width + unit, count)
      A.store((candidate * r), a + three + unit, count)
      A.store((slope * z), slopeRow + unit, count)
    }
    var unit = 0
    while unit + 8 <= width {
      run(WholeUnits.self, unit, 8)
      unit += 8
    }
    if unit < width { run(LastUnits.self, unit, width - unit) }
  }

  func reference(_ values: [[Double]]) -> [Double] {
    var result = [Double](repeating: 0, count: output.count)
    func sigmoid(_ x: Double) -> Double { 1 / (1 + Elementary.exp(-x)) }
    func tanh(_ x: Double) -> Double { 1 - 2 / (Elementary.exp(2 * x) + 1) }
    for sample in 0..<samples {
      var h = [Double](repeating: 0, count: width)
      for step in 0..<steps {
        func fromInput(_ column: Int) -> Double {
          (0..<inputs).reduce(0) {
            $0 + values[0][(sample * steps + step) * inputs + $1] * values[1][$1 * three + column]
          }
        }
        func fromState(_ column: Int) -> Double {
          (0..<width).reduce(0) { $0 + h[$1] * values[2][$1 * three + column] }
        }
        let bias = values[3]
        h = (0..<width).map { unit in
          let r = sigmoid(fromInput(width + unit) + fromState(unit) + bias[width + unit])
          let z = sigmoid(fromInput(2 * width + unit) + fromState(width + unit) + bias[2 * width + unit])
          let part = fromState(2 * width + unit) + bias[three + unit]
          let n = tanh(fromInput(unit) + bias[unit] + r * part)
          return (1 - z) * n + z * h[unit]
        }
        if givesAll { for unit in 0..<width { result[(sample * steps + step) * width + unit] = h[unit] } }
      }
      if !givesAll { for unit in 0..<width { result[sample * width + unit] = h[unit] } }
    }
    return result
  }
}

extension Graph {
  /// One layer of gated recurrent units: [S, T, F] to [S, T, H], or to the last state [S, H].
  package mutating func gru(
    _ x: Node, inputWeight: Node, stateWeight: Node, bias: Node, givesAll: Bool
  ) throws(NetworkError) -> Node {
    let width = stateWeight.shape[0]
    try require(x.shape.rank == 3, "a recurrent layer takes sequences [S, T, F], not \(x.shape)")
    try require(
      inputWeight.shape == [x.shape.last, 3 * width] && stateWeight.shape == [width, 3 * width]
        && bias.shape == [4 * width],
      """
      an input of \(x.shape) and a width of \(width) need weights of [\(x.shape.last), \(3 * width)] and \
      [\(width), \(3 * width)] and a bias of [\(4 * width)], not \(inputWeight.shape), \(stateWeight.shape) and \
      \(bias.shape)
      """)
    return record(
      GRU(samples: x.shape[0], steps: x.shape[1], inputs: x.shape[2], width: width, givesAll: givesAll),
      [x, inputWeight, stateWeight, bias])
  }
}
