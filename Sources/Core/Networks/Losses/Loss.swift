package import Artifacts

/// What training makes small.
package enum Loss: Sendable, Equatable {
  case meanSquaredError
  /// The root of the whole batch's mean squared error.
  case rootMeanSquaredError
  case meanAbsoluteError
  case huber(delta: Float)
  /// Huber's loss with δ = β, divided by β.
  case smoothAbsolute(beta: Float)
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
  /// Smooth L1 of the error, and `weight` times smooth L1 of how far a forecast lies on the wrong side of the last
  /// value.
  case differenceRoot(weight: Float, beta: Float)
  case dilate(alpha: Float, gamma: Float)
  case compounding(rate: Float)
  /// The squared error, and `weight` times that of autocorrelations; half of the horizon without `lags`.
  case autocorrelation(weight: Float, lags: Int?)
  case shift(steps: Int, decay: Float)
  case timeCentred(level: Float)
  case grid(GridTarget)
  /// The squared error, and a term for forecasts outside of what kernel regression believes.
  case bounded(BoundedTraining)

  /// Numbers that a network has to give for each step and target.
  package var outputs: Int {
    // Before the windows are known, a grid has as many intervals as it was asked for.
    if case .grid(let target) = self { return target.count }
    return reading.outputs
  }

  package var name: String {
    switch self {
    case .meanSquaredError: "mse"
    case .rootMeanSquaredError: "rmse"
    case .meanAbsoluteError: "mae"
    case .huber: "huber"
    case .smoothAbsolute: "smooth-l1"
    case .quantile: "quantile"
    case .symmetricPercentage: "smape"
    case .absolutePercentage: "mape"
    case .scaled: "mase"
    case .gaussian: "gaussian"
    case .student: "student"
    case .binaryCrossEntropy: "binary-cross-entropy"
    case .categoricalCrossEntropy: "categorical-cross-entropy"
    case .direction: "direction"
    case .differenceRoot: "diff-root"
    case .dilate: "dilate"
    case .compounding: "compounding"
    case .autocorrelation: "autocorrelation"
    case .shift: "shift"
    case .timeCentred: "time-centred"
    case .grid: "grid"
    case .bounded: "bounded"
    }
  }

  /// The same with what only the windows say: the edges of a grid, and lags that follow the horizon.
  package func resolved(on table: WindowTable) throws(NetworkError) -> Loss {
    switch self {
    case .grid(let target): .grid(try target.resolved(on: table))
    case .autocorrelation(let weight, nil):
      .autocorrelation(weight: weight, lags: max(1, table.signature.horizon / 2))
    default: self
    }
  }

  /// The same for forecasts of fewer steps, which have no pairs at all lags.
  func ofLength(_ length: Int) -> Loss {
    guard case .autocorrelation(let weight, let lags?) = self else { return self }
    return .autocorrelation(weight: weight, lags: min(lags, max(1, length - 1)))
  }

  /// What validation windows are judged by: bounds are known for training windows alone.
  var ofValidation: Loss {
    if case .bounded = self { return .meanSquaredError }
    return self
  }

  /// Whether the root of what slices of a batch add up to is the loss.
  package var takesRoot: Bool { self == .rootMeanSquaredError }

  /// The loss of a batch by the sum of its slices, and the factor of the gradient that they add up to.
  ///
  /// No slice can take the root of a whole batch by itself: √L has the slope L' / (2 √L), and none where L is zero.
  package func whole(_ sum: Float) -> (value: Float, slope: Float) {
    guard takesRoot else { return (sum, 1) }
    let root = sum.squareRoot()
    return (root, root > 0 ? 0.5 / root : 0)
  }

  package var reading: Network.Reading {
    switch self {
    case .quantile(let levels): .quantiles(levels)
    case .gaussian: .gaussian
    case .student: .student
    case .binaryCrossEntropy: .probability
    case .categoricalCrossEntropy(let classes): .classes(classes)
    case .grid(let target): target.grid.map { .grid($0) } ?? .point
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
          the loss '\(loss.name)' needs \(loss.outputs) outputs a step, and the network gives \(result.shape); end it with \
          a head that has no 'outputs' of its own, or with outputs: \(loss.outputs), or choose another loss
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
    case .meanSquaredError, .rootMeanSquaredError:
      return try meanSquaredError(result, target, batchElements: elements)
    case .meanAbsoluteError: return try meanAbsoluteError(result, target, batchElements: elements)
    case .huber(let delta): return try huber(result, target, delta: delta, batchElements: elements)
    case .smoothAbsolute(let beta):
      return try smoothAbsolute(result, target, beta: beta, batchElements: elements)
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
      return try add(squares, scale(sides, by: weight))
    case .differenceRoot(let weight, let beta):
      let errors = try smoothAbsolute(result, target, beta: beta, batchElements: elements)
      // Labels are moves already.
      let last = window.hasLabels ? nil : try last(try targetHistory(window))
      let sides = try wrongSideLoss(result, target, last: last, beta: beta, batchElements: elements)
      return try add(errors, scale(sides, by: weight))
    case .dilate(let alpha, let gamma):
      return try dilate(result, target, alpha: alpha, gamma: gamma, batchElements: elements)
    case .compounding(let rate):
      return try compoundingError(result, target, rate: rate, batchElements: elements)
    case .autocorrelation(let weight, let lags):
      let squares = try meanSquaredError(result, target, batchElements: elements)
      let courses = try autocorrelationLoss(
        result, target, lags: lags ?? max(1, window.horizon / 2), batchElements: elements)
      return try add(squares, scale(courses, by: weight))
    case .shift(let steps, let decay):
      return try shiftLoss(result, target, shifts: steps, decay: decay, batchElements: elements)
    case .timeCentred(let level):
      return try timeCentredError(result, target, level: level, batchElements: elements)
    case .bounded(let settings):
      let squares = try meanSquaredError(result, target, batchElements: elements)
      let bounds = try input(.bounds, Shape(target.shape.axes + [2]))
      let outside = try boundCrossing(result, bounds, batchElements: elements)
      return try add(squares, scale(outside, by: settings.gamma))
    case .grid(let grid): return try recordedGrid(grid, result, target, elements, window)
    }
  }

  private mutating func recordedGrid(
    _ grid: GridTarget, _ result: Node, _ target: Node, _ elements: Int, _ window: WindowShape
  ) throws(NetworkError) -> Node {
    let edges: [Float]
    switch (grid.grid, grid.edges) {
    case (let grid?, _): edges = grid.edges
    case (nil, .given(let given)): edges = given
    case (nil, .quantiles): throw refuse("bins of a grid have edges only where there are training windows")
    }
    let last = grid.subject == .value ? nil : try last(try targetHistory(window))
    return try gridLoss(
      result, target, last: last, edges: edges, of: grid.subject, by: grid.comparison, batchElements: elements
    )
  }

  /// The target columns of the windows, [S, L, K].
  private mutating func targetHistory(_ window: WindowShape) throws(NetworkError) -> Node {
    try window.requireTargetColumns("loss", in: self)
    let x = try input(.features, [samples, window.lookback, window.features])
    return try TargetsBlock().record(x, in: &self, window)
  }
}
