private import Numerics

extension ElementDistribution {
  /// How many quantiles are asked for.
  var count: Int { probabilities.count }

  /// The quantiles at ``probabilities``, ascending, read from what ``summarize(_:last:into:)`` made.
  func quantiles(
    of summary: UnsafePointer<Double>, last: Double, into target: UnsafeMutablePointer<Double>
  ) {
    switch reading {
    case .point: drawn(summary + 1, count: passes, into: target)
    case .samples: drawn(summary + 1, count: passes * outputs, into: target)
    case .gaussian:
      for (index, deviate) in deviates.enumerated() { target[index] = summary[0] + summary[1] * deviate }
    case .student: passes == 1 ? student(summary + 1, into: target) : mixture(summary + 1, into: target)
    case .quantiles(let levels): interpolated(summary + 1, levels, into: target)
    case .grid(let grid):
      for (index, probability) in probabilities.enumerated() {
        target[index] = grid.subject.target(
          of: grid.quantile(probability, shares: summary + 1), after: last)
      }
    case .probability, .classes:
      preconditionFailure("classes have no quantiles, which hasQuantiles says")
    }
  }

  /// Those of n draws, linear between them: the number 1 + (n - 1) p, as NumPy's `quantile` has it.
  private func drawn(
    _ sorted: UnsafePointer<Double>, count: Int, into target: UnsafeMutablePointer<Double>
  ) {
    for (index, probability) in probabilities.enumerated() {
      let position = Double(count - 1) * probability
      let below = min(Int(position), count - 1)
      let above = min(below + 1, count - 1)
      target[index] = sorted[below] + (position - Double(below)) * (sorted[above] - sorted[below])
    }
  }

  /// Those of location, scale and degrees of freedom.
  private func student(_ parameters: UnsafePointer<Double>, into target: UnsafeMutablePointer<Double>) {
    let distribution = StudentDistribution(freedom: parameters[2])
    for index in 0..<count {
      // Both ends of an interval lie equally far from the middle.
      let twin = count - 1 - index
      if twin < index, abs(probabilities[index] + probabilities[twin] - 1) < 1e-12 {
        target[index] = 2 * parameters[0] - target[twin]
      } else {
        target[index] = parameters[0] + parameters[1] * distribution.quantile(probabilities[index])
      }
    }
  }

  /// Those of the mixture of all passes, from three numbers a pass.
  private func mixture(_ parameters: UnsafePointer<Double>, into target: UnsafeMutablePointer<Double>) {
    withUnsafeTemporaryAllocation(of: StudentMixture.Part.self, capacity: passes) { parts in
      for pass in 0..<passes {
        let own = parameters + 3 * pass
        parts.initializeElement(
          at: pass, to: StudentMixture.Part(location: own[0], scale: own[1], freedom: own[2]))
      }
      let mixture = StudentMixture(UnsafeBufferPointer(parts))
      for (index, probability) in probabilities.enumerated() {
        let found = mixture.quantile(probability)
        // Where hardly any probability lies between two, rounding must not exchange them.
        target[index] = index > 0 ? max(found, target[index - 1]) : found
      }
      parts.deinitialize()
    }
  }

  /// Linear between the trained levels, and flat beyond them.
  private func interpolated(
    _ values: UnsafePointer<Double>, _ levels: [Float], into target: UnsafeMutablePointer<Double>
  ) {
    for (index, probability) in probabilities.enumerated() {
      let above = levels.firstIndex { Double($0) >= probability - 1e-6 } ?? levels.count
      if above == 0 || above == levels.count {
        target[index] = values[min(above, levels.count - 1)]
      } else if Double(levels[above]) <= probability + 1e-6 {
        target[index] = values[above]
      } else {
        let (low, high) = (Double(levels[above - 1]), Double(levels[above]))
        let share = (probability - low) / (high - low)
        target[index] = values[above - 1] + share * (values[above] - values[above - 1])
      }
    }
  }
}

extension ValueGrid {
  /// The value below which a share lies, values being spread evenly over each interval.
  func quantile(_ probability: Double, shares: UnsafePointer<Double>) -> Double {
    var below = 0.0
    for interval in 0..<count {
      let share = shares[interval]
      if share > 0, below + share >= probability || interval == count - 1 {
        let (start, end) = (end(interval), end(interval + 1))
        return start + min(max((probability - below) / share, 0), 1) * (end - start)
      }
      below += share
    }
    return end(count)
  }
}
