/// How many values fall into each of some equal steps of a range.
package struct Bins: Sendable, Equatable {
  package let low: Double
  package let high: Double
  package private(set) var counts: [Int]
  /// Finite values outside the range.
  package private(set) var below = 0
  package private(set) var above = 0

  /// Counts the finite `values` into `count` bins from `low` to `high`; the last holds `high` itself.
  package init(of values: [Double], count: Int, from low: Double, to high: Double) {
    precondition(count > 0 && low < high, "at least one bin in a range, not \(count) from \(low) to \(high)")
    self.low = low
    self.high = high
    counts = Array(repeating: 0, count: count)
    let scale = Double(count) / (high - low)
    for value in values where value.isFinite {
      if value < low {
        below += 1
      } else if value > high {
        above += 1
      } else {
        counts[min(Int((value - low) * scale), count - 1)] += 1
      }
    }
  }

  package var width: Double { (high - low) / Double(counts.count) }

  /// All finite values, within the range or not.
  package var total: Int { counts.reduce(below + above, +) }

  /// Each bin's share of all values, 0…1.
  package var shares: [Double] { counts.map { total == 0 ? 0 : Double($0) / Double(total) } }
}

extension Bins {
  /// A range for the bins of `values` that shows their bulk: nil without finite values.
  ///
  /// All of them, unless a few lie far outside: then half as far again as from the median to the 1st and 99th of
  /// a hundred, of at most 50,000 values evenly taken.
  package static func range(of values: [Double]) -> (low: Double, high: Double)? {
    var all = ValueRange()
    for value in values { all.extend(to: value) }
    guard !all.isEmpty else { return nil }
    guard all.low < all.high else {
      let room = all.low == 0 ? 1 : abs(all.low) / 10
      return (all.low - room, all.low + room)
    }
    let step = max(values.count / 50_000, 1)
    let sample = stride(from: 0, to: values.count, by: step).map { values[$0] }.filter { abs($0) < 1e300 }
      .sorted()
    guard let last = sample.indices.last else { return (all.low, all.high) }
    let (middle, low, high) = (sample[last / 2], sample[last / 100], sample[last - last / 100])
    let narrow = (max(all.low, middle - (middle - low) * 1.5), min(all.high, middle + (high - middle) * 1.5))
    return narrow.0 < narrow.1 ? narrow : (all.low, all.high)
  }
}
