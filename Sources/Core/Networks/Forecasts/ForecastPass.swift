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
  private let unseenEntities: [Int]

  var arenaCount: Int { lane.plan.arenaCount }

  init(_ network: Network, samples: Int) {
    let (graph, result) = network.recorded(samples: samples)
    let plan = Plan(graph, result: result, loss: nil)
    memory = ParameterMemory(plan, values: network.values)
    lane = Lane(plan, parameters: memory.start)
    window = network.window
    lane.moment.pointee.seed = network.draws.seed
    unseenEntities = network.unseenEntities
    self.samples = samples
    outputs = result.shape.rank == 4 ? result.shape.last : 1
  }

  /// Forecasts from as many origins as there are samples.
  func run(_ origins: ArraySlice<Int>, in table: WindowTable) {
    table.load(origins.count, into: lane) { origins[origins.startIndex + $0] }
    hideUnseenEntities()
    Team.flushing { lane.forward() }
  }

  /// Passes with dropout over one window: the samples are the draws from `first` on.
  func draw(_ origin: Int, in table: WindowTable, from first: Int) {
    table.load(samples, into: lane) { _ in origin }
    hideUnseenEntities()
    lane.moment.pointee.isSampling = true
    // Where a window stands in a table says nothing about which it is.
    lane.moment.pointee.step = Int(table.identity(ofWindowAt: origin))
    lane.moment.pointee.firstSample = first
    Team.flushing { lane.forward() }
  }

  /// Gives entities that training never saw the code of an unknown one, as training did.
  private func hideUnseenEntities() {
    guard !unseenEntities.isEmpty, let codes = lane.input(.entities) else { return }
    for sample in 0..<samples where unseenEntities.contains(Int(codes[sample])) {
      codes[sample] = Float(window.entities)
    }
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
