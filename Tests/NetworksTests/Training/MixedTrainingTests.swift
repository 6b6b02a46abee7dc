import Artifacts
import TestSupport
import Testing

@testable import Networks

private let blocks = SampleWindows.networks[1].blocks

private func synthetic(_ share: Double, rows: Int = 120) -> SyntheticWindows {
  var table = SampleWindows.table(rows: rows)
  // Values that no real window has.
  let shifted = Array(table.features).map { $0 + 100 }
  table.features = StoredArray(shifted)
  table.targets = StoredArray(shifted)
  return SyntheticWindows(table, realProportion: share, entities: ["A"])
}

/// For each step of an epoch, whether each sample of its batch is synthetic, and its last input.
private func epoch(
  _ number: Int, share: Double, batch: Int = 10, steps: Int? = nil, rows: Int = 120
) throws -> [[Float]] {
  let table = SampleWindows.table()
  let window = WindowShape(table.signature, reading: .point)
  var training = SampleWindows.training(batch: batch, lanes: 1)
  training.stepsPerEpoch = steps
  let batches = EpochBatches(
    table, window, training: training, lanes: 1, synthetic: synthetic(share, rows: rows))
  var (graph, result) = try Network.record(blocks, window, samples: batch)
  let loss = try graph.loss(.meanSquaredError, of: result, batch: batch, window)
  let plan = Plan(graph, result: result, loss: loss)
  let memory = ParameterMemory(
    plan, values: graph.parameters.map { Array(repeating: 0, count: $0.shape.count) })
  let lane = Lane(plan, parameters: memory.start)
  batches.shuffle(epoch: number)
  return try (0..<batches.stepsPerEpoch).map { step in
    batches.first = step * batch
    // In two parts, as slices are loaded.
    let features = try #require(lane.input(.features))
    batches.load(lane, from: 0, count: batch)
    let width = window.lookback * window.features
    return withExtendedLifetime(memory) { (0..<batch).map { features[$0 * width + width - 1] } }
  }
}

@Test(arguments: [(0.0, 0), (0.3, 3), (0.5, 5), (1.0, 10)])
func `Every batch has its share of real windows, and all real ones are seen once`(
  _ share: Double, _ real: Int
)
  throws
{
  let steps = try epoch(0, share: share)
  for batch in steps { #expect(batch.count { $0 < 50 } == real) }
  let seen = steps.flatMap { $0.filter { $0 < 50 } }
  #expect(Set(seen).count == seen.count)
  let count = SampleWindows.table().origins[.train]?.count ?? 0
  #expect(real == 0 ? steps.count > 0 : steps.count == count / real)
}

@Test func `The places of synthetic windows change from batch to batch and from epoch to epoch`() throws {
  let (one, again) = (try epoch(0, share: 0.5), try epoch(0, share: 0.5))
  let other = try epoch(1, share: 0.5)
  #expect(one != other && one == again)
  #expect(Set(one.map { $0.map { $0 < 50 } }).count > 3)
}

@Test func `With more steps than windows all are seen again in another order`() throws {
  let steps = try epoch(0, share: 0.5, steps: 100, rows: 60)
  #expect(steps.count == 100)
  for isReal in [true, false] {
    let seen = steps.flatMap { $0.filter { ($0 < 50) == isReal } }
    let counts = Dictionary(seen.map { ($0, 1) }, uniquingKeysWith: +).values
    #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
  }
}

private func run(
  _ blocks: JSON, threads: Int, checkpoint: CheckpointFile? = nil, watch: (Int) -> Void = { _ in }
) throws -> (bits: [UInt32], resumedAt: Int) {
  var training = SampleWindows.training(batch: 8, lanes: 4)
  training.stepsPerEpoch = 12
  let trainer = try Trainer(
    blocks, training: training, table: SampleWindows.table(), synthetic: synthetic(0.3), threads: threads)
  let trained = try trainer.run(checkpoint: checkpoint) { watch($0.step) }
  return (trained.network.values.flatMap { $0 }.map(\.bitPattern), trained.resumedAt)
}

@Test func `Mixed training has the same bits on any number of threads, and when it was killed`() throws {
  let entities = try #require(SampleWindows.networks.first { $0.name == "dense" }).blocks
  let folder = TemporaryFolder()
  for network in [blocks, entities] {
    let whole = try run(network, threads: 1).bits
    #expect(try run(network, threads: 4).bits == whole)
    let path = folder.path + "/checkpoint"
    var left: [String] = []
    _ = try run(
      network, threads: 2, checkpoint: CheckpointFile(path: path, identity: "a", interval: .zero)
    ) { step in
      guard [2, 14, 25].contains(step), let bytes = try? Disk.read(path) else { return }
      left.append("\(path)-\(step)")
      Disk.remove(left[left.count - 1])
      try? Disk.create(left[left.count - 1], contents: bytes)
    }
    #expect(left.count == 3)
    for path in left {
      let resumed = try run(network, threads: 1, checkpoint: CheckpointFile(path: path, identity: "a"))
      #expect(resumed.resumedAt > 0 && resumed.bits == whole)
    }
  }
}

@Test func `Too few synthetic windows are refused with the remedy`() throws {
  let (table, training) = (SampleWindows.table(), SampleWindows.training(batch: 100, lanes: 1))
  do {
    _ = try Trainer(
      blocks, training: training, table: table, synthetic: synthetic(0.1, rows: 60), threads: 1)
    Issue.record("a batch of more synthetic windows than there are went through")
  } catch {
    #expect(error.description.contains("raise training.real_proportion"))
  }
}

// MARK: - First values and cycles

@Test func `Training goes on from given parameters, with an optimiser that begins anew`() throws {
  let table = SampleWindows.table()
  let first = try Trainer(blocks, training: SampleWindows.training(), table: table, threads: 1).run()
  var slow = SampleWindows.training(epochs: 2, rate: 0)
  slow.optimizer.weightDecay = 0
  let still = try Trainer(
    blocks, training: slow, table: table, initial: first.network.values, threads: 1
  ).run()
  #expect(still.network.values == first.network.values)
  #expect(still.history[0].validationLoss == first.best[0].validationLoss)
  let on = try Trainer(
    blocks, training: SampleWindows.training(epochs: 1, rate: 1e-3), table: table,
    initial: first.network.values, threads: 1
  ).run()
  #expect(on.network.values != first.network.values)
  #expect(throws: NetworkError.self) {
    try Trainer(blocks, training: slow, table: table, initial: [[1]], threads: 1)
  }
}

@Test func `A cyclic schedule falls to zero in each cycle and keeps the ends of cycles`() throws {
  let schedule = Schedule(.cyclic(epochs: 2), peak: 0.5)
  let rates = (0..<12).map { schedule.rate(step: $0, stepsPerEpoch: 3, epochs: 4, reductions: 0) }
  #expect(rates[0] == 0.5 && Array(rates[..<6]) == Array(rates[6...]))
  #expect(zip(rates[..<6], rates[1..<6]).allSatisfy { $0 > $1 } && rates[3] == 0.25)
  let training = SampleWindows.training(epochs: 12, keep: 10, rate: 0.02, schedule: .cyclic(epochs: 3))
  let trained = try Trainer(blocks, training: training, table: SampleWindows.table(), threads: 1).run()
  #expect(trained.best.map(\.epoch).sorted() == [3, 6, 9, 12])
  // Patience counts epochs, and is asked at the ends alone.
  let impatient = SampleWindows.training(
    epochs: 60, keep: 10, patience: 1, rate: 0.1, schedule: .cyclic(epochs: 3))
  let stopped = try Trainer(blocks, training: impatient, table: SampleWindows.table(), threads: 1).run()
  #expect(stopped.history.count % 3 == 0 && stopped.history.count >= 6)
}

@Test(arguments: [nil, 1])
func `A training that had ended is not gone through again`(_ patience: Int?) throws {
  let folder = TemporaryFolder()
  let path = folder.path + "/checkpoint"
  func trainer() throws -> Trainer {
    try Trainer(
      blocks, training: SampleWindows.training(epochs: 30, patience: patience, rate: 0.05),
      table: SampleWindows.table(), threads: 1)
  }
  let first = try trainer()
  let checkpoint = CheckpointFile(path: path, identity: "a", interval: .seconds(1000))
  let whole = try first.run(checkpoint: checkpoint)
  try first.saveEnd(to: checkpoint)
  var steps = 0
  let again = try trainer().run(checkpoint: CheckpointFile(path: path, identity: "a")) { _ in steps += 1 }
  #expect(steps == 0 && again.network == whole.network && again.stop == whole.stop)
  #expect(again.history == whole.history && again.steps == whole.steps)
}

@Test func `A classifier on quantities is refused, and one for another number of classes`() throws {
  let head: JSON = ["flatten", ["head": ["outputs": 2]]]
  func problem(_ table: WindowTable, classes: Int = 2) -> String {
    do {
      _ = try Trainer(
        head, training: SampleWindows.training(loss: .categoricalCrossEntropy(classes: classes)),
        table: table,
        threads: 1)
      return ""
    } catch { return error.description }
  }
  let quantities = problem(SampleWindows.table(targets: { Float($0) / 7 }))
  #expect(quantities.contains("a classifier learns classes, not quantities"))
  #expect(quantities.contains("labels: [{trend: {steps: 1}}]"))
  var table = SampleWindows.table(targets: { Float($0 % 2) })
  #expect(problem(table).isEmpty)
  table.signature.classes = [["down", "flat", "up"]]
  #expect(problem(table).contains("has 3 classes (down, flat, up)") && problem(table).contains("classes: 3"))
}
