private import Numerics
private import Tensors

/// Reads the forecast of one element from the numbers that a network gives for it, for the errors that training shows.
///
/// Training asks for every element of every batch, so nothing is looked up or allocated, and sums are floats; forecasts
/// are read by ``ElementDistribution``, in doubles.
struct PointReading: Sendable {
  private enum Kind { case place, odds, oddsOfTwo, greatest, average, expectation, likeliest }

  /// Numbers an element.
  let outputs: Int
  private let kind: Kind
  private let place: Int
  private let subject: ValueGrid.Subject
  private let centres: [Float]

  init(_ reading: Network.Reading, outputs: Int) {
    self.outputs = outputs
    var (subject, centres) = (ValueGrid.Subject.value, [Float]())
    switch reading {
    case .point, .gaussian, .student, .quantiles: kind = .place
    case .samples: kind = .average
    case .probability: kind = .odds
    case .classes: kind = outputs == 2 ? .oddsOfTwo : .greatest
    case .grid(let grid):
      kind = grid.choice == .mean ? .expectation : .likeliest
      (subject, centres) = (grid.subject, grid.centres)
    }
    place = reading.place ?? 0
    (self.subject, self.centres) = (subject, centres)
  }

  /// The forecast; `last` is the last input of the target, which a change is added to.
  @inline(__always)
  func point(_ numbers: UnsafePointer<Float>, last: Float) -> Float {
    kind == .place ? numbers[place] : other(numbers, last)
  }

  private func other(_ numbers: UnsafePointer<Float>, _ last: Float) -> Float {
    switch kind {
    case .place: return numbers[place]
    case .odds: return Float(Softplus.slope(Double(numbers[0])))
    case .oddsOfTwo: return Float(Softplus.slope(Double(numbers[1]) - Double(numbers[0])))
    case .greatest: return Float(greatest(numbers))
    case .average:
      var sum = 0.0
      for draw in 0..<outputs { sum += Double(numbers[draw]) }
      return Float(sum / Double(outputs))
    case .likeliest:
      return Float(subject.target(of: Double(centres[greatest(numbers)]), after: Double(last)))
    case .expectation:
      let most = Vector8(repeating: Elements.greatest(numbers, count: outputs))
      let mean = centres.withUnsafeBufferPointer { centres -> Float in
        guard let start = centres.baseAddress else { return 0 }
        let weighted = Elements.sum(numbers, start, count: outputs) { ($0 - most).exponential * $1 }
        return weighted / Elements.sum(numbers, count: outputs) { ($0 - most).exponential }
      }
      return Float(subject.target(of: Double(mean), after: Double(last)))
    }
  }

  /// The place of the greatest number, the first of several.
  private func greatest(_ numbers: UnsafePointer<Float>) -> Int {
    var best = 0
    for place in 1..<max(outputs, 1) where numbers[place] > numbers[best] { best = place }
    return best
  }
}
