private import Numerics

/// Y[r, a] = X[r, a], Y[r, q] = Y[r, q - 1] + ln(1 + e^X[r, q]) above a, and Y[r, q] = Y[r, q + 1] - ln(1 + e^X[r, q])
/// below it: numbers that never fall along the innermost axis.
///
/// One as it is, the others by distances above zero, so that quantiles cannot cross, whatever the network gives (as in
/// Gasthaus et al., «Probabilistic forecasting with spline quantile function RNNs», AISTATS 2019, whose slopes are
/// softplus too). Backward, with s(x) = 1 / (1 + e^-x): X'[a] = Σ Y', X'[q] = s(X[q]) Σ Y'[k] over k ≥ q above a, and
/// -s(X[q]) Σ Y'[k] over k ≤ q below it.
struct Ascending: Operation {
  let output: Shape
  let rows: Int
  /// Q.
  let count: Int
  /// a.
  let anchor: Int

  var name: String { "ascending" }
  var work: Int { 20 * rows * count }

  func forward(_ frame: Frame) {
    for row in 0..<rows {
      let (x, y) = (frame.input(0) + row * count, frame.output + row * count)
      y[anchor] = x[anchor]
      // Sums of floats, each rounded once: the next is never below the one before.
      for place in (anchor + 1)..<max(count, anchor + 1) {
        y[place] = y[place - 1] + Float(Softplus.value(Double(x[place])))
      }
      for place in stride(from: anchor - 1, through: 0, by: -1) {
        y[place] = y[place + 1] - Float(Softplus.value(Double(x[place])))
      }
    }
  }

  func backward(_ frame: Frame) {
    guard let gradient = frame.gradient(0) else { return }
    let adds = frame.adds(0)
    for row in 0..<rows {
      let first = row * count
      let x = frame.input(0) + first
      var above = 0.0
      for place in stride(from: count - 1, to: anchor, by: -1) {
        above += Double(frame.outputGradient[first + place])
        frame.give(above * Softplus.slope(Double(x[place])), gradient, first + place, adding: adds)
      }
      var below = 0.0
      for place in 0..<anchor {
        below += Double(frame.outputGradient[first + place])
        frame.give(-below * Softplus.slope(Double(x[place])), gradient, first + place, adding: adds)
      }
      let own = Double(frame.outputGradient[first + anchor])
      frame.give(above + own + below, gradient, first + anchor, adding: adds)
    }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    (0..<(rows * count)).map { index in
      let (x, place) = (inputs[0], index % count)
      let start = index - place + anchor
      let passed = place > anchor ? (start + 1)..<(index + 1) : index..<start
      let distance = passed.reduce(0) { $0 + Elementary.log(1 + Elementary.exp(x[$1])) }
      return x[start] + (place > anchor ? distance : -distance)
    }
  }
}

extension Graph {
  /// The number at `anchor` of each innermost run, above it sums of increments above zero, and below it the like.
  package mutating func ascending(_ x: Node, from anchor: Int = 0) throws(NetworkError) -> Node {
    try require(
      x.shape.rank >= 1 && x.shape.count > 0 && (0..<x.shape.last).contains(anchor),
      "\(x.shape) has no numbers to put in order from the number \(anchor) on")
    return record(Ascending(output: x.shape, rows: x.shape.rows, count: x.shape.last, anchor: anchor), [x])
  }
}
