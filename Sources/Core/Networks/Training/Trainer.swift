package import Artifacts
private import Tensors

/// Trains a network on the training windows; the validation windows decide which epoch is kept and when to stop.
///
/// The test windows are never looked at. What comes out is a function of the windows and the settings: every random
/// number is addressed by seed, purpose and step, so neither threads nor an interruption changes a bit.
package final class Trainer {
  let blocks: JSON
  let table: WindowTable
  let training: Training
  let window: WindowShape
  let step: TrainingStep
  private let bounds: WindowBounds?
  private let isWarm: Bool
  private let unseenEntities: [Int]
  private let team: Team
  private let validation: Validation
  private let batches: EpochBatches
  private var state: TrainingState

  package var cut: BatchCut { step.cut }
  package var stepsPerEpoch: Int { batches.stepsPerEpoch }

  /// `initial` are the first values of all parameters, in the order in which blocks record them; nil for those that the
  /// blocks begin with.
  ///
  /// `knownEntities` are those that they were learnt from.
  package init(
    _ blocks: JSON, training: Training, table: WindowTable, initial: [[Float]]? = nil,
    knownEntities: Set<Int> = [], synthetic: SyntheticWindows? = nil, threads: Int
  ) throws(NetworkError) {
    var (training, table) = (training, table)
    training.loss = try training.loss.resolved(on: table)
    self.blocks = blocks
    self.training = training
    window = WindowShape(table.signature, reading: training.loss.reading)
    try Self.check(training, table, synthetic)
    let (cut, plan) = try Self.plan(blocks, training, window)
    try Self.check(training, plan, blocks, window)
    if training.draws.passes != nil { try Self.checkDropoutDraws(blocks, window) }
    try Self.checkSize(of: plan, cut, training)
    unseenEntities = try Self.unseenEntities(plan.graph, table, synthetic, known: knownEntities)
    if !unseenEntities.isEmpty { table.hideEntities(unseenEntities) }
    self.table = table
    team = Team(threads: min(threads, cut.lanes))
    var bounds: WindowBounds?
    if case .bounded(let settings) = training.loss {
      guard synthetic == nil else {
        throw .setting(
          path: "training", name: "loss",
          problem:
            "'bounded' knows bounds of real windows alone; leave synthetic windows out, or take another loss")
      }
      guard training.curriculum?.lengths == nil, training.curriculum?.cycle == nil else {
        throw .setting(
          path: "training", name: "loss",
          problem: "'bounded' knows bounds of the whole horizon alone; leave 'length' and 'cycle' out")
      }
      bounds = try WindowBounds(settings, of: table, threads: threads)
    }
    self.bounds = bounds
    isWarm = initial != nil
    batches = EpochBatches(
      table, window, training: training, lanes: cut.lanes, synthetic: synthetic, bounds: bounds)
    step = TrainingStep(
      plan, cut: cut, loss: training.loss, optimizer: training.optimizer, clip: training.clip,
      seed: training.seed, team: team,
      source: batches)
    if let initial { try step.begin(with: initial) }
    validation = try Validation(
      blocks, window, loss: training.loss.ofValidation, table: table, lanes: cut.lanes,
      parameters: step.parameters, team: team)
    state = TrainingState()
  }

  /// Records the network twice: for one sample, to see how large its passes are, and for the slices that follow.
  package static func plan(
    _ blocks: JSON, _ training: Training, _ window: WindowShape
  ) throws(NetworkError) -> (BatchCut, Plan) {
    func plan(_ samples: Int) throws(NetworkError) -> Plan {
      var (graph, result) = try Network.record(blocks, window, samples: samples, purpose: .training)
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
    } else if case .bounded(let settings) = training.loss, let bounds, !isWarm {
      // What another model learnt is a better beginning than any draw.
      try redraw(settings, bounds)
    }
    let clock = ContinuousClock()
    let started = clock.now
    let resumedAt = state.step
    // What goes on may have been at its end: one of several networks that are trained one after the other.
    var stop = (state.stepInEpoch == 0 ? reasonToStop : nil) ?? .lastEpoch
    epochs: while state.epoch < training.epochs, stop == .lastEpoch {
      batches.shuffle(epoch: state.epoch)
      let unrolling = unrolling
      if let length = unrolling?.length, length != step.plan.result.shape[1] {
        step.use(try plan(ofLength: length))
      }
      while state.stepInEpoch < stepsPerEpoch {
        let rate = rate(step: state.step)
        batches.first = state.stepInEpoch * training.batch
        let loss = step.run(step: state.step, rate: rate, teacherForcing: unrolling?.forcing ?? 0)
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
      if let reason = reasonToStop {
        stop = reason
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
    var network = try Network(blocks: blocks, window: window, values: split(best.parameters))
    network.draws = training.draws
    network.unseenEntities = unseenEntities
    return TrainedNetwork(
      network: network,
      parameters: step.plan.graph.parameters, parameterOffsets: step.plan.parameterOffsets,
      history: state.history, best: state.best, stop: stop, cut: cut,
      steps: state.step, resumedAt: resumedAt)
  }

  /// Why no epoch follows the last one; nil when one may.
  private var reasonToStop: StopReason? {
    guard let last = state.history.last else { return nil }
    if !last.validationLoss.isFinite { return .diverged(epoch: state.epoch, step: state.step) }
    if let patience = training.patience, state.epochsWithoutImprovement >= patience { return .noImprovement }
    return nil
  }

  /// Writes the end, so that it need not be reached again while other networks are trained.
  package func saveEnd(to checkpoint: CheckpointFile) throws {
    state.laneErrors = batches.errors
    try checkpoint.write(state, step)
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
    let record = EpochRecord(
      epoch: state.epoch + 1, rate: rate(step: max(state.step - 1, 0)),
      trainLoss: state.loss / Double(max(stepsPerEpoch, 1)), train: errors, validationLoss: loss,
      validation: validationErrors, unrolling: unrolling)
    state.finishEpoch(record, training) {
      Array(UnsafeBufferPointer(start: step.parameters, count: step.plan.parameterBufferCount))
    }
  }

  private func rate(step: Int) -> Double {
    training.schedule.rate(
      step: step, stepsPerEpoch: stepsPerEpoch, epochs: training.epochs, reductions: state.reductions)
      * (training.curriculum?.rateFactor(state.curriculum) ?? 1)
  }

  /// How the epoch that is under way unrolls; nil without a curriculum.
  private var unrolling: EpochRecord.Unrolling? {
    training.curriculum.map {
      EpochRecord.Unrolling(
        length: $0.length(epoch: state.epoch, state.curriculum, horizon: window.horizon),
        forcing: $0.forcing(epoch: state.epoch, state.curriculum), horizon: window.horizon)
    }
  }

  /// A plan that forecasts fewer steps, for as many samples.
  private func plan(ofLength length: Int) throws(NetworkError) -> Plan {
    try Self.plan(blocks, training, window, length: length, samples: cut.samplesPerSlice)
  }

  static func plan(
    _ blocks: JSON, _ training: Training, _ window: WindowShape, length: Int, samples: Int
  ) throws(NetworkError) -> Plan {
    var short = window
    short.horizon = length
    var (graph, result) = try Network.record(blocks, short, samples: samples, purpose: .training)
    let loss = training.loss.ofLength(length)
    let node = try graph.loss(loss, of: result, batch: max(training.batch, samples), short)
    return Plan(graph, result: result, loss: node)
  }

  /// The flat buffer cut into arrays.
  private func split(_ parameters: [Float]) -> [[Float]] {
    zip(step.plan.parameterOffsets, step.plan.graph.parameters).map { offset, parameter in
      Array(parameters[offset..<(offset + parameter.shape.count)])
    }
  }
}
