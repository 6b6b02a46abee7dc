import Artifacts

extension TrainingSettings {
  /// What training makes small.
  package enum Loss: Sendable, Equatable {
    case mse, rmse, mae
    case huber(delta: Double)
    case smoothL1(beta: Double)
    case quantile([Double])
    case smape, mape
    case mase(season: Int)
    case gaussian, student
    case binaryCrossEntropy
    case categoricalCrossEntropy(classes: Int)
    case direction(weight: Double)
    case differenceRoot(weight: Double, beta: Double)
    case dilate(alpha: Double, gamma: Double)
    case compounding(rate: Double)
    /// Half of the horizon without `lags`.
    case autocorrelation(weight: Double, lags: Int?)
    case shift(steps: Int, decay: Double)
    case timeCentred(level: Double)
    case grid(Grid)
    case bounded(Bounded)
  }

  /// What kernel regression believes, and what leaving it costs.
  package struct Bounded: Sendable, Equatable {
    package var gamma: Double
    package var kernel: Blueprint.KernelRegression.Kernel
    package var bandwidth: Double
    package var lipschitz: Double
    /// Nil to be estimated.
    package var noise: Double?
    package var delta: Double
    package var rows: Int
    package var maxReinit: Int
    package var tolerance: Double
  }

  /// Intervals that a target, or its change, is sorted into.
  package struct Grid: Sendable, Equatable {
    package enum Subject: String, Sendable, CaseIterable { case value, change, percent }
    package enum Choice: String, Sendable, CaseIterable { case mean, likeliest }
    package enum Comparison: String, Sendable, CaseIterable { case categorical, binary }

    /// Empty where the training values decide.
    package var edges: [Double]
    /// How many intervals the training values make; nil where edges are given.
    package var bins: Int?
    package var subject: Subject
    package var choice: Choice
    package var comparison: Comparison
  }

  private enum LossName: String, CaseIterable {
    case mse, rmse, mae, huber
    case smoothL1 = "smooth-l1"
    case quantile, smape, mape, mase, gaussian, student
    case binaryCrossEntropy = "binary-cross-entropy"
    case categoricalCrossEntropy = "categorical-cross-entropy"
    case direction
    case differenceRoot = "diff-root"
    case dilate, compounding, autocorrelation, shift
    case timeCentred = "time-centred"
    case grid, bounded
  }

  static func loss(_ fields: inout Fields) throws(ConfigurationError) -> Loss {
    try choice(&fields, "loss", default: "mse") { name, inner throws(ConfigurationError) in
      switch name as LossName {
      case .mse: return .mse
      case .rmse: return .rmse
      case .mae: return .mae
      case .huber: return .huber(delta: try inner.number("delta", default: 1, in: 1e-9...1e9))
      case .smoothL1: return .smoothL1(beta: try inner.number("beta", default: 1, in: 1e-9...1e9))
      case .quantile: return .quantile(try levels(&inner))
      case .smape: return .smape
      case .mape: return .mape
      case .mase: return .mase(season: try inner.integer("season", default: 1, in: 1...100_000))
      case .gaussian: return .gaussian
      case .student: return .student
      case .binaryCrossEntropy: return .binaryCrossEntropy
      case .categoricalCrossEntropy:
        return .categoricalCrossEntropy(classes: try inner.integer("classes", in: 2...10_000))
      case .direction: return .direction(weight: try inner.number("weight", default: 0.1, in: 0...1e6))
      case .differenceRoot:
        return .differenceRoot(
          weight: try inner.number("weight", default: 1, in: 0...1e6),
          beta: try inner.number("beta", default: 1, in: 1e-9...1e9))
      case .dilate:
        return .dilate(
          alpha: try inner.number("alpha", default: 0.5, in: 0...1),
          gamma: try inner.number("gamma", default: 0.1, in: 1e-6...1e6))
      case .compounding: return .compounding(rate: try inner.number("rate", default: 1.1, in: 0.001...1000))
      case .autocorrelation:
        return .autocorrelation(
          weight: try inner.number("weight", default: 1, in: 0...1e6),
          lags: inner.has("lags") ? try inner.integer("lags", in: 1...100_000) : nil)
      case .shift:
        return .shift(
          steps: try inner.integer("steps", default: 1, in: 1...100_000),
          decay: try inner.number("decay", default: 0.5, in: 0...1))
      case .timeCentred: return .timeCentred(level: try inner.number("level", default: 0.1, in: 0...1e6))
      case .bounded: return .bounded(try Bounded(&inner))
      case .grid: return .grid(try grid(&inner))
      }
    }
  }

  private static func levels(_ inner: inout Fields) throws(ConfigurationError) -> [Double] {
    let levels = try inner.numbers("levels", default: [0.1, 0.5, 0.9], in: 0.0001...0.9999)
    guard levels.count % 2 == 1, zip(levels, levels.dropFirst()).allSatisfy({ $0 < $1 }) else {
      throw .wrongValue(
        at: inner.place, setting: "training.loss.quantile.levels",
        expected: "an ascending list of an odd number, whose middle is the forecast",
        found: JSON(levels).inline)
    }
    return levels
  }

  private static func grid(_ inner: inout Fields) throws(ConfigurationError) -> Grid {
    let bins = inner.has("bins") ? try inner.integer("bins", in: 2...10_000) : nil
    let edges = try inner.numbers("edges", default: [], in: -1e30...1e30)
    guard (bins == nil) != edges.isEmpty else {
      throw .wrongValue(
        at: inner.place, setting: "training.loss.grid", expected: "either edges or a number of bins",
        found: bins == nil ? "neither" : "both")
    }
    guard
      bins != nil || edges.count >= 3 && zip(edges, edges.dropFirst()).allSatisfy({ Float($0) < Float($1) })
    else {
      throw .wrongValue(
        at: inner.place, setting: "training.loss.grid.edges",
        expected: "three or more numbers, each above the one before it", found: JSON(edges).inline)
    }
    return Grid(
      edges: edges, bins: bins, subject: try inner.choice("of", default: .change),
      choice: try inner.choice("forecast", default: .mean),
      comparison: try inner.choice("by", default: .categorical))
  }
}

extension TrainingSettings.Bounded {
  fileprivate init(_ fields: inout Fields) throws(ConfigurationError) {
    gamma = try fields.number("gamma", default: 1, in: 0...1e9)
    kernel = try fields.choice("kernel", default: .epanechnikov)
    bandwidth = try fields.number("bandwidth", default: 1, in: 1e-6...1e6)
    lipschitz = try fields.number("lipschitz", default: 1, in: 1e-9...1e9)
    let noise = try fields.number("noise", default: 0, in: 0...1e9)
    self.noise = noise > 0 ? noise : nil
    delta = try fields.number("delta", default: 0.1, in: 1e-9...0.999)
    rows = try fields.integer("rows", default: 5000, in: 1...10_000_000)
    maxReinit = try fields.integer("max_reinit", default: 0, in: 0...10_000)
    tolerance = try fields.number("reinit_tolerance", default: 0, in: 0...1)
  }
}
