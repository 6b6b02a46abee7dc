extension Graph {
  /// Multi-head attention of a sequence [S, M, D] to another, [S, N, E], with four projections: softmax(Q Kᵀ / √d) V.
  ///
  /// Vaswani et al., https://arxiv.org/abs/1706.03762. Keys have no bias: it would add the same to all scores of a query,
  /// which softmax does not see.
  mutating func crossAttentionLayer(
    _ x: Node, to context: Node, heads: Int, dropout: Float
  ) throws(NetworkError) -> Node {
    try require(
      x.shape.rank == 3 && context.shape.rank == 3 && x.shape[0] == context.shape[0],
      "a sequence attends to another of as many samples, not \(x.shape) to \(context.shape)")
    let width = x.shape.last
    let keys = try within("key") { graph throws(NetworkError) in
      try graph.linearLayer(context, width: width, hasBias: false)
    }
    let values = try within("value") { graph throws(NetworkError) in
      try graph.linearLayer(context, width: width)
    }
    return try crossAttentionLayer(
      x, memory: try concatenate([keys, values], axis: 2), heads: heads, dropout: dropout)
  }

  /// The same to a memory [S, N, 2 D] whose keys and values stand ready, as those of a decoder that asks step by step.
  mutating func crossAttentionLayer(
    _ x: Node, memory: Node, heads: Int, dropout: Float = 0
  ) throws(NetworkError) -> Node {
    let width = x.shape.last
    let query = try within("query") { graph throws(NetworkError) in try graph.linearLayer(x, width: width) }
    let mixed = try crossAttention(query, memory, heads: heads, dropout: dropout)
    return try within("output") { graph throws(NetworkError) in try graph.linearLayer(mixed, width: width) }
  }
}
