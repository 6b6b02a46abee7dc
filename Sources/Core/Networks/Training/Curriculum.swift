/// How training leads an unrolled network from easy to hard: how many steps it forecasts, how often it is given what
/// came instead of its own forecast, and when that changes.
///
/// Bengio et al., «Curriculum learning», ICML 2009. Validation always forecasts all steps from its own forecasts.
package struct Curriculum: Sendable, Equatable {
  package enum Forcing: Sendable, Equatable {
    case constant(probability: Double)
    /// For so many epochs, then for as many not, and so on.
    case cyclic(probability: Double, epochs: Int)
  }

  package enum Lengths: Sendable, Equatable {
    /// Multiplied by `factor` every `epochs`.
    case step(epochs: Int, factor: Int)
    /// Multiplied by `factor` at each of these epochs, counted from 0.
    case milestones([Int], factor: Int)
    /// Multiplied when a plateau is met.
    case plateau(Plateau, factor: Int, most: Int?)
  }

  /// When validation counts as no better any more.
  package struct Plateau: Sendable, Equatable {
    /// Epochs without a better loss that make one.
    package var patience: Int
    /// What a better loss is better by: a share of the best, or a difference.
    package var threshold: Double
    package var isRelative: Bool

    package init(patience: Int, threshold: Double = 1e-4, isRelative: Bool = true) {
      self.patience = patience
      self.threshold = threshold
      self.isRelative = isRelative
    }

    func isBetter(_ loss: Double, than best: Double) -> Bool {
      isRelative ? loss < best * (1 - threshold) : loss < best - threshold
    }
  }

  package enum Change: String, Sendable, CaseIterable {
    case length
    case forcing = "teacher-forcing"
    case rate = "learning-rate"
  }

  /// One change after the other, each when a plateau is met, and from the beginning again.
  package struct Cycle: Sendable, Equatable {
    package var changes: [Change]
    package var plateau: Plateau
    package var lengthFactor: Int
    package var rateFactor: Double
    package var most: Int?
    /// Whether the rate is the schedule's again after the last change.
    package var restoresRate: Bool

    package init(
      changes: [Change], plateau: Plateau, lengthFactor: Int, rateFactor: Double, most: Int? = nil,
      restoresRate: Bool = false
    ) {
      self.changes = changes
      self.plateau = plateau
      self.lengthFactor = lengthFactor
      self.rateFactor = rateFactor
      self.most = most
      self.restoresRate = restoresRate
    }
  }

  package var forcing: Forcing?
  package var lengths: Lengths?
  package var cycle: Cycle?
  /// The steps of the first epoch; all when lengths never change.
  package var firstLength: Int

  package init(
    forcing: Forcing? = nil, lengths: Lengths? = nil, cycle: Cycle? = nil, firstLength: Int = 1
  ) {
    self.forcing = forcing
    self.lengths = lengths
    self.cycle = cycle
    self.firstLength = firstLength
  }

  /// Whether the number of steps may ever be another.
  package var changesLength: Bool { lengths != nil || cycle?.changes.contains(.length) ?? false }

  /// How far it has come: what going on after an interruption needs.
  struct State: Sendable, Equatable {
    /// Multiplications of the length.
    var growths = 0
    /// How often forcing was switched.
    var switches = 0
    var rateReductions = 0
    /// Which change of a cycle is next.
    var place = 0
    var best = Double.infinity
    var epochsWithoutImprovement = 0

    var fields: [Double] {
      [
        Double(growths), Double(switches), Double(rateReductions), Double(place), best.isFinite ? 1 : 0,
        best.isFinite ? best : 0, Double(epochsWithoutImprovement),
      ]
    }

    init() {}

    init?(fields: [Double]) {
      guard fields.count == 7 else { return nil }
      (growths, switches, rateReductions) = (Int(fields[0]), Int(fields[1]), Int(fields[2]))
      place = Int(fields[3])
      best = fields[4] == 1 ? fields[5] : .infinity
      epochsWithoutImprovement = Int(fields[6])
    }
  }

  /// The steps that an epoch, counted from 0, forecasts out of `horizon`.
  func length(epoch: Int, _ state: State, horizon: Int) -> Int {
    guard changesLength else { return horizon }
    let (growths, factor): (Int, Int) =
      switch lengths {
      case .step(let epochs, let factor): (epoch / epochs, factor)
      case .milestones(let epochs, let factor): (epochs.count { $0 <= epoch }, factor)
      case .plateau(_, let factor, _): (state.growths, factor)
      case nil: (state.growths, cycle?.lengthFactor ?? 1)
      }
    return Self.length(first: firstLength, factor, growths, horizon: horizon)
  }

  private static func length(first: Int, _ factor: Int, _ growths: Int, horizon: Int) -> Int {
    var length = min(first, horizon)
    for _ in 0..<growths where length < horizon { length = min(length * factor, horizon) }
    return length
  }

  /// How likely a step of an epoch, counted from 0, is forced.
  func forcing(epoch: Int, _ state: State) -> Double {
    switch forcing {
    case nil: 0
    case .constant(let probability): state.switches % 2 == 0 ? probability : 0
    case .cyclic(let probability, let epochs):
      (epoch / epochs + state.switches) % 2 == 0 ? probability : 0
    }
  }

  /// What the schedule's rate is multiplied by.
  func rateFactor(_ state: State) -> Double {
    (0..<state.rateReductions).reduce(1) { product, _ in product * (cycle?.rateFactor ?? 1) }
  }

  /// Takes an epoch's validation loss.
  func advance(_ state: inout State, validation loss: Double, horizon: Int) {
    switch lengths {
    case .plateau(let plateau, let factor, let most):
      guard isPlateau(plateau, &state, loss) else { return }
      grow(&state, factor, most: most, horizon: horizon)
      return
    default: break
    }
    guard let cycle, isPlateau(cycle.plateau, &state, loss) else { return }
    switch cycle.changes[state.place] {
    case .length: grow(&state, cycle.lengthFactor, most: cycle.most, horizon: horizon)
    case .forcing: state.switches += 1
    case .rate: state.rateReductions += 1
    }
    state.place += 1
    guard state.place == cycle.changes.count else { return }
    state.place = 0
    if cycle.restoresRate { state.rateReductions = 0 }
  }

  private func isPlateau(_ plateau: Plateau, _ state: inout State, _ loss: Double) -> Bool {
    if plateau.isBetter(loss, than: state.best) {
      state.best = loss
      state.epochsWithoutImprovement = 0
    } else {
      state.epochsWithoutImprovement += 1
    }
    guard state.epochsWithoutImprovement >= plateau.patience else { return false }
    state.epochsWithoutImprovement = 0
    return true
  }

  /// A length beyond the greatest is left as it is.
  private func grow(_ state: inout State, _ factor: Int, most: Int?, horizon: Int) {
    let now = Self.length(first: firstLength, factor, state.growths, horizon: horizon)
    guard now < horizon, now * factor <= most ?? .max else { return }
    state.growths += 1
  }
}
