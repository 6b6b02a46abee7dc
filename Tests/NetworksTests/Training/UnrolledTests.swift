import Artifacts
import Chronology
import Tensors
import TestSupport
import Testing

@testable import Networks

private let unrolled: JSON = [
  [
    "normalize": [
      "by": "last",
      "blocks": [
        ["autoregressive": ["residual": true, "calendar": true, "cell": [["gru": ["width": 8]], "head"]]]
      ],
    ]
  ]
]
private let decoder: JSON = [
  ["gru": ["width": 8, "gives": "all"]], ["recurrent-decoder": ["width": 8, "heads": 4]],
]
private let deepAR: JSON = [
  [
    "normalize": [
      "by": "last",
      "blocks": [["deepar": ["width": 8, "dropout": 0.1, "draws": 10, "entity": 2]]],
    ]
  ]
]

private func bits(_ trained: TrainedNetwork) -> [UInt64] {
  trained.network.values.flatMap { $0 }.map { UInt64($0.bitPattern) }
    + trained.history.flatMap(\.row).map(\.bitPattern)
}

private func training(
  _ curriculum: Curriculum?, epochs: Int = 3, loss: Loss = .meanSquaredError, rate: Double = 0.01,
  lanes: Int = 2
) -> Training {
  SampleWindows.training(epochs: epochs, loss: loss, rate: rate, lanes: lanes, curriculum: curriculum)
}

/// A curriculum of every kind, with the networks that it may lead.
private let curricula: [(name: String, blocks: JSON, curriculum: Curriculum?, loss: Loss)] = [
  ("forced half the time", decoder, Curriculum(forcing: .constant(probability: 0.5)), .meanSquaredError),
  (
    "longer every epoch", unrolled,
    Curriculum(forcing: .cyclic(probability: 0.7, epochs: 1), lengths: .step(epochs: 1, factor: 2)),
    .meanSquaredError
  ),
  (
    "longer at plateaus", decoder,
    Curriculum(
      forcing: .constant(probability: 0.3),
      lengths: .plateau(.init(patience: 1, threshold: 0.5), factor: 2, most: nil)), .meanSquaredError
  ),
  (
    "one after the other", unrolled,
    Curriculum(
      forcing: .constant(probability: 0.5),
      cycle: .init(
        changes: [.length, .rate, .forcing], plateau: .init(patience: 1, threshold: 0.9), lengthFactor: 3,
        rateFactor: 0.5)), .meanSquaredError
  ),
  ("deepar", deepAR, nil, .gaussian),
]

@Test(arguments: curricula.indices)
func `An unrolled network trains to the same bits on any number of threads and after a kill`(_ index: Int)
  throws
{
  let (name, blocks, curriculum, loss) = curricula[index]
  let table = SampleWindows.table(horizon: 5)
  let training = training(curriculum, epochs: 5, loss: loss, lanes: 4)
  let whole = try Trainer(blocks, training: training, table: table, threads: 1).run()
  for threads in [2, 4] {
    #expect(
      bits(try Trainer(blocks, training: training, table: table, threads: threads).run()) == bits(whole),
      "\(name)")
  }
  let folder = TemporaryFolder()
  let path = folder.path + "/checkpoint"
  var left: [String] = []
  _ = try Trainer(blocks, training: training, table: table, threads: 1).run(
    checkpoint: CheckpointFile(path: path, identity: "a", interval: .zero)
  ) { progress in
    guard [3, 17, 18, 40, 60].contains(progress.step), let bytes = try? Disk.read(path) else { return }
    left.append(path + "-\(progress.step)")
    try? Disk.create(left[left.count - 1], contents: bytes)
  }
  #expect(left.count >= 4)
  for path in left {
    var first: Int?
    let resumed = try Trainer(blocks, training: training, table: table, threads: 2).run(
      checkpoint: CheckpointFile(path: path, identity: "a")
    ) { first = first ?? $0.step }
    #expect(first ?? 0 > 1 && bits(resumed) == bits(whole), "\(name) from \(path)")
  }
}

@Test(arguments: curricula.indices)
func `No forecast knows what comes behind its origin`(_ index: Int) throws {
  let (name, blocks, curriculum, loss) = curricula[index]
  let table = SampleWindows.table(horizon: 5)
  let network = try Trainer(
    blocks, training: training(curriculum, epochs: 2, loss: loss), table: table, threads: 1
  ).run().network
  let origin = 150
  let before = network.forecast(from: [origin], in: table)
  var changed = table
  var features = Array(table.features)
  for element in ((origin + 1) * 2)..<features.count { features[element] += 100 }
  changed.features = StoredArray(features)
  changed.targets = StoredArray(features)
  #expect(network.forecast(from: [origin], in: changed).values == before.values, "\(name)")
  // The newest window of all: no row behind it, and the same forecast.
  let newest = WindowTable(
    signature: table.signature, levels: StoredArray(Array(table.levels.prefix(2 * (origin + 1)))),
    features: StoredArray(Array(table.features.prefix(2 * (origin + 1)))),
    targets: StoredArray(Array(table.targets.prefix(2 * (origin + 1)))),
    time: StoredArray(Array(table.time.prefix(origin + 1))), offsets: [0, origin + 1], origins: [:])
  #expect(network.forecast(from: [origin], in: newest).values == before.values, "\(name)")
  // Nor do its neighbours in a batch matter.
  let among = network.forecast(from: [120, 121, origin, 122, 123], in: table)
  for (a, b) in zip(among.values[(2 * 10)..<(3 * 10)], before.values) {
    #expect(abs(a - b) < 1e-6, "\(name)")
  }
}

@Test func `Teaching is forced in training alone`() throws {
  let table = SampleWindows.table(horizon: 5)
  func history(_ probability: Double) throws -> [EpochRecord] {
    // Nothing is learnt, so that whatever differs comes from what was fed back.
    try Trainer(
      decoder, training: training(Curriculum(forcing: .constant(probability: probability)), rate: 0),
      table: table, threads: 1
    ).run().history
  }
  let (free, forced) = (try history(0), try history(1))
  #expect(free.map(\.validationLoss) == forced.map(\.validationLoss))
  #expect(free.map(\.validation) == forced.map(\.validation))
  #expect(zip(free, forced).allSatisfy { $0.trainLoss != $1.trainLoss })
  let plain = try Trainer(decoder, training: training(nil, rate: 0), table: table, threads: 1).run().history
  #expect(plain.map(\.trainLoss) == free.map(\.trainLoss))
}

@Test func `A graph that forecasts has no place for what came`() throws {
  let window = WindowShape(lookback: 6, horizon: 4, features: 2, targetColumns: [1], entities: 1)
  for blocks in [unrolled, decoder] {
    for purpose in [Graph.Purpose.forecast, .validation] {
      let (graph, _) = try Network.record(blocks, window, samples: 2, purpose: purpose)
      #expect(!graph.values.contains { $0.source == .input(.targets) })
    }
    let (graph, _) = try Network.record(blocks, window, samples: 2, purpose: .training)
    #expect(graph.values.contains { $0.source == .input(.targets) })
  }
}

@Test func `A residual is added in the unrolled forecast`() throws {
  // A cell that always gives one: with a residual, forecasts are stairs.
  let blocks: JSON = [
    ["autoregressive": ["residual": true, "cell": ["flatten", ["linear": ["width": 1]], "head"]]]
  ]
  let table = SampleWindows.table(lookback: 6, horizon: 4)
  let window = WindowShape(table.signature, reading: .point)
  let (graph, _) = try Network.record(blocks, window, samples: 1)
  let values = graph.parameters.map { parameter in
    [Float](repeating: parameter.name.hasSuffix("head.bias") ? 1 : 0, count: parameter.shape.count)
  }
  let network = try Network(blocks: blocks, window: window, values: values)
  let forecast = network.forecast(from: [100], in: table).values
  for step in 0..<4 {
    for column in 0..<2 {
      let last = Double(table.features[100 * 2 + column])
      #expect(abs(forecast[step * 2 + column] - last - Double(step + 1)) < 1e-5)
    }
  }
}

@Test func `An epoch of fewer steps costs as much less, and learns the same parameters`() throws {
  let window = WindowShape(lookback: 6, horizon: 24, features: 2, targetColumns: [0, 1], entities: 1)
  for blocks in [unrolled, decoder] {
    func plan(_ horizon: Int) throws -> Plan {
      var window = window
      window.horizon = horizon
      var (graph, result) = try Network.record(blocks, window, samples: 4, purpose: .training)
      let loss = try graph.loss(.meanSquaredError, of: result, batch: 8, window)
      return Plan(graph, result: result, loss: loss)
    }
    let (short, long) = (try plan(3), try plan(24))
    #expect(short.graph.parameters == long.graph.parameters)
    // The encoder of the decoder's memory is the same.
    #expect(short.work < long.work / 3 && short.arenaCount < long.arenaCount / 2)
  }
  let table = SampleWindows.table(horizon: 6)
  let curriculum = Curriculum(lengths: .step(epochs: 1, factor: 2))
  let trained = try Trainer(
    unrolled, training: training(curriculum, epochs: 5), table: table, threads: 1
  ).run()
  let rows = trained.history.map(\.row)
  #expect(rows.map { $0[$0.count - 2] } == [1, 2, 4, 6, 6])
  #expect(trained.historyColumns.count == rows[0].count)
  // Validation counts all steps from the first epoch on.
  #expect(Set(trained.history.map(\.validation.count)).count == 1)
  #expect(trained.history[0].train.count * 6 == trained.history[4].train.count)
}

@Test func `Lengths, forcing and rates go as their schedules say`() {
  func lengths(_ curriculum: Curriculum, losses: [Double], horizon: Int = 20) -> [Int] {
    var state = Curriculum.State()
    return losses.enumerated().map { epoch, loss in
      defer { curriculum.advance(&state, validation: loss, horizon: horizon) }
      return curriculum.length(epoch: epoch, state, horizon: horizon)
    }
  }
  let flat = [Double](repeating: 1, count: 8)
  #expect(
    lengths(Curriculum(lengths: .step(epochs: 2, factor: 3)), losses: flat) == [1, 1, 3, 3, 9, 9, 20, 20])
  #expect(
    lengths(Curriculum(lengths: .milestones([1, 4], factor: 2), firstLength: 5), losses: flat)
      == [5, 10, 10, 10, 20, 20, 20, 20])
  let plateau = Curriculum.Lengths.plateau(.init(patience: 2), factor: 2, most: 4)
  #expect(lengths(Curriculum(lengths: plateau), losses: flat) == [1, 1, 1, 2, 2, 4, 4, 4])
  // An improvement by less than the threshold is none.
  #expect(
    lengths(Curriculum(lengths: plateau), losses: [1, 0.99999, 0.9999, 0.5, 0.4, 0.3]) == [1, 1, 1, 2, 2, 2])
  let absolute = Curriculum.Lengths.plateau(
    .init(patience: 1, threshold: 0.2, isRelative: false), factor: 2, most: nil)
  #expect(lengths(Curriculum(lengths: absolute), losses: [1, 0.9, 0.7, 0.6]) == [1, 1, 2, 2])
  // Without a schedule of lengths, all steps.
  #expect(lengths(Curriculum(forcing: .constant(probability: 1)), losses: flat) == flat.map { _ in 20 })

  let cyclic = Curriculum(forcing: .cyclic(probability: 0.8, epochs: 2))
  #expect((0..<6).map { cyclic.forcing(epoch: $0, .init()) } == [0.8, 0.8, 0, 0, 0.8, 0.8])

  let cycle = Curriculum(
    forcing: .constant(probability: 0.5),
    cycle: .init(
      changes: [.length, .forcing, .rate], plateau: .init(patience: 1), lengthFactor: 4, rateFactor: 0.1,
      restoresRate: true))
  var state = Curriculum.State()
  var seen: [String] = []
  for epoch in 0..<8 {
    seen.append(
      "\(cycle.length(epoch: epoch, state, horizon: 20)) \(cycle.forcing(epoch: epoch, state)) \(cycle.rateFactor(state))"
    )
    cycle.advance(&state, validation: 1, horizon: 20)
    #expect(Curriculum.State(fields: state.fields) == state)
  }
  #expect(
    seen == [
      "1 0.5 1.0", "1 0.5 1.0", "4 0.5 1.0", "4 0.0 1.0", "4 0.0 1.0", "16 0.0 1.0", "16 0.5 1.0",
      "16 0.5 1.0",
    ])
}

@Test func `A curriculum that a network cannot follow is refused with the remedy`() throws {
  let table = SampleWindows.table(horizon: 5)
  func problem(_ blocks: JSON, _ curriculum: Curriculum?, loss: Loss = .meanSquaredError) -> String {
    do {
      _ = try Trainer(blocks, training: training(curriculum, loss: loss), table: table, threads: 1)
      return ""
    } catch { return error.description }
  }
  let direct: JSON = [["gru": ["width": 4]], "head"]
  let forcing = Curriculum(forcing: .constant(probability: 1))
  let lengths = Curriculum(lengths: .step(epochs: 1, factor: 2))
  #expect(problem(direct, forcing).contains("no 'autoregressive' or 'recurrent-decoder'"))
  #expect(problem(direct, lengths).contains("head.weight has a place for each of the 5 steps"))
  #expect(problem(deepAR, forcing, loss: .gaussian).contains("teacher_forcing"))
  #expect(problem(deepAR, lengths, loss: .gaussian) == "")
  let cycle = Curriculum(
    cycle: .init(changes: [.forcing], plateau: .init(patience: 1), lengthFactor: 2, rateFactor: 0.5))
  #expect(problem(direct, cycle).contains("training.cycle: 'changes' names teacher-forcing"))
  #expect(problem(direct, cycle).contains("take changes: [learning-rate]"))
  #expect(problem(deepAR, nil).contains("train it with loss: gaussian"))
  let apart: JSON = [
    "targets", ["channels": ["blocks": [["autoregressive": ["cell": ["flatten", "head"]]]]]],
  ]
  #expect(problem(apart, nil).contains("before 'channels'"))
  let batch: JSON = [["autoregressive": ["cell": ["flatten", "batch-norm", "head"]]]]
  #expect(problem(batch, nil).contains("layer-norm"))
  let mixed: JSON = [["linear": ["width": 7]], ["autoregressive": ["cell": ["flatten", "head"]]]]
  #expect(problem(mixed, nil).contains("before what mixes columns"))
  let pieces: JSON = [
    "targets",
    [
      "decompose": [
        "width": 3, "trend": [["autoregressive": ["cell": ["flatten", "head"]]]],
        "season": [["channels": ["blocks": ["head"]]]],
      ]
    ],
  ]
  #expect(problem(pieces, nil).contains("not decomposed"))
}

@Test func `DeepAR learns a deviation, and its draws have it`() throws {
  let table = SampleWindows.table(rows: 600, horizon: 3)
  let blocks: JSON = [["deepar": ["width": 16, "dropout": 0, "draws": 50, "calendar": false]]]
  let trained = try Trainer(
    blocks, training: training(nil, epochs: 20, loss: .gaussian), table: table, threads: 1
  ).run()
  let network = trained.network
  #expect(network.window.reading == .samples)
  // The same blocks and values read back forecast the same.
  let again = try Network(blocks: network.blocks, window: network.window, values: network.values)
  #expect(again == network)
  let origins = Array(table.origins[.test] ?? [])
  #expect(
    again.forecast(from: origins[...], in: table).values
      == network.forecast(from: origins[...], in: table).values)
  let (graph, result) = try Network.record(network.blocks, network.window, samples: 1)
  #expect(graph.givesDraws && result.shape == [1, 3, 2, 50])
  // The sample's noise has a deviation of 0.1, and what is drawn for the next row should have little more.
  let plan = Plan(graph, result: result, loss: nil)
  let memory = ParameterMemory(plan, values: network.values)
  let lane = Lane(plan, parameters: memory.start)
  var squares = 0.0
  for origin in origins {
    table.load(1, into: lane) { _ in origin }
    lane.forward()
    let draws = (0..<50).map { Double(lane.result[$0]) }
    let mean = draws.reduce(0, +) / 50
    squares += draws.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 49
  }
  let deviation = (squares / Double(origins.count)).squareRoot()
  #expect(0.09 < deviation && deviation < 0.16)
}

@Test func `Calendar codes of lanes are those of the bars, whether they have come or not`() throws {
  let table = SampleWindows.table(lookback: 4, horizon: 3)
  var graph = Graph(samples: 2)
  let window = WindowShape(table.signature, reading: .point)
  let (ahead, _) = (try graph.calendar(window), try graph.pastCalendar(window))
  let plan = Plan(graph, result: ahead, loss: nil)
  let memory = ParameterMemory(plan, values: [])
  let lane = Lane(plan, parameters: memory.start)
  let origins = [30, table.rowCount - 1]
  table.load(2, into: lane) { origins[$0] }
  let codes = CalendarCode.width
  let made = try #require(lane.input(.calendar))
  let seen = try #require(lane.input(.pastCalendar))
  var code = [Float](repeating: 0, count: codes)
  for (place, origin) in origins.enumerated() {
    for step in 0..<3 {
      CalendarCode.write(Instant(milliseconds: Int64(origin + 1 + step) * 3_600_000), to: &code)
      #expect((0..<codes).allSatisfy { made[(place * 3 + step) * codes + $0] == code[$0] })
    }
    for row in 0..<4 {
      CalendarCode.write(Instant(milliseconds: Int64(origin - 3 + row) * 3_600_000), to: &code)
      #expect((0..<codes).allSatisfy { seen[(place * 4 + row) * codes + $0] == code[$0] })
    }
  }
}

@Test(arguments: ["autoregressive", "deepar"])
func `What goes on from row to row is refused where the horizon begins behind a gap`(block: String) throws {
  let blocks: JSON = block == "deepar" ? ["deepar"] : unrolled
  let reading: Network.Reading = block == "deepar" ? .gaussian : .point
  var window = WindowShape(
    lookback: 6, horizon: 4, features: 2, targetColumns: [0, 1], entities: 1, reading: reading)
  _ = try Network.record(blocks, window, samples: 2)
  window.shift = 3
  let error = #expect(throws: NetworkError.self) { try Network.record(blocks, window, samples: 2) }
  #expect(error?.description.contains("'\(block)' goes on from the last row") == true)
  #expect(error?.description.contains("forecast from 4 rows ahead") == true)
}

@Test func `The shape of windows knows the gap that their signature has`() throws {
  var signature = SampleWindows.table().signature
  #expect(WindowShape(signature, reading: .point).shift == 0)
  signature.labelStart = 4
  #expect(WindowShape(signature, reading: .point).shift == 3)
}
