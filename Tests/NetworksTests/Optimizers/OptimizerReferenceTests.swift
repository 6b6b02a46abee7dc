import Artifacts
import Testing

@testable import Networks

/// Steps of one optimiser: see scripts/reference/optimizers.py.
private struct ReferenceDescent: Sendable, CustomTestStringConvertible {
  let name: String
  let settings: JSON
  let start: [Double]
  let trajectory: [[Double]]

  var testDescription: String { "\(name) \(settings.inline) from \(start)" }

  static let all = ReferenceValues.entries("cases", of: "optimizers").map(ReferenceDescent.init)
  static let gradients = ReferenceValues.entries("gradients", of: "optimizers").map(\.numbers)

  init(_ json: JSON) {
    name = json["optimizer"]?.string ?? ""
    settings = json["settings"] ?? .null
    start = json["start"]?.numbers ?? []
    trajectory = (json["trajectory"]?.array ?? []).map(\.numbers)
  }

  func number(_ name: String) -> Float { Float(settings[name]?.number ?? 0) }

  var rate: Float { number(name == "ftrl" ? "alpha" : "rate") }

  var optimizer: Optimizer? {
    let method: Optimizer.Method
    switch name {
    case "sgd": method = .descent(momentum: number("momentum"))
    case "adam", "adamw":
      method = .adam(
        first: number("beta1"), second: number("beta2"), epsilon: number("epsilon"),
        keepsGreatest: settings["amsgrad"] == true, decouplesDecay: name == "adamw")
    case "adagrad": method = .adagrad(epsilon: number("epsilon"), start: number("initial"))
    case "ftrl":
      method = .ftrl(
        beta: number("beta"), absolute: number("l1"), square: number("l2"), start: number("initial"))
    default: return nil
    }
    return Optimizer(method, weightDecay: number("weight_decay"))
  }

  /// The parameters after each step.
  ///
  /// Each lane brings the same share of the gradient, and all of them twice what it should be.
  func run(lanes: Int) throws -> [[Float]] {
    let optimizer = try #require(optimizer)
    let stride = 8
    func zeros(_ count: Int) -> UnsafeMutablePointer<Float> {
      let memory = UnsafeMutablePointer<Float>.allocate(capacity: max(count, 1))
      memory.initialize(repeating: 0, count: max(count, 1))
      return memory
    }
    let parameters = zeros(stride)
    let kept = zeros(stride * optimizer.stateCount)
    let shares = UnsafeMutablePointer<UnsafeMutablePointer<Float>>.allocate(capacity: lanes)
    for lane in 0..<lanes { (shares + lane).initialize(to: zeros(stride)) }
    defer {
      for lane in 0..<lanes { shares[lane].deallocate() }
      shares.deallocate()
      kept.deallocate()
      parameters.deallocate()
    }
    parameters.update(from: start.map { Float($0) }, count: start.count)
    return Self.gradients.enumerated().map { number, gradient in
      for lane in 0..<lanes {
        for (index, value) in gradient.enumerated() { shares[lane][index] = 2 * Float(value) / Float(lanes) }
      }
      optimizer.update(
        parameters, gradients: UnsafePointer(shares), lanes: lanes, offset: 0, count: stride, state: kept,
        stateStride: stride, optimizer.step(number: number + 1, rate: rate, gradientScale: 0.5))
      return (0..<start.count).map { parameters[$0] }
    }
  }
}

@Test(arguments: ReferenceDescent.all, [1, 2])
private func `An optimiser takes the steps of PyTorch, or of the paper`(
  _ reference: ReferenceDescent, _ lanes: Int
) throws {
  let trajectory = try reference.run(lanes: lanes)
  try #require(trajectory.count == reference.trajectory.count && !trajectory.isEmpty)
  for (number, (found, expected)) in zip(trajectory, reference.trajectory).enumerated() {
    for (index, value) in expected.enumerated() {
      #expect(
        abs(Double(found[index]) - value) <= 2e-6 * max(1, abs(value)),
        "parameter \(index) after step \(number)")
    }
  }
}

@Test(arguments: [Float(0), 0.01])
func `A rate of zero, as warming up begins with, moves no parameter`(_ decay: Float) {
  let methods: [Optimizer.Method] = [
    .descent(momentum: 0.9),
    .adam(first: 0.9, second: 0.999, epsilon: 1e-8, keepsGreatest: true, decouplesDecay: true),
    .adagrad(epsilon: 1e-10), .ftrl(beta: 1, absolute: 0.1, square: 0.1),
  ]
  for method in methods {
    let found = steps(Optimizer(method, weightDecay: decay), rates: [0, 0])
    for (parameter, start) in zip(found, starts) { #expect(abs(parameter - start) < 1e-6, "\(method)") }
  }
}

@Test func `Without penalties FTRL is a descent by the sum of squares, at whatever rates`() {
  let rates: [Float] = [0.1, 0, 0.3, 0.001]
  let found = steps(Optimizer(.ftrl(beta: 1, absolute: 0, square: 0)), rates: rates)
  for (index, start) in starts.enumerated() {
    var (parameter, squares) = (Double(start), 0.0)
    for rate in rates {
      squares += Double(slopes[index]) * Double(slopes[index])
      parameter -= Double(rate) * Double(slopes[index]) / (1 + squares.squareRoot())
    }
    #expect(abs(Double(found[index]) - parameter) < 1e-6)
  }
}

private let starts: [Float] = [0.5, -0.5, 0.25, 0.125, -2, 0, 0, 1]
private let slopes: [Float] = [0.01, -0.02, 0, 4, 0.003, 0, 0.5, -1]

/// Where steps of these rates and always the same gradient lead.
private func steps(_ optimizer: Optimizer, rates: [Float]) -> [Float] {
  var (parameters, gradient) = (starts, slopes)
  var state = [Float](repeating: 0, count: 8 * optimizer.stateCount)
  parameters.withUnsafeMutableBufferPointer { parameters in
    gradient.withUnsafeMutableBufferPointer { gradient in
      state.withUnsafeMutableBufferPointer { state in
        guard let start = parameters.baseAddress, let kept = state.baseAddress,
          var lane = gradient.baseAddress
        else { return }
        for (number, rate) in rates.enumerated() {
          optimizer.update(
            start, gradients: &lane, lanes: 1, offset: 0, count: 8, state: kept, stateStride: 8,
            optimizer.step(number: number + 1, rate: rate, gradientScale: 1))
        }
      }
    }
  }
  return parameters
}
