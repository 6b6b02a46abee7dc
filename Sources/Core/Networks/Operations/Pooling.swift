private import Tensors

/// Y[s, p] = the greatest, or the mean, of x[s, p k] … x[s, p k + k - 1]: a series at a coarser rate.
///
/// Multi-rate sampling of N-HiTS (Challu et al., https://arxiv.org/abs/2201.12886, 3.1), as its code has it: pieces of
/// k steps side by side, and the last one as long as what is left. Backward: the gradient of a greatest value goes to
/// the first step that has it, and that of a mean to all steps alike.
struct Pooling: Operation {
  let series: Int
  let length: Int
  let width: Int
  let kind: PoolingKind

  private var pieces: Int { (length + width - 1) / width }

  var name: String { "pooling" }
  var output: Shape { [series, pieces] }
  var work: Int { series * length }
  var backwardReads: BackwardReads { kind == .average ? [] : .inputs }

  @inline(__always)
  private func count(of piece: Int) -> Int { min(width, length - piece * width) }

  /// The first place of the greatest of `count` values.
  @inline(__always)
  private func greatest(_ x: UnsafePointer<Float>, _ count: Int) -> Int {
    var place = 0
    for k in 1..<max(count, 1) where x[k] > x[place] { place = k }
    return place
  }

  func forward(_ frame: Frame) {
    for row in 0..<series {
      for piece in 0..<pieces {
        let x = frame.input(0) + row * length + piece * width
        let count = count(of: piece)
        switch kind {
        case .max: frame.output[row * pieces + piece] = x[greatest(x, count)]
        case .average:
          var sum = x[0]
          for k in 1..<max(count, 1) { sum += x[k] }
          frame.output[row * pieces + piece] = sum / Float(count)
        }
      }
    }
  }

  func backward(_ frame: Frame) {
    guard let gradient = frame.gradient(0) else { return }
    if !frame.adds(0) { Elements.fill(gradient, count: series * length, with: 0) }
    for row in 0..<series {
      for piece in 0..<pieces {
        let start = row * length + piece * width
        let count = count(of: piece)
        let slope = frame.outputGradient[row * pieces + piece]
        switch kind {
        case .max: gradient[start + greatest(frame.input(0) + start, count)] += slope
        case .average: for k in 0..<count { gradient[start + k] += slope / Float(count) }
        }
      }
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    (0..<(series * pieces)).map { index in
      let (row, piece) = (index / pieces, index % pieces)
      let values = inputs[0][
        (row * length + piece * width)..<(row * length + min(length, (piece + 1) * width))]
      return kind == .max ? values.reduce(-.infinity, Swift.max) : values.reduce(0, +) / Double(values.count)
    }
  }
}

/// What a piece of a series is pooled to.
package enum PoolingKind: String, Sendable, CaseIterable {
  case max
  case average
}

extension Graph {
  /// Pieces of `width` steps of series [S, L], side by side, each as one number: [S, ⌈L / width⌉].
  package mutating func pooling(_ x: Node, width: Int, kind: PoolingKind) throws(NetworkError) -> Node {
    try require(
      x.shape.rank == 2 && x.shape.count > 0, "series [S, L] are pooled at a coarser rate, not \(x.shape)")
    try require(
      width > 0 && width <= x.shape[1],
      "pieces of \(width) steps do not fit a look-back of \(x.shape[1]); shorten 'pool', or lengthen lookback"
    )
    if width == 1 { return x }
    return record(Pooling(series: x.shape[0], length: x.shape[1], width: width, kind: kind), [x])
  }
}
