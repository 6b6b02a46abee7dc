import Artifacts
import Tensors
import TestSupport
import Testing

@testable import Networks

/// What training leaves, as bits.
private func bits(_ trained: TrainedNetwork) -> [UInt64] {
  trained.network.values.flatMap { $0 }.map { UInt64($0.bitPattern) }
    + trained.history.flatMap(\.row).map(\.bitPattern) + trained.best.map { UInt64($0.epoch) }
}

@Test(arguments: SampleWindows.networks.indices)
func `One, two and four threads train to the same bits`(_ index: Int) throws {
  let table = SampleWindows.table()
  var found: [[UInt64]] = []
  for threads in [1, 2, 4] {
    let trainer = try Trainer(
      SampleWindows.networks[index].blocks, training: SampleWindows.training(lanes: 4), table: table,
      threads: threads)
    found.append(bits(try trainer.run()))
  }
  #expect(found[0] == found[1] && found[0] == found[2])
}

@Test(arguments: SampleWindows.networks.indices)
func `Killed at any step and resumed, training ends in the bits of an undisturbed run`(_ index: Int) throws {
  let folder = TemporaryFolder()
  let table = SampleWindows.table()
  let blocks = SampleWindows.networks[index].blocks
  let training = SampleWindows.training(schedule: .plateau(factor: 0.5, patience: 0))
  let whole = bits(try Trainer(blocks, training: training, table: table, threads: 1).run())
  // A checkpoint after every step; what a kill would leave at some of them is put aside.
  let path = folder.path + "/checkpoint"
  var left: [String] = []
  _ = try Trainer(blocks, training: training, table: table, threads: 1).run(
    checkpoint: CheckpointFile(path: path, identity: "a", interval: .zero)
  ) { progress in
    guard [2, 9, 17, 18, 30].contains(progress.step), let bytes = try? Disk.read(path) else { return }
    left.append(path + "-\(progress.step)")
    try? Disk.create(left[left.count - 1], contents: bytes)
  }
  #expect(left.count >= 4)
  for path in left {
    let trainer = try Trainer(blocks, training: training, table: table, threads: 2)
    var first: Int?
    let resumed = try trainer.run(checkpoint: CheckpointFile(path: path, identity: "a")) {
      first = first ?? $0.step
    }
    #expect(first ?? 0 > 1 && bits(resumed) == whole, "\(path)")
  }
}

@Test func `A checkpoint that is damaged or another step's is not read`() throws {
  let folder = TemporaryFolder()
  let path = folder.path + "/checkpoint"
  let (table, blocks, training) = (
    SampleWindows.table(), SampleWindows.networks[0].blocks, SampleWindows.training()
  )
  func firstStep(_ identity: String) throws -> Int? {
    var first: Int?
    _ = try Trainer(blocks, training: training, table: table, threads: 1)
      .run(checkpoint: CheckpointFile(path: path, identity: identity)) { first = first ?? $0.step }
    return first
  }
  var written = false
  _ = try Trainer(blocks, training: training, table: table, threads: 1).run(
    checkpoint: CheckpointFile(path: path, identity: "a", interval: .zero)
  ) { _ in written = true }
  #expect(written)
  #expect(try firstStep("b") == 1)
  try folder.flipBit(3, ofByte: 400, in: "checkpoint")
  #expect(try firstStep("a") == 1)
}

@Test(arguments: SampleWindows.networks.indices)
func `Every kind of network overfits a tiny set`(_ index: Int) throws {
  // Forty rows, three windows to learn: whoever cannot learn them by heart has a fault.
  let table = SampleWindows.table(rows: 40, lookback: 12, horizon: 2)
  let name = SampleWindows.networks[index].name
  var blocks = SampleWindows.networks[index].blocks
  blocks = blocks.replacingNumbers(of: ["dropout", "rate"], with: 0)
  var training = SampleWindows.training(batch: 4, epochs: 400, rate: 0.01, lanes: 1)
  training.optimizer.weightDecay = 0
  var small = table
  small.origins[.train] = Origins((table.origins[.train] ?? []).prefix(4))
  let trainer = try Trainer(blocks, training: training, table: small, threads: 1)
  let history = try trainer.run().history
  let (first, last) = (history[0].trainLoss, history[history.count - 1].trainLoss)
  #expect(last < 0.02 * first, "\(name): \(first) to \(last)")
}

/// Networks whose losses are not those of numbers.
private let others: [(blocks: JSON, loss: Loss)] = [
  (
    ["flatten", ["dense": ["widths": [16]]], ["head": ["outputs": 2]]],
    .categoricalCrossEntropy(classes: 2)
  ),
  (["flatten", ["dense": ["widths": [16]]], "head"], .binaryCrossEntropy),
  ([["normalize": ["by": "last", "blocks": [["deepar": ["width": 12, "dropout": 0]]]]]], .gaussian),
  (
    [
      [
        "normalize": [
          "by": "last",
          "blocks": [
            [
              "gp-encoder": [
                "layers": 1, "width": 8, "output": 4, "feed_forward": 12, "steps": 3, "dropout": 0,
              ]
            ]
          ],
        ]
      ]
    ], .quantile([0.023, 0.5, 0.977])
  ),
]

@Test(arguments: others.indices)
func `A network of classes, of draws or around a process overfits a tiny set`(_ index: Int) throws {
  let (blocks, loss) = others[index]
  let isClassifier = loss.reading == .probability || loss.reading == .classes(2)
  var table = SampleWindows.table(
    rows: 40, lookback: 12, horizon: 2, targets: isClassifier ? { Float($0 / 3 % 2) } : nil)
  table.origins[.train] = Origins((table.origins[.train] ?? []).prefix(4))
  // A falling rate, because the gradient of quantiles does not get smaller near their minimum.
  var training = SampleWindows.training(
    batch: 4, epochs: 600, loss: loss, rate: 0.01, lanes: 1, schedule: .linear)
  training.optimizer.weightDecay = 0
  let history = try Trainer(blocks, training: training, table: table, threads: 1).run().history
  let (first, last) = (history[0].trainLoss, history[history.count - 1].trainLoss)
  // A likelihood has no floor at zero: sure of what it knows by heart, a network is rewarded below it.
  #expect(first > 0 && last < (loss == .gaussian ? -1 : 0.02 * first), "\(loss.name): \(first) to \(last)")
}

@Test func `The best epoch by validation is kept, and patience ends training`() throws {
  let trainer = try Trainer(
    SampleWindows.networks[1].blocks,
    training: SampleWindows.training(epochs: 60, keep: 3, patience: 2, rate: 0.05),
    table: SampleWindows.table(), threads: 1)
  let trained = try trainer.run()
  let losses = trained.history.map(\.validationLoss)
  #expect(
    trained.best.map(\.epoch) == losses.indices.sorted { losses[$0] < losses[$1] }.prefix(3).map { $0 + 1 })
  #expect(trained.stop == .noImprovement)
  #expect(trained.history.count == trained.best[0].epoch + 2)
}

@Test func `Divergence stops with the best epoch before it, or says that there is none`() throws {
  var table = SampleWindows.table()
  let blocks = SampleWindows.networks[1].blocks
  let wild = SampleWindows.training(epochs: 5, rate: 1e30, clip: nil)
  #expect(throws: NetworkError.self) {
    try Trainer(blocks, training: wild, table: table, threads: 1).run()
  }
  // A window that is not a number comes up in the first epoch, whatever the rate.
  var features = Array(table.features)
  features[60] = .nan
  table.features = StoredArray(features)
  do {
    _ = try Trainer(blocks, training: SampleWindows.training(), table: table, threads: 1).run()
    Issue.record("training on what is not a number went through")
  } catch let error as NetworkError {
    #expect(error.exitStatus == .badData && error.description.contains("diverged"))
  }
}

@Test func `What cannot be trained is refused before it begins, with the remedy`() throws {
  let table = SampleWindows.table()
  let blocks = SampleWindows.networks[1].blocks
  func problem(_ training: Training, _ table: WindowTable, _ blocks: JSON = blocks) -> String {
    do {
      _ = try Trainer(blocks, training: training, table: table, threads: 1)
      return ""
    } catch { return error.description }
  }
  #expect(problem(SampleWindows.training(batch: 1000), table).contains("1000 is larger than the 1"))
  var blind = table
  blind.origins[.validation] = []
  #expect(problem(SampleWindows.training(), blind).contains("no validation windows"))
  #expect(
    problem(
      SampleWindows.training(loss: .quantile([0.1, 0.5, 0.9])), table, ["flatten", ["head": ["outputs": 2]]]
    ).contains("outputs: 3"))
  #expect(problem(SampleWindows.training(batch: 9), table).contains("should divide the batch of 9"))
  let single = SampleWindows.table(targets: { _ in 1 })
  #expect(problem(SampleWindows.training(loss: .binaryCrossEntropy), single).contains("single class"))
  let strange = SampleWindows.table(targets: { $0 % 2 == 0 ? 0.5 : 1 })
  #expect(problem(SampleWindows.training(loss: .binaryCrossEntropy), strange).contains("0.5"))
  #expect(problem(SampleWindows.training(), table, [["liner": ["width": 4]]]).contains("no block 'liner'"))
  #expect(
    problem(SampleWindows.training(), table, ["flatten", ["linear": [:]]]).contains("'width' is missing"))
  #expect(problem(SampleWindows.training(), table, ["head"]).contains("pool"))
  let vast: JSON = ["flatten", ["linear": ["width": 100_000]], ["linear": ["width": 100_000]], "head"]
  #expect(problem(SampleWindows.training(), table, vast).contains("make it narrower"))
  #expect(
    problem(SampleWindows.training(), table, ["flatten", ["linear": ["width": 100_001]], "head"])
      .contains("from 1 to 100000"))
  #expect(
    problem(SampleWindows.training(), table, ["flatten", ["linear": ["width": 4]]]).contains(
      "end with 'head'"))
}

extension JSON {
  /// The same tree with the numbers of some keys replaced.
  fileprivate func replacingNumbers(of keys: Set<String>, with value: JSON) -> JSON {
    if let list = array { return .array(list.map { $0.replacingNumbers(of: keys, with: value) }) }
    guard let object else { return self }
    var changed: [String: JSON] = [:]
    for (key, element) in object {
      changed[key] =
        keys.contains(key) && element.number != nil ? value : element.replacingNumbers(of: keys, with: value)
    }
    return .object(changed)
  }
}

// MARK: - Entities

/// Windows of two entities, of which the second has some for validation alone.
private var late: WindowTable {
  var table = SampleWindows.table()
  table.signature.entities = ["A", "B"]
  table.signature.intervals += table.signature.intervals
  table.offsets = [0, 160, 220]
  return table
}

private func told(_ rate: Double) -> JSON {
  ["flatten", ["entity": ["width": 3, "unknown_rate": .number(rate)]], ["linear": ["width": 8]], "head"]
}

@Test func `An entity without a training window is refused by its name where the network looks at entities`()
  throws
{
  let training = SampleWindows.training()
  do {
    _ = try Trainer(told(0), training: training, table: late, threads: 1)
    Issue.record("an entity was taken for one that was learnt")
  } catch {
    #expect(error.description.contains("no training window shows B,"), "\(error)")
    #expect(error.description.contains("unknown_rate: 0.05") && error.exitStatus == .badData)
  }
  // Parameters that were learnt from it before know it, and a network that looks at no entities need not.
  _ = try Trainer(told(0), training: training, table: late, knownEntities: [1], threads: 1)
  _ = try Trainer(["flatten", "head"], training: training, table: late, threads: 1)
}

@Test func `An entity without a training window has the forecasts of an unknown one`() throws {
  let network = try Trainer(
    told(0.3), training: SampleWindows.training(), table: late, threads: 1
  ).run().network
  #expect(network.unseenEntities == [1] && network.knowsUnknownEntities)
  let origins = Array(late.origins[.validation] ?? []).filter { late.entity(ofRow: $0) == 1 }
  #expect(!origins.isEmpty)
  let found = network.forecast(from: origins[...], in: late).values
  var unknown = late
  unknown.entityCodes = [0, 2]
  #expect(found == network.forecast(from: origins[...], in: unknown).values)
  var own = network
  own.unseenEntities = []
  #expect(found != own.forecast(from: origins[...], in: late).values)
}

@Test func `Unknown entities are known only where none is looked at unhidden`() throws {
  let window = WindowShape(lookback: 4, horizon: 1, features: 1, targetColumns: [0], entities: 2)
  func isKnown(_ rates: [Double]) throws -> Bool {
    let blocks: JSON = .array(
      ["flatten"] + rates.map { ["entity": ["width": 2, "unknown_rate": .number($0)]] } + ["head"])
    return try Network.record(blocks, window, samples: 1).graph.hidesEntities
  }
  #expect(try isKnown([0.1]) && isKnown([0.1, 0.2]))
  #expect(try !isKnown([0.1, 0]) && !isKnown([]))
}
