/// Half a layer of a transformer: a normalisation, what `body` does, dropout and the residual connection.
///
/// The normalisation stands before the body (Xiong et al., https://arxiv.org/abs/2002.04745), or behind the sum (Vaswani
/// et al., https://arxiv.org/abs/1706.03762).
struct TransformerPart: Sendable {
  enum Norm: String, CaseIterable { case pre, post }
  enum Normalization: String, CaseIterable { case layer, batch }

  var norm = Norm.pre
  var normalization = Normalization.layer
  var dropout: Float

  func record(
    _ x: Node, _ name: String, in graph: inout Graph,
    _ body: (Node, inout Graph) throws(NetworkError) -> Node
  ) throws(NetworkError) -> Node {
    try graph.within(name) { graph throws(NetworkError) in
      let input = norm == .pre ? try normalized(x, in: &graph) : x
      let made = try graph.dropout(try body(input, &graph), rate: dropout)
      let sum = try graph.add(x, made)
      return norm == .post ? try normalized(sum, in: &graph) : sum
    }
  }

  /// The half of two linear layers, `width` wide between.
  func feedForward(
    _ x: Node, width: Int, activation: Activation, lastActivation: Activation = .identity,
    in graph: inout Graph
  ) throws(NetworkError) -> Node {
    try record(x, "feed-forward", in: &graph) { x, graph throws(NetworkError) in
      let wide = try graph.within("0") { graph throws(NetworkError) in
        try graph.linearLayer(x, width: width, activation: activation)
      }
      let dropped = try graph.dropout(wide, rate: dropout)
      return try graph.within("1") { graph throws(NetworkError) in
        try graph.linearLayer(dropped, width: x.shape.last, activation: lastActivation)
      }
    }
  }

  func normalized(_ x: Node, in graph: inout Graph) throws(NetworkError) -> Node {
    try graph.within("norm") { graph throws(NetworkError) in
      switch normalization {
      case .layer: try graph.layerNormLayer(x)
      case .batch: try graph.batchNormLayer(x)
      }
    }
  }
}
