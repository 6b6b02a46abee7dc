import Artifacts
import GaussianProcesses
import Tensors
import TestSupport
import Testing

@testable import Networks

@Test(arguments: [1, 7, 8, 45])
func `Leaving bounds costs the distance to the nearer one`(steps: Int) throws {
  let shape: Shape = [2, steps, 3]
  let bounds: [Float] = fixedValues(2 * steps * 3).flatMap { [$0 - 0.2, $0 + 0.3] }
  try GradientLaw([shape]) { graph, nodes in
    try graph.boundCrossing(
      nodes[0], graph.constant(bounds, [2, steps, 3, 2]), batchElements: shape.count)
  }.check()
}

@Test func `Inside of bounds nothing is lost`() throws {
  func value(_ prediction: [Float]) throws -> Double {
    try lossValue(prediction, [0, 0, 0]) { graph, prediction, _ in
      try graph.boundCrossing(
        prediction, graph.constant([-1, 1, -1, 1, -1, 1], [1, 3, 1, 2]), batchElements: 3)
    }
  }
  #expect(try value([-1, 0, 1]) == 0)
  #expect(abs(try value([-2, 0, 4]) - (1 + 3) / 3.0) < 1e-6)
}

private func bounded(
  gamma: Float, lipschitz: Double = 0.5, redraws: Int = 0, bandwidth: Double = 0.6,
  kernel: RegressionKernel = .epanechnikov
) -> Loss {
  .bounded(
    BoundedTraining(
      gamma: gamma, kernel: kernel, bandwidth: bandwidth,
      bounds: KernelRegression.BoundSettings(lipschitz: lipschitz, noise: 0.05, delta: 0.1), rows: 500,
      redraws: redraws, tolerance: 0))
}

/// The share of forecasts of the training windows outside of their bounds.
private func shareOutside(_ trained: TrainedNetwork, _ table: WindowTable) throws -> Double {
  guard case .bounded(let settings) = bounded(gamma: 1) else { return .nan }
  let bounds = try WindowBounds(settings, of: table, threads: 1)
  let origins = Array(table.origins[.train] ?? [])
  return bounds.shareOutside(trained.network.forecast(from: origins[...], in: table), from: origins[...])
}

@Test func `A network that is punished for leaving its bounds leaves them less`() throws {
  let table = SampleWindows.table()
  let blocks: JSON = ["flatten", ["linear": ["width": 8, "activation": "tanh"]], "head"]
  func trained(_ loss: Loss, threads: Int = 1) throws -> TrainedNetwork {
    try Trainer(
      blocks, training: SampleWindows.training(epochs: 4, loss: loss), table: table, threads: threads
    ).run()
  }
  let (free, held) = (try trained(bounded(gamma: 0)), try trained(bounded(gamma: 20)))
  #expect(try shareOutside(held, table) < shareOutside(free, table))
  // Without a weight it is the squared error, and threads change nothing.
  #expect(free.network.values == (try trained(.meanSquaredError)).network.values)
  #expect(held.network.values == (try trained(bounded(gamma: 20), threads: 2)).network.values)
}

@Test func `First parameters are drawn again while forecasts lie outside`() throws {
  let table = SampleWindows.table()
  let blocks: JSON = ["flatten", "head"]
  let training = { (redraws: Int) in
    SampleWindows.training(epochs: 1, loss: bounded(gamma: 1, redraws: redraws))
  }
  let one = try Trainer(blocks, training: training(0), table: table, threads: 1).run()
  let many = try Trainer(blocks, training: training(20), table: table, threads: 1).run()
  let again = try Trainer(blocks, training: training(20), table: table, threads: 2).run()
  #expect(one.network.values != many.network.values && many.network.values == again.network.values)
}

@Test func `Bounds whose neighbourhoods are empty are refused`() throws {
  let error = #expect(throws: NetworkError.self) {
    _ = try Trainer(
      ["flatten", "head"], training: SampleWindows.training(loss: bounded(gamma: 1, bandwidth: 1e-9)),
      table: SampleWindows.table(), threads: 1)
  }
  #expect(error?.description.contains("every neighbourhood is empty") == true)
}

@Test func `Bounds do not look at validation windows`() throws {
  var table = SampleWindows.table()
  // Far from all that training saw.
  let moved = Array(table.features).enumerated().map { $0 < 320 ? $1 : $1 + 1000 }
  table.features = StoredArray(moved)
  let trained = try Trainer(
    ["flatten", "head"], training: SampleWindows.training(epochs: 1, loss: bounded(gamma: 1)), table: table,
    threads: 1
  ).run()
  #expect(trained.history.count == 1)
}

@Test func `Bounds by a kernel that never ends are a mistake of the settings`() throws {
  let error = #expect(throws: NetworkError.self) {
    _ = try Trainer(
      ["flatten", "head"], training: SampleWindows.training(loss: bounded(gamma: 1, kernel: .logistic)),
      table: SampleWindows.table(), threads: 1)
  }
  #expect(error?.exitStatus == .usage && error?.path == "training")
}

@Test func `A bounded training that was killed goes on from its checkpoint, not from drawn parameters`()
  throws
{
  let folder = TemporaryFolder()
  let path = folder.path + "/checkpoint"
  let training = SampleWindows.training(epochs: 2, loss: bounded(gamma: 1, redraws: 5))
  func trainer() throws -> Trainer {
    try Trainer(["flatten", "head"], training: training, table: SampleWindows.table(), threads: 1)
  }
  let whole = try trainer().run()
  var left = false
  _ = try trainer().run(checkpoint: CheckpointFile(path: path, identity: "a", interval: .zero)) { progress in
    guard progress.step == 9, let bytes = try? Disk.read(path) else { return }
    left = (try? Disk.create(path + "-9", contents: bytes)) != nil
  }
  #expect(left)
  let resumed = try trainer().run(checkpoint: CheckpointFile(path: path + "-9", identity: "a"))
  #expect(resumed.resumedAt > 0 && resumed.network.values == whole.network.values)
}

@Test func `Draws of first parameters are not those of the next seed`() {
  let initial = Initializer.uniform(bound: 1)
  func elements(_ seed: UInt64, _ draw: Int) -> [Float] {
    initial.elements(count: 8, name: "weight", seed: seed, draw: draw)
  }
  #expect(elements(3, 0) == initial.elements(count: 8, name: "weight", seed: 3))
  #expect(elements(3, 1) != elements(4, 0) && elements(3, 1) != elements(3, 0))
}
