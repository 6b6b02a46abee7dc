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
  var curriculum = Curriculum.State()
  var history: [EpochRecord] = []
  /// Best first.
  var best: [Kept] = []

  /// Takes an epoch's result; `parameters` are asked for only when they are kept.
  mutating func finishEpoch(_ record: EpochRecord, _ training: Training, parameters: () -> [Float]) {
    history.append(record)
    // A curriculum counts every epoch, whether the schedule's cycle ends with it or not.
    training.curriculum?.advance(
      &curriculum, validation: record.validationLoss, horizon: record.unrolling?.horizon ?? 1)
    defer {
      epoch += 1
      stepInEpoch = 0
      loss = 0
    }
    let schedule = training.schedule
    let settles = schedule.settles(inEpoch: record.epoch)
    // Before a first cycle ends the best epoch so far is kept, in case that time runs out.
    if settles { best.removeAll { !schedule.settles(inEpoch: $0.epoch) } }
    guard settles || best.allSatisfy({ !schedule.settles(inEpoch: $0.epoch) }) else { return }
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
    if improves {
      epochsWithoutImprovement = 0
    } else if settles {
      epochsWithoutImprovement += schedule.cycle
    }
    epochsOnPlateau = improves ? 0 : epochsOnPlateau + 1
    if case .plateau(_, let patience) = training.schedule.shape, epochsOnPlateau > patience {
      reductions += 1
      epochsOnPlateau = 0
    }
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
  /// Of networks that are trained by a curriculum.
  var unrolling: Unrolling?

  /// How far and how freely an epoch forecast.
  struct Unrolling: Sendable, Equatable {
    var length: Int
    var forcing: Double
    var horizon: Int
  }

  /// The names of ``row``, as TensorBoard shows them.
  package static let columns: [String] =
    ["epoch", "train/lr", "train/loss"] + PointErrors.names.map { "train/" + $0 } + ["validation/loss"]
    + PointErrors.names.map { "validation/" + $0 }
  /// The names behind them where there is a curriculum.
  package static let curriculumColumns = ["train/length", "train/teacher_forcing"]

  package var row: [Double] {
    [Double(epoch), rate, trainLoss] + train.metrics.map(\.value) + [validationLoss]
      + validation.metrics.map(\.value) + (unrolling.map { [Double($0.length), $0.forcing] } ?? [])
  }
}
