/// The newest values, in order of size.
struct SortedWindow {
  private let capacity: Int
  private var sorted: [Double] = []
  /// In order of arrival, as a ring.
  private var arrived: [Double] = []
  private var oldest = 0

  init(capacity: Int) {
    precondition(capacity >= 1, "a window of at least one value")
    self.capacity = capacity
  }

  var isFull: Bool { sorted.count == capacity }

  mutating func append(_ value: Double) {
    if isFull {
      sorted.remove(at: place(of: arrived[oldest]))
      arrived[oldest] = value
      oldest = (oldest + 1) % capacity
    } else {
      arrived.append(value)
    }
    sorted.insert(value, at: place(of: value))
  }

  /// The median of the values; the mean of the middle two of an even number.
  var median: Double { Self.middle(sorted.count) { sorted[$0] } }

  /// The median of the values' distances to their median.
  var medianAbsoluteDeviation: Double {
    let median = median
    var above = place(of: median)
    var below = above - 1
    var distances: [Double] = []
    // The nearest first, up to the middle ones.
    while distances.count <= sorted.count / 2 {
      let up = above < sorted.count ? sorted[above] - median : .infinity
      let down = below >= 0 ? median - sorted[below] : .infinity
      distances.append(min(up, down))
      if up <= down { above += 1 } else { below -= 1 }
    }
    return Self.middle(sorted.count) { distances[$0] }
  }

  private static func middle(_ count: Int, _ value: (Int) -> Double) -> Double {
    count % 2 == 1 ? value(count / 2) : (value(count / 2 - 1) + value(count / 2)) / 2
  }

  /// The first place whose value is not below another.
  private func place(of value: Double) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] >= value { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
