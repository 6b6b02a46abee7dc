/// Multi-head attention of a sequence to itself with its four projections:
/// `attention: {heads: 4, dropout: 0.1, causal: false}`.
struct AttentionBlock: Block {
  static let name = "attention"
  let heads: Int
  let dropout: Float
  let isCausal: Bool
  let hasBias: Bool

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    heads = try settings.integer("heads")
    dropout = try settings.number("dropout", default: 0, in: 0...0.99)
    isCausal = try settings.truth("causal", default: false)
    hasBias = try settings.truth("bias", default: true)
  }

  init(heads: Int, dropout: Float, isCausal: Bool, hasBias: Bool) {
    self.heads = heads
    self.dropout = dropout
    self.isCausal = isCausal
    self.hasBias = hasBias
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    try graph.require(x.shape.rank == 3, "attention takes sequences [S, T, D], not \(x.shape)")
    let width = x.shape.last
    let packed = try graph.within("query-key-value") { graph throws(NetworkError) in
      try graph.linearLayer(
        x, width: 3 * width, hasBias: hasBias, initializer: .glorot(inputs: width, outputs: 3 * width),
        parts: 3)
    }
    let mixed = try graph.attention(packed, heads: heads, isCausal: isCausal, dropout: dropout)
    return try graph.within("output") { graph throws(NetworkError) in
      try graph.linearLayer(mixed, width: width, hasBias: hasBias)
    }
  }
}

/// Layers of a transformer's encoder: `encoder: {layers: 2, heads: 4, feed_forward: 512, dropout: 0.1, norm: pre}`.
///
/// Each layer is attention and two linear layers, both with a residual connection; a normalisation stands before each
/// (`pre`), with one more behind the last layer unless `final_norm: false`, or behind each (`post`). The second linear
/// layer has a function behind it only with `last_activation`. It is that of layers, or of batches with
/// `normalization: batch`, as PatchTST has it. Vaswani et al.,
/// https://arxiv.org/abs/1706.03762; Xiong et al., https://arxiv.org/abs/2002.04745.
struct EncoderBlock: Block {
  static let name = "encoder"

  private let layers: Int
  private let feedForward: Int
  private let part: TransformerPart
  private let activation: Activation
  private let lastActivation: Activation
  private let hasFinalNorm: Bool
  private let attention: AttentionBlock

  init(_ settings: inout BlockSettings) throws(NetworkError) {
    layers = try settings.integer("layers")
    feedForward = try settings.integer("feed_forward")
    let dropout = try settings.number("dropout", default: 0, in: 0...0.99)
    part = TransformerPart(
      norm: try settings.choice("norm", default: .pre),
      normalization: try settings.choice("normalization", default: .layer), dropout: dropout)
    activation = try settings.choice("activation", default: .gelu)
    lastActivation = try settings.choice("last_activation", default: .identity)
    hasFinalNorm = try settings.truth("final_norm", default: true)
    attention = AttentionBlock(
      heads: try settings.integer("heads"),
      dropout: try settings.number("attention_dropout", default: dropout, in: 0...0.99),
      isCausal: try settings.truth("causal", default: false),
      hasBias: try settings.truth("bias", default: true))
  }

  /// As its settings stand by default.
  init(layers: Int, heads: Int, feedForward: Int, dropout: Float, norm: TransformerPart.Norm) {
    self.layers = layers
    self.feedForward = feedForward
    part = TransformerPart(norm: norm, dropout: dropout)
    (activation, lastActivation, hasFinalNorm) = (.gelu, .identity, true)
    attention = AttentionBlock(heads: heads, dropout: dropout, isCausal: false, hasBias: true)
  }

  func record(_ x: Node, in graph: inout Graph, _ window: WindowShape) throws(NetworkError) -> Node {
    var node = x
    for layer in 0..<layers {
      node = try graph.within(String(layer)) { graph throws(NetworkError) in
        let attended = try part.record(node, "attention", in: &graph) { x, graph throws(NetworkError) in
          try attention.record(x, in: &graph, window)
        }
        return try part.feedForward(
          attended, width: feedForward, activation: activation, lastActivation: lastActivation, in: &graph)
      }
    }
    guard part.norm == .pre, hasFinalNorm else { return node }
    return try part.normalized(node, in: &graph)
  }
}
