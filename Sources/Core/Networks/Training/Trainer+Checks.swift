internal import Artifacts
private import Tensors

/// What can be seen before anything runs.
extension Trainer {
  /// Whether batches, windows and lanes go together.
  static func check(
    _ training: Training, _ table: WindowTable, _ synthetic: SyntheticWindows?
  ) throws(NetworkError) {
    try checkLabels(training, table, synthetic)
    let (train, validation) = (table.origins[.train]?.count ?? 0, table.origins[.validation]?.count ?? 0)
    let real = synthetic?.real(ofBatch: training.batch) ?? training.batch
    guard real <= train else {
      throw .data(
        "a batch of \(real) is larger than the \(train) training windows; lower training.batch",
        path: "training.batch")
    }
    if let synthetic, training.batch - real > synthetic.origins.count {
      throw .data(
        """
        a batch of \(training.batch - real) synthetic windows is larger than the \(synthetic.origins.count) there are \
        for training; lower training.batch, or raise training.real_proportion
        """, path: "training.batch")
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
          "the target has a single class among the training windows, \(labels.first ?? 0): there is nothing to tell apart",
          path: "training.loss")
      }
      if let strange = labels.filter({ $0 != $0.rounded() || $0 < 0 || $0 >= Float(classes) }).min() {
        throw .data(
          """
          the loss '\(training.loss.name)' needs targets 0 … \(classes - 1), and '\(table.signature.targets[0])' has a \
          \(strange): a classifier learns classes, not quantities. Let prepare make some, as in \
          labels: [{trend: {steps: 1}}], or take a model for quantities
          """, path: "training.loss")
      }
    default: break
    }
  }

  /// Memory that training may take; more is most likely a mistake in a width.
  private static let memoryLimit = 4 << 30

  /// Refuses a network whose buffers would not fit, before any of them is allocated.
  static func checkSize(of plan: Plan, _ cut: BatchCut, _ training: Training) throws(NetworkError) {
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

  /// Demands that a forecast drops something at random: only then do passes differ.
  static func checkDropoutDraws(_ blocks: JSON, _ window: WindowShape) throws(NetworkError) {
    let graph = try Network.record(blocks, window, samples: 1, purpose: .forecast).graph
    guard !graph.isRandom else { return }
    throw .setting(
      path: "forecast", name: "mc_dropout",
      problem: graph.givesDraws
        ? "is for networks whose forecasts drop something; this one draws its forecasts already: raise its 'draws' instead"
        : "needs a network that drops something, and no block has a dropout above 0; set one, or leave it out"
    )
  }

  /// The entities that a network is told of and never sees in training, which it then takes for unknown ones; refuses
  /// them where it does not learn what that is.
  static func unseenEntities(
    _ graph: Graph, _ table: WindowTable, _ synthetic: SyntheticWindows?, known: Set<Int>
  ) throws(NetworkError) -> [Int] {
    guard graph.looksAtEntities else { return [] }
    var seen = known
    for origin in table.origins[.train] ?? [] { seen.insert(table.entity(ofRow: origin)) }
    if let synthetic {
      for origin in synthetic.origins {
        let entity = synthetic.table.entity(ofRow: origin)
        seen.insert(synthetic.table.entityCodes?[entity] ?? entity)
      }
    }
    let unseen = table.signature.entities.indices.filter { !seen.contains($0) }
    guard unseen.isEmpty || graph.hidesEntities else {
      throw .data(
        """
        no training window shows \(unseen.map { table.signature.entities[$0] }.joined(separator: ", ")), and this network \
        is told which entity it looks at: let the series begin earlier, leave the entity out, or train with \
        unknown_rate: 0.05 in its block 'entity', so that it knows what to make of one that it never saw
        """)
    }
    return unseen
  }

  /// What a curriculum asks of a network and its loss.
  static func check(
    _ training: Training, _ plan: Plan, _ blocks: JSON, _ window: WindowShape
  ) throws(NetworkError) {
    guard let curriculum = training.curriculum else { return }
    let isForced = curriculum.forcing != nil
    guard plan.graph.feedsBack || !isForced && !(curriculum.cycle?.changes.contains(.forcing) ?? false) else {
      throw .setting(
        path: isForced ? "training" : "training.cycle", name: isForced ? "teacher_forcing" : "changes",
        problem: """
          \(isForced ? "is" : "names teacher-forcing, which is") for networks that feed their forecasts back, and this \
          one has no 'autoregressive' or 'recurrent-decoder'; \
          \(isForced ? "leave it out" : "take changes: [learning-rate]")
          """)
    }
    guard curriculum.changesLength else { return }
    let lengths = curriculum.lengths == nil ? "training.cycle" : "training"
    let name = curriculum.lengths == nil ? "changes" : "length"
    let first = curriculum.length(epoch: 0, .init(), horizon: window.horizon)
    var short = window
    short.horizon = first
    let (graph, _) = try Network.record(blocks, short, samples: 1, purpose: .training)
    guard graph.parameters == plan.graph.parameters else {
      let parameter = zip(graph.parameters, plan.graph.parameters).first { $0 != $1 }?.1.name ?? "one"
      throw .setting(
        path: lengths, name: name,
        problem: """
          is for networks that forecast step by step; here the parameter \(parameter) has a place for each of the \
          \(window.horizon) steps: leave the length alone, or use 'autoregressive' or 'recurrent-decoder'
          """)
    }
    do throws(NetworkError) {
      _ = try Self.plan(blocks, training, window, length: first, samples: 1)
    } catch {
      throw .setting(
        path: lengths, name: name,
        problem: "begins with \(first) of \(window.horizon) steps, and \(error); set a greater 'first'")
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
        """, path: "training.loss")
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

extension Graph {
  /// Whether it is told which entity it looks at.
  var looksAtEntities: Bool { values.contains { $0.source == .input(.entities) } }

  /// Whether training hides entities wherever they are looked at, so that it learns what to make of an unknown one.
  var hidesEntities: Bool {
    let readers = steps.filter { $0.inputs.contains { values[$0].source == .input(.entities) } }
    return !readers.isEmpty && readers.allSatisfy { $0.operation is HideCodes }
  }
}

extension WindowTable {
  /// Gives entities the code of an unknown one.
  mutating func hideEntities(_ hidden: [Int]) {
    let entities = signature.entities
    entityCodes = entities.indices.map { hidden.contains($0) ? entities.count : entityCodes?[$0] ?? $0 }
  }
}
