/// Where the steps of a graph stand: layers, each right of all that its steps read, with few crossings.
///
/// The method is Sugiyama's: layers by the longest path, waypoints where an edge passes a layer, and sweeps that order
/// each layer by the middle of its neighbours (Sugiyama, Tagawa and Toda, «Methods for Visual Understanding of
/// Hierarchical System Structures», IEEE Transactions on Systems, Man, and Cybernetics 11, 1981). Everything is
/// decided by the order of the steps, so that equal graphs are drawn equally.
struct GraphLayout: Sendable {
  /// A step, or a waypoint of an edge that passes a layer.
  struct Node: Sendable {
    /// The step; nil for a waypoint.
    var step: Int?
    var layer: Int
    /// Where it stands across the layer, in units of one step.
    var place = 0.0
    var sources: [Int] = []
    var readers: [Int] = []
  }

  private(set) var nodes: [Node]
  /// For each edge its nodes from the step that is read to the one that reads.
  private(set) var paths: [[Int]] = []
  private(set) var layers: [[Int]]

  /// `reads` has for each step the steps it reads, all of them before it.
  init(reads: [[Int]]) {
    var depth = [Int](repeating: 0, count: reads.count)
    for (step, sources) in reads.enumerated() {
      precondition(sources.allSatisfy { $0 < step }, "a step stands behind those it reads")
      depth[step] = (sources.map { depth[$0] }.max() ?? -1) + 1
    }
    nodes = reads.indices.map { Node(step: $0, layer: depth[$0]) }
    layers = Array(repeating: [], count: (depth.max() ?? -1) + 1)
    for step in reads.indices { layers[depth[step]].append(step) }
    for (step, sources) in reads.enumerated() {
      for source in Set(sources).sorted() { connect(source, to: step) }
    }
    order()
    place()
  }

  /// How many units across the widest layer takes.
  var breadth: Double { (nodes.map(\.place).max() ?? 0) + 1 }

  private mutating func connect(_ source: Int, to reader: Int) {
    var path = [source]
    for layer in (nodes[source].layer + 1)..<max(nodes[reader].layer, nodes[source].layer + 1) {
      nodes.append(Node(step: nil, layer: layer))
      layers[layer].append(nodes.count - 1)
      path.append(nodes.count - 1)
    }
    path.append(reader)
    for (from, to) in zip(path, path.dropFirst()) {
      nodes[from].readers.append(to)
      nodes[to].sources.append(from)
    }
    paths.append(path)
  }

  // MARK: Order

  /// Sweeps forth and back, and keeps the order with the fewest crossings.
  private mutating func order() {
    var best = layers
    var fewest = crossings
    for sweep in 0..<12 where fewest > 0 {
      let isForth = sweep % 2 == 0
      for layer in isForth ? Array(layers.indices) : layers.indices.reversed() {
        sort(layer, by: isForth ? \.sources : \.readers)
      }
      let found = crossings
      if found < fewest { (best, fewest) = (layers, found) }
    }
    layers = best
  }

  private mutating func sort(_ layer: Int, by neighbours: KeyPath<Node, [Int]>) {
    let ranks = ranks
    let middles = layers[layer].enumerated().map { rank, node -> (Double, Int, Int) in
      let places = nodes[node][keyPath: neighbours].map { ranks[$0] }.sorted()
      return (places.isEmpty ? Double(rank) : Self.median(places), rank, node)
    }
    layers[layer] = middles.sorted { ($0.0, $0.1) < ($1.0, $1.1) }.map(\.2)
  }

  private static func median(_ places: [Int]) -> Double {
    let middle = places.count / 2
    return places.count % 2 == 1 ? Double(places[middle]) : Double(places[middle - 1] + places[middle]) / 2
  }

  /// Each node's number within its layer.
  private var ranks: [Int] {
    var ranks = [Int](repeating: 0, count: nodes.count)
    for layer in layers { for (rank, node) in layer.enumerated() { ranks[node] = rank } }
    return ranks
  }

  private var crossings: Int {
    let ranks = ranks
    return layers.reduce(0) { sum, layer in
      let ends = layer.flatMap { node in nodes[node].readers.map { ranks[$0] }.sorted() }
      return sum + Self.inversions(ends)
    }
  }

  /// How many pairs stand in the wrong order.
  private static func inversions(_ values: [Int]) -> Int {
    var seen = [Int](repeating: 0, count: (values.max() ?? 0) + 2)
    var count = 0
    for value in values {
      count += seen[(value + 1)...].reduce(0, +)
      seen[value] += 1
    }
    return count
  }

  // MARK: Places

  /// Moves each node towards its neighbours as far as the order lets it, waypoints taking less room than steps.
  private mutating func place() {
    for layer in layers {
      var next = 0.0
      for node in layer {
        nodes[node].place = next
        next += room(node)
      }
    }
    for sweep in 0..<16 {
      for layer in sweep % 2 == 0 ? layers : layers.reversed() { settle(layer) }
    }
    let first = nodes.map(\.place).min() ?? 0
    for node in nodes.indices { nodes[node].place -= first }
  }

  private func room(_ node: Int) -> Double { nodes[node].step == nil ? 0.5 : 1 }

  private func distance(_ left: Int, _ right: Int) -> Double { (room(left) + room(right)) / 2 }

  /// Puts the nodes of a layer where their neighbours want them, on average, without overlaps.
  ///
  /// Nodes that want the same place form a block which stands where all of it is wanted, as in the regression of
  /// monotone values by pooling.
  private mutating func settle(_ layer: [Int]) {
    guard let first = layer.first else { return }
    var offsets = [0.0]
    for (left, right) in zip(layer, layer.dropFirst()) {
      offsets.append(offsets[offsets.count - 1] + distance(left, right))
    }
    var blocks: [(sum: Double, count: Int)] = []
    for (index, node) in layer.enumerated() {
      blocks.append((wanted(node) - offsets[index], 1))
      while blocks.count > 1, let last = blocks.last, let before = blocks.dropLast().last,
        before.sum / Double(before.count) > last.sum / Double(last.count)
      {
        blocks.removeLast(2)
        blocks.append((before.sum + last.sum, before.count + last.count))
      }
    }
    let starts = blocks.flatMap { Array(repeating: $0.sum / Double($0.count), count: $0.count) }
    for (index, node) in layer.enumerated() { nodes[node].place = starts[index] + offsets[index] }
    precondition(nodes[first].place.isFinite, "a place is a number")
  }

  private func wanted(_ node: Int) -> Double {
    let neighbours = nodes[node].sources + nodes[node].readers
    guard !neighbours.isEmpty else { return nodes[node].place }
    return neighbours.reduce(0) { $0 + nodes[$1].place } / Double(neighbours.count)
  }
}
