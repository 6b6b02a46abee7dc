private import Numerics
private import Tensors

/// In training, and in draws of a forecast, sets elements to zero with probability `rate`, and scales the others by
/// 1 / (1 - rate).
///
/// Srivastava et al., «Dropout», JMLR 15, 2014, inverted. Otherwise it copies. The mask is a function of
/// seed, step, operation, and the place of an element in its whole batch, so it does not depend on how a
/// batch is cut, and backward draws it once more instead of keeping it.
struct Dropout: Operation {
  let output: Shape
  let count: Int
  let countPerSample: Int
  let rate: Float

  var name: String { "dropout" }
  var backwardReads: BackwardReads { [] }
  var isRandom: Bool { true }

  func forward(_ frame: Frame) { apply(frame, frame.input(0), into: frame.output, adding: false) }

  func backward(_ frame: Frame) {
    guard let x = frame.gradient(0) else { return }
    apply(frame, UnsafePointer(frame.outputGradient), into: x, adding: frame.adds(0))
  }

  @inline(__always)
  private func apply(
    _ frame: Frame, _ from: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, adding: Bool
  ) {
    let moment = frame.moment
    guard moment.drops else {
      Elements.copy(from, into: target, count: count, adding: adding)
      return
    }
    // The name is short enough to live in registers, so nothing is allocated.
    let stream = RandomStream(seed: moment.seed, purpose: "dropout", lane: frame.number)
    let bits = RandomBits(stream, step: moment.step)
    let first = moment.firstSample * countPerSample
    var index = 0
    while index + 8 <= count {
      let kept = Vector8(at: from + index) * bits.keep(at: first + index, rate: rate)
      Elements.put(kept, target + index, adding: adding)
      index += 8
    }
    if index < count {
      let rest = count - index
      let kept = Vector8(at: from + index, count: rest) * bits.keep(at: first + index, rate: rate)
      Elements.put(kept, target + index, first: rest, adding: adding)
    }
  }

  /// Without a mask: what comes out on average.
  func reference(_ inputs: [[Double]]) -> [Double] { inputs[0] }
}

extension Graph {
  /// Drops elements at random in training and in draws of a forecast; a rate of zero records nothing.
  package mutating func dropout(_ x: Node, rate: Float) throws(NetworkError) -> Node {
    guard rate >= 0 && rate < 1 else { throw refuse("a dropout rate is at least 0 and below 1, not \(rate)") }
    guard rate > 0 else { return x }
    let count = x.shape.count
    // Of a sample, not of a row: within channels a sample is several.
    return record(
      Dropout(output: x.shape, count: count, countPerSample: count / max(samples, 1), rate: rate), [x])
  }
}
