package import Artifacts
package import Tensors

/// A model made of blocks: what its file says, what windows it is for, and the values of its parameters.
package struct Network: Sendable, Equatable {
  /// The list of blocks, with all settings resolved.
  package let blocks: JSON
  package let window: WindowShape
  /// The values of the parameters, array by array, in the order in which blocks record them.
  package var values: [[Float]]

  /// What is drawn at random for its forecasts.
  package var draws = ForecastDraws()

  /// Entities that no training window showed: they are taken for unknown ones.
  package var unseenEntities: [Int] = []

  /// Whether it is told which entity it looks at.
  package let looksAtEntities: Bool

  /// Whether training hid entities, so that it knows what to make of one that it never saw.
  package let knowsUnknownEntities: Bool

  private let parameters: [Parameter]

  /// What of its forecast is told; nil for the whole.
  private var part: String?

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
    parameters = graph.parameters
    looksAtEntities = graph.looksAtEntities
    knowsUnknownEntities = graph.hidesEntities
    var window = window
    if graph.givesDraws { window.reading = .samples }
    self.window = window
  }

  /// The graph of a network for some samples, and its result, [S, H, K] or [S, H, K, outputs].
  ///
  /// The parameters are the same for each `purpose`; what training feeds back is not.
  package static func record(
    _ blocks: JSON, _ window: WindowShape, samples: Int, purpose: Graph.Purpose = .forecast,
    part: String? = nil
  ) throws(NetworkError) -> (graph: Graph, result: Node) {
    var graph = Graph(samples: samples, purpose: purpose, part: part)
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
    zip(parameters, values).map {
      ParameterArray(name: $0.name, shape: $0.shape.axes, values: $1)
    }
  }

  package var parameterCount: Int { values.reduce(0) { $0 + $1.count } }

  /// The same network, of whose forecast only a part is told, such as the `trend` of N-BEATS; nil where it has none.
  ///
  /// Each stack still looks at what the ones before it leave, so the parts of all bases add up to the whole, less the
  /// level that every part has.
  package func part(_ name: String) -> Network? {
    var network = self
    network.part = name
    return network.recorded(samples: 1).graph.partAnswers == [true] ? network : nil
  }

  /// The graph of its forecasts, and its result.
  func recorded(samples: Int) -> (graph: Graph, result: Node) {
    do throws(NetworkError) {
      return try Self.record(blocks, window, samples: samples, part: part)
    } catch { preconditionFailure("a network that was recorded before: \(error)") }
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
        let (place, identity) = (identities + 2 * (first + window), identity(ofWindowAt: Int(origin)))
        (place[0], place[1]) = (Float(identity >> 24), Float(identity & 0xff_ffff))
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
