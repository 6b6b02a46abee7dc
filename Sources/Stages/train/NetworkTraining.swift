import Artifacts
import Configuration
import Forecasting
import GaussianProcesses
import Networks
import Numerics
import StageKit

/// A network's training with all that it begins from.
struct NetworkJob {
  let blueprint: Blueprint.Network
  let work: StageWork
  private let table: WindowTable
  private let initial: InitialParameters?
  private let synthetic: SyntheticWindows?

  init(_ blueprint: Blueprint.Network, on set: TrainingSet, work: StageWork) throws {
    self.blueprint = blueprint
    self.work = work
    table = set.table
    initial = try work.resolved.inputs["from"].map { artifact in
      try InitialParameters(
        of: artifact, name: artifact.step, blocks: blueprint.blocks,
        loss: Loss(blueprint.training.loss), set: set)
    }
    synthetic = try work.resolved.inputs["synthetic"].map { artifact in
      try set.synthetic(
        reading: artifact, name: artifact.step, realProportion: blueprint.training.realProportion ?? 0.5)
    }
  }

  /// The trained network; goes on where an earlier run of the same step was killed.
  ///
  /// `seed` is added to that of the settings, and gives forecasts noise of their own; `label` stands before the line of progress. With `keepsEnd` the checkpoint
  /// then holds the end of training.
  func trained(
    seed: Int = 0, label: String = "", checkpoint: CheckpointFile, keepsEnd: Bool = false
  ) throws -> TrainedNetwork {
    do {
      var training = Training(blueprint.training, blueprint.forecast)
      training.seed &+= UInt64(seed)
      training.draws = training.draws.ofMember(seed)
      let trainer = try Trainer(
        blueprint.blocks, training: training, table: table, initial: initial?.values,
        knownEntities: initial?.entities ?? [], synthetic: synthetic, threads: work.threads)
      let trained = try trainer.run(checkpoint: checkpoint) { progress in
        work.progress.show(progress.step, of: progress.steps) { label + progress.line }
      }
      if keepsEnd { try trainer.saveEnd(to: checkpoint) }
      return trained
    } catch let error as NetworkError {
      guard let place = blueprint.place(of: error) else { throw error }
      throw TrainError.block(place, error)
    }
  }
}

extension Blueprint.Network {
  /// Where what is at fault stands; that of the block around it where it has no place of its own.
  fileprivate func place(of error: NetworkError) -> Place? {
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
  ///
  /// Of several networks each has a `part` of its own.
  convenience init(of work: StageWork, part: String = "") {
    let folder = work.store.directory(of: work.resolved.step.name)
    self.init(
      path: folder + "/.checkpoint-" + StepKey.folder(of: work.resolved.key.digest) + part,
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
      + (resumedAt > 0
        ? ["went on behind step \(DecimalNumber.grouped(resumedAt)) of an interrupted run"] : [])
  }

  /// Writes the kept epochs and the curves, and gives the facts about them; names begin with `prefix`.
  func write(to publication: Publication, prefix: String = "") throws -> [String: JSON] {
    try publication.write(
      prefix + "checkpoints", best.flatMap(\.parameters),
      shape: [best.count, best.first?.parameters.count ?? 0],
      axes: ["kept", "P"], unit: "all parameters, best epoch first")
    var events = EventFile()
    for record in history {
      for (name, value) in zip(historyColumns, record.row).dropFirst() {
        events.add(name, Float(value), step: record.epoch)
      }
    }
    try publication.write(
      file: prefix + "events.out.tfevents.0.candlewick", mediaType: "application/octet-stream",
      contents: events.bytes)
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
  fileprivate init(_ settings: TrainingSettings, _ forecast: ForecastSettings) {
    self.init(
      loss: Loss(settings.loss), optimizer: Optimizer(settings),
      schedule: Schedule(.init(settings.schedule), peak: settings.learningRate), batch: settings.batch,
      epochs: settings.epochs, stepsPerEpoch: settings.stepsPerEpoch, lanes: settings.lanes,
      seed: UInt64(settings.seed),
      clip: settings.clip.map { Float($0) }, patience: settings.patience, keep: settings.keep,
      budgetSeconds: settings.budgetSeconds, curriculum: settings.curriculum.map(Curriculum.init),
      draws: ForecastDraws(passes: forecast.dropoutDraws, seed: UInt64(forecast.seed)))
  }
}

extension Curriculum {
  fileprivate init(_ settings: CurriculumSettings) {
    let forcing: Forcing? = settings.forcing.map { forcing in
      if let epochs = forcing.cycleEpochs {
        .cyclic(probability: forcing.probability, epochs: epochs)
      } else {
        .constant(probability: forcing.probability)
      }
    }
    let lengths: Lengths? = settings.lengths.map { lengths in
      switch lengths {
      case .step(let epochs, let factor): .step(epochs: epochs, factor: factor)
      case .milestones(let epochs, let factor): .milestones(epochs, factor: factor)
      case .plateau(let plateau, let factor, let most):
        .plateau(Plateau(plateau), factor: factor, most: most)
      }
    }
    let cycle = settings.cycle.map { cycle in
      Cycle(
        changes: cycle.changes.map { change in
          switch change {
          case .length: .length
          case .forcing: .forcing
          case .rate: .rate
          }
        }, plateau: Plateau(cycle.plateau), lengthFactor: cycle.lengthFactor, rateFactor: cycle.rateFactor,
        most: cycle.most, restoresRate: cycle.restoresRate)
    }
    self.init(forcing: forcing, lengths: lengths, cycle: cycle, firstLength: settings.firstLength)
  }
}

extension Curriculum.Plateau {
  fileprivate init(_ plateau: CurriculumSettings.Plateau) {
    self.init(patience: plateau.patience, threshold: plateau.threshold, isRelative: plateau.isRelative)
  }
}

extension Loss {
  fileprivate init(_ loss: TrainingSettings.Loss) {
    switch loss {
    case .mse: self = .meanSquaredError
    case .rmse: self = .rootMeanSquaredError
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
    case .smoothL1(let beta): self = .smoothAbsolute(beta: Float(beta))
    case .differenceRoot(let weight, let beta):
      self = .differenceRoot(weight: Float(weight), beta: Float(beta))
    case .dilate(let alpha, let gamma): self = .dilate(alpha: Float(alpha), gamma: Float(gamma))
    case .compounding(let rate): self = .compounding(rate: Float(rate))
    case .autocorrelation(let weight, let lags): self = .autocorrelation(weight: Float(weight), lags: lags)
    case .shift(let steps, let decay): self = .shift(steps: steps, decay: Float(decay))
    case .timeCentred(let level): self = .timeCentred(level: Float(level))
    case .grid(let grid): self = .grid(GridTarget(grid))
    case .bounded(let settings):
      guard let kernel = RegressionKernel(rawValue: settings.kernel.rawValue) else {
        preconditionFailure("settings name the kernels that there are")
      }
      self = .bounded(
        BoundedTraining(
          gamma: Float(settings.gamma), kernel: kernel, bandwidth: settings.bandwidth,
          bounds: KernelRegression.BoundSettings(
            lipschitz: settings.lipschitz, noise: settings.noise, delta: settings.delta),
          rows: settings.rows, redraws: settings.maxReinit, tolerance: settings.tolerance))
    }
  }
}

extension GridTarget {
  fileprivate init(_ grid: TrainingSettings.Grid) {
    let subject: ValueGrid.Subject =
      switch grid.subject {
      case .value: .value
      case .change: .change
      case .percent: .percent
      }
    self.init(
      edges: grid.bins.map { .quantiles($0) } ?? .given(grid.edges.map { Float($0) }), of: subject,
      forecast: grid.choice == .mean ? .mean : .likeliest,
      by: grid.comparison == .categorical ? .categorical : .binary)
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
    case .adagrad(let epsilon, let start):
      method = .adagrad(epsilon: Float(epsilon), start: Float(start))
    case .ftrl(let beta, let l1, let l2, let start):
      method = .ftrl(beta: Float(beta), absolute: Float(l1), square: Float(l2), start: Float(start))
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
    case .cyclic(let epochs): self = .cyclic(epochs: epochs)
    }
  }
}
