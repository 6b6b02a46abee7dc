private import Numerics
package import Tensors

/// Multi-head scaled dot-product attention of a sequence to itself: softmax(Q Kᵀ / √d) V, head by head.
///
/// The input is [S, T, 3 D]: queries, keys and values side by side, as one linear layer makes them; head h owns the
/// columns h d ..< (h + 1) d of each, d = D / heads. One operation, so that a head's scores stay in the innermost
/// caches. Vaswani et al., «Attention is all you need», https://arxiv.org/abs/1706.03762.
///
/// Backward, with P the softmax and M the dropout mask: V' = (P ⊙ M)ᵀ O', P' = (O' Vᵀ) ⊙ M,
/// A' = P ⊙ (P' - Σ P ⊙ P') / √d, Q' = A' K, K' = A'ᵀ Q.
struct Attention: Operation {
  let sequences: Int
  let length: Int
  let width: Int
  let heads: Int
  let isCausal: Bool
  let dropout: Float
  /// Scores of one sample, all of its sequences and heads together: what addresses the dropout.
  let scoresPerSample: Int

  var name: String { "attention" }
  var work: Int { 2 * sequences * length * length * width }
  var output: Shape { [sequences, length, width] }
  var headWidth: Int { width / heads }
  /// Rows of scores are rounded up to whole tiles of the product, so that no tile is a special case.
  var pitch: Int { (length + 15) / 16 * 16 }
  var savedCount: Int { sequences * heads * length * pitch }
  private var packedCount: Int {
    max(
      MatrixProduct.packedCount(columns: length, depth: headWidth),
      MatrixProduct.packedCount(columns: headWidth, depth: length))
  }
  var scratchCount: Int { packedCount + 96 + 2 * length * pitch }

  func forward(_ frame: Frame) {
    let (packed, edge) = (frame.scratch, frame.scratch + packedCount)
    let dropped = edge + 96
    let drops = dropout > 0 && frame.moment.isTraining
    let mask = drops ? randomBits(frame) : nil
    let three = 3 * width
    for sequence in 0..<sequences {
      for head in 0..<heads {
        let query = frame.input(0) + sequence * length * three + head * headWidth
        let scores = frame.saved + (sequence * heads + head) * length * pitch
        MatrixProduct.pack(
          MatrixProduct.Operand(query + width, stride: three).transposed, columns: length, depth: headWidth,
          into: packed)
        MatrixProduct.multiply(
          .init(query, stride: three), packed: packed, into: scores, stride: pitch, rows: length,
          columns: pitch, depth: headWidth, edge: edge)
        for row in 0..<length { normalize(scores + row * pitch, valid: isCausal ? row + 1 : length) }
        var weights = UnsafePointer(scores)
        if let mask {
          apply(mask, frame, sequence, head, weights, into: dropped)
          weights = UnsafePointer(dropped)
        }
        MatrixProduct.pack(
          .init(query + 2 * width, stride: three), columns: headWidth, depth: length, into: packed)
        MatrixProduct.multiply(
          .init(weights, stride: pitch), packed: packed,
          into: frame.output + sequence * length * width + head * headWidth, stride: width, rows: length,
          columns: headWidth, depth: length, edge: edge)
      }
    }
  }

  func backward(_ frame: Frame) {
    guard let gradient = frame.gradient(0) else { return }
    let (packed, edge) = (frame.scratch, frame.scratch + packedCount)
    let dropped = edge + 96
    let slopes = dropped + length * pitch
    let drops = dropout > 0 && frame.moment.isTraining
    let mask = drops ? randomBits(frame) : nil
    let three = 3 * width
    let start: MatrixProduct.Start = frame.adds(0) ? .present : .zero
    for sequence in 0..<sequences {
      for head in 0..<heads {
        let query = frame.input(0) + sequence * length * three + head * headWidth
        let queryGradient = gradient + sequence * length * three + head * headWidth
        let scores = UnsafePointer(frame.saved + (sequence * heads + head) * length * pitch)
        let outputGradient = UnsafePointer(
          frame.outputGradient + sequence * length * width + head * headWidth)
        var weights = scores
        if let mask {
          apply(mask, frame, sequence, head, weights, into: dropped)
          weights = UnsafePointer(dropped)
        }
        // V'
        MatrixProduct.pack(
          .init(outputGradient, stride: width), columns: headWidth, depth: length, into: packed)
        MatrixProduct.multiply(
          MatrixProduct.Operand(weights, stride: pitch).transposed, packed: packed,
          into: queryGradient + 2 * width, stride: three, rows: length, columns: headWidth, depth: length,
          start: start, edge: edge)
        // A'
        MatrixProduct.pack(
          MatrixProduct.Operand(query + 2 * width, stride: three).transposed, columns: length,
          depth: headWidth, into: packed)
        MatrixProduct.multiply(
          .init(outputGradient, stride: width), packed: packed, into: slopes, stride: pitch, rows: length,
          columns: pitch, depth: headWidth, edge: edge)
        if let mask { apply(mask, frame, sequence, head, UnsafePointer(slopes), into: slopes) }
        for row in 0..<length { differentiate(scores + row * pitch, slopes + row * pitch) }
        // Q' and K'
        MatrixProduct.pack(
          .init(query + width, stride: three), columns: headWidth, depth: length, into: packed)
        MatrixProduct.multiply(
          .init(UnsafePointer(slopes), stride: pitch), packed: packed, into: queryGradient, stride: three,
          rows: length, columns: headWidth, depth: length, start: start, edge: edge)
        MatrixProduct.pack(.init(query, stride: three), columns: headWidth, depth: length, into: packed)
        MatrixProduct.multiply(
          MatrixProduct.Operand(UnsafePointer(slopes), stride: pitch).transposed, packed: packed,
          into: queryGradient + width, stride: three, rows: length, columns: headWidth, depth: length,
          start: start, edge: edge)
      }
    }
  }

  private var scale: Float { 1 / Float(headWidth).squareRoot() }

  /// The softmax of the first `valid` scores of a row, and zeros behind them.
  @inline(__always)
  private func normalize(_ row: UnsafeMutablePointer<Float>, valid: Int) {
    let whole = valid / 8 * 8
    var greatest = Vector8(repeating: -.infinity)
    var column = 0
    while column < whole {
      greatest = Vector8(at: row + column).atLeast(greatest)
      column += 8
    }
    var top = greatest.greatest
    while column < valid {
      top = max(top, row[column])
      column += 1
    }
    let factor = Vector8(repeating: scale)
    let shift = Vector8(repeating: -top * scale)
    var sums = Vector8.zero
    column = 0
    while column < whole {
      let e = shift.addingProduct(Vector8(at: row + column), factor).exponential
      e.store(to: row + column)
      sums += e
      column += 8
    }
    if whole < valid {
      var e = shift.addingProduct(Vector8(at: row + whole), factor).exponential
      for k in (valid - whole)..<8 { e[k] = 0 }
      e.store(to: row + whole)
      sums += e
      column += 8
    }
    while column < pitch {
      Vector8.zero.store(to: row + column)
      column += 8
    }
    let norm = Vector8(repeating: 1 / sums.total)
    column = 0
    while column < valid {
      (Vector8(at: row + column) * norm).store(to: row + column)
      column += 8
    }
  }

  /// Turns the slopes of weights into those of scores, in place.
  @inline(__always)
  private func differentiate(_ weights: UnsafePointer<Float>, _ slopes: UnsafeMutablePointer<Float>) {
    var dots = Vector8.zero
    var column = 0
    while column < pitch {
      dots = dots.addingProduct(Vector8(at: weights + column), Vector8(at: slopes + column))
      column += 8
    }
    let mean = Vector8(repeating: dots.total)
    let factor = Vector8(repeating: scale)
    column = 0
    while column < pitch {
      let slope = (Vector8(at: slopes + column) - mean) * Vector8(at: weights + column) * factor
      slope.store(to: slopes + column)
      column += 8
    }
  }

  private func randomBits(_ frame: Frame) -> RandomBits {
    RandomBits(
      RandomStream(seed: frame.moment.seed, purpose: RandomPurpose.dropout, lane: frame.number),
      step: frame.moment.step)
  }

  /// Multiplies a head's scores by their dropout mask.
  private func apply(
    _ mask: RandomBits, _ frame: Frame, _ sequence: Int, _ head: Int, _ scores: UnsafePointer<Float>,
    into target: UnsafeMutablePointer<Float>
  ) {
    let count = length * pitch
    let first = frame.moment.firstSample * scoresPerSample + (sequence * heads + head) * count
    var index = 0
    while index < count {
      (Vector8(at: scores + index) * mask.keep(at: first + index, rate: dropout)).store(to: target + index)
      index += 8
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    var result = [Double](repeating: 0, count: output.count)
    let three = 3 * width
    for sequence in 0..<sequences {
      for head in 0..<heads {
        for row in 0..<length {
          let valid = isCausal ? row + 1 : length
          let base = sequence * length * three + head * headWidth
          var weights = (0..<valid).map { column in
            (0..<headWidth).reduce(0) {
              $0 + inputs[0][base + row * three + $1] * inputs[0][base + column * three + width + $1]
            } / Double(headWidth).squareRoot()
          }
          let top = weights.max() ?? 0
          weights = weights.map { Elementary.exp($0 - top) }
          let sum = weights.reduce(0, +)
          for k in 0..<headWidth {
            result[(sequence * length + row) * width + head * headWidth + k] =
              (0..<valid).reduce(0) { $0 + weights[$1] / sum * inputs[0][base + $1 * three + 2 * width + k] }
          }
        }
      }
    }
    return result
  }
}

extension Graph {
  /// Attention of each sequence to itself: [S, T, 3 D] to [S, T, D].
  package mutating func attention(
    _ packed: Node, heads: Int, isCausal: Bool = false, dropout: Float = 0
  ) throws(NetworkError) -> Node {
    let shape = packed.shape
    try require(
      shape.rank == 3 && shape.last % 3 == 0,
      "attention takes queries, keys and values side by side, [S, T, 3 D], not \(shape)")
    let width = shape.last / 3
    try require(
      heads > 0 && width % heads == 0, "a width of \(width) cannot be shared by \(heads) heads equally")
    let pitch = (shape[1] + 15) / 16 * 16
    return record(
      Attention(
        sequences: shape[0], length: shape[1], width: width, heads: heads, isCausal: isCausal,
        dropout: dropout, scoresPerSample: shape[0] / max(samples, 1) * heads * shape[1] * pitch), [packed])
  }
}
