private import Numerics
private import Tensors

/// In training, replaces each code by `hidden` with probability `rate`; otherwise it copies.
///
/// What a network learns of the hidden code is what it then believes of one that nobody knows. Which codes are hidden is
/// a function of seed, step, operation and a code's place in its whole batch. Nothing flows back.
struct HideCodes: Operation {
  let output: Shape
  let count: Int
  let rate: Float
  let hidden: Float

  var name: String { "hide codes" }
  var backwardReads: BackwardReads { [] }

  private static let purpose = RandomPurpose("hidden codes")

  func forward(_ frame: Frame) {
    let moment = frame.moment
    guard moment.isTraining else { return Elements.copy(frame.input(0), into: frame.output, count: count) }
    let bits = RandomBits(
      RandomStream(seed: moment.seed, purpose: Self.purpose, lane: frame.number), step: moment.step)
    for place in 0..<count {
      let isKept = bits.keep(at: moment.firstSample + place, rate: rate)[0] > 0
      frame.output[place] = isKept ? frame.input(0)[place] : hidden
    }
  }

  func backward(_ frame: Frame) {
    if let codes = frame.gradient(0), !frame.adds(0) { Elements.fill(codes, count: count, with: 0) }
  }

  /// What forecasts get.
  func reference(_ inputs: [[Double]]) -> [Double] { inputs[0] }
}

extension Graph {
  /// Codes of samples, [S], of which training hides some; a rate of zero records nothing.
  package mutating func hideCodes(_ codes: Node, behind hidden: Int, rate: Float) throws(NetworkError) -> Node
  {
    try require(
      codes.shape == [samples] && rate >= 0 && rate < 1,
      "codes are hidden a sample, [\(samples)], at a rate of at least 0 and below 1, not \(codes.shape) at \(rate)"
    )
    guard rate > 0 else { return codes }
    return record(
      HideCodes(output: codes.shape, count: codes.shape.count, rate: rate, hidden: Float(hidden)), [codes])
  }
}
