internal import Artifacts

/// Intervals that values are sorted into, and what a forecast makes of how likely each is.
package struct ValueGrid: Sendable, Equatable {
  /// What is sorted.
  package enum Subject: String, Sendable, CaseIterable {
    /// The target as it is.
    case value
    /// Its difference from the last input, in the units of the model.
    case change
    /// 100 (y - l) / l, for a last input l above zero.
    case percent
  }

  /// Which number stands for a distribution over the intervals.
  package enum Choice: String, Sendable, CaseIterable {
    /// The expectation.
    case mean
    /// The value of the likeliest interval.
    case likeliest
  }

  package let subject: Subject
  package let choice: Choice
  /// The ends of K intervals, ascending, [K + 1].
  ///
  /// Interval i holds edges[i] ≤ v < edges[i + 1]; what lies outside of all counts to the nearest.
  package let edges: [Float]
  /// What a value is taken to be in each interval, [K]: the mean of the training values in it.
  ///
  /// Not its middle, because an outer interval may reach as far as anybody likes.
  package let centres: [Float]
  /// The smallest and the greatest training value: where the outer intervals end for quantiles.
  package let low: Float
  package let high: Float

  package init(
    subject: Subject, choice: Choice, edges: [Float], centres: [Float], low: Float, high: Float
  ) {
    precondition(edges.count == centres.count + 1, "\(edges.count) edges around \(centres.count) intervals")
    self.subject = subject
    self.choice = choice
    self.edges = edges
    self.centres = centres
    self.low = low
    self.high = high
  }

  /// K.
  package var count: Int { centres.count }

  /// The interval of a value.
  static func interval(of value: Float, in edges: [Float]) -> Int {
    // The number of inner edges that are not above it.
    var (low, high) = (1, edges.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if edges[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return low - 1
  }

  /// The end of an interval, as quantiles take it.
  func end(_ edge: Int) -> Double {
    let edge = min(max(edge, 0), count)
    if edge == 0 { return Double(min(max(low, edges[0]), edges[1])) }
    if edge == count { return Double(max(min(high, edges[count]), edges[count - 1])) }
    return Double(edges[edge])
  }
}

extension ValueGrid.Subject {
  /// What is sorted of a target, seen from the last input.
  @inline(__always)
  func value(of target: Float, after last: Float) -> Float {
    switch self {
    case .value: target
    case .change: target - last
    case .percent: 100 * (target - last) / last
    }
  }

  /// The target that has this value.
  @inline(__always)
  func target(of value: Double, after last: Double) -> Double {
    switch self {
    case .value: value
    case .change: last + value
    case .percent: last + last * value / 100
    }
  }
}

extension ValueGrid {
  /// As it stands among the facts of a model.
  var json: JSON {
    func numbers(_ values: [Float]) -> JSON { JSON(values.map(Double.init)) }
    return [
      "of": .string(subject.rawValue), "forecast": .string(choice.rawValue), "edges": numbers(edges),
      "centres": numbers(centres), "range": numbers([low, high]),
    ]
  }

  init?(_ json: JSON?) {
    func numbers(_ name: String) -> [Float] {
      (json?[name]?.array ?? []).compactMap { $0.number.map { Float($0) } }
    }
    let (edges, centres, range) = (numbers("edges"), numbers("centres"), numbers("range"))
    guard let subject = json?["of"]?.string.flatMap(Subject.init(rawValue:)),
      let choice = json?["forecast"]?.string.flatMap(Choice.init(rawValue:)),
      centres.count >= 2, edges.count == centres.count + 1, range.count == 2
    else { return nil }
    self.init(
      subject: subject, choice: choice, edges: edges, centres: centres, low: range[0], high: range[1])
  }
}
