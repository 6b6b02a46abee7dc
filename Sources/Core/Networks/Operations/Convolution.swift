private import Tensors

/// Y[s, t, o] = b[o] + Σ X[s, t · stride + k - before, c] W[k, c, o] over k and the columns c of o's group.
///
/// X [S, T, C], W [kernel, C / groups, O]; rows before the first and behind the last are zero. Columns of a group lie
/// side by side, so the rows of the matrix that W is multiplied with are overlapping pieces of memory, and none is
/// copied: only padding and groups need a copy of one sample. A correlation, as PyTorch's `Conv1d`
/// (https://docs.pytorch.org/docs/stable/generated/torch.nn.Conv1d.html). Backward, with U the matrix of pieces:
/// W' = Uᵀ Y', b' = Σ Y', U' = Y' Wᵀ, and X' adds up what its pieces got, in their order.
struct Convolution: Operation {
  let samples: Int
  /// T.
  let steps: Int
  /// C.
  let inputs: Int
  /// O.
  let outputs: Int
  let kernel: Int
  let stride: Int
  let groups: Int
  /// Rows of zeros before the first.
  let before: Int
  /// Steps of the result.
  let made: Int
  let hasBias: Bool

  var name: String { "convolution" }
  var output: Shape { [samples, made, outputs] }
  var work: Int { samples * made * depth * outputs }

  /// Columns of a group.
  var groupInputs: Int { inputs / groups }
  var groupOutputs: Int { outputs / groups }
  /// Elements of a piece.
  private var depth: Int { kernel * groupInputs }
  /// Rows that the pieces reach over, padding included.
  private var reach: Int { (made - 1) * stride + kernel }
  private var isCopied: Bool { groups > 1 || before > 0 || reach > steps }
  private var copyCount: Int { isCopied ? reach * groupInputs : 0 }
  private var edgeCount: Int { 96 }
  private var packedCount: Int {
    groups
      * max(
        MatrixProduct.packedCount(columns: groupOutputs, depth: depth),
        MatrixProduct.packedCount(columns: depth, depth: groupOutputs))
  }
  /// Packed weights, an edge, a copy of a sample, and for backward the slopes of pieces, of the copy, and a product's.
  var scratchCount: Int {
    packedCount + edgeCount + copyCount + made * depth + reach * groupInputs
      + MatrixProduct.scratchCount(columns: groupOutputs, depth: made)
  }

  func forward(_ frame: Frame) {
    let (packed, edge) = (frame.scratch, frame.scratch + packedCount)
    let copy = edge + edgeCount
    let each = MatrixProduct.packedCount(columns: groupOutputs, depth: depth)
    for group in 0..<groups {
      MatrixProduct.pack(
        weight(frame, group), columns: groupOutputs, depth: depth, into: packed + group * each)
    }
    for sample in 0..<samples {
      for group in 0..<groups {
        MatrixProduct.multiply(
          pieces(frame, sample, group, copy), packed: packed + group * each,
          into: frame.output + sample * made * outputs + group * groupOutputs, stride: outputs, rows: made,
          columns: groupOutputs, depth: depth,
          start: hasBias ? .bias(frame.input(2) + group * groupOutputs) : .zero, edge: edge)
      }
    }
  }

  func backward(_ frame: Frame) {
    let (packed, edge) = (frame.scratch, frame.scratch + packedCount)
    let copy = edge + edgeCount
    let slopes = copy + copyCount
    let spread = slopes + made * depth
    let rest = spread + reach * groupInputs
    let each = MatrixProduct.packedCount(columns: depth, depth: groupOutputs)
    if let x = frame.gradient(0) {
      if !frame.adds(0) { Elements.fill(x, count: samples * steps * inputs, with: 0) }
      for group in 0..<groups {
        MatrixProduct.pack(
          weight(frame, group).transposed, columns: depth, depth: groupOutputs, into: packed + group * each)
      }
      for sample in 0..<samples {
        for group in 0..<groups {
          MatrixProduct.multiply(
            slope(frame, sample, group), packed: packed + group * each, into: slopes, stride: depth,
            rows: made, columns: depth, depth: groupOutputs, edge: edge)
          gather(UnsafePointer(slopes), spread, into: x + sample * steps * inputs + group * groupInputs)
        }
      }
    }
    if let weight = frame.gradient(1) {
      for sample in 0..<samples {
        for group in 0..<groups {
          MatrixProduct.multiply(
            pieces(frame, sample, group, copy).transposed, slope(frame, sample, group),
            into: weight + group * groupOutputs, stride: outputs, rows: depth, columns: groupOutputs,
            depth: made, start: sample > 0 || frame.adds(1) ? .present : .zero, scratch: rest)
        }
      }
    }
    if hasBias, let bias = frame.gradient(2) {
      Elements.sumRows(
        UnsafePointer(frame.outputGradient), rows: samples * made, columns: outputs, into: bias,
        adding: frame.adds(2))
    }
  }

  private func weight(_ frame: Frame, _ group: Int) -> MatrixProduct.Operand {
    MatrixProduct.Operand(frame.input(1) + group * groupOutputs, stride: outputs)
  }

  private func slope(_ frame: Frame, _ sample: Int, _ group: Int) -> MatrixProduct.Operand {
    MatrixProduct.Operand(
      UnsafePointer(frame.outputGradient) + sample * made * outputs + group * groupOutputs, stride: outputs)
  }

  /// The pieces of one sample's group, a row each.
  private func pieces(
    _ frame: Frame, _ sample: Int, _ group: Int, _ copy: UnsafeMutablePointer<Float>
  ) -> MatrixProduct.Operand {
    let x = frame.input(0) + sample * steps * inputs + group * groupInputs
    guard isCopied else { return MatrixProduct.Operand(x, stride: stride * inputs) }
    let inside = min(steps, reach - before)
    Elements.fill(copy, count: before * groupInputs, with: 0)
    Elements.copyRows(
      x, stride: inputs, into: copy + before * groupInputs, stride: groupInputs, rows: inside,
      columns: groupInputs)
    let end = before + inside
    Elements.fill(copy + end * groupInputs, count: (reach - end) * groupInputs, with: 0)
    return MatrixProduct.Operand(UnsafePointer(copy), stride: stride * groupInputs)
  }

  /// Adds the slopes of pieces to the rows that they were taken from.
  private func gather(
    _ slopes: UnsafePointer<Float>, _ spread: UnsafeMutablePointer<Float>,
    into x: UnsafeMutablePointer<Float>
  ) {
    Elements.fill(spread, count: reach * groupInputs, with: 0)
    for step in 0..<made {
      Elements.copy(
        slopes + step * depth, into: spread + step * stride * groupInputs, count: depth, adding: true)
    }
    Elements.copyRows(
      UnsafePointer(spread + before * groupInputs), stride: groupInputs, into: x, stride: inputs,
      rows: min(steps, reach - before), columns: groupInputs, adding: true)
  }

  func reference(_ values: [[Double]]) -> [Double] {
    var result: [Double] = []
    for index in 0..<output.count {
      let (sample, step, column) = (index / (made * outputs), index / outputs % made, index % outputs)
      let first = column / groupOutputs * groupInputs
      var sum = hasBias ? values[2][column] : 0
      for k in 0..<kernel {
        let row = step * stride + k - before
        guard (0..<steps).contains(row) else { continue }
        for c in 0..<groupInputs {
          sum +=
            values[0][(sample * steps + row) * inputs + first + c]
            * values[1][(k * groupInputs + c) * outputs + column]
        }
      }
      result.append(sum)
    }
    return result
  }
}

/// What stands beyond the ends of a sequence that is convolved.
package enum ConvolutionPadding: String, Sendable, CaseIterable {
  /// Nothing: the result has fewer steps.
  case none
  /// Zeros on both sides, so that with a stride of 1 the result has as many steps; of an odd number one more behind.
  case same
  /// Zeros before the first step only, so that no step looks ahead.
  case causal
}

extension Graph {
  /// The convolution of sequences over their steps: [S, T, C] to [S, T', O].
  ///
  /// `weight` is [kernel, C / groups, O], `bias` [O].
  package mutating func convolution(
    _ x: Node, weight: Node, bias: Node?, stride: Int = 1, groups: Int = 1,
    padding: ConvolutionPadding = .none
  ) throws(NetworkError) -> Node {
    try require(x.shape.rank == 3, "a convolution takes sequences [S, T, C], not \(x.shape)")
    try require(
      weight.shape.rank == 3 && groups > 0 && x.shape.last % groups == 0
        && weight.shape[1] == x.shape.last / groups && weight.shape.last % groups == 0,
      """
      \(groups) groups of \(x.shape) need a weight of [kernel, \(x.shape.last) / groups, outputs], both columns and \
      outputs a multiple of the groups, not \(weight.shape)
      """)
    if let bias {
      try require(
        bias.shape.count == weight.shape.last,
        "a weight of \(weight.shape) needs a bias of [\(weight.shape.last)], not \(bias.shape)")
    }
    let kernel = weight.shape[0]
    let padded = padding == .none ? 0 : kernel - 1
    let room = x.shape[1] + padded - kernel
    try require(
      room >= 0 && stride > 0 && kernel > 0,
      "a kernel of \(kernel) does not fit \(x.shape[1]) steps; shorten it, or set padding: same or causal")
    let operation = Convolution(
      samples: x.shape[0], steps: x.shape[1], inputs: x.shape.last, outputs: weight.shape.last,
      kernel: kernel, stride: stride, groups: groups, before: padding == .same ? padded / 2 : padded,
      made: room / stride + 1, hasBias: bias != nil)
    return record(operation, [x, weight] + (bias.map { [$0] } ?? []))
  }
}
