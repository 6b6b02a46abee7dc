/// Stacks of N-BEATS one behind the other, as several blocks of models have them.
struct NBEATSStacks: Sendable {
  private let stacks: [NBEATSStack]
  /// Whether parameters are named by the number of their stack.
  private let isNumbered: Bool
  /// Whether the forecast begins with the last value of the series.
  private let isNaive: Bool

  init(_ stacks: [NBEATSStack], isNumbered: Bool = true, isNaive: Bool = false) {
    self.stacks = stacks
    self.isNumbered = isNumbered
    self.isNaive = isNaive
  }

  /// Reads each element of `stacks`, and what all of them share.
  init(
    _ elements: [BlockSettings], of settings: inout BlockSettings, isNaive: Bool = false
  ) throws(NetworkError) {
    let layers = try settings.integer("layers", default: 4)
    let width = try settings.optionalInteger("width")
    let dropout = try settings.number("dropout", default: 0, in: 0...0.99)
    var stacks: [NBEATSStack] = []
    for element in elements {
      var element = element
      stacks.append(try NBEATSStack(&element, layers: layers, width: width, dropout: dropout))
      try element.finish()
    }
    self.init(stacks, isNaive: isNaive)
  }

  /// What all stacks forecast of series [S, L], or those of the basis that the graph asks for, on top of `start`: [S, H].
  ///
  /// So the trend of a forecast can be looked at by itself: what is left of the whole is its season.
  func forecast(
    _ x: Node, horizon: Int, start: Node? = nil, in graph: inout Graph
  ) throws(NetworkError) -> Node {
    try graph.require(
      x.shape.rank == 2, "N-BEATS takes series [S, L], not \(x.shape); put it into 'channels'")
    let part = graph.part.flatMap { name in stacks.map(\.basis).first { $0.rawValue == name } }
    if graph.part != nil { graph.partAnswers.insert(part != nil) }
    let made = try record(x, horizon: horizon, start: start, part: part, in: &graph)
    guard let forecast = made.forecast else { throw graph.refuse("a stack needs at least one block") }
    return forecast
  }

  /// Records all stacks: what they forecast, on top of `start`, and what they leave of the past.
  ///
  /// `start` is where a projection of what is known of the future goes.
  func record(
    _ x: Node, horizon: Int, start: Node? = nil, part: NBEATSStack.Basis? = nil, needsRest: Bool = false,
    in graph: inout Graph
  ) throws(NetworkError) -> NBEATSStack.State {
    var state = NBEATSStack.State(rest: x, forecast: start, needsLastRest: needsRest)
    if isNaive {
      let level = try graph.linear(
        x, weight: graph.repeatedLast(lookback: x.shape[1], horizon: horizon), bias: nil)
      state.forecast = try start.map { start throws(NetworkError) in try graph.add(start, level) } ?? level
    }
    for (number, stack) in stacks.enumerated() {
      state.adds = part.map { $0 == stack.basis } ?? true
      let isLast = number == stacks.count - 1
      guard isNumbered else {
        try stack.record(&state, horizon: horizon, isLast: isLast, in: &graph)
        continue
      }
      var next = state
      try graph.within(String(number)) { graph throws(NetworkError) in
        try stack.record(&next, horizon: horizon, isLast: isLast, in: &graph)
      }
      state = next
    }
    return state
  }
}

extension Graph {
  /// What makes of a series its last value at every step of a horizon: a constant [L, H].
  fileprivate mutating func repeatedLast(lookback: Int, horizon: Int) -> Node {
    var rows = [Float](repeating: 0, count: lookback * horizon)
    for step in 0..<horizon { rows[(lookback - 1) * horizon + step] = 1 }
    return constant(rows, [lookback, horizon])
  }
}
