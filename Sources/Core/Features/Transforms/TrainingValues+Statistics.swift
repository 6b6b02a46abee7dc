extension TrainingValues {
  /// Sums a function of every value, in their order.
  func sum(_ function: (Double) -> Double) -> Double {
    var sum = 0.0
    for run in runs {
      for value in run { sum += function(value) }
    }
    return sum
  }

  /// Mean and population deviation, in two passes; the deviation of values that are all the same is zero.
  ///
  /// Throws when there are no values.
  func moments() throws(TransformProblem) -> (mean: Double, deviation: Double) {
    guard let first else { throw .nothingToLearnFrom }
    var (low, high, sum) = (first, first, 0.0)
    for run in runs {
      for value in run {
        low = min(low, value)
        high = max(high, value)
        sum += value
      }
    }
    // Rounding would give a constant column a deviation of its own.
    guard low < high else { return (low, 0) }
    let count = Double(self.count)
    let start = sum / count
    // What rounding left of the mean, which matters where it is much larger than the deviation.
    var (distances, squares) = (0.0, 0.0)
    for run in runs {
      for value in run {
        let distance = value - start
        distances += distance
        squares += distance * distance
      }
    }
    let rest = distances / count
    return (start + rest, max(squares / count - rest * rest, 0).squareRoot())
  }

  /// The smallest and the largest value; throws when there are none.
  func extremes() throws(TransformProblem) -> (low: Double, high: Double) {
    guard let first else { throw .nothingToLearnFrom }
    var (low, high) = (first, first)
    for run in runs {
      for value in run {
        low = min(low, value)
        high = max(high, value)
      }
    }
    return (low, high)
  }

  /// The quantiles at `shares`, 0…1, between values by straight lines, as NumPy has them; throws when there are none.
  func quantiles(_ shares: [Double]) throws(TransformProblem) -> [Double] {
    let sorted = sorted()
    guard !sorted.isEmpty else { throw .nothingToLearnFrom }
    return shares.map { share in
      let place = Double(sorted.count - 1) * share
      let below = min(Int(place), sorted.count - 1)
      let above = min(below + 1, sorted.count - 1)
      let fraction = place - Double(below)
      return sorted[below] + (sorted[above] - sorted[below]) * fraction
    }
  }
}

extension Double {
  /// Itself as something to divide by: 1 where it is zero, so that a constant column becomes zeros.
  var asScale: Double { self == 0 ? 1 : self }
}
