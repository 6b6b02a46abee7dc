/// Blocks forecast, and N-BEATS corrects them by what they make of the past:
/// `nbeats-correction: {blocks: […], stacks: [{basis: trend}, {basis: seasonal}]}`.
///
/// The blocks get sequences [S, L + H, D] of past and future rows and give [S, L + H, K]: a reconstruction of each
/// target's past, and a forecast. The reconstruction and the past rows make, by a linear layer, a series a target; what
/// the stacks forecast of it, with the same parameters for each target, is added: [S, H, K].
struct NBEATSCorrectionBlock: Block {
  static let name = "nbeats-correction"
  private let blocks: BlockSequence
  private let stacks: NBEATSStacks

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    blocks = try settings.blocks("blocks")
    guard let elements = try settings.elements("stacks") else {
      throw .setting(path: settings.path, name: "stacks", problem: "is missing")
    }
    stacks = try NBEATSStacks(elements, of: &settings)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    let (past, horizon, targets) = (window.lookback, window.horizon, window.targets)
    try graph.require(
      x.shape.rank == 3 && x.shape[1] == past + horizon,
      """
      a correction takes the rows of past and future, [S, \(past + horizon), D], not \(x.shape); put 'gp-features' \
      before it
      """)
    let made = try blocks.record(x, in: &graph, window)
    try graph.require(
      made.shape == [x.shape[0], past + horizon, targets],
      """
      its blocks should give every row's targets, [S, \(past + horizon), \(targets)], and give \(made.shape); end \
      them with 'linear' of width targets
      """)
    let forecast = try graph.slice(made, axis: 1, from: past, count: horizon)
    let known = try graph.concatenate(
      [
        try graph.slice(made, axis: 1, from: 0, count: past),
        try graph.slice(x, axis: 1, from: 0, count: past),
      ], axis: 2)
    let mixed = try graph.within("series") { graph throws(NetworkError) in
      try graph.linearLayer(known, width: targets)
    }
    let turned = targets == 1 ? mixed : try graph.exchange(mixed, axis: 1, axis: 2)
    let series = try graph.reshape(turned, [x.shape[0] * targets, past])
    let correction = try stacks.forecast(series, horizon: horizon, in: &graph)
    let apart = try graph.reshape(correction, [x.shape[0], targets, horizon])
    let columns =
      targets == 1
      ? try graph.reshape(apart, [x.shape[0], horizon, 1]) : try graph.exchange(apart, axis: 1, axis: 2)
    return try graph.add(forecast, columns)
  }
}
