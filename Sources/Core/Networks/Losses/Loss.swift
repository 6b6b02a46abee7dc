/// What training makes small.
package enum Loss: Sendable, Equatable {
  case meanSquaredError
  case meanAbsoluteError
  case huber(delta: Float)
  case quantile([Float])
  case symmetricPercentage
  case absolutePercentage
  case scaled(season: Int)
  case gaussian
  case student
  case binaryCrossEntropy
  case categoricalCrossEntropy(classes: Int)
  /// The squared error, and `weight` times a term for forecasts on the wrong side of the last value.
  case direction(weight: Float)

  /// Numbers that a network has to give for each step and target.
  package var outputs: Int {
    switch self {
    case .quantile(let levels): levels.count
    case .gaussian: 2
    case .student: 3
    case .categoricalCrossEntropy(let classes): classes
    default: 1
    }
  }

  package var name: String {
    switch self {
    case .meanSquaredError: "mse"
    case .meanAbsoluteError: "mae"
    case .huber: "huber"
    case .quantile: "quantile"
    case .symmetricPercentage: "smape"
    case .absolutePercentage: "mape"
    case .scaled: "mase"
    case .gaussian: "gaussian"
    case .student: "student"
    case .binaryCrossEntropy: "binary-cross-entropy"
    case .categoricalCrossEntropy: "categorical-cross-entropy"
    case .direction: "direction"
    }
  }

  /// Which of a step's outputs is the forecast.
  var pointPlace: Int { reading == .quantiles ? outputs / 2 : 0 }

  package var reading: Network.Reading {
    switch self {
    case .quantile: .quantiles
    case .gaussian: .gaussian
    case .student: .student
    case .binaryCrossEntropy: .probability
    case .categoricalCrossEntropy: .classes
    default: .point
    }
  }
}

extension Graph {
  /// Records the loss of a network's result; `batch` is the number of samples over which the whole batch averages.
  package mutating func loss(
    _ loss: Loss, of result: Node, batch: Int, _ window: WindowShape
  ) throws(NetworkError) -> Node {
    let target = try input(.targets, [samples, window.horizon, window.targets])
    let found = result.shape.rank == 4 ? result.shape.last : 1
    guard found == loss.outputs else {
      throw .shape(
        path: "training.loss",
        problem: """
          the loss '\(loss.name)' needs \(loss.outputs) outputs a step, and the network gives \(result.shape); set \
          outputs: \(loss.outputs) in its head, or choose another loss
          """)
    }
    let elements = batch * window.horizon * window.targets
    return try within("loss", at: "training.loss") { graph throws(NetworkError) in
      try graph.recorded(loss, result, target, elements, window)
    }
  }

  private mutating func recorded(
    _ loss: Loss, _ result: Node, _ target: Node, _ elements: Int, _ window: WindowShape
  ) throws(NetworkError) -> Node {
    switch loss {
    case .meanSquaredError: return try meanSquaredError(result, target, batchElements: elements)
    case .meanAbsoluteError: return try meanAbsoluteError(result, target, batchElements: elements)
    case .huber(let delta): return try huber(result, target, delta: delta, batchElements: elements)
    case .quantile(let levels):
      return try quantileLoss(result, target, quantiles: levels, batchElements: elements)
    case .symmetricPercentage:
      return try symmetricMeanAbsolutePercentageError(result, target, batchElements: elements)
    case .absolutePercentage: return try meanAbsolutePercentageError(result, target, batchElements: elements)
    case .scaled(let season):
      return try meanAbsoluteScaledError(
        result, target, history: try targetHistory(window), season: season, batchElements: elements)
    case .gaussian: return try gaussianLikelihood(result, target, batchElements: elements)
    case .student: return try studentLikelihood(result, target, batchElements: elements)
    case .binaryCrossEntropy: return try binaryCrossEntropy(result, target, batchElements: elements)
    case .categoricalCrossEntropy:
      return try categoricalCrossEntropy(result, target, batchElements: elements)
    case .direction(let weight):
      let squares = try meanSquaredError(result, target, batchElements: elements)
      let sides = try directionLoss(
        result, target, last: try last(try targetHistory(window)), batchElements: elements)
      return try add(squares, try scale(sides, by: weight))
    }
  }

  /// The target columns of the windows, [S, L, K].
  private mutating func targetHistory(_ window: WindowShape) throws(NetworkError) -> Node {
    try window.requireTargetColumns("loss", in: self)
    let x = try input(.features, [samples, window.lookback, window.features])
    return try TargetsBlock().record(x, in: &self, window)
  }
}
