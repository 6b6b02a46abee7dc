private import Numerics
private import Tensors

/// Multi-head attention of queries [S, T, D] to a memory [S, M, 2 D], whose keys and values stand side by side.
///
/// Each step of a decoder asks what an encoder left. ``QueryAttention`` says how.
struct CrossAttention: Operation {
  let sequences: Int
  /// T.
  let queries: Int
  let attention: QueryAttention
  /// Of the weights, in training and in draws of a forecast.
  let dropout: Float
  /// Sequences of one sample: what addresses the dropout.
  let sequencesPerSample: Int

  var name: String { "cross attention" }
  var isRandom: Bool { dropout > 0 }
  var work: Int { 2 * sequences * queries * attention.length * width }
  var output: Shape { [sequences, queries, width] }
  var savedCount: Int { sequences * queries * attention.weightCount }
  var scratchCount: Int { attention.turnedCount + 2 * attention.pitch }
  private var width: Int { attention.width }
  private var memoryCount: Int { attention.length * 2 * width }

  /// What draws the dropout of this step; nil when nothing is dropped.
  private func bits(_ frame: Frame) -> RandomBits? {
    guard dropout > 0, frame.moment.drops else { return nil }
    return RandomBits(
      RandomStream(seed: frame.moment.seed, purpose: RandomPurpose.dropout, lane: frame.number),
      step: frame.moment.step)
  }

  private func mask(_ bits: RandomBits?, _ frame: Frame, _ place: Int) -> WeightMask? {
    guard let bits else { return nil }
    let first = frame.moment.firstSample * sequencesPerSample * queries + place
    return WeightMask(
      bits: bits, rate: dropout, start: first * attention.weightCount,
      scratch: frame.scratch + attention.turnedCount + attention.pitch)
  }

  func forward(_ frame: Frame) {
    let bits = bits(frame)
    for sequence in 0..<sequences {
      let memory = frame.input(1) + sequence * memoryCount
      attention.turn(memory, into: frame.scratch)
      for query in 0..<queries {
        let place = sequence * queries + query
        attention.forward(
          frame.input(0) + place * width, turnedKeys: UnsafePointer(frame.scratch), memory: memory,
          weights: frame.saved + place * attention.weightCount, mask: mask(bits, frame, place),
          into: frame.output + place * width)
      }
    }
  }

  func backward(_ frame: Frame) {
    let slopes = frame.scratch + attention.turnedCount
    let bits = bits(frame)
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
          memorySlopes: memoryGradient.map { $0 + sequence * memoryCount }, mask: mask(bits, frame, place),
          slopes: slopes, into: given)
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
    _ queries: Node, _ memory: Node, heads: Int, dropout: Float = 0
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
        attention: QueryAttention(length: memory.shape[1], width: width, heads: heads), dropout: dropout,
        sequencesPerSample: max(1, queries.shape[0] / max(1, samples))), [queries, memory])
  }
}
