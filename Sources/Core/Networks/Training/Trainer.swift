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
  package var stepsPerEpoch: Int { batches.stepsPerEpoch }

  /// `initial` are the first values of all parameters, in the order in which blocks record them; nil for those that the
  /// blocks begin with.
  package init(
    _ blocks: JSON, training: Training, table: WindowTable, initial: [[Float]]? = nil,
    synthetic: SyntheticWindows? = nil, threads: Int
  ) throws(NetworkError) {
    var training = training
    if case .grid(let target) = training.loss { training.loss = .grid(try target.resolved(on: table)) }
    self.blocks = blocks
    self.table = table
    self.training = training
    window = WindowShape(table.signature, reading: training.loss.reading)
    try Self.check(training, table, synthetic)
    let (cut, plan) = try Self.plan(blocks, training, window)
    try Self.check(training.curriculum, plan, blocks, window)
    guard training.draws == nil || plan.graph.isRandom else {
      throw .setting(
        path: "forecast", name: "mc_dropout",
        problem:
          "needs a network that drops something, and no block has a dropout above 0; set one, or leave it out"
      )
    }
    try Self.checkSize(of: plan, cut, training)
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
    batches = EpochBatches(
      table, window, training: training, lanes: cut.lanes, synthetic: synthetic, bounds: bounds)
    step = TrainingStep(
      plan, cut: cut, optimizer: training.optimizer, clip: training.clip, seed: training.seed, team: team,
      source: batches)
    if let initial { try step.begin(with: initial) }
    validation = try Validation(
      blocks, window, loss: training.loss.ofValidation, table: table, lanes: cut.lanes,
      parameters: step.parameters, team: team)
    state = TrainingState()
    // What another model learnt is a better beginning than any draw.
    if case .bounded(let settings) = training.loss, let bounds, initial == nil {
      try redraw(settings, bounds)
    }
  }

  /// Windows that first parameters are judged by.
  private static let judges = 256

  /// Draws first parameters again while too many forecasts of the first training windows lie outside of their bounds;
  /// where no draw is good enough, the best is taken.
  private func redraw(_ settings: BoundedTraining, _ bounds: WindowBounds) throws(NetworkError) {
    guard settings.redraws > 0 else { return }
    let origins = Array((table.origins[.train] ?? []).prefix(Self.judges))
    var best: (values: [[Float]], share: Double)?
    for draw in 0...settings.redraws {
      let values = step.plan.graph.parameters.map { parameter in
        parameter.initializer.elements(
          count: parameter.shape.count, name: parameter.name, seed: training.seed &+ UInt64(draw))
      }
      let network = try Network(blocks: blocks, window: window, values: values)
      let share = bounds.shareOutside(network.forecast(from: origins[...], in: table), from: origins[...])
      if best == nil || share < best?.share ?? 1 { best = (values, share) }
      if share <= settings.tolerance { break }
    }
    guard let best else { return }
    for (offset, elements) in zip(step.plan.parameterOffsets, best.values) {
      (step.parameters + offset).update(from: elements, count: elements.count)
    }
  }

  /// What can be seen before anything runs.
  private static func check(
    _ training: Training, _ table: WindowTable, _ synthetic: SyntheticWindows?
  ) throws(NetworkError) {
    try checkLabels(training, table, synthetic)
    let (train, validation) = (table.origins[.train]?.count ?? 0, table.origins[.validation]?.count ?? 0)
    let real = synthetic?.real(ofBatch: training.batch) ?? training.batch
    guard real <= train else {
      throw .data(
        "a batch of \(real) is larger than the \(train) training windows; lower training.batch")
    }
    if let synthetic, training.batch - real > synthetic.origins.count {
      throw .data(
        """
        a batch of \(training.batch - real) synthetic windows is larger than the \(synthetic.origins.count) there are \
        for training; lower training.batch, or raise training.real_proportion
        """)
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
  }

  /// Demands labels of a classifier.
  private static func checkLabels(
    _ training: Training, _ table: WindowTable, _ synthetic: SyntheticWindows?
  ) throws(NetworkError) {
    switch training.loss {
    case .binaryCrossEntropy, .categoricalCrossEntropy:
      let classes: Int
      if case .categoricalCrossEntropy(let count) = training.loss { classes = count } else { classes = 2 }
      try table.signature.checkClasses(classes, loss: training.loss)
      let labels = table.trainingLabels.union(synthetic?.table.trainingLabels ?? [])
      guard labels.count > 1 else {
        throw .data(
          "the target has a single class among the training windows, \(labels.first ?? 0): there is nothing to tell apart"
        )
      }
      if let strange = labels.filter({ $0 != $0.rounded() || $0 < 0 || $0 >= Float(classes) }).min() {
        throw .data(
          """
          the loss '\(training.loss.name)' needs targets 0 … \(classes - 1), and '\(table.signature.targets[0])' has a \
          \(strange): a classifier learns classes, not quantities. Let prepare make some, as in \
          labels: [{trend: {steps: 1}}], or take a model for quantities
          """)
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
    return TrainedNetwork(
      network: network,
      parameters: step.plan.graph.parameters, parameterOffsets: step.plan.parameterOffsets,
      history: state.history, best: state.best, stop: stop, cut: cut,
      steps: state.step)
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

  private static func plan(
    _ blocks: JSON, _ training: Training, _ window: WindowShape, length: Int, samples: Int
  ) throws(NetworkError) -> Plan {
    var short = window
    short.horizon = length
    var (graph, result) = try Network.record(blocks, short, samples: samples, purpose: .training)
    let node = try graph.loss(training.loss, of: result, batch: training.batch, short)
    return Plan(graph, result: result, loss: node)
  }

  /// What a curriculum asks of a network.
  private static func check(
    _ curriculum: Curriculum?, _ plan: Plan, _ blocks: JSON, _ window: WindowShape
  ) throws(NetworkError) {
    guard let curriculum else { return }
    let forces = curriculum.forcing != nil || curriculum.cycle?.changes.contains(.forcing) ?? false
    guard plan.graph.feedsBack || !forces else {
      throw .setting(
        path: "training", name: "teacher_forcing",
        problem: """
          is for networks that feed their forecasts back, and this one has no 'autoregressive' or 'recurrent-decoder'
          """)
    }
    guard curriculum.changesLength else { return }
    var short = window
    short.horizon = 1
    let (graph, _) = try Network.record(blocks, short, samples: 1, purpose: .training)
    guard graph.parameters == plan.graph.parameters else {
      let name = zip(graph.parameters, plan.graph.parameters).first { $0 != $1 }?.1.name ?? "one"
      throw .setting(
        path: "training", name: "length",
        problem: """
          is for networks that forecast step by step; here the parameter \(name) has a place for each of the \
          \(window.horizon) steps: leave 'length' out, or use 'autoregressive' or 'recurrent-decoder'
          """)
    }
  }

  /// The flat buffer cut into arrays.
  private func split(_ parameters: [Float]) -> [[Float]] {
    zip(step.plan.parameterOffsets, step.plan.graph.parameters).map { offset, parameter in
      Array(parameters[offset..<(offset + parameter.shape.count)])
    }
  }
}

extension Signature {
  /// Refuses labels that have another number of classes than a model.
  fileprivate func checkClasses(_ count: Int, loss: Loss) throws(NetworkError) {
    for (target, names) in zip(targets, classes) where !names.isEmpty && names.count != count {
      throw .data(
        """
        '\(target)' has \(names.count) classes (\(names.joined(separator: ", "))), and the loss '\(loss.name)' is for \
        \(count); \(loss.outputs > 1 ? "set the model's classes: \(names.count)" : "take categorical-cross-entropy")
        """)
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

  /// The names of the history's columns.
  package var historyColumns: [String] {
    EpochRecord.columns + (history.first?.unrolling == nil ? [] : EpochRecord.curriculumColumns)
  }
}
