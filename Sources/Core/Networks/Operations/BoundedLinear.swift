private import Tensors

/// Y = min(max(X, l), u), with bounds of each window's own: l = min - r (max - min) and u = max + r (max - min) of its
/// column, r being `reach`.
///
/// Backward: X' = Y' from l to u, 0 outside; windows get no gradient, as they are no parameters.
struct BoundedLinear: Operation {
  let samples: Int
  let steps: Int
  let columns: Int
  /// Rows of a window.
  let rows: Int
  let reach: Float

  var name: String { "bounded linear" }
  var output: Shape { [samples, steps, columns] }
  /// Lower and upper bound of each column of each window.
  var savedCount: Int { 2 * samples * columns }

  func forward(_ frame: Frame) {
    let (x, window, bounds) = (frame.input(0), frame.input(1), frame.saved)
    for sample in 0..<samples {
      for column in 0..<columns {
        let first = window + sample * rows * columns + column
        var (least, most) = (first[0], first[0])
        for row in 1..<max(rows, 1) {
          least = min(least, first[row * columns])
          most = max(most, first[row * columns])
        }
        let place = bounds + 2 * (sample * columns + column)
        (place[0], place[1]) = (least - reach * (most - least), most + reach * (most - least))
        for step in 0..<steps {
          let index = (sample * steps + step) * columns + column
          frame.output[index] = Swift.min(Swift.max(x[index], place[0]), place[1])
        }
      }
    }
  }

  func backward(_ frame: Frame) {
    if let gradient = frame.gradient(0) {
      let (x, adds) = (frame.input(0), frame.adds(0))
      for index in 0..<output.count {
        let bounds = frame.saved + 2 * (index / (steps * columns) * columns + index % columns)
        let own = x[index] >= bounds[0] && x[index] <= bounds[1] ? frame.outputGradient[index] : 0
        gradient[index] = adds ? gradient[index] + own : own
      }
    }
    frame.withholdGradient(1, count: samples * rows * columns)
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    (0..<output.count).map { index in
      let (sample, column) = (index / (steps * columns), index % columns)
      let series = (0..<rows).map { inputs[1][(sample * rows + $0) * columns + column] }
      let (least, most) = (series.min() ?? 0, series.max() ?? 0)
      let width = Double(reach) * (most - least)
      return Swift.min(Swift.max(inputs[0][index], least - width), most + width)
    }
  }
}

extension Graph {
  /// Forecasts [S, H, K] that stay within what their windows [S, L, K] have seen, widened on both sides by `reach` times
  /// the distance from the smallest value to the greatest.
  package mutating func boundedLinear(
    _ x: Node, window: Node, reach: Float
  ) throws(NetworkError) -> Node {
    try require(
      x.shape.rank == 3 && window.shape.rank == 3 && x.shape[0] == window.shape[0]
        && x.shape[2] == window.shape[2] && window.shape[1] > 0,
      "forecasts [S, H, K] are bounded by windows [S, L, K], not \(x.shape) by \(window.shape)")
    return record(
      BoundedLinear(
        samples: x.shape[0], steps: x.shape[1], columns: x.shape[2], rows: window.shape[1], reach: reach),
      [x, window])
  }
}
