private import Numerics

/// How well probabilities of one of two classes tell which comes.
///
/// The names are those of the published tables of TensorFlow's canned estimators, where those have one.
package struct BinaryClassification: Sendable, Equatable {
  package let count: Int
  package let confusion: ConfusionMatrix
  package let ranked: RankedScores
  package let reliability: ReliabilityBins
  private let logLosses: Double
  private let squares: Double
  private let scores: Double

  /// - Parameters:
  ///   - probabilities: of the positive class, [n].
  ///   - labels: whether it came.
  ///   - threshold: from which probability on the positive class is the forecast.
  package init(probabilities: [Double], labels: [Bool], threshold: Double = 0.5) {
    precondition(probabilities.count == labels.count, "a probability a label")
    count = labels.count
    var confusion = ConfusionMatrix(classes: 2)
    var (losses, squares, scores) = (0.0, 0.0, 0.0)
    for (probability, label) in zip(probabilities, labels) {
      confusion.add(probability >= threshold ? 1 : 0, against: label ? 1 : 0)
      losses += Self.logLoss(probability, label)
      let distance = probability - (label ? 1 : 0)
      squares += distance * distance
      scores += probability
    }
    (self.confusion, logLosses, self.squares, self.scores) = (confusion, losses, squares, scores)
    ranked = RankedScores(scores: probabilities, labels: labels)
    reliability = ReliabilityBins(probabilities: probabilities, came: labels)
  }

  /// −ln of the probability given to what came, which is kept within 2⁻⁵² of 0 and 1, as scikit-learn does: one sure
  /// forecast that is wrong shall not make the mean infinite.
  package static func logLoss(_ probability: Double, _ label: Bool) -> Double {
    let edge = 0x1p-52
    let kept = min(max(probability, edge), 1 - edge)
    return -Elementary.log(label ? kept : 1 - kept)
  }

  /// The share of the positive class.
  package var labelMean: Double { Double(ranked.positives) / Double(count) }

  /// The measures by name; those that are not defined are nil.
  ///
  /// `accuracy_baseline` is the share of the more frequent class of these same labels, `log_loss_skill` the part of the
  /// log-loss that is gone, measured against the `prior` probability of the positive class in the training part.
  package func metrics(prior: Double?) -> [(name: String, value: Double?)] {
    guard count > 0 else { return [] }
    let n = Double(count)
    let loss = logLosses / n
    let priorLoss = prior.map { prior in
      labelMean * Self.logLoss(prior, true) + (1 - labelMean) * Self.logLoss(prior, false)
    }
    return [
      ("accuracy", confusion.accuracy), ("accuracy_baseline", max(labelMean, 1 - labelMean)),
      ("auc", ranked.areaUnderCurve), ("auc_precision_recall", ranked.averagePrecision),
      ("precision", confusion.precision(of: 1)), ("recall", confusion.recall(of: 1)),
      ("f1", confusion.f1(of: 1)), ("mcc", confusion.matthewsCorrelation), ("log_loss", loss),
      ("log_loss_skill", priorLoss.flatMap { $0 > 0 ? 1 - loss / $0 : nil }),
      ("brier", squares / n), ("calibration_error", reliability.expectedError),
      ("prediction/mean", scores / n), ("label/mean", labelMean),
    ]
  }
}
