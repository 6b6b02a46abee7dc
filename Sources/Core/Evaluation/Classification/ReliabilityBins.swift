/// How often what was said to come with a probability came: forecasts in bins of equal width, each with its upper end.
package struct ReliabilityBins: Sendable, Equatable {
  package struct Bin: Sendable, Equatable {
    package private(set) var count = 0
    private var probabilities = 0.0
    private var events = 0.0

    fileprivate mutating func add(_ probability: Double, _ came: Bool) {
      count += 1
      probabilities += probability
      if came { events += 1 }
    }

    /// The mean of the forecast probabilities; not a number of an empty bin.
    package var meanProbability: Double { probabilities / Double(count) }
    /// The share that came.
    package var frequency: Double { events / Double(count) }
  }

  package let bins: [Bin]

  package init(probabilities: [Double], came: [Bool], bins count: Int = 10) {
    precondition(probabilities.count == came.count && count >= 1, "a probability an event")
    var bins = [Bin](repeating: Bin(), count: count)
    let width = 1 / Double(count)
    for (probability, event) in zip(probabilities, came) {
      let bin = (0..<(count - 1)).first { probability <= Double($0 + 1) * width }
      bins[bin ?? count - 1].add(probability, event)
    }
    self.bins = bins
  }

  /// The mean distance of probability and frequency, bins weighted by their forecasts: the expected calibration error
  /// of Naeini, Cooper and Hauskrecht, AAAI 2015.
  package var expectedError: Double? {
    let total = bins.reduce(0) { $0 + $1.count }
    guard total > 0 else { return nil }
    return bins.filter { $0.count > 0 }.reduce(0) {
      $0 + abs($1.meanProbability - $1.frequency) * Double($1.count)
    } / Double(total)
  }
}
