private import Artifacts
package import Evaluation
import Tensors

/// How well a model tells classes apart, beside the most frequent class of the training windows.
package struct ClassScores: Sendable, Equatable {
  /// The number of classes of each target, [K].
  private let classes: [Int]
  /// What is known from the training windows: how often each class of each target came, [K][C].
  private let priors: [[Double]]
  /// [K].
  package private(set) var confusions: [ConfusionMatrix]
  /// Of targets of two classes the forecast probabilities of the second one and whether it came, [K][n].
  package private(set) var probabilities: [[Double]]
  package private(set) var came: [[Bool]]

  init(priors: [[Double]]) {
    self.priors = priors
    classes = priors.map(\.count)
    confusions = classes.map { ConfusionMatrix(classes: max($0, 1)) }
    (probabilities, came) = (classes.map { _ in [] }, classes.map { _ in [] })
  }

  /// Adds the windows of a panel; a forecast that is a probability, or a number between classes, counts as the nearest.
  mutating func add(_ forecast: Panel, against actual: Panel) {
    for index in actual.values.indices {
      let target = index % actual.columns
      let nearest = Int(min(max(forecast.values[index].rounded(), 0), Double(classes[target] - 1)))
      let code = Int(actual.values[index])
      confusions[target].add(nearest, against: code)
      if classes[target] == 2 {
        probabilities[target].append(min(max(forecast.values[index], 0), 1))
        came[target].append(code == 1)
      }
    }
  }

  mutating func add(_ other: ClassScores) {
    for target in classes.indices {
      confusions[target].add(other.confusions[target])
      probabilities[target] += other.probabilities[target]
      came[target] += other.came[target]
    }
  }

  /// Of a target of two classes.
  package func binary(_ target: Int) -> BinaryClassification? {
    classes[target] == 2
      ? BinaryClassification(probabilities: probabilities[target], labels: came[target]) : nil
  }

  /// Over all targets: `accuracy`, the share that was right, `accuracy/majority`, that of the training windows' most
  /// frequent class, and the limits of the first; of a single target also what is defined for it alone.
  ///
  /// The limits are Wilson's.
  var metrics: [(name: String, value: Double?, reason: String)] {
    let total = confusions.reduce(0) { $0 + $1.total }
    guard total > 0 else { return [] }
    let right = zip(confusions, classes).reduce(0.0) { sum, entry in
      sum + (0..<entry.1).reduce(0.0) { $0 + entry.0.count(forecast: $1, actual: $1) }
    }
    let majority = zip(confusions, priors).reduce(0.0) { sum, entry in
      var best = 0
      for code in entry.1.indices where entry.1[code] > entry.1[best] { best = code }
      return sum + entry.0.actual(best)
    }
    var metrics: [(name: String, value: Double?, reason: String)] = [
      ("accuracy", right / total, ""), ("accuracy/majority", majority / total, ""),
    ]
    if let interval = BinomialInterval(hits: right, count: total) {
      metrics += [("accuracy/lower", interval.lower, ""), ("accuracy/upper", interval.upper, "")]
    }
    guard classes.count == 1 else { return metrics }
    let single = "the windows have a single class, or all forecasts are one"
    if let judged = binary(0) {
      metrics += judged.metrics(prior: priors[0][1]).filter { $0.name != "accuracy" }.map {
        ($0.name, $0.value, single)
      }
      let test = PesaranTimmermann(
        forecastUp: probabilities[0].map { $0 >= 0.5 }, actualUp: came[0])
      metrics.append(("accuracy/p", test?.p, single))
    } else {
      metrics += [
        ("f1", confusions[0].macroF1, single), ("mcc", confusions[0].matthewsCorrelation, single),
      ]
    }
    return metrics
  }
}

extension WindowTable {
  /// The share of each class of each target in the training windows, [K][C]; nil where a target is none.
  var classShares: [[Double]]? {
    guard signature.hasLabels, signature.classes.allSatisfy({ !$0.isEmpty }) else { return nil }
    let columns = signature.targets.count
    var counts = signature.classes.map { [Double](repeating: 0, count: $0.count) }
    for origin in origins[.train] ?? [] {
      for column in 0..<columns {
        let code = Int(levels[origin * columns + column])
        if counts[column].indices.contains(code) { counts[column][code] += 1 }
      }
    }
    return counts.map { counts in
      let total = counts.reduce(0, +)
      return counts.map { total > 0 ? $0 / total : 1 / Double(counts.count) }
    }
  }
}
