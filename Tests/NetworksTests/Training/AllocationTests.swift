import Artifacts
import CAllocations
import Tensors
import Testing

@testable import Networks

@Test(arguments: SampleWindows.networks.indices)
func `After the first step a training step allocates nothing`(_ index: Int) throws {
  let table = SampleWindows.table()
  let (name, blocks) = SampleWindows.networks[index]
  for threads in [1, 2] {
    let window = WindowShape(table.signature, reading: .point)
    var (graph, result) = try Network.record(blocks, window, samples: 2, purpose: .training)
    let loss = try graph.loss(.meanSquaredError, of: result, batch: 8, window)
    let training = SampleWindows.training()
    let step = TrainingStep(
      Plan(graph, result: result, loss: loss), cut: BatchCut(lanes: 2, slicesPerLane: 2, samplesPerSlice: 2),
      optimizer: training.optimizer, clip: 1, seed: 1, team: Team(threads: threads),
      source: WatchedBatches(EpochBatches(table, window, training: training, lanes: 2)))
    _ = step.run(step: 0, rate: 0.01)
    let before = allocations_count()
    for number in 1...20 {
      allocations_watch_thread(1)
      _ = step.run(step: number, rate: 0.01)
      allocations_watch_thread(0)
    }
    #expect(allocations_count() == before, "\(name) on \(threads) threads")
  }
}

/// The real batches; a lane's thread is watched from the moment it asks for samples.
private final class WatchedBatches: BatchSource {
  private let batches: EpochBatches

  init(_ batches: EpochBatches) {
    self.batches = batches
    batches.shuffle(epoch: 0)
  }

  func load(_ lane: Lane, from first: Int, count: Int) {
    allocations_watch_thread(1)
    batches.load(lane, from: first, count: count)
  }

  func look(at lane: Lane, number: Int, from first: Int, count: Int) {
    batches.look(at: lane, number: number, from: first, count: count)
  }
}

@Test func `Allocations are counted where they happen`() {
  let before = allocations_count()
  allocations_watch_thread(1)
  let memory = UnsafeMutableRawPointer.allocate(byteCount: 100_000, alignment: 16)
  allocations_watch_thread(0)
  memory.deallocate()
  #expect(allocations_count() > before)
}
