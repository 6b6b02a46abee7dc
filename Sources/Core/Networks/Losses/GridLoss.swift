private import Numerics
private import Tensors

/// The cross entropy of softmax(x) with the interval of a grid that the target lies in.
///
/// Categorical: L = Σ (ln Σ e^x[c] - x[i]) / N, i being the interval. Binary, element by element on the
/// probabilities p = softmax(x): L = -Σ Σ (t ln(p + ε) + (1 - t) ln(1 - p + ε)) / (N K), t being 1 for i and 0
/// elsewhere, and ε = 10⁻⁶. What is sorted is the target itself, or its change against the last input (input 2, [S, K]);
/// see ``ValueGrid``. A target that is not a number makes the loss not a number. Backward: x' = (p - t) / N, or p (g - Σ
/// p g) with g = ((1 - t) / (1 - p + ε) - t / (p + ε)) / (N K). Target and last input get no gradient.
struct GridLoss: Operation {
  let paths: Paths
  let edges: [Float]
  let subject: ValueGrid.Subject
  let comparison: GridTarget.Comparison
  let batchElements: Int

  static let epsilon = 1e-6

  var name: String { "grid loss" }
  var output: Shape { [1] }
  private var classes: Int { edges.count - 1 }
  var work: Int { 10 * paths.elements * classes }
  /// The probabilities.
  var savedCount: Int { paths.elements * classes }

  /// The interval of a target; nil for one that is not a number.
  @inline(__always)
  private func interval(_ frame: Frame, _ index: Int) -> Int? {
    let columns = paths.columns
    let last =
      subject == .value ? 0 : frame.input(2)[index / (paths.steps * columns) * columns + index % columns]
    let value = subject.value(of: frame.input(1)[index], after: last)
    return value.isFinite ? ValueGrid.interval(of: value, in: edges) : nil
  }

  /// Leaves the probabilities of an element, and gives ln Σ e^x.
  @inline(__always)
  private func soften(
    _ logits: UnsafePointer<Float>, into shares: UnsafeMutablePointer<Float>
  ) -> Double {
    let greatest = Elements.greatest(logits, count: classes)
    let most = Vector8(repeating: greatest)
    Elements.map(logits, into: shares, count: classes) { ($0 - most).exponential }
    let sum = Elements.sum(UnsafePointer(shares), count: classes) { $0 }
    let share = Vector8(repeating: 1 / sum)
    Elements.map(UnsafePointer(shares), into: shares, count: classes) { $0 * share }
    return Double(greatest) + Elementary.log(Double(sum))
  }

  func forward(_ frame: Frame) {
    var sum = 0.0
    for index in 0..<paths.elements {
      let logits = frame.input(0) + index * classes
      let shares = frame.saved + index * classes
      let level = soften(logits, into: shares)
      guard let interval = interval(frame, index) else {
        sum = .nan
        break
      }
      switch comparison {
      case .categorical: sum += level - Double(logits[interval])
      case .binary:
        var logarithms = 0.0
        for code in 0..<classes {
          let share = Double(shares[code])
          logarithms += Elementary.log((code == interval ? share : 1 - share) + Self.epsilon)
        }
        sum -= logarithms / Double(classes)
      }
    }
    frame.output[0] = Float(sum / Double(batchElements))
  }

  func backward(_ frame: Frame) {
    if let gradient = frame.gradient(0) {
      switch comparison {
      case .categorical: giveCategorical(frame, gradient)
      case .binary: giveBinary(frame, gradient)
      }
    }
    frame.withholdGradient(1, count: paths.elements)
    if subject != .value { frame.withholdGradient(2, count: paths.count) }
  }

  private func giveCategorical(_ frame: Frame, _ gradient: Frame.Values) {
    let factor = frame.outputGradient[0] / Float(batchElements)
    let factors = Vector8(repeating: factor)
    Elements.map(
      UnsafePointer(frame.saved), into: gradient, count: paths.elements * classes, adding: frame.adds(0)
    ) { $0 * factors }
    for index in 0..<paths.elements {
      gradient[index * classes + (interval(frame, index) ?? 0)] -= factor
    }
  }

  private func giveBinary(_ frame: Frame, _ gradient: Frame.Values) {
    let factor = Double(frame.outputGradient[0]) / Double(batchElements)
    let adds = frame.adds(0)
    for index in 0..<paths.elements {
      let shares = frame.saved + index * classes
      let interval = interval(frame, index) ?? 0
      var mean = 0.0
      for code in 0..<classes {
        mean += Double(shares[code]) * slope(of: Double(shares[code]), isRight: code == interval)
      }
      for code in 0..<classes {
        let share = Double(shares[code])
        let value = share * (slope(of: share, isRight: code == interval) - mean)
        frame.give(factor * value, gradient, index * classes + code, adding: adds)
      }
    }
  }

  /// g, times N.
  @inline(__always)
  private func slope(of share: Double, isRight: Bool) -> Double {
    (isRight ? -1 / (share + Self.epsilon) : 1 / (1 - share + Self.epsilon)) / Double(classes)
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    var sum = 0.0
    for (index, target) in inputs[1].enumerated() {
      let last =
        subject == .value
        ? 0 : inputs[2][index / (paths.steps * paths.columns) * paths.columns + index % paths.columns]
      let value =
        switch subject {
        case .value: target
        case .change: target - last
        case .percent: 100 * (target - last) / last
        }
      let interval = max(0, min(classes, edges.count { Double($0) <= value }) - 1)
      let exponentials = (0..<classes).map { Elementary.exp(inputs[0][index * classes + $0]) }
      let shares = exponentials.map { $0 / exponentials.reduce(0, +) }
      switch comparison {
      case .categorical: sum -= Elementary.log(shares[interval])
      case .binary:
        for (code, share) in shares.enumerated() {
          sum -=
            Elementary.log((code == interval ? share : 1 - share) + Self.epsilon) / Double(classes)
        }
      }
    }
    return [sum / Double(batchElements)]
  }
}

extension Graph {
  /// The mean cross entropy over the whole batch of softmax(x) and the interval each target lies in.
  ///
  /// `logits` is [S, H, K, intervals]; a change needs the `last` inputs, [S, K].
  package mutating func gridLoss(
    _ logits: Node, _ target: Node, last: Node? = nil, edges: [Float], of subject: ValueGrid.Subject = .value,
    by comparison: GridTarget.Comparison = .categorical, batchElements: Int
  ) throws(NetworkError) -> Node {
    try require(
      edges.count >= 3 && zip(edges, edges.dropFirst()).allSatisfy { $0 < $1 },
      "a grid needs three or more edges, each above the one before it, not \(edges)")
    try requireLoss(
      "the grid loss of \(edges.count - 1) intervals", logits, target, each: edges.count - 1,
      batchElements: batchElements)
    let shape = target.shape
    try require(shape.rank == 3, "the grid loss takes targets [samples, steps, columns], not \(shape)")
    try require(
      subject == .value || last?.shape == [shape[0], shape[2]],
      "a \(subject.rawValue) of targets \(shape) needs last inputs of [\(shape[0]), \(shape[2])]")
    let operation = GridLoss(
      paths: Paths(samples: shape[0], steps: shape[1], columns: shape[2]), edges: edges, subject: subject,
      comparison: comparison, batchElements: batchElements)
    return record(operation, [logits, target] + (subject == .value ? [] : [last].compactMap(\.self)))
  }
}
