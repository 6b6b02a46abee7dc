/// What a block did to the windows that the blocks in it see, and undoes on their forecasts.
enum Level: Sendable {
  /// The newest row of `window` was subtracted; `columns` are those of the targets in it.
  case last(window: Node, columns: [Int])
  /// Nothing was taken off the windows, and the newest row is added to forecasts.
  case pivot(window: Node, columns: [Int])
  /// An instance norm by these statistics, [S, 2, C].
  case instance(statistics: Node, columns: [Int], scale: Node?, shift: Node?)
  /// Something that cannot be done to targets; a reason for people.
  case unknown(String)
}

extension Graph {
  /// Records `body` within a block that changes windows.
  mutating func within<Result>(
    level: Level, _ body: (inout Graph) throws(NetworkError) -> Result
  ) throws(NetworkError) -> Result {
    levels.append(level)
    defer { levels.removeLast() }
    return try body(&self)
  }

  /// What came, [S, H, K], in the units that the block being recorded forecasts in; nil unless in training, so that
  /// nothing but training can feed it back.
  mutating func teacher(_ window: WindowShape) throws(NetworkError) -> Node? {
    guard purpose == .training else { return nil }
    try window.requireTargetColumns("teacher forcing", in: self)
    return try levelled(try input(.targets, [samples, window.horizon, window.targets]))
  }

  /// The last value of each target that is known, [S, K], in the units that the block being recorded forecasts in.
  mutating func lastTargets(_ window: WindowShape) throws(NetworkError) -> Node {
    try window.requireTargetColumns("what feeds forecasts back", in: self)
    let x = try input(.features, [samples, window.lookback, window.features])
    let row = try slice(x, axis: 1, from: window.lookback - 1, count: 1)
    let made = try levelled(try picked(row, window.targetColumns))
    return try reshape(made, [samples, window.targets])
  }

  /// Does to values of the targets what the enclosing blocks did to windows.
  private mutating func levelled(_ values: Node) throws(NetworkError) -> Node {
    var node = values
    for level in levels {
      switch level {
      case .last(let window, let columns), .pivot(let window, let columns):
        let last = try slice(window, axis: 1, from: window.shape[1] - 1, count: 1)
        node = try addLast(node, scale(last, by: -1), columns: columns)
      case .instance(let statistics, let columns, let scale, let shift):
        let picked = try self.picked(statistics, columns)
        let operation = InstanceNorm(
          samples: node.shape[0], rows: node.shape[1], columns: node.shape[2], hasScale: scale != nil,
          hasShift: shift != nil)
        var inputs = [node, picked]
        for parameter in [scale, shift] {
          guard let parameter else { continue }
          inputs.append(try self.picked(parameter, columns))
        }
        node = record(operation, inputs)
      case .unknown(let reason): throw refuse(reason)
      }
    }
    return node
  }

  /// Some places of the innermost axis, in their order.
  mutating func picked(_ x: Node, _ columns: [Int]) throws(NetworkError) -> Node {
    let axis = x.shape.rank - 1
    if columns == Array(0..<x.shape.last) { return x }
    var parts: [Node] = []
    var start = 0
    while start < columns.count {
      var end = start + 1
      while end < columns.count, columns[end] == columns[end - 1] + 1 { end += 1 }
      parts.append(try slice(x, axis: axis, from: columns[start], count: end - start))
      start = end
    }
    return parts.count == 1 ? parts[0] : try concatenate(parts, axis: axis)
  }
}
