/// A decoder that forecasts step by step from the states of an encoder, to which it attends:
/// `recurrent-decoder: {width: 8, heads: 4, calendar: true, residual: false, outputs: 1}`.
///
/// Takes [S, T, D], gives [S, H, K], or [S, H, K, outputs]. The units begin with the encoder's last state; each step
/// gets the value before, what the calendar says of its bar, and the context that `heads` find among all states; no
/// heads, no attention. In training the value before may be what came; see `training.teacher_forcing`.
/// ``RecurrentDecoder`` has the formulas. Of quantiles the middle one is fed back, and the others stand at distances
/// above zero from it, so that they cannot cross; see ``Ascending``.
struct RecurrentDecoderBlock: Block {
  static let name = "recurrent-decoder"
  private let width: Int
  private let heads: Int
  private let outputs: Int
  private let hasCalendar: Bool
  private let isResidual: Bool

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    width = try settings.integer("width")
    heads = try settings.integer("heads", default: 4, in: 0...1000)
    outputs = try settings.integer("outputs", default: 1, in: 1...1000)
    hasCalendar = try settings.truth("calendar", default: true)
    isResidual = try settings.truth("residual", default: false)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.require(
      x.shape.rank == 3 && x.shape[0] == graph.samples,
      """
      a decoder takes the states of an encoder, [S, T, D], not \(x.shape); let the encoder give all states, with \
      'gives: all'
      """)
    let last = try graph.last(x)
    let state =
      x.shape.last == width
      ? last
      : try graph.within("start") { graph throws(NetworkError) in
        try graph.linearLayer(last, width: width, activation: .tanh)
      }
    let memory =
      heads == 0
      ? nil
      : try graph.within("memory") { graph throws(NetworkError) in
        (node: try graph.linearLayer(x, width: 2 * width), heads: heads)
      }
    let calendar = hasCalendar ? try graph.calendar(window) : nil
    let columns = window.targets
    let inputs = columns + (calendar?.shape.last ?? 0) + (heads == 0 ? 0 : width)
    let (states, seen) = heads == 0 ? (3 * width, width) : (4 * width, 2 * width)
    let given = DecoderInputs(
      start: try graph.lastTargets(window), state: state,
      inputWeight: graph.parameter("input.weight", [inputs, 3 * width], .inverseRoot(of: width)),
      stateWeight: graph.parameter("state.weight", [width, states], .inverseRoot(of: width)),
      bias: graph.parameter("bias", [width + states], .inverseRoot(of: width)),
      outputWeight: graph.parameter("output.weight", [seen, columns * outputs], .inverseRoot(of: seen)),
      outputBias: graph.parameter("output.bias", [columns * outputs], .inverseRoot(of: seen)),
      memory: memory, calendar: calendar, teacher: try graph.teacher(window))
    let place = try graph.forecastPlace(window, outputs: outputs)
    let made = try graph.recurrentDecoder(
      given, steps: window.horizon, each: outputs, place: place, isResidual: isResidual)
    return try graph.forecasts(made, outputs: outputs, anchor: place, window)
  }
}
