package import Tensors

/// A layer of gated recurrent units over a whole sequence, as one operation.
///
/// Inputs: x [S, T, F]; input weight [F, 3 H] with columns candidate, reset, update; state weight [H, 3 H] with
/// columns reset, update, candidate; bias [4 H] of candidate, reset, update and the state's part of the candidate.
/// The result is every state, [S, T, H], or the last, [S, H]; ``GatedUnits`` has the formulas.
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

  private var units: GatedUnits { GatedUnits(width: width) }
  private var place: RecurrentOutput { RecurrentOutput(steps: steps, width: width, givesAll: givesAll) }
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
      for sample in 0..<samples {
        let before = row + sample * joined + inputs
        units.advance(
          current + sample * parts, before,
          into: states + ((step + 1) * samples + sample) * joined + inputs,
          and: place.row(of: frame.output, step, sample))
      }
    }
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
      for sample in 0..<samples {
        let row = step * samples + sample
        units.retreat(
          gates + row * parts, UnsafePointer(states + row * joined + inputs), slopes + sample * width,
          given: UnsafePointer(place.row(of: frame.outputGradient, step, sample)))
      }
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

  func reference(_ values: [[Double]]) -> [Double] {
    var result = [Double](repeating: 0, count: output.count)
    for sample in 0..<samples {
      var h = [Double](repeating: 0, count: width)
      for step in 0..<steps {
        h = units.reference(h, bias: values[3][...]) { column in
          (0..<inputs).reduce(0) {
            $0 + values[0][(sample * steps + step) * inputs + $1] * values[1][$1 * three + column]
          }
        } state: { column in
          (0..<width).reduce(0) { $0 + h[$1] * values[2][$1 * three + column] }
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
