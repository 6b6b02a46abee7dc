private import GaussianProcesses
private import Numerics

extension GridProcessForecast {
  /// The same from the covariance matrix, with its factor of Cholesky for each process of the grid.
  func reference(_ inputs: [[Double]]) -> [Double] {
    let (past, all) = (grid.past, grid.past + horizon)
    var result = [Double](repeating: 0, count: output.count)
    for sample in 0..<samples {
      for column in 0..<columns {
        let series = (0..<past).map { inputs[0][(sample * past + $0) * columns + column] }
        for (time, (mean, deviation)) in bands(of: series).enumerated() {
          let place = (sample * all + time) * 3 * columns + 3 * column
          result[place] = mean - 2 * deviation
          result[place + 1] = mean
          result[place + 2] = mean + 2 * deviation
        }
      }
    }
    return result
  }

  private func bands(of series: [Double]) -> [(mean: Double, deviation: Double)] {
    let (past, count) = (grid.past, Double(grid.past))
    func covariance(_ a: Int, _ b: Int, _ choice: MaternGrid.Choice) -> Double {
      grid.kernel.covariance(Double(abs(a - b)) / choice.length)
    }
    // Differences from the last value, as forward takes them: a constant series is zero then.
    let centered = series.map { $0 - series[past - 1] }
    let ones = [Double](repeating: 1, count: past)
    var least = Double.infinity
    var best: (choice: MaternGrid.Choice, factor: CholeskyTwin, mean: Double, variance: Double)?
    for choice in grid.choices {
      let factor = CholeskyTwin(past) { covariance($0, $1, choice) + ($0 == $1 ? choice.noise : 0) }
      let (white, whiteOnes) = (factor.whitened(centered), factor.whitened(ones))
      let mean = Self.dot(whiteOnes, white) / Self.dot(whiteOnes, whiteOnes)
      let rest = zip(white, whiteOnes).map { $0 - mean * $1 }
      let variance = max(Self.dot(rest, rest) / count, Self.leastVariance)
      let negativeLogLikelihood = count * Elementary.log(variance) + factor.logDeterminant
      guard negativeLogLikelihood < least else { continue }
      least = negativeLogLikelihood
      best = (choice, factor, mean, variance)
    }
    guard let best else { return [] }
    let white = best.factor.whitened(centered.map { $0 - best.mean })
    return (0..<past + horizon).map { row in
      let time = row < past ? row : row + grid.future - horizon
      let row = best.factor.whitened((0..<past).map { covariance(time, $0, best.choice) })
      let variance = 1 + best.choice.noise - Self.dot(row, row)
      return (
        series[past - 1] + best.mean + Self.dot(row, white), (best.variance * variance).squareRoot()
      )
    }
  }

  private static func dot(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
}

/// A lower triangular factor of a positive matrix, as plain as can be.
private struct CholeskyTwin {
  private var rows: [[Double]] = []

  init(_ count: Int, _ element: (Int, Int) -> Double) {
    for i in 0..<count {
      var row: [Double] = []
      for j in 0...i {
        let other = j < i ? rows[j] : row
        let rest = element(i, j) - (0..<j).reduce(0) { $0 + row[$1] * other[$1] }
        row.append(j < i ? rest / rows[j][j] : rest.squareRoot())
      }
      rows.append(row)
    }
  }

  var logDeterminant: Double { rows.reduce(0) { $0 + 2 * Elementary.log($1[$1.count - 1]) } }

  /// The solution of factor · x = `values`.
  func whitened(_ values: [Double]) -> [Double] {
    var result: [Double] = []
    for (i, row) in rows.enumerated() {
      result.append((values[i] - (0..<i).reduce(0) { $0 + row[$1] * result[$1] }) / row[i])
    }
    return result
  }
}
