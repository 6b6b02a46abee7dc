package import Evaluation

extension Scores {
  /// The metrics for the manifest, and of those that have no value the reason.
  ///
  /// `test/mse` is in original units, `test/standardized/mse` in the units of the model; behind the name of a baseline its
  /// own value, and under `skill` the share of its squared error that is gone. `p/repeat` is the probability of so much
  /// skill against `repeat` by luck (Diebold and Mariano). `coverage/80` is of
  /// the intervals from validation errors, `model_coverage/80` of the model's own quantiles.
  package func metrics(
    tests: [BaselineTest]
  ) -> (values: [String: Double], undefined: [String: String]) {
    var found = Metrics()
    for (prefix, table, path) in [
      ("test", model.levels, \Scores.Units<ErrorSums>.levels),
      ("test/standardized", model.transformed, \Scores.Units<ErrorSums>.transformed),
    ] {
      let (total, own) = (table.total, losses.sums[keyPath: path])
      for metric in RegressionMetric.allCases {
        found.set("\(prefix)/\(metric.rawValue)", total.value(of: metric), or: metric.reasonUndefined)
      }
      found.set("\(prefix)/mse", own.meanSquare)
      found.set("\(prefix)/mae", own.meanAbsolute)
      found.set("\(prefix)/rmse", own.rootMeanSquare)
      for score in baselines {
        let (name, sums) = (score.baseline.name, score.losses.sums[keyPath: path])
        found.set("\(prefix)/mse/\(name)", sums.meanSquare)
        found.set("\(prefix)/mae/\(name)", sums.meanAbsolute)
        found.set("\(prefix)/rmse/\(name)", sums.rootMeanSquare)
        found.set(
          "\(prefix)/skill/\(name)", own.skill(against: sums), or: "'\(name)' errs nowhere")
      }
    }
    for test in tests {
      found.set(test.levels, under: "test", against: test.baseline.name)
      if let transformed = test.transformed {
        found.set(transformed, under: "test/standardized", against: test.baseline.name)
      }
    }
    if let direction { found.set(direction) }
    if let classes { found.set(classes) }
    found.set(intervals, "coverage", "width", "interval_score")
    if let modelQuantiles {
      found.set(modelQuantiles, "model_coverage", "model_width", "model_interval_score")
      found.set("test/crps", modelQuantiles.rankedProbabilityScore)
    }
    return (found.values, found.undefined)
  }

  private struct Metrics {
    var values: [String: Double] = [:]
    var undefined: [String: String] = [:]

    /// A value that is no number (a baseline without a logarithm) is left out with its reason.
    mutating func set(_ name: String, _ value: Double?, or reason: String = "it is not a finite number") {
      if let value, value.isFinite { values[name] = value } else { undefined[name] = reason }
    }

    mutating func set(_ test: SkillTest, under prefix: String, against name: String) {
      if let interval = test.interval {
        set("\(prefix)/skill/\(name)/lower", interval.lowerBound)
        set("\(prefix)/skill/\(name)/upper", interval.upperBound)
      }
      let reason =
        switch test.obstacle {
        case .tooFew(let windows, let needed):
          "\(windows) times of windows are too few for a test of skill, which needs \(needed)"
        case .constant: "every window differs by the same from '\(name)'"
        case nil: ""
        }
      set("\(prefix)/p/\(name)", test.test?.pBetter, or: reason)
      set("\(prefix)/dm/\(name)", test.test?.statistic, or: reason)
    }

    mutating func set(_ direction: DirectionTable) {
      set("test/direction/accuracy", direction.accuracy, or: "no actual value moves")
      set("test/direction/first_step", direction.accuracy(atStep: 0), or: "no actual value moves")
      if let interval = direction.interval {
        set("test/direction/first_step/lower", interval.lower)
        set("test/direction/first_step/upper", interval.upper)
      }
      set(
        "test/direction/p", direction.test?.p,
        or: "forecasts or actual values go one way only, so that there is nothing to know")
    }

    mutating func set(_ classes: ClassScores) {
      for (name, value, reason) in classes.metrics { set("test/\(name)", value, or: reason) }
    }

    mutating func set(_ scores: QuantileScores, _ coverage: String, _ width: String, _ score: String) {
      for pair in scores.intervals {
        let share = Scores.percent(scores.coverage(pair))
        set("test/\(coverage)/\(share)", scores.hitShare(pair))
        set("test/\(width)/\(share)", scores.meanWidth(pair))
        set("test/\(score)/\(share)", scores.intervalScore(pair))
      }
    }
  }
}
