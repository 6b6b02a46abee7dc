/// Statistics of the last n values, row by row, in time that does not depend on n.
///
/// Rows go in blocks of n that begin where the first window ends. A window that ends in a block is a head of that block
/// and a tail of the n − 1 rows before it, so its sum is two running sums put together, and nothing is ever subtracted
/// again: errors do not pile up over a run, and a spike is forgotten with its window. It is the scheme by which van Herk
/// (https://doi.org/10.1016/0167-8655(92)90069-C) takes rolling maxima.
///
/// Most sums are of distances from the block's first value, the `origin`. Each window of the block contains it, so that
/// |mean − origin| is at most √n deviations, and a variance keeps its digits however far from zero the values are; of n
/// equal values the mean is exactly theirs and the deviation exactly 0.
///
/// Each function writes rows n − 1 and later, and nothing where there are fewer than n.
enum Rolling {
  /// The mean.
  static func mean(
    of values: UnsafeBufferPointer<Double>, period: Int, into out: UnsafeMutableBufferPointer<Double>
  ) {
    let divisor = Double(period)
    blocks(of: values, period: period, sums: 1) { first, tails in
      let origin = values[first]
      var sum = 0.0
      for age in 1..<period {
        sum += values[first - age] - origin
        tails[age] = sum
      }
      sum = 0
      for row in first..<min(first + period, values.count) {
        sum += values[row] - origin
        out[row] = origin + (tails[first + period - 1 - row] + sum) / divisor
      }
    }
  }

  /// The sum, of the values themselves: right to a few units in the last place when none is negative.
  static func sum(
    of values: UnsafeBufferPointer<Double>, period: Int, into out: UnsafeMutableBufferPointer<Double>
  ) {
    blocks(of: values, period: period, sums: 1) { first, tails in
      var sum = 0.0
      for age in 1..<period {
        sum += values[first - age]
        tails[age] = sum
      }
      sum = 0
      for row in first..<min(first + period, values.count) {
        sum += values[row]
        out[row] = tails[first + period - 1 - row] + sum
      }
    }
  }

  /// The mean with the weights 1, 2, …, n, the newest value's the greatest.
  ///
  /// A tail's weighted sum grows by its plain sum when it becomes one longer: each weight rises by one.
  static func weightedMean(
    of values: UnsafeBufferPointer<Double>, period: Int, into out: UnsafeMutableBufferPointer<Double>
  ) {
    let divisor = Double(period) * Double(period + 1) / 2
    blocks(of: values, period: period, sums: 1) { first, tails in
      let origin = values[first]
      var (sum, weighted) = (0.0, 0.0)
      for age in 1..<period {
        sum += values[first - age] - origin
        weighted += sum
        tails[age] = weighted
      }
      (sum, weighted) = (0, 0)
      for row in first..<min(first + period, values.count) {
        let distance = values[row] - origin
        let older = first + period - 1 - row
        sum += distance
        weighted += Double(row - first + 1) * distance
        out[row] = origin + (tails[older] + (Double(older) * sum + weighted)) / divisor
      }
    }
  }

  /// Calls `body` with the first row of each block and room for the sums of its tails, by their length.
  ///
  /// Those of length 0 are 0. Several sums stand one behind the other, `period` apart.
  @inline(__always)
  static func blocks(
    of values: UnsafeBufferPointer<Double>, period: Int, sums: Int,
    _ body: (_ first: Int, _ tails: UnsafeMutablePointer<Double>) -> Void
  ) {
    guard values.count >= period else { return }
    withUnsafeTemporaryAllocation(of: Double.self, capacity: period * sums) { room in
      room.initialize(repeating: 0)
      guard let tails = room.baseAddress else { return }
      for first in stride(from: period - 1, to: values.count, by: period) { body(first, tails) }
    }
  }
}
