private import Numerics

/// L = Σ (α R[H, H] + (1 - α) T) · H / N over the paths: how different two courses are in shape, when each may be
/// warped in time, and how much warping that takes.
///
/// DILATE (Le Guen, Thome, https://arxiv.org/abs/1909.09020). Shape is soft dynamic time warping (Cuturi, Blondel,
/// https://arxiv.org/abs/1703.01541): with D[i, j] = (y[i] - f[j])²,
///
///     R[i, j] = D[i, j] - γ ln (e^(-R[i-1, j-1] / γ) + e^(-R[i-1, j] / γ) + e^(-R[i, j-1] / γ)).
///
/// The soft path is E = ∂R[H, H] / ∂D, and T = Σ E Ω with Ω[i, j] = (i - j)² / H². As T is the derivative of R[H, H] in
/// the direction Ω, it comes from the same sweep: Ṙ[i, j] = Ω[i, j] + Σ w Ṙ of the three cells before, w being the
/// weights of the soft minimum. Backward needs its derivative by D, the product of the Hessian of R[H, H] with Ω:
/// the reverse sweep E = Σ w E of the three cells behind, differentiated in the direction Ω once more, Ė = Σ (w Ė + ẇ
/// E) with ẇ = -w (Ṙ - Σ w Ṙ) / γ. Then f'[j] = Σ 2 (α E + (1 - α) Ė) (f[j] - y[i]) · H / N. The target gets no
/// gradient. R of long, close courses is below zero, and so is L.
struct DILATE: Operation {
  let paths: Paths
  let alpha: Double
  let gamma: Double
  let batchElements: Int

  var name: String { "dilate" }
  var output: Shape { [1] }
  var work: Int { 60 * paths.elements * paths.steps }
  /// In doubles: six numbers a cell, five rows.
  private var doubles: Int { 6 * paths.steps * paths.steps + 5 * (paths.steps + 1) }
  var scratchCount: Int { 2 * doubles }

  private var scale: Double { Double(paths.steps) / Double(batchElements) }
  /// Behind the edges of the matrix: no weight, however small γ is.
  private static let outside = 1e30

  /// The weights of the three cells before one, and their derivatives in the direction Ω.
  private struct Cell {
    /// Of [i - 1, j - 1], [i - 1, j] and [i, j - 1].
    var w: (diagonal: Double, up: Double, left: Double)
    /// The derivatives of `w`.
    var v: (diagonal: Double, up: Double, left: Double)
  }

  /// Walks the matrix of one path row by row, and gives R[H, H] and Ṙ[H, H]; `take` gets each cell.
  @inline(__always)
  private func sweep(
    _ frame: Frame, _ path: Int, rows: UnsafeMutablePointer<Double>, _ take: (Int, Int, Cell) -> Void
  ) -> (shape: Double, distortion: Double) {
    let (steps, width) = (paths.steps, paths.steps + 1)
    let (prediction, target) = (frame.input(0) + paths.first(path), frame.input(1) + paths.first(path))
    var (r, rBefore, d, dBefore) = (rows, rows + width, rows + 2 * width, rows + 3 * width)
    for column in 0..<width {
      rBefore[column] = Self.outside
      dBefore[column] = 0
    }
    rBefore[0] = 0
    let unit = 1 / Double(steps * steps)
    for i in 0..<steps {
      let y = Double(target[i * paths.columns])
      (r[0], d[0]) = (Self.outside, 0)
      for j in 0..<steps {
        let (diagonal, up, left) = (rBefore[j], rBefore[j + 1], r[j])
        let least = min(diagonal, up, left)
        let a = Elementary.exp((least - diagonal) / gamma)
        let b = Elementary.exp((least - up) / gamma)
        let c = Elementary.exp((least - left) / gamma)
        let sum = a + b + c
        let w = (diagonal: a / sum, up: b / sum, left: c / sum)
        let error = y - Double(prediction[j * paths.columns])
        r[j + 1] = error * error + least - gamma * Elementary.log(sum)
        let mean = w.diagonal * dBefore[j] + w.up * dBefore[j + 1] + w.left * d[j]
        let distance = Double(i - j)
        d[j + 1] = distance * distance * unit + mean
        let v = (
          diagonal: w.diagonal * (mean - dBefore[j]) / gamma, up: w.up * (mean - dBefore[j + 1]) / gamma,
          left: w.left * (mean - d[j]) / gamma
        )
        take(i, j, Cell(w: w, v: v))
      }
      swap(&r, &rBefore)
      swap(&d, &dBefore)
    }
    return (rBefore[steps], dBefore[steps])
  }

  func forward(_ frame: Frame) {
    let rows = frame.doubleScratch(doubles)
    var sum = 0.0
    for path in 0..<paths.count {
      let (shape, distortion) = sweep(frame, path, rows: rows) { _, _, _ in }
      sum += alpha * shape + (1 - alpha) * distortion
    }
    frame.output[0] = Float(sum * scale)
  }

  func backward(_ frame: Frame) {
    if let gradient = frame.gradient(0) {
      let rows = frame.doubleScratch(doubles)
      let cells = rows + 5 * (paths.steps + 1)
      let factor = 2 * scale * Double(frame.outputGradient[0])
      let adds = frame.adds(0)
      for path in 0..<paths.count {
        _ = sweep(frame, path, rows: rows) { i, j, cell in
          let place = cells + 6 * (i * paths.steps + j)
          (place[0], place[1], place[2]) = cell.w
          (place[3], place[4], place[5]) = cell.v
        }
        back(frame, path, rows: rows, cells)
        let slopes = rows + 4 * (paths.steps + 1)
        let first = paths.first(path)
        for step in 0..<paths.steps {
          frame.give(factor * slopes[step], gradient, first + step * paths.columns, adding: adds)
        }
      }
    }
    frame.withholdGradient(1, count: paths.elements)
  }

  /// The reverse sweep of one path; what it finds lies in the fifth row.
  @inline(__always)
  private func back(
    _ frame: Frame, _ path: Int, rows: UnsafeMutablePointer<Double>, _ cells: UnsafeMutablePointer<Double>
  ) {
    let (steps, width) = (paths.steps, paths.steps + 1)
    let (prediction, target) = (frame.input(0) + paths.first(path), frame.input(1) + paths.first(path))
    var (e, eBehind, d, dBehind) = (rows, rows + width, rows + 2 * width, rows + 3 * width)
    let slopes = rows + 4 * width
    for column in 0..<width {
      (eBehind[column], dBehind[column], slopes[column]) = (0, 0, 0)
    }
    for i in stride(from: steps - 1, through: 0, by: -1) {
      let y = Double(target[i * paths.columns])
      (e[steps], d[steps]) = (0, 0)
      for j in stride(from: steps - 1, through: 0, by: -1) {
        var (own, change) = (0.0, 0.0)
        if i == steps - 1, j == steps - 1 { own = 1 }
        if i + 1 < steps {
          let below = cells + 6 * ((i + 1) * steps + j)
          own += below[1] * eBehind[j]
          change += below[1] * dBehind[j] + below[4] * eBehind[j]
        }
        if j + 1 < steps {
          let right = cells + 6 * (i * steps + j + 1)
          own += right[2] * e[j + 1]
          change += right[2] * d[j + 1] + right[5] * e[j + 1]
        }
        if i + 1 < steps, j + 1 < steps {
          let behind = cells + 6 * ((i + 1) * steps + j + 1)
          own += behind[0] * eBehind[j + 1]
          change += behind[0] * dBehind[j + 1] + behind[3] * eBehind[j + 1]
        }
        (e[j], d[j]) = (own, change)
        slopes[j] +=
          (alpha * own + (1 - alpha) * change) * (Double(prediction[j * paths.columns]) - y)
      }
      swap(&e, &eBehind)
      swap(&d, &dBehind)
    }
  }

  /// By the whole matrices of R and E, as the papers write them.
  func reference(_ inputs: [[Double]]) -> [Double] {
    let steps = paths.steps
    var sum = 0.0
    for path in 0..<paths.count {
      let (f, y) = (paths.elements(path, of: inputs[0]), paths.elements(path, of: inputs[1]))
      func distance(_ i: Int, _ j: Int) -> Double { (y[i - 1] - f[j - 1]) * (y[i - 1] - f[j - 1]) }
      var r = [[Double]](repeating: [Double](repeating: .infinity, count: steps + 2), count: steps + 2)
      r[0][0] = 0
      for i in 1...steps {
        for j in 1...steps {
          let before = [r[i - 1][j - 1], r[i - 1][j], r[i][j - 1]]
          let least = before.min() ?? 0
          let total = before.reduce(0) { $0 + ($1.isFinite ? Elementary.exp((least - $1) / gamma) : 0) }
          r[i][j] = distance(i, j) + least - gamma * Elementary.log(total)
        }
      }
      var e = [[Double]](repeating: [Double](repeating: 0, count: steps + 2), count: steps + 2)
      e[steps][steps] = 1
      var distortion = 0.0
      for i in stride(from: steps, to: 0, by: -1) {
        for j in stride(from: steps, to: 0, by: -1) {
          for (a, b) in [(i + 1, j), (i, j + 1), (i + 1, j + 1)] where a <= steps && b <= steps {
            e[i][j] += e[a][b] * Elementary.exp((r[a][b] - r[i][j] - distance(a, b)) / gamma)
          }
          distortion += e[i][j] * Double((i - j) * (i - j))
        }
      }
      sum += alpha * r[steps][steps] + (1 - alpha) * distortion / Double(steps * steps)
    }
    return [sum * scale]
  }
}

extension Graph {
  /// The distortion of shape, weighed by `alpha`, and of time between paths of forecasts and of what came.
  package mutating func dilate(
    _ prediction: Node, _ target: Node, alpha: Float = 0.5, gamma: Float = 0.1, batchElements: Int
  ) throws(NetworkError) -> Node {
    let paths = try requirePaths("dilate", prediction, target, least: 2, batchElements: batchElements)
    try require((0...1).contains(alpha), "dilate needs an alpha from 0 to 1, not \(alpha)")
    try require(gamma > 0 && gamma.isFinite, "dilate needs a gamma above 0, not \(gamma)")
    let operation = DILATE(
      paths: paths, alpha: Double(alpha), gamma: Double(gamma), batchElements: batchElements)
    return record(operation, [prediction, target])
  }
}
