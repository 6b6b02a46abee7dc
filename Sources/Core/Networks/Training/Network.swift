package import Artifacts
private import Numerics
package import Tensors

/// A model made of blocks: what its file says, what windows it is for, and the values of its parameters.
package struct Network: Sendable, Equatable {
  /// The list of blocks, with all settings resolved.
  package let blocks: JSON
  package let window: WindowShape
  /// The values of the parameters, array by array, in the order in which blocks record them.
  package var values: [[Float]]

  /// How a forecast is read from what the network gives.
  package enum Reading: String, Sendable, CaseIterable {
    /// [S, H, K] are forecasts.
    case point
    /// [S, H, K, Q] are quantiles; the middle one is the forecast.
    case quantiles
    /// [S, H, K, 2]: mean and logarithm of the deviation.
    case gaussian
    /// [S, H, K] are log-odds of class 1; the forecast is its probability.
    case probability
    /// [S, H, K, C] are log-probabilities of classes, up to a constant; the forecast is the likeliest.
    case classes
    /// [S, H, K, 3]: location, logarithm of the scale, and what the degrees of freedom come from.
    case student
  }

  /// Demands that `values` fit what the blocks record.
  package init(
    blocks: JSON, window: WindowShape, values: [[Float]]
  ) throws(NetworkError) {
    let (graph, _) = try Self.record(blocks, window, samples: 1)
    guard graph.parameters.map(\.shape.count) == values.map(\.count) else {
      throw .data("the arrays of the model do not fill the network that its blueprint describes")
    }
    self.blocks = blocks
    self.window = window
    self.values = values
  }

  /// The graph of a network for some samples, and its result, [S, H, K] or [S, H, K, outputs].
  package static func record(
    _ blocks: JSON, _ window: WindowShape, samples: Int
  ) throws(NetworkError) -> (graph: Graph, result: Node) {
    var graph = Graph(samples: samples)
    let x = try graph.input(.features, [samples, window.lookback, window.features])
    let result = try BlockSequence(blocks, path: "").record(x, in: &graph, window)
    let point: Shape = [samples, window.horizon, window.targets]
    guard result.shape == point || Array(result.shape.axes.prefix(3)) == point.axes && result.shape.rank == 4
    else {
      throw .shape(
        path: "network",
        problem: """
          the last block should give forecasts [S, H, K] = \(point), and gives \(result.shape); end with 'head', and begin with \
          'targets' where columns stay apart
          """)
    }
    return (graph, result)
  }

  /// Name, shape and values of each parameter.
  package var arrays: [ParameterArray] {
    guard let (graph, _) = try? Self.record(blocks, window, samples: 1) else { return [] }
    return zip(graph.parameters, values).map {
      ParameterArray(name: $0.name, shape: $0.shape.axes, values: $1)
    }
  }

  package var parameterCount: Int { values.reduce(0) { $0 + $1.count } }

  // MARK: Forecasting

  /// Forecasts from `origins`, [B, H, K], in the units of the table.
  package func forecast(
    from origins: ArraySlice<Int>, in table: WindowTable
  ) -> Panel {
    var panel = Panel(windows: origins.count, steps: window.horizon, columns: window.targets)
    let width = window.horizon * window.targets
    guard !origins.isEmpty else { return panel }
    var pass = Pass(self, samples: 1)
    let samplesPerPass = BatchCut.forwardSamples(arenaPerSample: pass.arenaCount)
    var start = origins.startIndex
    while start < origins.endIndex {
      let count = min(samplesPerPass, origins.endIndex - start)
      if count != pass.samples { pass = Pass(self, samples: count) }
      pass.run(origins[start..<(start + count)], in: table)
      let first = (start - origins.startIndex) * width
      for index in 0..<(count * width) { panel.values[first + index] = Double(pass.point(index)) }
      start += count
    }
    return panel
  }

  /// A forward pass for a fixed number of windows.
  private struct Pass {
    let samples: Int
    private let lane: Lane
    private let memory: ParameterMemory
    private let outputs: Int
    private let place: Int
    private let reading: Reading
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
      self.samples = samples
      outputs = result.shape.rank == 4 ? result.shape.last : 1
      reading = network.window.reading
      place = reading == .quantiles ? outputs / 2 : 0
    }

    func run(_ origins: ArraySlice<Int>, in table: WindowTable) {
      table.load(origins.count, into: lane) { origins[origins.startIndex + $0] }
      Team.flushing { lane.forward() }
    }

    func point(_ index: Int) -> Float {
      let first = index * outputs
      switch reading {
      case .probability: return Float(1 / (1 + Elementary.exp(-Double(lane.result[first]))))
      case .classes:
        let best = (0..<outputs).max { lane.result[first + $0] < lane.result[first + $1] }
        return Float(best ?? 0)
      case .point, .quantiles, .gaussian, .student: return lane.result[first + place]
      }
    }
  }
}

/// The parameters of a network where a plan expects them.
///
/// A class, because it guards memory.
final class ParameterMemory {
  let start: UnsafeMutablePointer<Float>

  init(_ plan: Plan, values: [[Float]]) {
    precondition(values.count == plan.graph.parameters.count, "an array a parameter")
    start = FloatMemory.allocate(plan.parameterBufferCount)
    for (offset, elements) in zip(plan.parameterOffsets, values) {
      (start + offset).update(from: elements, count: elements.count)
    }
  }

  deinit { start.deallocate() }
}

extension WindowTable {
  /// Fills a lane's inputs with some windows: features [B, L, F], targets [B, H, K], entities [B].
  func load(_ origins: UnsafeBufferPointer<Int32>, into lane: Lane) {
    read(windowsAt: origins, inputs: lane.input(.features), labels: lane.input(.targets))
    guard let entities = lane.input(.entities) else { return }
    for (window, origin) in origins.enumerated() { entities[window] = Float(entity(ofRow: Int(origin))) }
  }

  /// The same of `count` windows, of which `origin` gives the row of each.
  @inline(__always)
  func load(_ count: Int, into lane: Lane, origin: (Int) -> Int) {
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: count) { origins in
      for window in 0..<count { origins.initializeElement(at: window, to: Int32(origin(window))) }
      load(UnsafeBufferPointer(origins), into: lane)
    }
  }
}
