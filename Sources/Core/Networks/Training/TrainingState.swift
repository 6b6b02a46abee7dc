/// How far training has come: all that going on needs besides parameters and the optimiser's arrays.
package struct TrainingState: Sendable {
  /// An epoch that is kept.
  package struct Kept: Sendable {
    /// Counted from 1.
    package var epoch: Int
    package var validationLoss: Double
    /// The flat buffer of all parameters.
    package var parameters: [Float]
  }

  /// Epochs that are complete.
  var epoch = 0
  var step = 0
  var stepInEpoch = 0
  /// Sums over the steps of this epoch.
  var loss = 0.0
  var laneErrors: [PointErrors] = []
  var epochsWithoutImprovement = 0
  /// Since the plateau schedule last reduced the rate.
  var epochsOnPlateau = 0
  var reductions = 0
  var history: [EpochRecord] = []
  /// Best first.
  var best: [Kept] = []

  /// Takes an epoch's result; `parameters` are asked for only when they are kept.
  mutating func finishEpoch(_ record: EpochRecord, _ training: Training, parameters: () -> [Float]) {
    history.append(record)
    let improves = best.first.map { record.validationLoss < $0.validationLoss } ?? true
    if record.validationLoss.isFinite {
      let place = best.firstIndex { record.validationLoss < $0.validationLoss } ?? best.count
      if place < training.keep {
        best.insert(
          Kept(epoch: record.epoch, validationLoss: record.validationLoss, parameters: parameters()),
          at: place)
        if best.count > training.keep { best.removeLast() }
      }
    }
    epochsWithoutImprovement = improves ? 0 : epochsWithoutImprovement + 1
    epochsOnPlateau = improves ? 0 : epochsOnPlateau + 1
    if case .plateau(_, let patience) = training.schedule.shape, epochsOnPlateau > patience {
      reductions += 1
      epochsOnPlateau = 0
    }
    epoch += 1
    stepInEpoch = 0
    loss = 0
  }
}

/// One line of the history.
package struct EpochRecord: Sendable, Equatable {
  /// Counted from 1.
  package let epoch: Int
  /// The learning rate of its last step.
  package let rate: Double
  package let trainLoss: Double
  let train: PointErrors
  package let validationLoss: Double
  let validation: PointErrors

  /// The names of ``row``, as TensorBoard shows them.
  package static let columns: [String] =
    ["epoch", "train/lr", "train/loss"] + PointErrors.names.map { "train/" + $0 } + ["validation/loss"]
    + PointErrors.names.map { "validation/" + $0 }

  package var row: [Double] {
    [Double(epoch), rate, trainLoss] + train.metrics.map(\.value) + [validationLoss]
      + validation.metrics.map(\.value)
  }
}
