/// A stack of N-BEATS: blocks of one basis, each of which forecasts, and explains a part of the past away before the
/// next one looks.
///
/// A block is `layers` rectified linear layers with dropout between them, and a linear layer to the coefficients
/// (θ) of its basis:
///
/// - `generic`: θ are back- and forecast themselves; with `thetas`, ReLU(θ) with that many for either goes through one
///   more linear layer.
/// - `trend`: `thetas` powers of time, shared by back- and forecast, without a bias.
/// - `seasonal`: `harmonics` cosines and sines (half the look-back if not given), shared, without a bias, the
///   fastest with a period of `shortest_period` steps.
/// - `interpolation`: N-HiTS. The layers see the past at a coarser rate, pieces of `pool` steps each as their
///   greatest or mean value (`pooling: max` or `average`); θ are the backcast, and ⌊H / downsample⌋ knots of the
///   forecast with straight lines between them.
///
/// Oreshkin et al., https://arxiv.org/abs/1905.10437; Challu et al., https://arxiv.org/abs/2201.12886. Trend, seasonal
/// and generic blocks are those of pytorch-forecasting, https://github.com/sktime/pytorch-forecasting.
struct NBEATSStack: Sendable {
  enum Basis: String, CaseIterable { case generic, trend, seasonal, interpolation }

  /// Where dropout stands.
  enum DropoutPlace { case betweenLayers, behindEachLayer }

  let basis: Basis
  private let blocks: Int
  private let layers: Int
  private let width: Int
  private let dropout: Float
  private let dropoutPlace: DropoutPlace
  private let sharesWeights: Bool
  private var thetas: Int?
  private var harmonics: Int?
  private var shortestPeriod: Float = 1
  private var pool = 1
  private var pooling = PoolingKind.max
  private var downsample = 1

  /// Generic blocks with θ that are back- and forecast.
  init(genericBlocks blocks: Int, layers: Int, width: Int, dropout: Float) {
    basis = .generic
    (self.blocks, self.layers, self.width, self.dropout) = (blocks, layers, width, dropout)
    dropoutPlace = .behindEachLayer
    sharesWeights = false
  }

  /// N-HiTS's: the layers see `pool` steps as one, and a knot of the forecast stands for `downsample` steps.
  init(
    interpolationBlocks blocks: Int, layers: Int, width: Int, dropout: Float, pool: Int, pooling: PoolingKind,
    downsample: Int
  ) {
    basis = .interpolation
    (self.blocks, self.layers, self.width, self.dropout) = (blocks, layers, width, dropout)
    dropoutPlace = .behindEachLayer
    sharesWeights = false
    (self.pool, self.pooling, self.downsample) = (pool, pooling, downsample)
  }

  /// Reads one element of `stacks`; what the element leaves out is the block's own.
  init(
    _ settings: inout BlockSettings, layers: Int, width: Int?, dropout: Float
  ) throws(NetworkError) {
    basis = try settings.choice("basis", default: .generic)
    blocks = try settings.integer("blocks", default: 1, in: 1...1000)
    sharesWeights = try settings.truth("share", default: false)
    self.layers = try settings.integer("layers", default: layers, in: 1...100)
    self.width = try settings.integer("width", default: width)
    self.dropout = try settings.number("dropout", default: dropout, in: 0...0.99)
    dropoutPlace = .betweenLayers
    switch basis {
    case .generic: thetas = try settings.optionalInteger("thetas")
    case .trend: thetas = try settings.integer("thetas", default: 3, in: 1...20)
    case .seasonal:
      harmonics = try settings.optionalInteger("harmonics", in: 2...10_000)
      shortestPeriod = try settings.number("shortest_period", default: 1, in: 0.1...1e6)
    case .interpolation:
      pool = try settings.integer("pool", default: 1)
      pooling = try settings.choice("pooling", default: .max)
      downsample = try settings.integer("downsample", default: 1)
    }
  }

  // MARK: Recording

  /// A residual and what was forecast so far.
  struct State {
    /// What of the past is not explained, [S, L].
    var rest: Node
    /// [S, H]; nil before the first block.
    var forecast: Node?
    /// Whether another block looks at the residual of the last one.
    var needsLastRest: Bool
    /// Whether this stack's forecasts are added up, and not only those of others.
    var adds = true
  }

  /// Records all blocks.
  func record(
    _ state: inout State, horizon: Int, isLast: Bool, in graph: inout Graph
  ) throws(NetworkError) {
    let curves = try curves(lookback: state.rest.shape[1], horizon: horizon, in: &graph)
    let shared =
      sharesWeights
      ? try graph.within("shared") { graph throws(NetworkError) in
        weights(lookback: state.rest.shape[1], horizon, curves, in: &graph)
      } : nil
    for number in 0..<blocks {
      var next = state
      try graph.within(String(number)) { graph throws(NetworkError) in
        let weights = shared ?? weights(lookback: state.rest.shape[1], horizon, curves, in: &graph)
        let needsRest = number < blocks - 1 || !isLast || state.needsLastRest
        try block(&next, weights, horizon, curves, needsRest: needsRest, in: &graph)
      }
      state = next
    }
  }

  /// The fixed curves of a basis over look-back and horizon, [θ, L + H], or of knots over the horizon, [θ, H].
  private func curves(
    lookback: Int, horizon: Int, in graph: inout Graph
  ) throws(NetworkError) -> Node? {
    switch basis {
    case .generic: return nil
    case .trend:
      let parts = try graph.polynomialBasis(degree: thetas ?? 3, backcast: lookback, forecast: horizon)
      return try graph.concatenate([parts.backcast, parts.forecast], axis: 1)
    case .seasonal:
      let parts = try graph.fourierBasis(
        harmonics: harmonics ?? max(lookback / 2, 2), backcast: lookback, forecast: horizon,
        shortestPeriod: shortestPeriod)
      return try graph.concatenate([parts.backcast, parts.forecast], axis: 1)
    case .interpolation:
      return try graph.interpolationBasis(knots: max(horizon / downsample, 1), steps: horizon)
    }
  }

  /// The parameters of one block, or of all of a stack that shares them.
  private struct Weights {
    var layers: [Layer] = []
    var theta: Layer
    var backcast: Layer?
    var forecast: Layer?
  }

  private struct Layer {
    let weight: Node
    let bias: Node?
  }

  private func weights(
    lookback: Int, _ horizon: Int, _ curves: Node?, in graph: inout Graph
  ) -> Weights {
    func layer(_ name: String, _ inputs: Int, _ outputs: Int, hasBias: Bool = true) -> Layer {
      let bound = Initializer.inverseRoot(of: inputs)
      return Layer(
        weight: graph.parameter(name + ".weight", [inputs, outputs], bound),
        bias: hasBias ? graph.parameter(name + ".bias", [outputs], bound) : nil)
    }
    var inputs = (lookback + pool - 1) / pool
    var hidden: [Layer] = []
    for number in 0..<layers {
      hidden.append(layer(String(number), inputs, width))
      inputs = width
    }
    switch (basis, curves) {
    case (.trend, let curves?), (.seasonal, let curves?):
      return Weights(layers: hidden, theta: layer("theta", inputs, curves.shape[0], hasBias: false))
    case (.interpolation, let curves?):
      return Weights(layers: hidden, theta: layer("theta", inputs, lookback + curves.shape[0]))
    default:
      guard let thetas else {
        return Weights(layers: hidden, theta: layer("theta", inputs, lookback + horizon))
      }
      return Weights(
        layers: hidden, theta: layer("theta", inputs, 2 * thetas, hasBias: false),
        backcast: layer("backcast", thetas, lookback), forecast: layer("forecast", thetas, horizon))
    }
  }

  private func block(
    _ state: inout State, _ weights: Weights, _ horizon: Int, _ curves: Node?, needsRest: Bool,
    in graph: inout Graph
  ) throws(NetworkError) {
    let rest = state.rest
    var node = try graph.pooling(rest, width: pool, kind: pooling)
    for (number, layer) in weights.layers.enumerated() {
      if dropoutPlace == .betweenLayers, number > 0 { node = try graph.dropout(node, rate: dropout) }
      node = try graph.linear(node, weight: layer.weight, bias: layer.bias, activation: .relu)
      if dropoutPlace == .behindEachLayer { node = try graph.dropout(node, rate: dropout) }
    }
    let theta = try graph.linear(
      node, weight: weights.theta.weight, bias: weights.theta.bias,
      activation: weights.backcast == nil ? .identity : .relu)
    switch basis {
    case .generic:
      guard let backcast = weights.backcast, let forecast = weights.forecast else {
        return try take(theta, horizon, &state, needsRest: needsRest, in: &graph)
      }
      let half = theta.shape.last / 2
      let made = try graph.concatenate(
        [
          try graph.linear(
            try graph.slice(theta, axis: 1, from: 0, count: half), weight: backcast.weight,
            bias: backcast.bias),
          try graph.linear(
            try graph.slice(theta, axis: 1, from: half, count: half), weight: forecast.weight,
            bias: forecast.bias),
        ], axis: 1)
      try take(made, horizon, &state, needsRest: needsRest, in: &graph)
    case .trend, .seasonal:
      guard let curves else { return }
      try take(
        try graph.linear(theta, weight: curves, bias: nil), horizon, &state, needsRest: needsRest, in: &graph)
    case .interpolation:
      guard let curves else { return }
      if needsRest { state.rest = try graph.subtractBackcast(rest, from: theta) }
      guard state.adds else { return }
      let knots = try graph.slice(
        theta, axis: 1, from: rest.shape[1], count: theta.shape.last - rest.shape[1])
      let forecast = try graph.linear(knots, weight: curves, bias: nil)
      state.forecast =
        try state.forecast.map { sum throws(NetworkError) in try graph.add(sum, forecast) } ?? forecast
    }
  }

  /// Takes a block's output [S, L + H] off the residual, and adds it to the forecast.
  private func take(
    _ made: Node, _ horizon: Int, _ state: inout State, needsRest: Bool, in graph: inout Graph
  ) throws(NetworkError) {
    if state.adds { state.forecast = try graph.addForecast(state.forecast, from: made, horizon: horizon) }
    if needsRest { state.rest = try graph.subtractBackcast(state.rest, from: made) }
  }
}
