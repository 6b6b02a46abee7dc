extension Graph {
  /// The last place of axis 1, which goes away: [S, T, D] to [S, D].
  ///
  /// A ``Slice`` of one place.
  package mutating func last(_ x: Node) throws(NetworkError) -> Node {
    try require(
      x.shape.rank >= 2 && x.shape[1] > 0, "the last of \(x.shape) is asked for, which needs [S, T, …]")
    let axes = x.shape.axes
    let place = try slice(x, axis: 1, from: axes[1] - 1, count: 1)
    return try reshape(place, Shape([axes[0]] + axes[2...]))
  }
}
