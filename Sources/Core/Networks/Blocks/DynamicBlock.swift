/// Layers of a transformer for dynamical systems, same shape: attention, a feed-forward part, and a function behind it:
/// `dynamic: {layers: 2, heads: 4, causal: true, feed_forward: delay-line, norm: step, activation: gelu}`.
///
/// The feed-forward part is a delay line, which is causal if attention is, or `point-wise`: two layers at each step,
/// `hidden` wide between. `attention_skip` and `feed_forward_skip` add what came into that half, for attention what was
/// normalised. `norm: step` normalises each step
/// first, `window` the whole sequence, which looks ahead and is refused where the layers are causal. The encoder of
/// https://github.com/cyber-physical-systems-group/pydentification.
struct DynamicBlock: Block {
  static let name = "dynamic"

  enum FeedForward: String, CaseIterable {
    case delayLine = "delay-line"
    case pointWise = "point-wise"
  }

  enum Norm: String, CaseIterable { case none, step, window }

  private let layers: Int
  private let isCausal: Bool
  private let attention: AttentionBlock
  private let attentionSkip: Bool
  private let feedForward: FeedForward
  private let hidden: Int
  private let feedForwardSkip: Bool
  private let norm: Norm
  private let activation: Activation
  private let hasBias: Bool

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    layers = try settings.integer("layers")
    isCausal = try settings.truth("causal", default: true)
    hasBias = try settings.truth("bias", default: true)
    attention = AttentionBlock(
      heads: try settings.integer("heads"), dropout: try settings.number("dropout", default: 0, in: 0...0.99),
      isCausal: isCausal, hasBias: hasBias)
    attentionSkip = try settings.truth("attention_skip", default: true)
    feedForward = try settings.choice("feed_forward", default: .delayLine)
    hidden = try settings.integer("hidden", default: 64)
    feedForwardSkip = try settings.truth("feed_forward_skip", default: true)
    norm = try settings.choice("norm", default: .step)
    activation = try settings.choice("activation", default: .gelu)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.require(x.shape.rank == 3, "dynamic layers take sequences [S, T, D], not \(x.shape)")
    try graph.require(
      !(isCausal && norm == .window),
      "norm: window mixes all steps, so causal layers would look ahead; set norm: step, or causal: false")
    var node = x
    for layer in 0..<layers {
      node = try graph.within(String(layer)) { graph throws(NetworkError) in
        let input = try normalized(node, in: &graph)
        let mixed = try graph.within("attention") { graph throws(NetworkError) in
          try attention.record(input, in: &graph, window)
        }
        let attended = attentionSkip ? try graph.add(input, mixed) : mixed
        let made = try graph.within("feed-forward") { graph throws(NetworkError) in
          try forward(attended, in: &graph)
        }
        return graph.activate(feedForwardSkip ? try graph.add(attended, made) : made, by: activation)
      }
    }
    return node
  }

  private func normalized(_ x: Node, in graph: inout Graph) throws(NetworkError) -> Node {
    if norm == .none { return x }
    return try graph.within("norm") { graph throws(NetworkError) in
      guard norm == .window else { return try graph.layerNormLayer(x) }
      return try graph.reshape(try graph.layerNormLayer(try graph.flattened(x)), x.shape)
    }
  }

  private func forward(_ x: Node, in graph: inout Graph) throws(NetworkError) -> Node {
    switch feedForward {
    case .delayLine: return try graph.delayLine(x, isCausal: isCausal, hasBias: hasBias)
    case .pointWise:
      let wide = try graph.within("0") { graph throws(NetworkError) in
        try graph.linearLayer(x, width: hidden, activation: .gelu, hasBias: hasBias)
      }
      return try graph.within("1") { graph throws(NetworkError) in
        try graph.linearLayer(wide, width: x.shape.last, hasBias: hasBias)
      }
    }
  }
}

/// How windows enter a transformer for dynamical systems, [S, L, C] to [S, steps, width]:
/// `embed: {kind: shortening, steps: 16, width: 16, groups: 1, bias: true}`.
///
/// `projection` is the block `project`, which mixes all steps. `constant` is a linear layer at each step and keeps their
/// number. `shortening` is that, and a convolution whose kernel and stride are the rows that become one step, so a step
/// looks at rows of its own only and the result stays causal.
struct EmbedBlock: Block {
  static let name = "embed"

  enum Kind: String, CaseIterable { case projection, constant, shortening }

  private let kind: Kind
  private let steps: Extent
  private let width: Extent
  private let groups: Int
  private let hasBias: Bool

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    kind = try settings.choice("kind")
    steps = try settings.extent("steps", default: .named(.lookback))
    width = try settings.extent("width")
    groups = try settings.integer("groups", default: 1)
    hasBias = try settings.truth("bias", default: true)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.require(x.shape.rank == 3, "what is embedded are sequences [S, T, D], not \(x.shape)")
    let (steps, width) = (steps.value(for: window), width.value(for: window))
    let rows = x.shape[1]
    switch kind {
    case .projection: return try graph.projectedLayer(x, steps: steps, width: width, hasBias: hasBias)
    case .constant: return try graph.linearLayer(x, width: width, hasBias: hasBias)
    case .shortening:
      try graph.require(
        rows % steps == 0,
        "\(rows) rows cannot be shortened to \(steps) steps equally; choose a divisor of the look-back")
      let wide = try graph.within("linear") { graph throws(NetworkError) in
        try graph.linearLayer(x, width: width, hasBias: hasBias)
      }
      return try graph.within("convolution") { graph throws(NetworkError) in
        try graph.convolutionLayer(
          wide, width: width, kernel: rows / steps, stride: rows / steps, groups: groups, padding: .none,
          hasBias: hasBias)
      }
    }
  }
}
