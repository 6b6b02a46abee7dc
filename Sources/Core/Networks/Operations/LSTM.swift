package import Tensors

/// A layer of long short-term memory over a whole sequence, as one operation.
///
/// Inputs: x [S, T, F]; weight [F + H, 4 H], whose first F rows meet the input and the others the state before;
/// bias [4 H]; columns in the order input, forget, candidate, output. From a state and memory of zeros; the result is
/// every state, [S, T, H], or the last, [S, H]. ``MemoryUnits`` has the formulas; gates are PyTorch's, whose two biases
/// are one here.
///
/// Memory is ordered by time within the operation, the input beside the state, so that each step is one product
/// with weights that are packed once, and the gradient of the weights is one product over all steps.
struct LSTM: Operation {
  let samples: Int
  let steps: Int
  let inputs: Int
  let width: Int
  let givesAll: Bool

  var name: String { "lstm" }
  var work: Int { samples * steps * joined * gates }
  var output: Shape { givesAll ? [samples, steps, width] : [samples, width] }
  var backwardReads: BackwardReads { .inputs }

  private var units: MemoryUnits { MemoryUnits(width: width) }
  private var place: RecurrentOutput { RecurrentOutput(steps: steps, width: width, givesAll: givesAll) }
  private var joined: Int { inputs + width }
  private var gates: Int { 4 * width }
  /// Inputs beside states [T + 1, S, F + H], gates [T, S, 4 H], memories [T, S, H] and their tanh.
  var savedCount: Int {
    (steps + 1) * samples * joined + steps * samples * (gates + 2 * width)
  }
  var scratchCount: Int {
    max(
      MatrixProduct.packedCount(columns: gates, depth: joined),
      MatrixProduct.packedCount(columns: joined, depth: gates) + samples * (joined + width)
        + MatrixProduct.packedCount(columns: gates, depth: steps * samples)) + 96
  }

  private struct Memory {
    let joined: UnsafeMutablePointer<Float>
    let gates: UnsafeMutablePointer<Float>
    let cells: UnsafeMutablePointer<Float>
    let bent: UnsafeMutablePointer<Float>
  }

  private func memory(_ frame: Frame) -> Memory {
    let gatesStart = frame.saved + (steps + 1) * samples * joined
    let cells = gatesStart + steps * samples * gates
    return Memory(
      joined: frame.saved, gates: gatesStart, cells: cells, bent: cells + steps * samples * width)
  }

  func forward(_ frame: Frame) {
    let memory = memory(frame)
    RecurrentLayout(samples: samples, steps: steps, inputs: inputs, width: width)
      .join(frame.input(0), into: memory.joined)
    let packed = frame.scratch
    MatrixProduct.pack(.init(frame.input(1), stride: gates), columns: gates, depth: joined, into: packed)
    let edge = packed + MatrixProduct.packedCount(columns: gates, depth: joined)
    for step in 0..<steps {
      let current = memory.gates + step * samples * gates
      MatrixProduct.multiply(
        .init(UnsafePointer(memory.joined + step * samples * joined), stride: joined), packed: packed,
        into: current, stride: gates, rows: samples, columns: gates, depth: joined,
        start: .bias(frame.input(2)), edge: edge)
      for sample in 0..<samples {
        let row = step * samples + sample
        let cell = memory.cells + row * width
        units.advance(
          memory.gates + row * gates, step > 0 ? UnsafePointer(cell - samples * width) : nil, cell,
          bent: memory.bent + row * width, into: memory.joined + (row + samples) * joined + inputs,
          and: place.row(of: frame.output, step, sample))
      }
    }
  }

  func backward(_ frame: Frame) {
    let memory = memory(frame)
    let wantsInput = frame.gradient(0) != nil
    // Without a gradient of the input only the rows of the weight that meet the state are needed.
    let columns = wantsInput ? joined : width
    let weight = frame.input(1) + (wantsInput ? 0 : inputs * gates)
    let packed = frame.scratch
    let slopes = packed + MatrixProduct.packedCount(columns: joined, depth: gates)
    let cellSlopes = slopes + samples * joined
    let packedGates = cellSlopes + samples * width
    let edge = packedGates + MatrixProduct.packedCount(columns: gates, depth: steps * samples)
    MatrixProduct.pack(
      MatrixProduct.Operand(weight, stride: gates).transposed, columns: columns, depth: gates, into: packed)
    Elements.fill(slopes, count: samples * columns, with: 0)
    Elements.fill(cellSlopes, count: samples * width, with: 0)
    let stateColumn = wantsInput ? inputs : 0

    for step in stride(from: steps - 1, through: 0, by: -1) {
      for sample in 0..<samples {
        let row = step * samples + sample
        units.retreat(
          memory.gates + row * gates,
          step > 0 ? UnsafePointer(memory.cells + (row - samples) * width) : nil,
          bent: UnsafePointer(memory.bent + row * width),
          UnsafePointer(slopes + sample * columns + stateColumn), cellSlopes + sample * width,
          given: UnsafePointer(place.row(of: frame.outputGradient, step, sample)))
      }
      guard step > 0 || wantsInput else { break }
      MatrixProduct.multiply(
        .init(UnsafePointer(memory.gates + step * samples * gates), stride: gates), packed: packed,
        into: slopes, stride: columns, rows: samples, columns: columns, depth: gates, edge: edge)
      if let x = frame.gradient(0) {
        for sample in 0..<samples {
          Elements.copy(
            UnsafePointer(slopes + sample * columns), into: x + (sample * steps + step) * inputs,
            count: inputs,
            adding: frame.adds(0))
        }
      }
    }
    let rows = steps * samples
    if let weight = frame.gradient(1) {
      MatrixProduct.pack(
        .init(UnsafePointer(memory.gates), stride: gates), columns: gates, depth: rows, into: packedGates)
      MatrixProduct.multiply(
        MatrixProduct.Operand(UnsafePointer(memory.joined), stride: joined).transposed, packed: packedGates,
        into: weight, stride: gates, rows: joined, columns: gates, depth: rows,
        start: frame.adds(1) ? .present : .zero, edge: edge)
    }
    if let bias = frame.gradient(2) {
      Elements.sumRows(
        UnsafePointer(memory.gates), rows: rows, columns: gates, into: bias, adding: frame.adds(2))
    }
  }

  func reference(_ values: [[Double]]) -> [Double] {
    var result = [Double](repeating: 0, count: output.count)
    for sample in 0..<samples {
      var (h, c) = ([Double](repeating: 0, count: width), [Double](repeating: 0, count: width))
      for step in 0..<steps {
        let x = (0..<inputs).map { values[0][(sample * steps + step) * inputs + $0] } + h
        h = units.reference(&c) { column in
          values[2][column] + (0..<joined).reduce(0) { $0 + x[$1] * values[1][$1 * gates + column] }
        }
        if givesAll { for unit in 0..<width { result[(sample * steps + step) * width + unit] = h[unit] } }
      }
      if !givesAll { for unit in 0..<width { result[sample * width + unit] = h[unit] } }
    }
    return result
  }
}

extension Graph {
  /// One layer of LSTM: [S, T, F] to [S, T, H], or to the last state [S, H].
  package mutating func lstm(
    _ x: Node, weight: Node, bias: Node, givesAll: Bool
  ) throws(NetworkError) -> Node {
    let width = weight.shape.last / 4
    try require(x.shape.rank == 3, "a recurrent layer takes sequences [S, T, F], not \(x.shape)")
    try require(
      weight.shape == [x.shape.last + width, 4 * width] && bias.shape == [4 * width],
      """
      an input of \(x.shape) and a width of \(width) need a weight of [\(x.shape.last + width), \(4 * width)] and a \
      bias of [\(4 * width)], not \(weight.shape) and \(bias.shape)
      """)
    return record(
      LSTM(samples: x.shape[0], steps: x.shape[1], inputs: x.shape[2], width: width, givesAll: givesAll),
      [x, weight, bias])
  }
}
