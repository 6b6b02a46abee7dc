internal import Artifacts
internal import Tensors

/// A forward pass of a network for a fixed number of samples.
struct ForecastPass {
  let samples: Int
  /// Numbers a step and target.
  let outputs: Int
  private let lane: Lane
  private let memory: ParameterMemory
  private let window: WindowShape

  var arenaCount: Int { lane.plan.arenaCount }

  init(_ network: Network, samples: Int) {
    let graph: Graph
    let result: Node
    do throws(NetworkError) {
      (graph, result) = try Network.record(network.blocks, network.window, samples: samples)
    } catch { preconditionFailure("a network that was recorded before: \(error)") }
    let plan = Plan(graph, result: result, loss: nil)
    memory = ParameterMemory(plan, values: network.values)
    lane = Lane(plan, parameters: memory.start)
    window = network.window
    self.samples = samples
    outputs = result.shape.rank == 4 ? result.shape.last : 1
  }

  /// Forecasts from as many origins as there are samples.
  func run(_ origins: ArraySlice<Int>, in table: WindowTable) {
    table.load(origins.count, into: lane) { origins[origins.startIndex + $0] }
    Team.flushing { lane.forward() }
  }

  /// Passes with dropout over one window: the samples are the draws from `first` on.
  func draw(_ origin: Int, in table: WindowTable, from first: Int, seed: UInt64) {
    table.load(samples, into: lane) { _ in origin }
    lane.moment.pointee.isSampling = true
    lane.moment.pointee.seed = seed
    // Where a window stands in a table says nothing about which it is.
    lane.moment.pointee.step =
      Int(truncatingIfNeeded: table.time[origin]) &* 65_536 &+ table.entity(ofRow: origin)
    lane.moment.pointee.firstSample = first
    Team.flushing { lane.forward() }
  }

  /// The numbers of all elements of all samples, [S, H, K, outputs].
  var numbers: UnsafePointer<Float> { lane.result }

  /// The last input of a target; zero of labels, which have none.
  func last(_ sample: Int, _ target: Int) -> Float {
    guard !window.hasLabels, let features = lane.input(.features) else { return 0 }
    return features[
      (sample * window.lookback + window.lookback - 1) * window.features + window.targetColumns[target]]
  }
}
