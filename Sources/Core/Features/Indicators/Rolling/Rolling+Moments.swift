extension Rolling {
  /// The population's standard deviation √(Σ(x − mean)² / n).
  static func deviation(
    of values: UnsafeBufferPointer<Double>, period: Int, into out: UnsafeMutableBufferPointer<Double>
  ) {
    let divisor = Double(period)
    blocks(of: values, period: period, sums: 2) { first, tails in
      let origin = values[first]
      let squareTails = tails + period
      var (sum, squares) = (0.0, 0.0)
      for age in 1..<period {
        let distance = values[first - age] - origin
        sum += distance
        squares += distance * distance
        tails[age] = sum
        squareTails[age] = squares
      }
      (sum, squares) = (0, 0)
      for row in first..<min(first + period, values.count) {
        let distance = values[row] - origin
        let older = first + period - 1 - row
        sum += distance
        squares += distance * distance
        let mean = (tails[older] + sum) / divisor
        let variance = (squareTails[older] + squares) / divisor - mean * mean
        out[row] = (variance > 0 ? variance : 0).squareRoot()
      }
    }
  }

  /// The population's skewness, m₃ / m₂^(3/2) with mₖ = Σ(x − mean)ᵏ / n; 0 where all values are equal.
  static func skewness(
    of values: UnsafeBufferPointer<Double>, period: Int, into out: UnsafeMutableBufferPointer<Double>
  ) {
    let divisor = Double(period)
    blocks(of: values, period: period, sums: 3) { first, tails in
      let origin = values[first]
      let (squareTails, cubeTails) = (tails + period, tails + 2 * period)
      var (sum, squares, cubes) = (0.0, 0.0, 0.0)
      for age in 1..<period {
        let distance = values[first - age] - origin
        let square = distance * distance
        sum += distance
        squares += square
        cubes += square * distance
        tails[age] = sum
        squareTails[age] = squares
        cubeTails[age] = cubes
      }
      (sum, squares, cubes) = (0, 0, 0)
      for row in first..<min(first + period, values.count) {
        let distance = values[row] - origin
        let square = distance * distance
        let older = first + period - 1 - row
        sum += distance
        squares += square
        cubes += square * distance
        out[row] = skewness(
          (tails[older] + sum) / divisor, (squareTails[older] + squares) / divisor,
          (cubeTails[older] + cubes) / divisor)
      }
    }
  }

  /// The skewness from the means of the distances, their squares and their cubes.
  @inline(__always)
  private static func skewness(_ mean: Double, _ square: Double, _ cube: Double) -> Double {
    let variance = square - mean * mean
    let third = cube - mean * (3 * square - 2 * mean * mean)
    let scale = variance * (variance > 0 ? variance : 0).squareRoot()
    return scale > 0 ? third / scale : 0
  }
}
