private import Numerics

/// Y[r, 0] = X[r, 0] and Y[r, q] = Y[r, q - 1] + ln(1 + e^X[r, q]): numbers that never fall along the innermost axis.
///
/// The first as it is, the others by increments above zero, so that quantiles cannot cross, whatever the network
/// gives (as in Gasthaus et al., «Probabilistic forecasting with spline quantile function RNNs», AISTATS 2019, whose
/// slopes are softplus too). Backward, with G[q] = Σ Y'[k] over k ≥ q: X'[0] = G[0], X'[q] = G[q] / (1 + e^-X[q]).
struct Ascending: Operation {
  let output: Shape
  let rows: Int
  /// Q.
  let count: Int

  var name: String { "ascending" }
  var work: Int { 20 * rows * count }

  func forward(_ frame: Frame) {
    for row in 0..<rows {
      let (x, y) = (frame.input(0) + row * count, frame.output + row * count)
      y[0] = x[0]
      // Sums of floats, each rounded once: the next is never below the one before.
      for place in 1..<max(count, 1) { y[place] = y[place - 1] + Float(Softplus.value(Double(x[place]))) }
    }
  }

  func backward(_ frame: Frame) {
    guard let gradient = frame.gradient(0) else { return }
    let adds = frame.adds(0)
    for row in 0..<rows {
      let first = row * count
      let x = frame.input(0) + first
      var sum = 0.0
      for place in stride(from: count - 1, through: 0, by: -1) {
        sum += Double(frame.outputGradient[first + place])
        let slope = place == 0 ? 1 : Softplus.slope(Double(x[place]))
        frame.give(sum * slope, gradient, first + place, adding: adds)
      }
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    var result: [Double] = []
    for (index, x) in inputs[0].enumerated() {
      result.append(
        index % count == 0
          ? x : result[index - 1] + Elementary.log(1 + Elementary.exp(x)))
    }
    return result
  }
}

extension Graph {
  /// The first number of each innermost run, and behind it sums of increments above zero.
  package mutating func ascending(_ x: Node) throws(NetworkError) -> Node {
    try require(x.shape.rank >= 1 && x.shape.count > 0, "\(x.shape) has no numbers to put in order")
    return record(Ascending(output: x.shape, rows: x.shape.rows, count: x.shape.last), [x])
  }
}
