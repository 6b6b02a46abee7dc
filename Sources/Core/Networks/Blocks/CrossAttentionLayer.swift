extension Graph {
  /// Multi-head attention of a sequence [S, M, D] to another, [S, N, E], with four projections: softmax(Q Kᵀ / √d) V.
  ///
  /// Vaswani et al., https://arxiv.org/abs/1706.03762. Made of products, so for short sequences. Keys have no bias: it
  /// would add the same to all scores of a query, which softmax does not see.
  mutating func crossAttentionLayer(
    _ x: Node, to context: Node, heads: Int, dropout: Float
  ) throws(NetworkError) -> Node {
    let width = x.shape.last
    try require(
      x.shape.rank == 3 && context.shape.rank == 3 && x.shape[0] == context.shape[0],
      "a sequence attends to another of as many samples, not \(x.shape) to \(context.shape)")
    try require(width % heads == 0, "\(heads) heads do not divide a width of \(width)")
    func projected(
      _ name: String, _ node: Node, _ graph: inout Graph, hasBias: Bool = true
    ) throws(NetworkError) -> Node {
      try graph.within(name) { graph throws(NetworkError) in
        try graph.linearLayer(node, width: width, hasBias: hasBias)
      }
    }
    let query = try projected("query", x, &self)
    let key = try exchange(try projected("key", context, &self, hasBias: false), axis: 1, axis: 2)
    let value = try projected("value", context, &self)
    let depth = width / heads
    var mixed: [Node] = []
    for head in 0..<heads {
      let q = heads == 1 ? query : try slice(query, axis: 2, from: head * depth, count: depth)
      let k = heads == 1 ? key : try slice(key, axis: 1, from: head * depth, count: depth)
      let v = heads == 1 ? value : try slice(value, axis: 2, from: head * depth, count: depth)
      let scores = scale(try product(q, k), by: 1 / Float(depth).squareRoot())
      mixed.append(try product(try self.dropout(softmax(scores), rate: dropout), v))
    }
    let all = heads == 1 ? mixed[0] : try concatenate(mixed, axis: 2)
    return try projected("output", all, &self)
  }
}
