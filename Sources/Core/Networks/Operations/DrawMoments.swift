private import Numerics
private import Tensors

/// The mean of draws and the logarithm of their deviation: X [S, H, K, N] to [S, H, K, 2].
///
/// What a likelihood needs to judge draws: s² = Σ (x - m)² / (N - 1), and nothing below 1e-12. Backward:
/// x' = m' / N + s' (x - m) / ((N - 1) s²).
struct DrawMoments: Operation {
  let output: Shape
  /// N.
  let draws: Int

  var name: String { "moments of draws" }
  var work: Int { output.count / 2 * draws }
  private static let least = 1e-12

  func forward(_ frame: Frame) {
    for row in 0..<output.rows {
      let (mean, variance) = Self.moments(frame.input(0) + row * draws, draws)
      frame.output[2 * row] = Float(mean)
      frame.output[2 * row + 1] = Float(0.5 * Elementary.log(max(variance, Self.least)))
    }
  }

  private static func moments(_ x: UnsafePointer<Float>, _ count: Int) -> (Double, Double) {
    var sum = 0.0
    for index in 0..<count { sum += Double(x[index]) }
    let mean = sum / Double(count)
    var squares = 0.0
    for index in 0..<count { squares += (Double(x[index]) - mean) * (Double(x[index]) - mean) }
    return (mean, squares / Double(max(count - 1, 1)))
  }

  func backward(_ frame: Frame) {
    guard let gradient = frame.gradient(0) else { return }
    for row in 0..<output.rows {
      let x = frame.input(0) + row * draws
      let (mean, variance) = Self.moments(x, draws)
      let first = Double(frame.outputGradient[2 * row]) / Double(draws)
      let second =
        variance > Self.least
        ? Double(frame.outputGradient[2 * row + 1]) / (Double(max(draws - 1, 1)) * variance) : 0
      for draw in 0..<draws {
        frame.give(
          first + second * (Double(x[draw]) - mean), gradient, row * draws + draw, adding: frame.adds(0))
      }
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    (0..<output.rows).flatMap { row in
      let x = inputs[0][(row * draws)..<((row + 1) * draws)]
      let mean = x.reduce(0, +) / Double(draws)
      let variance = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(max(draws - 1, 1))
      return [mean, 0.5 * Elementary.log(max(variance, Self.least))]
    }
  }
}

extension Graph {
  /// Mean and logarithm of the deviation of draws [S, H, K, N], [S, H, K, 2].
  mutating func drawMoments(_ draws: Node) throws(NetworkError) -> Node {
    try require(draws.shape.rank == 4, "draws are [samples, steps, columns, draws], not \(draws.shape)")
    return record(DrawMoments(output: draws.shape.replacingLast(2), draws: draws.shape.last), [draws])
  }
}
