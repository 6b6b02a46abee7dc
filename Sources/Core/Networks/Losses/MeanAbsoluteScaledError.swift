/// L = Σ |f - y| / s / N, s being the mean |x[t] - x[t - m]| within the element's own window and column.
///
/// Hyndman, Koehler, «Another look at measures of forecast accuracy», International Journal of Forecasting
/// 22(4), 2006: below 1, the forecast beats what the seasonal naive one of period m did in the window, on
/// average. A window that repeats itself has s = 10⁻⁶ rather than 0. Backward: f' = sign(f - y) / (s N).
/// Target and history get no gradient.
struct MeanAbsoluteScaledError: Operation {
  let samples: Int
  let steps: Int
  let columns: Int
  let historySteps: Int
  let season: Int
  let batchElements: Int

  static let floor: Float = 1e-6

  var name: String { "mean absolute scaled error" }
  var output: Shape { [1] }
  /// The scales, [S, K].
  var savedCount: Int { samples * columns }

  func forward(_ frame: Frame) {
    let (prediction, target, history) = (frame.input(0), frame.input(1), frame.input(2))
    var sum = 0.0
    for sample in 0..<samples {
      for column in 0..<columns {
        let window = history + sample * historySteps * columns + column
        var naive = 0.0
        for step in season..<historySteps {
          naive += Double(abs(window[step * columns] - window[(step - season) * columns]))
        }
        let scale = max(Float(naive / Double(historySteps - season)), Self.floor)
        frame.saved[sample * columns + column] = scale
        var errors = 0.0
        for step in 0..<steps {
          let index = (sample * steps + step) * columns + column
          errors += Double(abs(prediction[index] - target[index]))
        }
        sum += errors / Double(scale)
      }
    }
    frame.output[0] = Float(sum / Double(batchElements))
  }

  func backward(_ frame: Frame) {
    if let gradient = frame.gradient(0) {
      let (prediction, target) = (frame.input(0), frame.input(1))
      let factor = frame.outputGradient[0] / Float(batchElements)
      let adds = frame.adds(0)
      for sample in 0..<samples {
        for step in 0..<steps {
          for column in 0..<columns {
            let index = (sample * steps + step) * columns + column
            let size = factor / frame.saved[sample * columns + column]
            let difference = prediction[index] - target[index]
            let slope = difference > 0 ? size : difference < 0 ? -size : 0
            gradient[index] = adds ? gradient[index] + slope : slope
          }
        }
      }
    }
    frame.withholdGradient(1, count: samples * steps * columns)
    frame.withholdGradient(2, count: samples * historySteps * columns)
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    var sum = 0.0
    for (index, prediction) in inputs[0].enumerated() {
      let (sample, column) = (index / (steps * columns), index % columns)
      let window = (0..<historySteps).map { inputs[2][(sample * historySteps + $0) * columns + column] }
      let naive = zip(window.dropFirst(season), window).reduce(0) { $0 + abs($1.0 - $1.1) }
      let scale = max(naive / Double(historySteps - season), Double(Self.floor))
      sum += abs(prediction - inputs[1][index]) / scale
    }
    return [sum / Double(batchElements)]
  }
}

extension Graph {
  /// The mean over the whole batch of |f - y|, in units of what a naive forecast missed.
  ///
  /// That of period `season`, on average over the element's own window: `history` is [S, L, K], the targets'
  /// columns before the target.
  package mutating func meanAbsoluteScaledError(
    _ prediction: Node, _ target: Node, history: Node, season: Int = 1, batchElements: Int
  ) throws(NetworkError) -> Node {
    let name = "the mean absolute scaled error"
    try requireLoss(name, prediction, target, batchElements: batchElements)
    let shape = target.shape
    try require(shape.rank == 3, "\(name) takes targets [samples, steps, columns], not \(shape)")
    try require(
      history.shape.rank == 3 && history.shape[0] == shape[0] && history.shape[2] == shape[2],
      """
      \(name) on targets of \(shape) needs a history of [\(shape[0]), steps, \(shape[2])], not \
      \(history.shape)
      """
    )
    try require(
      season > 0 && season < history.shape[1],
      "a season of \(season) needs a history of more steps than that, not \(history.shape[1])")
    let operation = MeanAbsoluteScaledError(
      samples: shape[0], steps: shape[1], columns: shape[2], historySteps: history.shape[1], season: season,
      batchElements: batchElements)
    return record(operation, [prediction, target, history])
  }
}
