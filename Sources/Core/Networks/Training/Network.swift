package import Artifacts
package import Tensors

/// A model made of blocks: what its file says, what windows it is for, and the values of its parameters.
package struct Network: Sendable, Equatable {
  /// The list of blocks, with all settings resolved.
  package let blocks: JSON
  package let window: WindowShape
  /// The values of the parameters, array by array, in the order in which blocks record them.
  package var values: [[Float]]

  /// Passes with dropout that a forecast is made of; nil for one pass without.
  package var draws: DropoutDraws?

  /// Demands that `values` fit what the blocks record.
  package init(
    blocks: JSON, window: WindowShape, values: [[Float]]
  ) throws(NetworkError) {
    let (graph, _) = try Self.record(blocks, window, samples: 1)
    guard graph.parameters.map(\.shape.count) == values.map(\.count) else {
      throw .data("the arrays of the model do not fill the network that its blueprint describes")
    }
    self.blocks = blocks
    self.values = values
    var window = window
    if graph.givesDraws { window.reading = .samples }
    self.window = window
  }

  /// The graph of a network for some samples, and its result, [S, H, K] or [S, H, K, outputs].
  ///
  /// The parameters are the same for each `purpose`; what training feeds back is not.
  package static func record(
    _ blocks: JSON, _ window: WindowShape, samples: Int, purpose: Graph.Purpose = .forecast
  ) throws(NetworkError) -> (graph: Graph, result: Node) {
    var graph = Graph(samples: samples, purpose: purpose)
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

  /// The same network, of whose N-BEATS stacks only those of one basis, such as `trend`, forecast.
  ///
  /// Nil where there are none. Each stack still looks at what the ones before it leave, so the parts of all bases add
  /// up to the whole, less the level that every part has.
  package func part(_ basis: String) -> Network? {
    guard let basis = NBEATSStack.Basis(rawValue: basis), Self.names(basis, in: blocks) else { return nil }
    var window = window
    window.part = basis
    return try? Network(blocks: blocks, window: window, values: values)
  }

  /// Whether it is told which entity it looks at.
  package var looksAtEntities: Bool {
    guard let (graph, _) = try? Self.record(blocks, window, samples: 1) else { return false }
    return graph.values.contains { $0.source == .input(.entities) }
  }

  /// Whether training hid entities, so that it knows what to make of one that it never saw.
  package var knowsUnknownEntities: Bool {
    guard let (graph, _) = try? Self.record(blocks, window, samples: 1) else { return false }
    return graph.steps.contains { $0.operation is HideCodes }
  }

  private static func names(_ basis: NBEATSStack.Basis, in json: JSON) -> Bool {
    if json["basis"]?.string == basis.rawValue { return true }
    let inner = json.array ?? json.object.map { Array($0.values) } ?? []
    return inner.contains { names(basis, in: $0) }
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
  /// Fills a lane's inputs with some windows: features [B, L, F], targets [B, H, K], entities [B] and what the
  /// calendar says.
  ///
  /// A lane that forecasts fewer steps than windows have gets that many; the first of them is its sample `first`.
  func load(_ origins: UnsafeBufferPointer<Int32>, into lane: Lane, from first: Int = 0) {
    let steps = lane.steps
    let (rows, columns) = (signature.lookback, signature.targets.count)
    read(
      windowsAt: origins, inputs: lane.input(.features).map { $0 + first * rows * signature.features.count },
      labels: lane.input(.targets).map { $0 + first * steps * columns }, labelSteps: steps)
    if let entities = lane.input(.entities) {
      for (window, origin) in origins.enumerated() {
        let entity = entity(ofRow: Int(origin))
        entities[first + window] = Float(entityCodes?[entity] ?? entity)
      }
    }
    if let calendar = lane.input(.calendar) {
      for (window, origin) in origins.enumerated() {
        writeCalendar(
          after: Int(origin), steps: steps, to: calendar + (first + window) * steps * CalendarCode.width)
      }
    }
    if let calendar = lane.input(.pastCalendar) {
      for (window, origin) in origins.enumerated() {
        writePastCalendar(
          before: Int(origin), to: calendar + (first + window) * rows * CalendarCode.width)
      }
    }
    if let identities = lane.input(.identities) {
      for (window, origin) in origins.enumerated() {
        let place = identities + 2 * (first + window)
        (place[0], place[1]) = identity(ofWindowAt: Int(origin))
      }
    }
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
