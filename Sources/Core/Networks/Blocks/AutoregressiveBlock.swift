/// Forecasts one step after the other, each from a window that ends with the forecast before:
/// `autoregressive: {cell: […], residual: true, calendar: true}`.
///
/// `cell` is a network for a horizon of one: it gets windows [S, L, K] of the targets, or [S, L, K + C] with what the
/// calendar says of the bar behind each row, and gives [S, 1, K], as `head` does. It is the same at every step. With
/// `residual` it gives the difference from the row before, and the unrolled forecast is the sum. Columns that are not
/// forecast have no future and are left out. In training a step may be given what came; see `training.teacher_forcing`.
struct AutoregressiveBlock: Block {
  static let name = "autoregressive"
  private let cell: BlockSequence
  private let isResidual: Bool
  private let hasCalendar: Bool

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    cell = try settings.blocks("cell")
    isResidual = try settings.truth("residual", default: false)
    hasCalendar = try settings.truth("calendar", default: false)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try window.requireNoShift(Self.name, in: graph)
    // Of one step too, though it feeds nothing back: what is asked of a model should not depend on its horizon.
    graph.feedsBack = true
    let past = try graph.pastTargets(of: x, window)
    let ahead = hasCalendar ? try graph.calendarAhead(window) : nil
    try graph.require(
      ahead == nil || past.shape[1] == window.lookback,
      "with 'calendar' the windows should have all \(window.lookback) rows, not \(past.shape[1])")
    let teacher = try graph.teacher(window)
    var inner = window
    inner.horizon = 1
    inner.lookback = past.shape[1]
    inner.targetColumns = Array(0..<window.targets)
    inner.features = window.targets + (ahead?.shape.last ?? 0)
    return try graph.sharing { graph throws(NetworkError) in
      try unrolled(past, ahead, teacher, in: &graph, inner, steps: window.horizon)
    }
  }

  private func unrolled(
    _ past: Node, _ ahead: Node?, _ teacher: Node?, in graph: inout Graph, _ inner: WindowShape, steps: Int
  ) throws(NetworkError) -> Node {
    let (rows, point) = (inner.lookback, Shape([graph.samples, 1, inner.targets]))
    // What follows the rows, as the network is given it.
    var fed: [Node] = []
    var made: [Node] = []
    for step in 0..<steps {
      var parts = Array(fed.suffix(rows))
      if step < rows {
        parts.insert(try graph.slice(past, axis: 1, from: step, count: rows - step), at: 0)
      }
      var seen = try graph.concatenate(parts, axis: 1)
      if let ahead {
        seen = try graph.concatenate(
          [seen, try graph.slice(ahead, axis: 1, from: step, count: rows)], axis: 2)
      }
      var next = try cell.record(seen, in: &graph, inner)
      try graph.require(
        next.shape == point || next.shape.rank == 4 && Array(next.shape.axes.prefix(3)) == point.axes,
        "the cell should give one step, \(point), and gives \(next.shape); end it with 'head'")
      if isResidual {
        try graph.require(
          next.shape == point, "'residual' is for one output a step, not for \(next.shape.last)")
        let before: Node
        if let last = fed.last {
          before = last
        } else {
          before = try graph.slice(past, axis: 1, from: rows - 1, count: 1)
        }
        next = try graph.add(next, before)
      }
      made.append(next)
      guard step < steps - 1 else { break }
      let value = try forecast(next, in: &graph, inner)
      let back = try graph.fedBack(value, teacher: teacher, step: step)
      fed.append(try graph.reshape(back, point))
    }
    return try graph.concatenate(made, axis: 1)
  }

  /// The number among a step's outputs that is the forecast, [S, K].
  private func forecast(
    _ made: Node, in graph: inout Graph, _ inner: WindowShape
  ) throws(NetworkError) -> Node {
    let flat: Shape = [graph.samples, inner.targets]
    guard made.shape.rank == 4 else { return try graph.reshape(made, flat) }
    let place = try graph.forecastPlace(inner, outputs: made.shape.last)
    return try graph.reshape(try graph.slice(made, axis: 3, from: place, count: 1), flat)
  }
}

extension Graph {
  /// The target columns of windows [S, T, F] or [S, T, K].
  mutating func pastTargets(of x: Node, _ window: WindowShape) throws(NetworkError) -> Node {
    let columns = try window.columns(of: x, in: self, for: "what feeds forecasts back")
    try require(
      x.shape[0] == samples, "what feeds forecasts back looks at whole windows; stand before 'channels'")
    // Rows that are not levelled and forecasts that are would follow each other.
    let hasPivot = levels.contains { if case .pivot = $0 { true } else { false } }
    try require(
      !hasPivot,
      "forecasts fed back are moves from the pivot, and the rows before them are not; normalize by: last instead"
    )
    return try picked(x, columns)
  }

  /// What a decoder made, [S, H, K outputs], as forecasts [S, H, K] or [S, H, K, outputs]; quantiles are put in order
  /// around the number at `anchor`.
  mutating func forecasts(
    _ made: Node, outputs: Int, anchor: Int, _ window: WindowShape
  ) throws(NetworkError) -> Node {
    let point: Shape = [samples, window.horizon, window.targets]
    guard outputs > 1 else { return try reshape(made, point) }
    let apart = try reshape(made, Shape(point.axes + [outputs]))
    guard case .quantiles = window.reading else { return apart }
    return try ascending(apart, from: anchor)
  }

  /// Which of a step's outputs is the forecast that goes back in.
  func forecastPlace(_ window: WindowShape, outputs: Int) throws(NetworkError) -> Int {
    switch window.reading {
    case .quantiles: return outputs / 2
    case .point, .gaussian, .student: return 0
    case .probability, .classes, .samples, .grid:
      throw refuse("a forecast that is a \(window.reading.name) cannot go back in as a value")
    }
  }
}
