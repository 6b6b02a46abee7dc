internal import Numerics
package import Tensors

/// Draws whole paths out of a recurrent network that forecasts a normal distribution for each next row.
///
/// The layers run over rows [S, T, R]; what comes out behind the last gives the mean and the logarithm of the deviation
/// of the next K values. Each of N paths draws them, is given them as the next row, beside what is known of it, and so
/// on for H steps: [S, H, K, N]. No value that came behind the rows is ever an input. Salinas et al., «DeepAR»,
/// https://arxiv.org/abs/1704.04110, with the ancestral sampling of its section 3.
///
/// Draws are a function of the moment's seed, the window's identity, the path, the step and the column, so a window has
/// the same ones in every batch and every table. Inputs: rows; identities [S, 2]; the layers' parameters, those of ``LSTM`` or ``GRU``;
/// the read-out's weight [W, 2 K] and bias; what is known of the rows to come, [S, H - 1, R - K], if there is
/// something. Forecasting only: there is no backward pass through draws.
struct AncestralSampling: Operation {
  enum Cell: String, Sendable, CaseIterable { case lstm, gru }

  let samples: Int
  /// T.
  let rows: Int
  /// R.
  let inputs: Int
  let steps: Int
  /// K.
  let columns: Int
  /// W.
  let width: Int
  let layers: Int
  let cell: Cell
  /// N.
  let draws: Int

  var name: String { "ancestral sampling" }
  var output: Shape { [samples, steps, columns, draws] }
  var work: Int {
    let layer = 4 * width * (inputs + width) + (layers - 1) * 8 * width * width
    return samples * (rows + steps * draws) * layer
  }
  var known: Int { inputs - columns }
  private var paths: Int { samples * draws }
  var parametersPerLayer: Int { cell == .lstm ? 2 : 3 }
  var readOut: Int { 2 + layers * parametersPerLayer }
  private func inputs(of layer: Int) -> Int { layer == 0 ? inputs : width }
  private func pitch(of layer: Int) -> Int { inputs(of: layer) + width }
  private func packed(of layer: Int) -> Int {
    cell == .lstm
      ? MatrixProduct.packedCount(columns: 4 * width, depth: pitch(of: layer))
      : MatrixProduct.packedCount(columns: 3 * width, depth: inputs(of: layer))
        + MatrixProduct.packedCount(columns: 3 * width, depth: width)
  }
  /// Packed weights, joined inputs and states, memory cells of every layer.
  private func layerCount(_ layer: Int) -> Int { packed(of: layer) + paths * (pitch(of: layer) + width) }
  var scratchCount: Int {
    (0..<layers).reduce(0) { $0 + layerCount($1) } + paths * (4 * width + 2 * columns)
      + MatrixProduct.packedCount(columns: 2 * columns, depth: width) + 96
  }
  var backwardReads: BackwardReads { [] }

  static let purpose = RandomPurpose("draws of paths")

  /// The number of a window's first draw: its identity, two numbers of 24 bits, above 16 bits for steps and columns.
  static func start(_ identity: (Float, Float)) -> Int {
    (Int(identity.0) << 24 | Int(identity.1)) << 16
  }

  func forward(_ frame: Frame) {
    var free = frame.scratch
    for layer in 0..<layers {
      pack(frame, layer, into: free)
      // States begin with zeros.
      Elements.fill(
        free + packed(of: layer), count: layerCount(layer) - packed(of: layer), with: 0)
      free += layerCount(layer)
    }
    let gates = free
    let parameters = gates + paths * 4 * width
    let readOutWeight = parameters + paths * 2 * columns
    let edge = readOutWeight + MatrixProduct.packedCount(columns: 2 * columns, depth: width)
    MatrixProduct.pack(
      .init(frame.input(readOut), stride: 2 * columns), columns: 2 * columns, depth: width,
      into: readOutWeight)

    let pitch = pitch(of: 0)
    let first = frame.scratch + packed(of: 0)
    for row in 0..<rows {
      for sample in 0..<samples {
        Elements.copy(
          frame.input(0) + (sample * rows + row) * inputs, into: first + sample * pitch, count: inputs)
      }
      run(frame, samples, gates, edge)
    }
    spread(frame)
    for step in 0..<steps {
      let top = frame.scratch + (0..<(layers - 1)).reduce(0) { $0 + layerCount($1) } + packed(of: layers - 1)
      MatrixProduct.multiply(
        .init(UnsafePointer(top + inputs(of: layers - 1)), stride: self.pitch(of: layers - 1)),
        packed: readOutWeight, into: parameters, stride: 2 * columns, rows: paths, columns: 2 * columns,
        depth: width, start: .bias(frame.input(readOut + 1)), edge: edge)
      for path in 0..<paths {
        let (sample, draw) = (path / draws, path % draws)
        let identity = (frame.input(1)[2 * sample], frame.input(1)[2 * sample + 1])
        let stream = RandomStream(seed: frame.moment.seed, purpose: Self.purpose, lane: draw)
        let start = Self.start(identity)
        let row = first + path * pitch
        for column in 0..<columns {
          let place = parameters + path * 2 * columns + 2 * column
          let deviation = Elementary.exp(GaussianLikelihood.clamped(Double(place[1])))
          let value = Float(
            Double(place[0]) + deviation * stream.normal(at: start &+ step * columns + column))
          frame.output[((sample * steps + step) * columns + column) * draws + draw] = value
          row[column] = value
        }
        if known > 0, step < steps - 1 {
          Elements.copy(
            frame.input(readOut + 2) + (sample * (steps - 1) + step) * known, into: row + columns,
            count: known)
        }
      }
      if step < steps - 1 { run(frame, paths, gates, edge) }
    }
  }

  func backward(_ frame: Frame) {
    preconditionFailure("draws are made in forecasts, which have no gradients")
  }

  private func pack(_ frame: Frame, _ layer: Int, into target: UnsafeMutablePointer<Float>) {
    let index = 2 + layer * parametersPerLayer
    switch cell {
    case .lstm:
      MatrixProduct.pack(
        .init(frame.input(index), stride: 4 * width), columns: 4 * width, depth: pitch(of: layer),
        into: target)
    case .gru:
      MatrixProduct.pack(
        .init(frame.input(index), stride: 3 * width), columns: 3 * width, depth: inputs(of: layer),
        into: target)
      MatrixProduct.pack(
        .init(frame.input(index + 1), stride: 3 * width), columns: 3 * width, depth: width,
        into: target + MatrixProduct.packedCount(columns: 3 * width, depth: inputs(of: layer)))
    }
  }

  /// All layers by one step, of the first `count` paths.
  private func run(
    _ frame: Frame, _ count: Int, _ gates: UnsafeMutablePointer<Float>, _ edge: UnsafeMutablePointer<Float>
  ) {
    var start = frame.scratch
    for layer in 0..<layers {
      let (pitch, size) = (pitch(of: layer), inputs(of: layer))
      let joined = start + packed(of: layer)
      let cells = joined + paths * pitch
      let index = 2 + layer * parametersPerLayer
      let above = start + layerCount(layer)
      switch cell {
      case .lstm:
        MatrixProduct.multiply(
          .init(UnsafePointer(joined), stride: pitch), packed: start, into: gates, stride: 4 * width,
          rows: count, columns: 4 * width, depth: pitch, start: .bias(frame.input(index + 1)), edge: edge)
      case .gru:
        let bias = frame.input(index + 2)
        for path in 0..<count {
          Elements.copy(bias + 3 * width, into: gates + path * 4 * width + 3 * width, count: width)
        }
        MatrixProduct.multiply(
          .init(UnsafePointer(joined), stride: pitch), packed: start, into: gates, stride: 4 * width,
          rows: count, columns: 3 * width, depth: size, start: .bias(bias), edge: edge)
        MatrixProduct.multiply(
          .init(UnsafePointer(joined + size), stride: pitch),
          packed: start + MatrixProduct.packedCount(columns: 3 * width, depth: size), into: gates + width,
          stride: 4 * width, rows: count, columns: 3 * width, depth: width, start: .present, edge: edge)
      }
      for path in 0..<count {
        let state = joined + path * pitch + size
        switch cell {
        case .lstm:
          let cell = cells + path * width
          MemoryUnits(width: width).advance(
            gates + path * 4 * width, UnsafePointer(cell), cell, into: state)
        case .gru:
          GatedUnits(width: width).advance(gates + path * 4 * width, UnsafePointer(state), into: state)
        }
        if layer < layers - 1 {
          Elements.copy(
            UnsafePointer(state), into: above + packed(of: layer + 1) + path * self.pitch(of: layer + 1),
            count: width)
        }
      }
      start = above
    }
  }

  /// Gives each window's states to all of its paths, last first, because they lie in the same memory.
  private func spread(_ frame: Frame) {
    var start = frame.scratch
    for layer in 0..<layers {
      let pitch = pitch(of: layer)
      let joined = start + packed(of: layer)
      let cells = joined + paths * pitch
      for path in stride(from: paths - 1, through: 1, by: -1) where path / draws != path {
        Elements.copy(
          UnsafePointer(joined + path / draws * pitch), into: joined + path * pitch, count: pitch)
        Elements.copy(
          UnsafePointer(cells + path / draws * width), into: cells + path * width, count: width)
      }
      start += layerCount(layer)
    }
  }
}

extension Graph {
  /// Draws paths, [S, H, K, N]: `rows` [S, T, R], identities [S, 2], the parameters of the layers from the first on,
  /// the read-out's weight and bias, and what is known of the rows to come.
  mutating func ancestralSampling(
    _ rows: Node, identities: Node, cell: AncestralSampling.Cell, layers: [[Node]], readOut: (Node, Node),
    known: Node?, steps: Int, columns: Int, draws: Int
  ) throws(NetworkError) -> Node {
    let width = readOut.0.shape[0]
    try require(
      rows.shape.rank == 3 && identities.shape == [rows.shape[0], 2],
      "draws need rows [S, T, R] and identities [S, 2], not \(rows.shape) and \(identities.shape)")
    let rest = rows.shape.last - columns
    try require(
      rest == 0 || steps == 1 || known?.shape == [rows.shape[0], steps - 1, rest],
      "rows of \(rows.shape) go on with [\(rows.shape[0]), \(steps - 1), \(rest)] beside \(columns) columns")
    let operation = AncestralSampling(
      samples: rows.shape[0], rows: rows.shape[1], inputs: rows.shape[2], steps: steps, columns: columns,
      width: width, layers: layers.count, cell: cell, draws: draws)
    return record(
      operation,
      [rows, identities] + layers.flatMap(\.self) + [readOut.0, readOut.1] + [known].compactMap(\.self))
  }
}
