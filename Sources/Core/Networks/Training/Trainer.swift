package import Artifacts
private import Tensors

/// Trains a network on the training windows; the validation windows decide which epoch is kept and when to stop.
///
/// The test windows are never looked at. What comes out is a function of the windows and the settings: every random
/// number is addressed by seed, purpose and step, so neither threads nor an interruption changes a bit.
package final class Trainer {
  private let blocks: JSON
  private let table: WindowTable
  private let training: Training
  private let window: WindowShape
  private let team: Team
  private let step: TrainingStep
  private let validation: Validation
  private let batches: EpochBatches
  private var state: TrainingState

  package var cut: BatchCut { step.cut }
  package var stepsPerEpoch: Int { batches.count / training.batch }

  package init(
    _ blocks: JSON, training: Training, table: WindowTable, threads: Int
  ) throws(NetworkError) {
    self.blocks = blocks
    self.table = table
    self.training = training
    window = WindowShape(table.signature, reading: training.loss.reading)
    try Self.check(training, table)
    let (cut, plan) = try Self.plan(blocks, training, window)
    try Self.checkSize(of: plan, cut, training)
    team = Team(threads: min(threads, cut.lanes))
    batches = EpochBatches(table, window, loss: training.loss, seed: training.seed, lanes: cut.lanes)
    step = TrainingStep(
      plan, cut: cut, optimizer: training.optimizer, clip: training.clip, seed: training.seed, team: team,
      source: batches)
    validation = try Validation(
      blocks, window, loss: training.loss, table: table, lanes: cut.lanes, parameters: step.parameters,
      team: team)
    state = TrainingState()
  }

  /// What can be seen before anything runs.
  private static func check(_ training: Training, _ table: WindowTable) throws(NetworkError) {
    let (train, validation) = (table.origins[.train]?.count ?? 0, table.origins[.validation]?.count ?? 0)
    guard training.batch <= train else {
      throw .data(
        "a batch of \(training.batch) is larger than the \(train) training windows; lower training.batch")
    }
    guard validation > 0 else {
      throw .data(
        "there are no validation windows, and they choose the epoch; give validation a share of the split")
    }
    if let lanes = training.lanes, training.batch % lanes != 0 {
      throw .setting(
        path: "training", name: "lanes",
        problem: "should divide the batch of \(training.batch), not be \(lanes)")
    }
    switch training.loss {
    case .binaryCrossEntropy, .categoricalCrossEntropy:
      let labels = table.trainingLabels
      guard labels.count > 1 else {
        throw .data(
          "the target has a single class among the training windows, \(labels.first ?? 0): there is nothing to tell apart"
        )
      }
      let classes: Int
      if case .categoricalCrossEntropy(let count) = training.loss { classes = count } else { classes = 2 }
      if let strange = labels.first(where: { $0 != $0.rounded() || $0 < 0 || $0 >= Float(classes) }) {
        throw .data(
          "the loss '\(training.loss.name)' needs targets 0 … \(classes - 1), and there is a \(strange)")
      }
    default: break
    }
  }

  /// Memory that training may take; more is most likely a mistake in a width.
  private static let memoryLimit = 4 << 30

  /// Refuses a network whose buffers would not fit, before any of them is allocated.
  private static func checkSize(of plan: Plan, _ cut: BatchCut, _ training: Training) throws(NetworkError) {
    // Parameters, a gradient a lane, what the optimiser keeps, and the kept epochs with one on its way.
    let copies = 1 + cut.lanes + training.optimizer.stateCount + training.keep + 1
    let bytes = 4 * (plan.parameterBufferCount * copies + plan.arenaCount * cut.lanes)
    guard bytes <= memoryLimit else {
      throw .shape(
        path: "network",
        problem: """
          \(plan.parameterBufferCount) parameters and \(plan.arenaCount) values of a pass need \(bytes >> 20) MiB to \
          train, more than the \(memoryLimit >> 20) MiB allowed; make it narrower, or keep fewer epochs
          """)
    }
  }

  /// Records the network twice: for one sample, to see how large its passes are, and for the slices that follow.
  package static func plan(
    _ blocks: JSON, _ training: Training, _ window: WindowShape
  ) throws(NetworkError) -> (BatchCut, Plan) {
    func plan(_ samples: Int) throws(NetworkError) -> Plan {
      var (graph, result) = try Network.record(blocks, window, samples: samples)
      let batch = max(training.batch, samples)
      let node = try graph.loss(training.loss, of: result, batch: batch, window)
      return Plan(graph, result: result, loss: node)
    }
    // Two samples, because what does not grow with samples should not count.
    let (one, two) = (try plan(1), try plan(2))
    let cut = BatchCut(
      batch: training.batch, lanes: training.lanes,
      arenaPerSample: max(1, two.arenaCount - one.arenaCount), parameters: one.parameterBufferCount,
      workPerSample: one.work,
      isWhole: one.graph.parameters.contains { $0.role != .trained })
    return (cut, try plan(cut.samplesPerSlice))
  }

  // MARK: Running

  /// What is told while training runs.
  package struct Progress: Sendable {
    package var epoch: Int
    package var epochs: Int
    package var step: Int
    package var steps: Int
    package var loss: Double
    package var rate: Double
    package var validation: Double?
    package var windowsPerSecond: Double
  }

  /// Trains to the end.
  ///
  /// `checkpoint` is where to go on from and what is written now and then; `progress` is called often.
  package func run(
    checkpoint: CheckpointFile? = nil, progress: (Progress) -> Void = { _ in }
  ) throws -> TrainedNetwork {
    if let found = try checkpoint?.read(expecting: step) {
      state = found.state
      found.restore(into: step)
      batches.errors = state.laneErrors
    }
    let clock = ContinuousClock()
    let started = clock.now
    let resumedAt = state.step
    var stop = StopReason.lastEpoch
    epochs: while state.epoch < training.epochs {
      batches.shuffle(epoch: state.epoch)
      while state.stepInEpoch < stepsPerEpoch {
        let rate = training.schedule.rate(
          step: state.step, stepsPerEpoch: stepsPerEpoch, epochs: training.epochs,
          reductions: state.reductions)
        batches.first = state.stepInEpoch * training.batch
        let loss = step.run(step: state.step, rate: rate)
        guard loss.isFinite else {
          stop = .diverged(epoch: state.epoch + 1, step: state.step + 1)
          break epochs
        }
        state.loss += Double(loss)
        state.step += 1
        state.stepInEpoch += 1
        let seconds = (clock.now - started) / .seconds(1)
        progress(
          Progress(
            epoch: state.epoch + 1, epochs: training.epochs, step: state.step,
            steps: stepsPerEpoch * training.epochs, loss: state.loss / Double(state.stepInEpoch), rate: rate,
            validation: state.history.last?.validationLoss,
            windowsPerSecond: Double((state.step - resumedAt) * training.batch) / max(seconds, 1e-9)))
        try save(to: checkpoint)
      }
      finishEpoch()
      guard state.history.last?.validationLoss.isFinite == true else {
        stop = .diverged(epoch: state.epoch, step: state.step)
        break
      }
      if let patience = training.patience, state.epochsWithoutImprovement >= patience {
        stop = .noImprovement
        break
      }
      if let budget = training.budgetSeconds, (clock.now - started) / .seconds(1) >= budget {
        stop = .budget
        break
      }
      try save(to: checkpoint)
    }
    guard let best = state.best.first else {
      throw NetworkError.diverged(
        epoch: state.epoch + 1, step: state.step + 1, learningRate: training.schedule.peak, kept: nil)
    }
    return TrainedNetwork(
      network: try Network(
        blocks: blocks, window: window, values: split(best.parameters)),
      parameters: step.plan.graph.parameters, parameterOffsets: step.plan.parameterOffsets,
      history: state.history, best: state.best, stop: stop, cut: cut,
      steps: state.step)
  }

  private func save(to checkpoint: CheckpointFile?) throws {
    guard let checkpoint, checkpoint.isDue else { return }
    state.laneErrors = batches.errors
    try checkpoint.write(state, step)
  }

  private func finishEpoch() {
    var errors = PointErrors()
    for lane in batches.errors { errors.add(lane) }
    batches.errors = batches.errors.map { _ in PointErrors() }
    let (loss, validationErrors) = validation.run()
    let rate = training.schedule.rate(
      step: max(state.step - 1, 0), stepsPerEpoch: stepsPerEpoch, epochs: training.epochs,
      reductions: state.reductions)
    let record = EpochRecord(
      epoch: state.epoch + 1, rate: rate, trainLoss: state.loss / Double(max(stepsPerEpoch, 1)),
      train: errors, validationLoss: loss, validation: validationErrors)
    state.finishEpoch(record, training) {
      Array(UnsafeBufferPointer(start: step.parameters, count: step.plan.parameterBufferCount))
    }
  }

  /// The flat buffer cut into arrays.
  private func split(_ parameters: [Float]) -> [[Float]] {
    zip(step.plan.parameterOffsets, step.plan.graph.parameters).map { offset, parameter in
      Array(parameters[offset..<(offset + parameter.shape.count)])
    }
  }
}

extension WindowTable {
  /// The values that the labels of training windows have; not more of them than a few, or they are no classes.
  fileprivate var trainingLabels: Set<Float> {
    let width = signature.horizon * signature.targets.count
    var labels = [Float](repeating: 0, count: width)
    var found: Set<Float> = []
    for origin in origins[.train] ?? [] where found.count <= 1000 {
      labels.withUnsafeMutableBufferPointer { read(windowAt: origin, inputs: nil, labels: $0.baseAddress) }
      found.formUnion(labels)
    }
    return found
  }
}

/// Why training ended.
package enum StopReason: Sendable, Equatable, CustomStringConvertible {
  case lastEpoch
  case noImprovement
  case budget
  case diverged(epoch: Int, step: Int)

  package var description: String {
    switch self {
    case .lastEpoch: "last epoch"
    case .noImprovement: "no improvement"
    case .budget: "time budget"
    case .diverged(let epoch, let step): "diverged in epoch \(epoch) at step \(step)"
    }
  }
}

/// What training leaves behind.
package struct TrainedNetwork: Sendable {
  /// With the parameters of the best epoch.
  package let network: Network
  package let parameters: [Parameter]
  /// Where each of them begins in the flat buffer of an epoch that is kept.
  package let parameterOffsets: [Int]
  package let history: [EpochRecord]
  /// The best epochs, best first.
  package let best: [TrainingState.Kept]
  package let stop: StopReason
  package let cut: BatchCut
  package let steps: Int
}
