import Artifacts
import CAllocations
import Tensors
import Testing

@testable import Networks

private let losses: [Loss] = [
  .rootMeanSquaredError, .smoothAbsolute(beta: 0.5), .differenceRoot(weight: 1, beta: 0.5),
  .dilate(alpha: 0.5, gamma: 0.1),
  .compounding(rate: 1.1), .autocorrelation(weight: 0.5, lags: nil), .shift(steps: 1, decay: 0.5),
  .timeCentred(level: 0.1), .quantile([0.1, 0.5, 0.9]), .gaussian, .student,
  .grid(GridTarget(edges: .quantiles(8))), .grid(GridTarget(edges: .given([-9, 0, 9]), by: .binary)),
]

/// Its numbers are in reach of every loss: no level has to be put back.
private let blocks: JSON = [
  "flatten", ["linear": ["width": 16, "activation": "relu"]], ["dropout": ["rate": 0.2]], "head",
]

@Test(arguments: losses.indices)
func `Every loss trains to the same bits on one, two and four threads, and gets smaller`(_ index: Int) throws
{
  let table = SampleWindows.table()
  var found: [[UInt64]] = []
  for threads in [1, 2, 4] {
    let training = SampleWindows.training(epochs: 6, loss: losses[index], lanes: 4)
    let trained = try Trainer(blocks, training: training, table: table, threads: threads).run()
    found.append(
      trained.network.values.joined().map { UInt64($0.bitPattern) }
        + trained.history.flatMap(\.row).map(\.bitPattern))
    let (first, last) = (trained.history[0].trainLoss, trained.history[5].trainLoss)
    #expect(last < first, "\(losses[index].name): \(first) to \(last)")
    let figures = trained.history.flatMap(\.row)
    #expect(figures.allSatisfy { $0.isFinite })
  }
  #expect(found[0] == found[1] && found[0] == found[2])
}

@Test(arguments: losses.indices)
func `A step of any loss allocates nothing`(_ index: Int) throws {
  let table = SampleWindows.table()
  var loss = losses[index]
  if case .grid(let target) = loss { loss = .grid(try target.resolved(on: table)) }
  let window = WindowShape(table.signature, reading: loss.reading)
  var (graph, result) = try Network.record(blocks, window, samples: 4)
  let node = try graph.loss(loss, of: result, batch: 4, window)
  let training = SampleWindows.training(batch: 4, loss: loss)
  let batches = EpochBatches(table, window, training: training, lanes: 1)
  batches.shuffle(epoch: 0)
  let step = TrainingStep(
    Plan(graph, result: result, loss: node), cut: BatchCut(lanes: 1, slicesPerLane: 1, samplesPerSlice: 4),
    optimizer: training.optimizer, clip: 1, seed: 1, team: Team(threads: 1), source: batches)
  _ = step.run(step: 0, rate: 0.01)
  let before = allocations_count()
  for number in 1...5 {
    allocations_watch_thread(1)
    _ = step.run(step: number, rate: 0.01)
    allocations_watch_thread(0)
  }
  #expect(allocations_count() == before, "\(loss.name)")
}

/// What one step of gradient descent makes of a batch of twelve windows.
private func stepped(_ loss: Loss, lanes: Int, slices: Int, clip: Float?) throws -> (
  loss: Float, move: [Float]
) {
  let table = SampleWindows.table()
  let window = WindowShape(table.signature, reading: loss.reading)
  let size = 12 / (lanes * slices)
  let blocks: JSON = ["flatten", ["linear": ["width": 8, "activation": "tanh"]], "head"]
  var (graph, result) = try Network.record(blocks, window, samples: size, purpose: .training)
  let node = try graph.loss(loss, of: result, batch: 12, window)
  let plan = Plan(graph, result: result, loss: node)
  let training = SampleWindows.training(batch: 12, loss: loss)
  let batches = EpochBatches(table, window, training: training, lanes: lanes)
  batches.shuffle(epoch: 0)
  let step = TrainingStep(
    plan, cut: BatchCut(lanes: lanes, slicesPerLane: slices, samplesPerSlice: size), loss: loss,
    optimizer: Optimizer(.descent(momentum: 0)), clip: clip, seed: 1, team: Team(threads: 1), source: batches)
  func values() -> [Float] {
    zip(plan.parameterOffsets, graph.parameters).flatMap { offset, parameter in
      (0..<parameter.shape.count).map { step.parameters[offset + $0] }
    }
  }
  let before = values()
  let found = step.run(step: 0, rate: 1)
  return (found, zip(values(), before).map { $0 - $1 })
}

@Test(arguments: [1, 3], [1, 4])
func `The root is that of the whole batch, in lanes and slices, before the gradient is clipped`(
  lanes: Int, slices: Int
) throws {
  let squared = try stepped(.meanSquaredError, lanes: 1, slices: 1, clip: nil)
  let rooted = try stepped(.rootMeanSquaredError, lanes: lanes, slices: slices, clip: nil)
  let root = squared.loss.squareRoot()
  #expect(abs(rooted.loss / root - 1) < 1e-6)
  #expect(root != 1)
  for (own, other) in zip(rooted.move, squared.move) { #expect(abs(own - other / (2 * root)) < 1e-6) }
  let clipped = try stepped(.rootMeanSquaredError, lanes: lanes, slices: slices, clip: 0.01)
  let length = clipped.move.reduce(0) { $0 + $1 * $1 }.squareRoot()
  #expect(abs(length / 0.01 - 1) < 1e-4)
}

@Test func `A root of nothing has no slope`() {
  #expect(Loss.rootMeanSquaredError.whole(0) == (0, 0))
}

@Test func `Training on a grid tells its errors in values, not in logits`() throws {
  let table = SampleWindows.table()
  let training = SampleWindows.training(
    epochs: 12, loss: .grid(GridTarget(edges: .quantiles(20))), rate: 0.01)
  let trained = try Trainer(blocks, training: training, table: table, threads: 1).run()
  let place = try #require(EpochRecord.columns.firstIndex(of: "validation/mae"))
  let origins = Array(table.origins[.validation] ?? [])
  let best = try #require(trained.best.first)
  let forecasts = trained.network.forecast(from: origins[...], in: table).values
  let actual = table.labels(ofWindowsAt: origins[...]).values
  let error = zip(forecasts, actual).reduce(0) { $0 + abs($1.0 - $1.1) } / Double(actual.count)
  #expect(abs(trained.history[best.epoch - 1].row[place] / error - 1) < 1e-5)
  #expect(error < 0.5)
}
