package import Evaluation

/// The errors of a forecaster and of the baselines on the same windows, in both units.
package struct Scores: Sendable, Equatable {
  package struct Pair: Sendable, Equatable {
    /// In original units.
    package var levels = ErrorSums()
    /// In the units of the model.
    package var transformed = ErrorSums()

    mutating func add(_ other: Pair) {
      levels.add(other.levels)
      transformed.add(other.transformed)
    }
  }

  package struct BaselineScore: Sendable, Equatable {
    package var baseline: Baseline
    package var sums = Pair()
  }

  package var model = Pair()
  package var baselines: [BaselineScore]
  /// Of classes, how many were said rightly; nothing is counted of quantities.
  package var classHits = ClassHits()
  /// For each interval, outermost first, how many actual values lay in it.
  package var hits: [Int]
  /// The same for the model's own quantiles; nil for a model that has none.
  package var modelHits: [Int]?

  init(baselines: [Baseline], coverages: Int) {
    self.baselines = baselines.map { BaselineScore(baseline: $0) }
    hits = [Int](repeating: 0, count: coverages)
  }

  mutating func add(_ other: Scores) {
    model.add(other.model)
    classHits.add(other.classHits)
    for index in baselines.indices { baselines[index].sums.add(other.baselines[index].sums) }
    for index in hits.indices { hits[index] += other.hits[index] }
    if let others = other.modelHits {
      modelHits = zip(modelHits ?? others.map { _ in 0 }, others).map { $0 + $1 }
    }
  }

  /// The metrics for the manifest: `test/mse` in original units, `test/standardized/mse` in the units of the
  /// model; behind the name of a baseline its own value, and under `skill` the share of its squared error
  /// that is gone.
  ///
  /// `test/coverage/80` is the share of values in the intervals from validation errors, `test/model_coverage/80` that in
  /// those of the model's own quantiles. A value that does not exist (a baseline without a logarithm, a skill against no error) is left out.
  package func metrics(coverages: [Double]) -> [String: Double] {
    var metrics: [String: Double] = [:]
    for (prefix, path) in [("test", \Pair.levels), ("test/standardized", \Pair.transformed)] {
      let own = model[keyPath: path]
      metrics["\(prefix)/mse"] = own.meanSquare
      metrics["\(prefix)/mae"] = own.meanAbsolute
      metrics["\(prefix)/rmse"] = own.rootMeanSquare
      for entry in baselines {
        let (name, sums) = (entry.baseline.name, entry.sums[keyPath: path])
        metrics["\(prefix)/mse/\(name)"] = sums.meanSquare
        metrics["\(prefix)/mae/\(name)"] = sums.meanAbsolute
        metrics["\(prefix)/rmse/\(name)"] = sums.rootMeanSquare
        metrics["\(prefix)/skill/\(name)"] = own.skill(against: sums)
      }
    }
    for (coverage, hits) in zip(coverages.reversed(), hits) {
      metrics["test/coverage/\(Self.percent(coverage))"] = Double(hits) / Double(model.levels.count)
    }
    for (coverage, hits) in zip(coverages.reversed(), modelHits ?? []) {
      metrics["test/model_coverage/\(Self.percent(coverage))"] = Double(hits) / Double(model.levels.count)
    }
    metrics.merge(classHits.metrics) { first, _ in first }
    return metrics.filter { $0.value.isFinite }
  }

  /// `80` for 0.8, `97.5` for 0.975.
  package static func percent(_ share: Double) -> String {
    let tenths = Int((share * 1000).rounded())
    return tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)"
  }
}
