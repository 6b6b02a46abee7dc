internal import Artifacts

extension Network {
  /// How a forecast is read from what the network gives.
  package enum Reading: Sendable, Equatable {
    /// [S, H, K] are forecasts.
    case point
    /// [S, H, K, Q] are quantiles at these levels; the middle one is the forecast.
    case quantiles([Float])
    /// [S, H, K, 2]: mean and logarithm of the deviation.
    case gaussian
    /// [S, H, K, 3]: location, logarithm of the scale, and what the degrees of freedom come from.
    case student
    /// [S, H, K, N] are draws from the distribution of what comes; their mean is the forecast.
    case samples
    /// [S, H, K, C] are log-probabilities of the intervals of a grid, up to a constant.
    case grid(ValueGrid)
    /// [S, H, K] are log-odds of class 1; the forecast is its probability.
    case probability
    /// [S, H, K, C] are log-probabilities of classes, up to a constant; the forecast is the likeliest, and of two the
    /// probability of class 1.
    case classes(Int)
  }
}

extension Network.Reading {
  /// The numbers for each step and target that training needs; of draws 1, because what draws decides by itself.
  package var outputs: Int {
    switch self {
    case .point, .probability, .samples: 1
    case .quantiles(let levels): levels.count
    case .gaussian: 2
    case .student: 3
    case .grid(let grid): grid.count
    case .classes(let count): count
    }
  }

  /// Which number of a step is the forecast; nil where the forecast is made of several.
  var place: Int? {
    switch self {
    case .point, .gaussian, .student: 0
    case .quantiles(let levels): levels.count / 2
    case .samples, .grid, .probability, .classes: nil
    }
  }

  /// Whether all numbers of a step are values of the target, whose level and scale can be put back.
  var holdsValues: Bool {
    switch self {
    case .point, .quantiles, .samples: true
    case .gaussian, .student, .grid, .probability, .classes: false
    }
  }

  /// Whether the first number of a step is a value of the target, or all are.
  var holdsLocation: Bool { holdsValues || self == .gaussian || self == .student }

  package var name: String {
    switch self {
    case .point: "point"
    case .quantiles: "quantiles"
    case .gaussian: "gaussian"
    case .student: "student"
    case .samples: "samples"
    case .grid: "grid"
    case .probability: "probability"
    case .classes: "classes"
    }
  }

  /// What a model's blueprint says of it.
  var facts: [String: JSON] {
    var facts: [String: JSON] = ["reading": .string(name)]
    switch self {
    case .quantiles(let levels): facts["levels"] = JSON(levels.map(Double.init))
    case .grid(let grid): facts["grid"] = grid.json
    case .classes(let count): facts["classes"] = JSON(count)
    case .point, .gaussian, .student, .samples, .probability: break
    }
    return facts
  }

  init?(blueprint: JSON) {
    switch blueprint["reading"]?.string {
    case "point": self = .point
    case "quantiles":
      let levels = (blueprint["levels"]?.array ?? []).compactMap { $0.number.map { Float($0) } }
      guard !levels.isEmpty else { return nil }
      self = .quantiles(levels)
    case "gaussian": self = .gaussian
    case "student": self = .student
    case "samples": self = .samples
    case "grid":
      guard let grid = ValueGrid(blueprint["grid"]) else { return nil }
      self = .grid(grid)
    case "probability": self = .probability
    case "classes":
      guard let count = blueprint["classes"]?.integer else { return nil }
      self = .classes(count)
    default: return nil
    }
  }
}
