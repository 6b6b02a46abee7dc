package import Evaluation
import Tensors

/// What a forecaster is worth on some windows, always beside the baselines on the same ones.
package struct Scores: Sendable, Equatable {
  /// A value for original units, and one for those of the model.
  package struct Units<Value: Sendable>: Sendable {
    /// In original units.
    package var levels: Value
    /// In the units of the model.
    package var transformed: Value
  }

  /// The losses of one forecaster, summed in one way for all, so that equal forecasts have equal figures.
  package struct Losses: Sendable, Equatable {
    package private(set) var sums = Units(levels: ErrorSums(), transformed: ErrorSums())
    /// The mean squared error of each window, [n].
    package private(set) var windows = Units<[Double]>(levels: [], transformed: [])
    /// Of each step, in original units, [H].
    package private(set) var steps: [ErrorSums]

    init(steps: Int) { self.steps = [ErrorSums](repeating: ErrorSums(), count: steps) }

    init(of forecasts: Forecaster.Forecasts, against actual: Units<Panel>) {
      let levels = ErrorSums.windows(of: forecasts.levels, against: actual.levels)
      let transformed = ErrorSums.windows(of: forecasts.transformed, against: actual.transformed)
      sums = Units(levels: ErrorSums(adding: levels), transformed: ErrorSums(adding: transformed))
      windows = Units(levels: levels.map(\.meanSquare), transformed: transformed.map(\.meanSquare))
      steps = ErrorSums.steps(of: forecasts.levels, against: actual.levels)
    }

    /// Adds those of the windows that come after these.
    mutating func add(_ other: Losses) {
      sums.levels.add(other.sums.levels)
      sums.transformed.add(other.sums.transformed)
      windows.levels += other.windows.levels
      windows.transformed += other.windows.transformed
      for step in steps.indices { steps[step].add(other.steps[step]) }
    }
  }

  package struct BaselineScore: Sendable, Equatable {
    package var baseline: Baseline
    package var losses: Losses
  }

  /// Whether the forecaster is better than a baseline.
  package struct BaselineTest: Sendable, Equatable {
    package var baseline: Baseline
    /// By losses in original units.
    package var levels: SkillTest
    /// By losses in the units of the model, where columns of different units weigh the same; nil where a forecast has none.
    package var transformed: SkillTest?

    package init(baseline: Baseline, levels: SkillTest, transformed: SkillTest?) {
      self.baseline = baseline
      self.levels = levels
      self.transformed = transformed
    }

    /// What counts.
    package var result: SkillTest { transformed ?? levels }
  }

  /// The errors of the forecaster in every way.
  package var model: Units<RegressionTable>
  package var losses: Losses
  package var baselines: [BaselineScore]
  /// Nil of labels, which have no last value.
  package var direction: DirectionTable?
  /// Nil of quantities.
  package var classes: ClassScores?
  /// Of the intervals from validation errors.
  package var intervals: QuantileScores
  /// Of the model's own quantiles; nil for a model that has none.
  package var modelQuantiles: QuantileScores?
  /// When the last input of each window opens, [n].
  package var times: [Int64] = []
  /// How many times in a row share bars of their horizons.
  package var overlap = 1

  mutating func add(_ other: Scores) {
    model.levels.add(other.model.levels)
    model.transformed.add(other.model.transformed)
    losses.add(other.losses)
    for (index, score) in other.baselines.enumerated() { baselines[index].losses.add(score.losses) }
    if let others = other.direction { direction?.add(others) }
    if let others = other.classes { classes?.add(others) }
    intervals.add(other.intervals)
    if let others = other.modelQuantiles {
      if modelQuantiles == nil { modelQuantiles = others } else { modelQuantiles?.add(others) }
    }
    times += other.times
  }

  /// The test of skill against each baseline.
  package var skillTests: [BaselineTest] {
    baselines.map { score in
      let (own, other) = (losses.windows, score.losses.windows)
      let isKnown = (own.transformed + other.transformed).allSatisfy(\.isFinite)
      return BaselineTest(
        baseline: score.baseline,
        levels: SkillTest(
          own.levels, against: other.levels, times: times, overlap: overlap),
        transformed: isKnown
          ? SkillTest(own.transformed, against: other.transformed, times: times, overlap: overlap) : nil)
    }
  }

  /// `80` for 0.8, `97.5` for 0.975.
  package static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }
}

extension Scores.Units: Equatable where Value: Equatable {}
