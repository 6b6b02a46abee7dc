package import Tensors

/// Overlapping pieces of series: y[s, p, k] = x[s, p stride + k], where places behind the end hold the last value.
struct Patches: Operation {
  let series: Int
  let length: Int
  let patches: Int
  let width: Int
  let stride: Int

  var name: String { "patches" }
  var output: Shape { [series, patches, width] }
  var backwardReads: BackwardReads { [] }

  /// How much of a patch lies within the series.
  @inline(__always)
  private func inside(_ patch: Int) -> Int { min(width, max(0, length - patch * stride)) }

  func forward(_ frame: Frame) {
    for row in 0..<series {
      let x = frame.input(0) + row * length
      for patch in 0..<patches {
        let y = frame.output + (row * patches + patch) * width
        let count = inside(patch)
        y.update(from: x + min(patch * stride, length), count: count)
        for k in count..<width { y[k] = x[length - 1] }
      }
    }
  }

  func backward(_ frame: Frame) {
    guard let gradient = frame.gradient(0) else { return }
    if !frame.adds(0) { Elements.fill(gradient, count: series * length, with: 0) }
    for row in 0..<series {
      let x = gradient + row * length
      for patch in 0..<patches {
        let y = frame.outputGradient + (row * patches + patch) * width
        let count = inside(patch)
        for k in 0..<count { x[patch * stride + k] += y[k] }
        for k in count..<width { x[length - 1] += y[k] }
      }
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    (0..<output.count).map { index in
      let (row, patch, k) = (index / (patches * width), index / width % patches, index % width)
      return inputs[0][row * length + min(patch * stride + k, length - 1)]
    }
  }
}

extension Graph {
  /// Patches of series: [S, L] to [S, P, length] with P = (L + padding - length) / stride + 1.
  package mutating func patches(
    _ x: Node, length: Int, stride: Int, padding: Int
  ) throws(NetworkError) -> Node {
    try require(x.shape.rank == 2, "patches are cut from series [S, L], not \(x.shape)")
    let room = x.shape[1] + padding - length
    try require(
      room >= 0,
      """
      a patch of \(length) does not fit a look-back of \(x.shape[1]) with \(padding) behind it; shorten the patch, or \
      lengthen lookback
      """)
    return record(
      Patches(
        series: x.shape[0], length: x.shape[1], patches: room / stride + 1, width: length, stride: stride),
      [x])
  }
}
