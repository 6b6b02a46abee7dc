/// L = Σ (a[k](f) - a[k](y))² / K · H / N over the paths and the lags k = 1 … K: how far the autocorrelations of
/// forecasts are from those of what came.
///
/// a[k](x) = Σ c[h] c[h + k] / V with c = x - x̄ and V = Σ c² + H ε (Box, Jenkins, «Time series analysis», 2.1.4);
/// ε = 10⁻⁴ keeps the slope of a path that does not move finite: one whose deviation is far below 0.01 has no
/// autocorrelation. It says nothing about level and scale, so it belongs beside a loss of values. Backward:
/// c'[h] = Σ 2 (a[k](f) - a[k](y)) (c[h + k] + c[h - k] - 2 a[k] c[h]) / V / K · H / N, and f' = c' less its mean.
/// The target gets no gradient.
struct AutocorrelationLoss: Operation {
  let paths: Paths
  /// K.
  let lags: Int
  let batchElements: Int

  static let ridge = 1e-4

  var name: String { "autocorrelation loss" }
  var output: Shape { [1] }
  var work: Int { 2 * paths.elements * lags }
  /// Two centred paths and a gradient, in doubles.
  var scratchCount: Int { 2 * 3 * paths.steps }

  /// Copies a path less its mean, and gives V.
  @inline(__always)
  private func center(_ x: UnsafePointer<Float>, _ path: Int, into c: UnsafeMutablePointer<Double>) -> Double
  {
    let (first, steps) = (paths.first(path), paths.steps)
    var sum = 0.0
    for step in 0..<steps { sum += Double(x[first + step * paths.columns]) }
    let mean = sum / Double(steps)
    var squares = Double(steps) * Self.ridge
    for step in 0..<steps {
      c[step] = Double(x[first + step * paths.columns]) - mean
      squares += c[step] * c[step]
    }
    return squares
  }

  /// Σ c[h] c[h + k].
  @inline(__always)
  private func product(_ c: UnsafeMutablePointer<Double>, _ lag: Int) -> Double {
    var sum = 0.0
    for step in 0..<(paths.steps - lag) { sum += c[step] * c[step + lag] }
    return sum
  }

  func forward(_ frame: Frame) {
    let ours = frame.doubleScratch(3 * paths.steps)
    let theirs = ours + paths.steps
    var sum = 0.0
    for path in 0..<paths.count {
      let (v, w) = (center(frame.input(0), path, into: ours), center(frame.input(1), path, into: theirs))
      for lag in 1...lags {
        let difference = product(ours, lag) / v - product(theirs, lag) / w
        sum += difference * difference
      }
    }
    frame.output[0] = Float(sum * scale)
  }

  private var scale: Double { Double(paths.steps) / (Double(lags) * Double(batchElements)) }

  func backward(_ frame: Frame) {
    if let gradient = frame.gradient(0) {
      let steps = paths.steps
      let ours = frame.doubleScratch(3 * steps)
      let (theirs, slopes) = (ours + steps, ours + 2 * steps)
      let factor = 2 * scale * Double(frame.outputGradient[0])
      let adds = frame.adds(0)
      for path in 0..<paths.count {
        let (v, w) = (center(frame.input(0), path, into: ours), center(frame.input(1), path, into: theirs))
        for step in 0..<steps { slopes[step] = 0 }
        for lag in 1...lags {
          let correlation = product(ours, lag) / v
          let pull = factor * (correlation - product(theirs, lag) / w) / v
          for step in 0..<steps {
            let before = step >= lag ? ours[step - lag] : 0
            let behind = step + lag < steps ? ours[step + lag] : 0
            slopes[step] += pull * (before + behind - 2 * correlation * ours[step])
          }
        }
        var sum = 0.0
        for step in 0..<steps { sum += slopes[step] }
        let (mean, first) = (sum / Double(steps), paths.first(path))
        for step in 0..<steps {
          frame.give(slopes[step] - mean, gradient, first + step * paths.columns, adding: adds)
        }
      }
    }
    frame.withholdGradient(1, count: paths.elements)
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    func autocorrelations(_ x: [Double]) -> [Double] {
      let mean = x.reduce(0, +) / Double(x.count)
      let c = x.map { $0 - mean }
      let v = c.reduce(Double(x.count) * Self.ridge) { $0 + $1 * $1 }
      return (1...lags).map { lag in zip(c, c.dropFirst(lag)).reduce(0) { $0 + $1.0 * $1.1 } / v }
    }
    var sum = 0.0
    for path in 0..<paths.count {
      let ours = autocorrelations(paths.elements(path, of: inputs[0]))
      let theirs = autocorrelations(paths.elements(path, of: inputs[1]))
      for (a, b) in zip(ours, theirs) { sum += (a - b) * (a - b) }
    }
    return [sum * scale]
  }
}

extension Frame {
  /// Working memory as doubles; an operation claims two floats of scratch for each.
  @inline(__always)
  func doubleScratch(_ count: Int) -> UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer(scratch).bindMemory(to: Double.self, capacity: count)
  }
}

extension Graph {
  /// The mean squared difference of the autocorrelations of paths at the lags 1 … `lags`.
  package mutating func autocorrelationLoss(
    _ prediction: Node, _ target: Node, lags: Int, batchElements: Int
  ) throws(NetworkError) -> Node {
    try require(lags >= 1, "the autocorrelation loss needs one lag or more, not \(lags)")
    let paths = try requirePaths(
      "the autocorrelation loss at \(lags) lags", prediction, target, least: lags + 1,
      batchElements: batchElements)
    return record(
      AutocorrelationLoss(paths: paths, lags: lags, batchElements: batchElements), [prediction, target])
  }
}
