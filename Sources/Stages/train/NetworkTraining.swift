import Artifacts
import Configuration
import Networks
import Numerics
import StageKit

extension Blueprint.Network {
  /// The network trained on a table's windows; goes on where an earlier run of the same step was killed.
  func trained(
    on table: WindowTable, work: StageWork, checkpoint: CheckpointFile
  ) throws -> TrainedNetwork {
    do {
      let trainer = try Trainer(
        blocks, training: Training(training), table: table, threads: work.threads)
      return try trainer.run(checkpoint: checkpoint) { progress in
        work.progress.show(progress.step, of: progress.steps) { progress.line }
      }
    } catch let error as NetworkError {
      guard let place = place(of: error) else { throw error }
      throw TrainError.block(place, error)
    }
  }

  /// Where what is at fault stands; that of the block around it where it has no place of its own.
  private func place(of error: NetworkError) -> Place? {
    guard let path = error.path else { return nil }
    var parts = path.split(separator: ".")
    if case .setting(_, let name, _) = error { parts.append(name[...]) }
    while !parts.isEmpty {
      if let place = places[parts.joined(separator: ".")] { return place }
      parts.removeLast()
    }
    return nil
  }
}

extension CheckpointFile {
  /// Beside the step's results, under a name that no result has.
  convenience init(of work: StageWork) {
    let folder = work.store.directory(of: work.resolved.step.name)
    self.init(
      path: folder + "/.checkpoint-" + StepKey.folder(of: work.resolved.key.digest),
      identity: work.resolved.key.digest.hex, interval: .seconds(work.checkpointSeconds))
  }
}

extension Trainer.Progress {
  fileprivate var line: String {
    var parts = [
      "epoch \(epoch) of \(epochs)", "loss \(DecimalNumber.readable([loss])[0])",
    ]
    if let validation { parts.append("validation \(DecimalNumber.readable([validation])[0])") }
    parts.append("rate \(DecimalNumber.readable([rate])[0])")
    parts.append("\(DecimalNumber.grouped(Int(windowsPerSecond))) windows/s")
    return parts.joined(separator: ", ")
  }
}

extension TrainedNetwork {
  /// What a person wants to know at once.
  var summary: [String] {
    guard let kept = best.first else { return [] }
    let count = DecimalNumber.grouped(network.parameterCount)
    return [
      """
      \(count) parameters, \(history.count) epochs, \(DecimalNumber.grouped(steps)) steps (\(stop)); epoch \
      \(kept.epoch) is kept, validation loss \(DecimalNumber.readable([kept.validationLoss])[0])
      """
    ]
  }

  /// Writes the kept epochs and the curves, and gives the facts about them.
  func write(to publication: Publication) throws -> [String: JSON] {
    try publication.write(
      "checkpoints", best.flatMap(\.parameters), shape: [best.count, best.first?.parameters.count ?? 0],
      axes: ["kept", "P"], unit: "all parameters, best epoch first")
    var events = EventFile()
    for record in history {
      for (name, value) in zip(EpochRecord.columns, record.row).dropFirst() {
        events.add(name, Float(value), step: record.epoch)
      }
    }
    try publication.write(
      file: "events.out.tfevents.0.candlewick", mediaType: "application/octet-stream", contents: events.bytes)
    return [
      "stop": .string(stop.description), "steps": JSON(steps),
      "kept": .array(best.map { ["epoch": JSON($0.epoch), "validation/loss": .number($0.validationLoss)] }),
      "checkpointOffsets": .object(
        Dictionary(uniqueKeysWithValues: zip(parameters.map(\.name), parameterOffsets.map { JSON($0) }))),
      "batchCut": [
        "lanes": JSON(cut.lanes), "slicesPerLane": JSON(cut.slicesPerLane),
        "samplesPerSlice": JSON(cut.samplesPerSlice),
      ],
    ]
  }

  /// What should not be overlooked about the way it ended.
  var warnings: [String] {
    switch stop {
    case .diverged: ["training \(stop); the best epoch before is kept"]
    case .budget: ["training was stopped by its time budget: another machine stops elsewhere"]
    case .lastEpoch, .noImprovement: []
    }
  }
}

extension Training {
  /// The settings of a model's file in the words of the engine.
  fileprivate init(_ settings: TrainingSettings) {
    self.init(
      loss: Loss(settings.loss), optimizer: Optimizer(settings),
      schedule: Schedule(.init(settings.schedule), peak: settings.learningRate), batch: settings.batch,
      epochs: settings.epochs, lanes: settings.lanes, seed: UInt64(settings.seed),
      clip: settings.clip.map { Float($0) }, patience: settings.patience, keep: settings.keep,
      budgetSeconds: settings.budgetSeconds)
  }
}

extension Loss {
  fileprivate init(_ loss: TrainingSettings.Loss) {
    switch loss {
    case .mse: self = .meanSquaredError
    case .mae: self = .meanAbsoluteError
    case .huber(let delta): self = .huber(delta: Float(delta))
    case .quantile(let levels): self = .quantile(levels.map { Float($0) })
    case .smape: self = .symmetricPercentage
    case .mape: self = .absolutePercentage
    case .mase(let season): self = .scaled(season: season)
    case .gaussian: self = .gaussian
    case .student: self = .student
    case .binaryCrossEntropy: self = .binaryCrossEntropy
    case .categoricalCrossEntropy(let classes): self = .categoricalCrossEntropy(classes: classes)
    case .direction(let weight): self = .direction(weight: Float(weight))
    }
  }
}

extension Optimizer {
  fileprivate init(_ settings: TrainingSettings) {
    let method: Method
    switch settings.method {
    case .sgd(let momentum): method = .descent(momentum: Float(momentum))
    case .adam(let beta1, let beta2, let epsilon, let amsgrad, let isDecoupled):
      method = .adam(
        first: Float(beta1), second: Float(beta2), epsilon: Float(epsilon), keepsGreatest: amsgrad,
        decouplesDecay: isDecoupled)
    case .adagrad(let epsilon): method = .adagrad(epsilon: Float(epsilon))
    case .ftrl(let beta, let l1, let l2):
      method = .ftrl(beta: Float(beta), absolute: Float(l1), square: Float(l2))
    }
    self.init(method, weightDecay: Float(settings.weightDecay))
  }
}

extension Schedule.Shape {
  fileprivate init(_ schedule: TrainingSettings.Schedule) {
    switch schedule {
    case .constant: self = .constant
    case .linear: self = .linear
    case .cosine(let warmupEpochs): self = .cosine(warmupEpochs: warmupEpochs)
    case .step(let factor, let epochs): self = .step(factor: factor, epochs: epochs)
    case .plateau(let factor, let patience): self = .plateau(factor: factor, patience: patience)
    }
  }
}
