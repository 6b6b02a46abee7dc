private import Tensors

/// Multi-head attention of queries [S, T, D] to a memory [S, M, 2 D], whose keys and values stand side by side.
///
/// For decoders: each step asks what an encoder left. ``QueryAttention`` says how; it has no dropout of its own.
struct CrossAttention: Operation {
  let sequences: Int
  /// T.
  let queries: Int
  let attention: QueryAttention

  var name: String { "cross attention" }
  var work: Int { 2 * sequences * queries * attention.length * width }
  var output: Shape { [sequences, queries, width] }
  var savedCount: Int { sequences * queries * attention.weightCount }
  var scratchCount: Int { attention.turnedCount + attention.pitch }
  private var width: Int { attention.width }
  private var memoryCount: Int { attention.length * 2 * width }

  func forward(_ frame: Frame) {
    for sequence in 0..<sequences {
      let memory = frame.input(1) + sequence * memoryCount
      attention.turn(memory, into: frame.scratch)
      for query in 0..<queries {
        let place = sequence * queries + query
        attention.forward(
          frame.input(0) + place * width, turnedKeys: UnsafePointer(frame.scratch), memory: memory,
          weights: frame.saved + place * attention.weightCount, into: frame.output + place * width)
      }
    }
  }

  func backward(_ frame: Frame) {
    let slopes = frame.scratch + attention.turnedCount
    let memoryGradient = frame.gradient(1)
    if let memoryGradient, !frame.adds(1) {
      Elements.fill(memoryGradient, count: sequences * memoryCount, with: 0)
    }
    for sequence in 0..<sequences {
      let memory = frame.input(1) + sequence * memoryCount
      attention.turn(memory + width, into: frame.scratch)
      for query in 0..<queries {
        let place = sequence * queries + query
        let given = frame.outputGradient + place * width
        attention.backward(
          UnsafePointer(given), frame.input(0) + place * width, turnedValues: UnsafePointer(frame.scratch),
          memory: memory, weights: UnsafePointer(frame.saved + place * attention.weightCount),
          memorySlopes: memoryGradient.map { $0 + sequence * memoryCount }, slopes: slopes, into: given)
      }
    }
    if let gradient = frame.gradient(0) {
      Elements.copy(
        UnsafePointer(frame.outputGradient), into: gradient, count: sequences * queries * width,
        adding: frame.adds(0))
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    (0..<(sequences * queries)).flatMap { place in
      let start = place / queries * memoryCount
      return attention.reference(
        Array(inputs[0][(place * width)..<((place + 1) * width)]), inputs[1][start..<(start + memoryCount)])
    }
  }
}

extension Graph {
  /// Attention of `queries` [S, T, D] to a `memory` [S, M, 2 D] of keys and values.
  package mutating func crossAttention(
    _ queries: Node, _ memory: Node, heads: Int
  ) throws(NetworkError) -> Node {
    let width = queries.shape.last
    try require(
      queries.shape.rank == 3 && memory.shape.rank == 3 && memory.shape[0] == queries.shape[0]
        && memory.shape[2] == 2 * width,
      """
      queries of \(queries.shape) need keys and values of [\(queries.shape.axes.first ?? 0), length, \(2 * width)], \
      not \(memory.shape)
      """)
    try require(
      heads > 0 && width % heads == 0,
      "a width of \(width) cannot be shared by \(heads) heads equally; choose a divisor")
    return record(
      CrossAttention(
        sequences: queries.shape[0], queries: queries.shape[1],
        attention: QueryAttention(length: memory.shape[1], width: width, heads: heads)), [queries, memory])
  }
}
