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
  /// Sequences of one sample: what addresses the dropout.
  let sequencesPerSample: Int

  var name: String { "attention" }
  var isRandom: Bool { dropout > 0 }
  var work: Int { 2 * sequences * length * length * width }
  var output: Shape { [sequences, length, width] }
  var headWidth: Int { width / heads }
  /// The length in whole panels of the product.
  var pitch: Int { (length + 15) / 16 * 16 }
  /// Scores of one head, [panel of queries][key][16 queries]: the layout in which a product reads its right operand
  /// and in which the softmax of a query is a loop down a register.
  var scoreCount: Int { pitch * pitch }
  var savedCount: Int { sequences * heads * scoreCount }
  private var panelCount: Int { 16 * headWidth }
  private var edgeCount: Int { 96 }
  var scratchCount: Int { panelCount + edgeCount + 3 * scoreCount + 4 * width * pitch }

  func forward(_ frame: Frame) {
    let packed = frame.scratch
    let edge = packed + panelCount
    let dropped = edge + edgeCount
    // The output of a sequence with its axes exchanged, [D, pitch].
    let turned = dropped + scoreCount
    let mask = mask(frame)
    let three = 3 * width
    for sequence in 0..<sequences {
      for head in 0..<heads {
        let query = frame.input(0) + sequence * length * three + head * headWidth
        let scores = frame.saved + (sequence * heads + head) * scoreCount
        var panel = 0
        while panel < length {
          let here = scores + panel * pitch
          multiplyPanel(
            .init(query + width, stride: three), rows: length,
            MatrixProduct.Operand(query + panel * three, stride: three).transposed,
            columns: min(16, length - panel), into: here, packed, edge)
          soften(here, firstQuery: panel)
          panel += 16
        }
        var weights = UnsafePointer(scores)
        if let mask {
          apply(mask, frame, sequence, head, weights, into: dropped)
          weights = UnsafePointer(dropped)
        }
        multiplyDown(
          MatrixProduct.Operand(query + 2 * width, stride: three).transposed, weights,
          into: turned + head * headWidth * pitch, edge)
      }
      Elements.transpose(
        UnsafePointer(turned), stride: pitch, rows: width, columns: length,
        into: frame.output + sequence * length * width, stride: width)
    }
  }

  func backward(_ frame: Frame) {
    guard let gradient = frame.gradient(0) else { return }
    let packed = frame.scratch
    let edge = packed + panelCount
    let dropped = edge + edgeCount
    let slopes = dropped + scoreCount
    let flipped = slopes + scoreCount
    // The gradients of a sequence's output and inputs with their axes exchanged, [D, pitch] and [3 D, pitch].
    let outputSlopes = flipped + scoreCount
    let inputSlopes = outputSlopes + width * pitch
    let mask = mask(frame)
    let three = 3 * width
    Elements.fill(outputSlopes, count: width * pitch, with: 0)
    for sequence in 0..<sequences {
      Elements.transpose(
        UnsafePointer(frame.outputGradient + sequence * length * width), stride: width, rows: length,
        columns: width, into: outputSlopes, stride: pitch)
      for head in 0..<heads {
        let query = frame.input(0) + sequence * length * three + head * headWidth
        let (key, value) = (query + width, query + 2 * width)
        let scores = UnsafePointer(frame.saved + (sequence * heads + head) * scoreCount)
        let slope = UnsafePointer(outputSlopes + head * headWidth * pitch)
        let queryTarget = inputSlopes + head * headWidth * pitch
        var weights = scores
        if let mask {
          apply(mask, frame, sequence, head, weights, into: dropped)
          weights = UnsafePointer(dropped)
        }
        // V'
        flip(weights, into: flipped)
        multiplyDown(
          .init(slope, stride: pitch), UnsafePointer(flipped), into: queryTarget + 2 * width * pitch, edge)
        // P', then A'
        var panel = 0
        while panel < length {
          multiplyPanel(
            .init(value, stride: three), rows: length, .init(slope + panel, stride: pitch), columns: 16,
            into: slopes + panel * pitch, packed, edge)
          panel += 16
        }
        if let mask { apply(mask, frame, sequence, head, UnsafePointer(slopes), into: slopes) }
        panel = 0
        while panel < length {
          differentiate(scores + panel * pitch, slopes + panel * pitch)
          panel += 16
        }
        // Q' and K'
        multiplyDown(
          MatrixProduct.Operand(key, stride: three).transposed, UnsafePointer(slopes), into: queryTarget, edge
        )
        flip(UnsafePointer(slopes), into: flipped)
        multiplyDown(
          MatrixProduct.Operand(query, stride: three).transposed, UnsafePointer(flipped),
          into: queryTarget + width * pitch, edge)
      }
      Elements.transpose(
        UnsafePointer(inputSlopes), stride: pitch, rows: three, columns: length,
        into: gradient + sequence * length * three, stride: three, adding: frame.adds(0))
    }
  }

  private var scale: Float { 1 / Float(headWidth).squareRoot() }

  /// One panel of scores or their slopes: `a` [T, d] times up to sixteen columns of `b` [d, …].
  @inline(__always)
  private func multiplyPanel(
    _ a: MatrixProduct.Operand, rows: Int, _ b: MatrixProduct.Operand, columns: Int,
    into target: UnsafeMutablePointer<Float>, _ packed: UnsafeMutablePointer<Float>,
    _ edge: UnsafeMutablePointer<Float>
  ) {
    MatrixProduct.pack(b, columns: columns, depth: headWidth, into: packed)
    MatrixProduct.multiply(
      a, packed: packed, into: target, stride: 16, rows: rows, columns: 16, depth: headWidth, edge: edge)
  }

  /// `a` [d, T] times all panels of scores, [d, pitch].
  @inline(__always)
  private func multiplyDown(
    _ a: MatrixProduct.Operand, _ panels: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>,
    _ edge: UnsafeMutablePointer<Float>
  ) {
    var panel = 0
    while panel < length {
      MatrixProduct.multiply(
        a, packed: panels + panel * pitch, into: target + panel, stride: pitch, rows: headWidth, columns: 16,
        depth: length, edge: edge)
      panel += 16
    }
  }

  /// Exchanges queries and keys.
  @inline(__always)
  private func flip(_ scores: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>) {
    for panel in stride(from: 0, to: pitch, by: 16) {
      for key in stride(from: 0, to: pitch, by: 8) {
        for half in 0..<2 {
          Vector8.transpose(
            scores + panel * pitch + key * 16 + half * 8, stride: 16,
            into: target + (key & ~15) * pitch + (panel + half * 8) * 16 + (key & 8), stride: 16)
        }
      }
    }
  }

  /// The softmax of sixteen queries over their keys.
  @inline(__always)
  private func soften(_ panel: UnsafeMutablePointer<Float>, firstQuery: Int) {
    let factor = Vector8(repeating: scale)
    for half in 0..<2 {
      let scores = panel + half * 8
      let query = Float(firstQuery + half * 8)
      // A key is too late for a query when it stands behind it.
      let latest = Vector8(0, 1, 2, 3, 4, 5, 6, 7) + Vector8(repeating: query + 0.5)
      var greatest = Vector8(repeating: -.infinity)
      for key in 0..<length {
        var score = Vector8(at: scores + key * 16)
        if isCausal {
          score = latest.whereGreater(
            than: Vector8(repeating: Float(key)), score, otherwise: Vector8(repeating: -.infinity))
          score.store(to: scores + key * 16)
        }
        greatest = greatest.atLeast(score)
      }
      let shift = -greatest * factor
      var sum = Vector8.zero
      for key in 0..<length {
        var e = shift.addingProduct(Vector8(at: scores + key * 16), factor).exponential
        if isCausal { e = latest.whereGreater(than: Vector8(repeating: Float(key)), e, otherwise: .zero) }
        e.store(to: scores + key * 16)
        sum += e
      }
      let norm = Vector8(repeating: 1) / sum
      for key in 0..<length { (Vector8(at: scores + key * 16) * norm).store(to: scores + key * 16) }
      for key in length..<pitch { Vector8.zero.store(to: scores + key * 16) }
    }
  }

  /// Turns the slopes of sixteen queries' weights into those of their scores, in place.
  @inline(__always)
  private func differentiate(_ weights: UnsafePointer<Float>, _ slopes: UnsafeMutablePointer<Float>) {
    let factor = Vector8(repeating: scale)
    for half in 0..<2 {
      let (weights, slopes) = (weights + half * 8, slopes + half * 8)
      var mean = Vector8.zero
      for key in 0..<length {
        mean = mean.addingProduct(Vector8(at: weights + key * 16), Vector8(at: slopes + key * 16))
      }
      for key in 0..<length {
        let slope = (Vector8(at: slopes + key * 16) - mean) * Vector8(at: weights + key * 16)
        (slope * factor).store(to: slopes + key * 16)
      }
      for key in length..<pitch { Vector8.zero.store(to: slopes + key * 16) }
    }
  }

  /// What draws the dropout of this step; nil when nothing is dropped.
  private func mask(_ frame: Frame) -> RandomBits? {
    guard dropout > 0, frame.moment.drops else { return nil }
    return RandomBits(
      RandomStream(seed: frame.moment.seed, purpose: RandomPurpose.dropout, lane: frame.number),
      step: frame.moment.step)
  }

  /// Multiplies a head's scores by their dropout mask.
  private func apply(
    _ mask: RandomBits, _ frame: Frame, _ sequence: Int, _ head: Int, _ scores: UnsafePointer<Float>,
    into target: UnsafeMutablePointer<Float>
  ) {
    let first = ((frame.moment.firstSample * sequencesPerSample + sequence) * heads + head) * scoreCount
    var index = 0
    while index < scoreCount {
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
      heads > 0 && width % heads == 0,
      "a width of \(width) cannot be shared by \(heads) heads equally; choose a divisor")
    return record(
      Attention(
        sequences: shape[0], length: shape[1], width: width, heads: heads, isCausal: isCausal,
        dropout: dropout, sequencesPerSample: shape[0] / max(samples, 1)), [packed])
  }
}
