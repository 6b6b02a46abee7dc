/// The length of an axis in a file that takes any number of samples.
package enum AxisLength: Sendable, Equatable {
  case fixed(Int)
  /// So many places for each sample.
  case perSample(Int)

  /// What the length for two samples and that for three say together; nil when it does not grow evenly.
  init?(two: Int, three: Int) {
    if two == three {
      self = .fixed(two)
    } else if two % 2 == 0, three == two / 2 * 3 {
      self = .perSample(two / 2)
    } else {
      return nil
    }
  }

  var isFixed: Bool {
    if case .fixed = self { true } else { false }
  }

  /// The length for one sample.
  var forOne: Int {
    switch self {
    case .fixed(let length), .perSample(let length): length
    }
  }

  /// Both axes read as one; nil when both count samples.
  func joined(with other: AxisLength) -> AxisLength? {
    switch (self, other) {
    case (.fixed(let a), .fixed(let b)): .fixed(a * b)
    case (.perSample(let a), .fixed(let b)), (.fixed(let a), .perSample(let b)): .perSample(a * b)
    case (.perSample, .perSample): nil
    }
  }

  /// The length of an axis along which one of two values may be repeated.
  func broadcast(with other: AxisLength) -> AxisLength { self == .fixed(1) ? other : self }
}

extension [AxisLength] {
  /// The shape of what an operator makes of two values, element by element: axes are counted from the last, and
  /// those of length one are repeated.
  func broadcast(with other: [AxisLength]) -> [AxisLength] {
    let rank = Swift.max(count, other.count)
    let left = [AxisLength](repeating: .fixed(1), count: rank - count) + self
    let right = [AxisLength](repeating: .fixed(1), count: rank - other.count) + other
    return zip(left, right).map { $0.broadcast(with: $1) }
  }

  func replacing(_ axis: Int, by length: AxisLength) -> [AxisLength] {
    var result = self
    result[axis] = length
    return result
  }
}
