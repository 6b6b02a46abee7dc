private import Numerics

/// What is known of the distribution of one element: a few numbers made of one pass, or of several with dropout.
///
/// Passes are pooled as their mixture where that has a form: probabilities of a grid are averaged; draws are put
/// together; a mixture of normal or Student distributions is taken as one of the same kind with its mean and variance
/// (as for deep ensembles, Lakshminarayanan et al., https://arxiv.org/abs/1612.01474, 2.4), with the mean degrees of
/// freedom. Of trained quantiles each level is averaged over passes.
struct ElementDistribution {
  private let reading: Network.Reading
  /// Numbers that a pass gives for an element.
  private let outputs: Int
  private let passes: Int
  /// The standard normal quantiles at ``probabilities``.
  private let deviates: [Double]
  private let probabilities: [Double]

  init(_ reading: Network.Reading, outputs: Int, passes: Int, probabilities: [Double]) {
    self.reading = reading
    self.outputs = outputs
    self.passes = passes
    self.probabilities = probabilities
    deviates = reading == .gaussian ? probabilities.map(Elementary.normalQuantile) : []
  }

  /// Whether there are quantiles: of points there are none without several passes, and of classes never.
  static func hasQuantiles(_ reading: Network.Reading, passes: Int) -> Bool {
    switch reading {
    case .point: passes > 1
    case .quantiles, .gaussian, .student, .samples, .grid: true
    case .probability, .classes: false
    }
  }

  /// How many quantiles are asked for.
  var count: Int { probabilities.count }

  /// How many numbers ``summarize(_:last:into:)`` makes: the forecast comes first.
  var summaryCount: Int {
    switch reading {
    case .point, .probability: 1 + passes
    case .samples: 1 + passes * outputs
    case .gaussian: 2
    case .student: 3
    case .quantiles, .classes, .grid: 1 + outputs
    }
  }

  /// Makes the forecast and what quantiles are read from of the numbers of each pass.
  func summarize(
    _ numbers: (_ pass: Int) -> UnsafePointer<Float>, last: Double, into summary: UnsafeMutablePointer<Double>
  ) {
    switch reading {
    case .point: pool(numbers, into: summary)
    case .samples: pool(numbers, into: summary)
    case .gaussian: moments(numbers, into: summary)
    case .student: moments(numbers, into: summary)
    case .quantiles:
      average(numbers, into: summary + 1) { Double($0[$1]) }
      // In ascending order, whether or not they were learnt so (Chernozhukov, Fernández-Val, Galichon, «Quantile
      // and probability curves without crossing», Econometrica 78(3), 2010).
      summary[0] = summary[1 + outputs / 2]
      Self.sort(summary + 1, count: outputs)
    case .probability:
      average(numbers, into: summary) { 1 / (1 + Elementary.exp(-Double($0[$1]))) }
    case .classes:
      shares(numbers, into: summary)
      summary[0] = outputs == 2 ? summary[2] : Double(greatest(summary + 1))
    case .grid(let grid):
      shares(numbers, into: summary)
      var mean = 0.0
      for interval in 0..<outputs { mean += summary[1 + interval] * Double(grid.centres[interval]) }
      let value = grid.choice == .mean ? mean : Double(grid.centres[greatest(summary + 1)])
      summary[0] = grid.subject.target(of: value, after: last)
    }
  }

  /// All values of all passes in ascending order behind their mean.
  private func pool(_ numbers: (Int) -> UnsafePointer<Float>, into summary: UnsafeMutablePointer<Double>) {
    var sum = 0.0
    var place = 1
    for pass in 0..<passes {
      let values = numbers(pass)
      for index in 0..<outputs {
        summary[place] = Double(values[index])
        sum += summary[place]
        place += 1
      }
    }
    summary[0] = sum / Double(passes * outputs)
    Self.sort(summary + 1, count: passes * outputs)
  }

  private static func sort(_ values: UnsafeMutablePointer<Double>, count: Int) {
    var values = UnsafeMutableBufferPointer(start: values, count: count)
    values.sort()
  }

  /// The mean over passes of what `number` makes of each output.
  private func average(
    _ numbers: (Int) -> UnsafePointer<Float>, into target: UnsafeMutablePointer<Double>,
    _ number: (UnsafePointer<Float>, Int) -> Double
  ) {
    for index in 0..<outputs {
      var sum = 0.0
      for pass in 0..<passes { sum += number(numbers(pass), index) }
      target[index] = sum / Double(passes)
    }
  }

  /// Mean and deviation of a normal distribution, or location, scale and degrees of freedom of a Student one.
  private func moments(_ numbers: (Int) -> UnsafePointer<Float>, into summary: UnsafeMutablePointer<Double>) {
    let isStudent = reading == .student
    var (mean, freedom) = (0.0, 0.0)
    for pass in 0..<passes {
      mean += Double(numbers(pass)[0])
      if isStudent { freedom += Self.freedom(numbers(pass)) }
    }
    mean /= Double(passes)
    freedom /= Double(passes)
    summary[0] = mean
    if isStudent { summary[2] = freedom }
    guard passes > 1 else {
      summary[1] = Elementary.exp(GaussianLikelihood.clamped(Double(numbers(0)[1])))
      return
    }
    var variance = 0.0
    for pass in 0..<passes {
      let scale = Elementary.exp(GaussianLikelihood.clamped(Double(numbers(pass)[1])))
      let distance = Double(numbers(pass)[0]) - mean
      let own = isStudent ? Self.freedom(numbers(pass)) : 0
      variance += scale * scale * (isStudent ? own / (own - 2) : 1) + distance * distance
    }
    variance /= Double(passes)
    summary[1] = (isStudent ? variance * (freedom - 2) / freedom : variance).squareRoot()
  }

  private static func freedom(_ numbers: UnsafePointer<Float>) -> Double {
    2 + Elementary.exp(GaussianLikelihood.clamped(Double(numbers[2])))
  }

  /// The mean of softmax over passes, behind one number that is left free.
  private func shares(_ numbers: (Int) -> UnsafePointer<Float>, into summary: UnsafeMutablePointer<Double>) {
    for code in 0..<outputs { summary[1 + code] = 0 }
    for pass in 0..<passes {
      let logits = numbers(pass)
      var most = Double(logits[0])
      for code in 1..<max(outputs, 1) { most = max(most, Double(logits[code])) }
      var sum = 0.0
      for code in 0..<outputs { sum += Elementary.exp(Double(logits[code]) - most) }
      for code in 0..<outputs {
        summary[1 + code] += Elementary.exp(Double(logits[code]) - most) / sum / Double(passes)
      }
    }
  }

  private func greatest(_ shares: UnsafePointer<Double>) -> Int {
    var best = 0
    for place in 1..<max(outputs, 1) where shares[place] > shares[best] { best = place }
    return best
  }

  // MARK: Quantiles

  /// The quantiles at ``probabilities``, ascending.
  func quantiles(
    of summary: UnsafePointer<Double>, last: Double, into target: UnsafeMutablePointer<Double>
  ) {
    switch reading {
    case .point: drawn(summary + 1, count: passes, into: target)
    case .samples: drawn(summary + 1, count: passes * outputs, into: target)
    case .gaussian:
      for (index, deviate) in deviates.enumerated() { target[index] = summary[0] + summary[1] * deviate }
    case .student: student(summary, into: target)
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

  private func student(_ summary: UnsafePointer<Double>, into target: UnsafeMutablePointer<Double>) {
    let distribution = StudentDistribution(freedom: summary[2])
    let count = probabilities.count
    for index in 0..<count {
      // Both ends of an interval lie equally far from the middle.
      let twin = count - 1 - index
      if twin < index, abs(probabilities[index] + probabilities[twin] - 1) < 1e-12 {
        target[index] = 2 * summary[0] - target[twin]
      } else {
        target[index] = summary[0] + summary[1] * distribution.quantile(probabilities[index])
      }
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
