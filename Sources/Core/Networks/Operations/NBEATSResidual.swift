private import Tensors

/// What a block of N-BEATS leaves to the next: X minus the first part of the block's output, its backcast.
///
/// Oreshkin et al., «N-BEATS», https://arxiv.org/abs/1905.10437. With the output O = [backcast, forecast] and
/// B steps of backcast, Y = X - O[:, :B]. Backward: X' = Y' and O' = [-Y', 0].
struct NBEATSResidual: Operation {
  let output: Shape
  let rows: Int
  let backcast: Int
  let forecast: Int

  var name: String { "backcast" }
  var backwardReads: BackwardReads { [] }

  private var width: Int { backcast + forecast }

  func forward(_ frame: Frame) {
    for row in 0..<rows {
      Elements.map(
        frame.input(0) + row * backcast, frame.input(1) + row * width, into: frame.output + row * backcast,
        count: backcast
      ) { $0 - $1 }
    }
  }

  func backward(_ frame: Frame) {
    let slope = UnsafePointer(frame.outputGradient)
    if let x = frame.gradient(0) {
      Elements.copy(slope, into: x, count: rows * backcast, adding: frame.adds(0))
    }
    guard let block = frame.gradient(1) else { return }
    let adding = frame.adds(1)
    for row in 0..<rows {
      Elements.map(slope + row * backcast, into: block + row * width, count: backcast, adding: adding) { -$0 }
      if !adding { Elements.fill(block + row * width + backcast, count: forecast, with: 0) }
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    inputs[0].enumerated().map {
      $0.element - inputs[1][$0.offset / backcast * width + $0.offset % backcast]
    }
  }
}

/// What the blocks of N-BEATS forecast together: Y = F + O[:, B:].
///
/// Backward: F' = Y' and O' = [0, Y'].
struct NBEATSForecast: Operation {
  let output: Shape
  let rows: Int
  let backcast: Int
  let forecast: Int

  var name: String { "forecast" }
  var backwardReads: BackwardReads { [] }

  private var width: Int { backcast + forecast }

  func forward(_ frame: Frame) {
    for row in 0..<rows {
      Elements.map(
        frame.input(0) + row * forecast, frame.input(1) + row * width + backcast,
        into: frame.output + row * forecast, count: forecast
      ) { $0 + $1 }
    }
  }

  func backward(_ frame: Frame) {
    let slope = UnsafePointer(frame.outputGradient)
    if let sum = frame.gradient(0) {
      Elements.copy(slope, into: sum, count: rows * forecast, adding: frame.adds(0))
    }
    guard let block = frame.gradient(1) else { return }
    let adding = frame.adds(1)
    if !adding { Elements.fillRows(block, stride: width, rows: rows, columns: backcast, with: 0) }
    Elements.copyRows(
      slope, stride: forecast, into: block + backcast, stride: width, rows: rows, columns: forecast,
      adding: adding)
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    inputs[0].enumerated().map {
      $0.element + inputs[1][$0.offset / forecast * width + backcast + $0.offset % forecast]
    }
  }
}

extension Graph {
  /// `x` [.., B] minus the backcast, which is the first part of a block's `output` [.., B + H].
  package mutating func subtractBackcast(_ x: Node, from output: Node) throws(NetworkError) -> Node {
    try require(
      x.shape.rank > 0 && x.shape.rank == output.shape.rank && output.shape.last > x.shape.last
        && x.shape.axes.dropLast() == output.shape.axes.dropLast(),
      "a backcast for \(x.shape) begins a longer output, not \(output.shape)")
    let operation = NBEATSResidual(
      output: x.shape, rows: x.shape.rows, backcast: x.shape.last, forecast: output.shape.last - x.shape.last)
    return record(operation, [x, output])
  }

  /// `forecast` [.., H] plus that of a block, which is the last part of its `output` [.., B + H].
  ///
  /// The first block has nothing to add to: without a `forecast`, it is the part itself.
  package mutating func addForecast(
    _ forecast: Node?, from output: Node, horizon: Int
  ) throws(NetworkError) -> Node {
    let backcast = output.shape.last - horizon
    try require(
      output.shape.rank > 0 && horizon > 0 && backcast > 0,
      "a forecast of \(horizon) ends a longer output, not \(output.shape)")
    guard let forecast else {
      return try slice(output, axis: output.shape.rank - 1, from: backcast, count: horizon)
    }
    let shape = output.shape.replacingLast(horizon)
    try require(
      forecast.shape == shape, "an output of \(output.shape) adds to \(shape), not \(forecast.shape)")
    let operation = NBEATSForecast(output: shape, rows: shape.rows, backcast: backcast, forecast: horizon)
    return record(operation, [forecast, output])
  }
}
