/// The last layer: from a vector [S, D] to forecasts [S, H, K], or inside `channels` from [S C, D] to [S C, H].
///
/// `head: {outputs: loss}`: with several outputs a step, such as quantiles or the parameters of a distribution,
/// [S, H, K, outputs]. `loss` is as many as the loss needs, so that nobody has to say it twice. `ordered` outputs
/// cannot cross: the first quantile, and increments above it (see ``Ascending``); so are those for the quantile loss
/// unless a number of outputs is given. `separate` gives each output a layer of its own, as a mean and a deviation
/// that are two layers have it. From a vector for each step, [S, H, D], the same layer reads every step.
struct HeadBlock: Block {
  static let name = "head"
  /// Nil for as many as the loss needs.
  private let outputs: Int?
  private let isOrdered: Bool?
  private let isSeparate: Bool
  private let dropout: Float

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    outputs = try settings.integer("outputs", or: "loss", in: 1...10_000)
    isOrdered = try settings.optionalTruth("ordered")
    isSeparate = try settings.truth("separate", default: false)
    dropout = try settings.number("dropout", default: 0, in: 0...0.99)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    let isByStep = x.shape.rank == 3 && x.shape[0] == graph.samples && x.shape[1] == window.horizon
    try graph.require(
      x.shape.rank == 2 || isByStep,
      "a head takes vectors [S, D], not \(x.shape); put 'pool' or 'flatten' before it")
    let outputs = outputs ?? window.reading.outputs
    // A vector a step is one a row to the layer.
    let rows = try isByStep ? graph.reshape(x, [x.shape.rows, x.shape.last]) : x
    let dropped = try graph.dropout(rows, rate: dropout)
    // Within channels the columns are among the samples.
    let isWhole = x.shape[0] == graph.samples
    let columns = isWhole ? window.targets : 1
    let apart: Shape = [x.shape[0], window.horizon, columns, outputs]
    var made = try made(dropped, (isByStep ? 1 : window.horizon) * columns, outputs, in: &graph)
    if try isOrdered(window, graph), outputs > 1 {
      made = try graph.ascending(try graph.reshape(made, apart))
    }
    guard isWhole else { return try graph.reshape(made, [x.shape[0], window.horizon * outputs]) }
    return try graph.reshape(made, outputs > 1 ? apart : [x.shape[0], window.horizon, columns])
  }

  /// Places times outputs, the outputs innermost.
  private func made(
    _ x: Node, _ places: Int, _ outputs: Int, in graph: inout Graph
  ) throws(NetworkError) -> Node {
    guard isSeparate, outputs > 1 else { return try graph.linearLayer(x, width: places * outputs) }
    var parts: [Node] = []
    for output in 0..<outputs {
      let part = try graph.within("\(output)") { graph throws(NetworkError) in
        try graph.linearLayer(x, width: places)
      }
      parts.append(try graph.reshape(part, [x.shape[0], places, 1]))
    }
    return try graph.concatenate(parts, axis: 2)
  }

  private func isOrdered(_ window: WindowShape, _ graph: Graph) throws(NetworkError) -> Bool {
    if case .quantiles = window.reading { return isOrdered ?? (outputs == nil) }
    try graph.require(
      isOrdered != true || window.reading == .point,
      "ordered outputs are quantiles, and the loss is one of a \(window.reading.name); leave 'ordered' out")
    return isOrdered ?? false
  }
}
