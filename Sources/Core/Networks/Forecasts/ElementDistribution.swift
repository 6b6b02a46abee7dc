private import Numerics

/// What is known of the distribution of one element: a few numbers made of one pass, or of several with dropout.
///
/// Every forecast and every quantile of a network is read here, so that all ways to ask give the same bits. Passes are
/// pooled as their mixture: probabilities of a grid and of classes are averaged; draws are put together; of Student
/// distributions the passes are kept, for their mixture may have no variance that is of use: one pass near two degrees
/// of freedom would set it alone. A mixture of normal distributions is taken as a normal one with its mean and variance
/// (as for deep ensembles, Lakshminarayanan et al., https://arxiv.org/abs/1612.01474, 2.4). Of trained quantiles each
/// level is averaged over passes.
struct ElementDistribution {
  let reading: Network.Reading
  /// Numbers that a pass gives for an element.
  let outputs: Int
  let passes: Int
  let probabilities: [Double]
  /// The standard normal quantiles at ``probabilities``.
  let deviates: [Double]
  /// Where the number stands that is the forecast of a single pass; nil where it is made of several.
  let place: Int?

  init(_ reading: Network.Reading, outputs: Int, passes: Int, probabilities: [Double]) {
    self.reading = reading
    self.outputs = outputs
    self.passes = passes
    self.probabilities = probabilities
    deviates = reading == .gaussian ? probabilities.map(Elementary.normalQuantile) : []
    place = passes == 1 ? reading.place : nil
  }

  /// Whether there are quantiles: of points there are none without several passes, and of classes never.
  static func hasQuantiles(_ reading: Network.Reading, passes: Int) -> Bool {
    switch reading {
    case .point: passes > 1
    case .quantiles, .gaussian, .student, .samples, .grid: true
    case .probability, .classes: false
    }
  }

  /// How many numbers ``summarize(_:last:into:)`` makes: the forecast comes first.
  var summaryCount: Int {
    switch reading {
    case .point, .probability: 1 + passes
    case .samples: 1 + passes * outputs
    case .gaussian: 2
    case .student: 1 + 3 * passes
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
    case .student: parameters(numbers, into: summary)
    case .quantiles:
      average(numbers, into: summary + 1)
      // In ascending order, whether or not they were learnt so (Chernozhukov, Fernández-Val, Galichon, «Quantile
      // and probability curves without crossing», Econometrica 78(3), 2010).
      summary[0] = summary[1 + outputs / 2]
      Self.sort(summary + 1, count: outputs)
    case .probability:
      average(numbers, into: summary) { Softplus.slope(Double($0[$1])) }
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

  /// The mean over passes of what `number` makes of each output, or of the first `count`.
  private func average(
    _ numbers: (Int) -> UnsafePointer<Float>, into target: UnsafeMutablePointer<Double>, count: Int? = nil,
    _ number: (UnsafePointer<Float>, Int) -> Double = { Double($0[$1]) }
  ) {
    for index in 0..<(count ?? outputs) {
      var sum = 0.0
      for pass in 0..<passes { sum += number(numbers(pass), index) }
      target[index] = sum / Double(passes)
    }
  }

  /// Mean and deviation of a normal distribution.
  private func moments(_ numbers: (Int) -> UnsafePointer<Float>, into summary: UnsafeMutablePointer<Double>) {
    average(numbers, into: summary, count: 1)
    guard passes > 1 else {
      summary[1] = Self.scale(numbers(0))
      return
    }
    var variance = 0.0
    for pass in 0..<passes {
      let scale = Self.scale(numbers(pass))
      let distance = Double(numbers(pass)[0]) - summary[0]
      variance += scale * scale + distance * distance
    }
    summary[1] = (variance / Double(passes)).squareRoot()
  }

  /// The mean location, and behind it location, scale and degrees of freedom of every pass.
  private func parameters(
    _ numbers: (Int) -> UnsafePointer<Float>, into summary: UnsafeMutablePointer<Double>
  ) {
    average(numbers, into: summary, count: 1)
    for pass in 0..<passes {
      let (own, place) = (numbers(pass), summary + 1 + 3 * pass)
      place[0] = Double(own[0])
      place[1] = Self.scale(own)
      place[2] = 2 + Elementary.exp(GaussianLikelihood.clamped(Double(own[2])))
    }
  }

  private static func scale(_ numbers: UnsafePointer<Float>) -> Double {
    Elementary.exp(GaussianLikelihood.clamped(Double(numbers[1])))
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
}
