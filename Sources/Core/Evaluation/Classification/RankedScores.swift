/// Scores of which higher ones should belong to the positive class, in descending order, equals together.
package struct RankedScores: Sendable, Equatable {
  /// For each different score, from the highest: how many positives and negatives have it.
  private var steps: [(positives: Double, negatives: Double)] = []
  package let positives: Int
  package let negatives: Int

  package init(scores: [Double], labels: [Bool]) {
    precondition(scores.count == labels.count, "a score a label")
    let order = scores.indices.sorted { scores[$0] > scores[$1] || scores[$0] == scores[$1] && $0 < $1 }
    positives = labels.reduce(0) { $1 ? $0 + 1 : $0 }
    negatives = labels.count - positives
    var previous: Double?
    for index in order {
      if scores[index] != previous { steps.append((0, 0)) }
      previous = scores[index]
      if labels[index] {
        steps[steps.count - 1].positives += 1
      } else {
        steps[steps.count - 1].negatives += 1
      }
    }
  }

  package static func == (one: RankedScores, other: RankedScores) -> Bool {
    one.steps.elementsEqual(other.steps, by: ==)
  }

  /// The area under the receiver operating characteristic: the probability that a positive scores higher than a
  /// negative, equals counted half.
  ///
  /// Nil where there is one class only.
  package var areaUnderCurve: Double? {
    guard positives > 0, negatives > 0 else { return nil }
    var (area, above) = (0.0, 0.0)
    for step in steps {
      area += step.negatives * (above + step.positives / 2)
      above += step.positives
    }
    return area / (Double(positives) * Double(negatives))
  }

  /// Average precision, Σ (Rₙ − Rₙ₋₁) Pₙ over the different scores: the area under precision and recall without the
  /// optimism of straight lines between them (Davis and Goadrich, ICML 2006).
  ///
  /// Nil without a positive.
  package var averagePrecision: Double? {
    guard positives > 0 else { return nil }
    var (sum, hits, taken) = (0.0, 0.0, 0.0)
    for step in steps {
      hits += step.positives
      taken += step.positives + step.negatives
      sum += step.positives * hits / taken
    }
    return sum / Double(positives)
  }

  /// The points of the curve, false positive rate and true positive rate, from the origin to (1, 1).
  package var curve: [(falsePositives: Double, truePositives: Double)] {
    guard positives > 0, negatives > 0 else { return [] }
    var points = [(falsePositives: 0.0, truePositives: 0.0)]
    var (hits, misses) = (0.0, 0.0)
    for step in steps {
      hits += step.positives
      misses += step.negatives
      points.append((misses / Double(negatives), hits / Double(positives)))
    }
    return points
  }
}
