private import Tensors

/// Y = 1 at the place of each code, and 0 elsewhere.
///
/// Codes are whole numbers in floats; any outside 0..<V counts as V - 1, the unknown code. Nothing flows
/// back.
struct OneHot: Operation {
  let output: Shape
  let places: Int
  let codes: Int

  var name: String { "one hot" }
  var backwardReads: BackwardReads { [] }

  func forward(_ frame: Frame) {
    Elements.fill(frame.output, count: places * codes, with: 0)
    for place in 0..<places {
      frame.output[place * codes + Embedding.row(of: frame.input(0)[place], among: codes)] = 1
    }
  }

  func backward(_ frame: Frame) {
    if let codes = frame.gradient(0), !frame.adds(0) { Elements.fill(codes, count: places, with: 0) }
  }

  func reference(_ inputs: [[Double]]) -> [Double] {
    inputs[0].flatMap { code in
      let place = code >= 0 && code < Double(codes) ? Int(code) : codes - 1
      return (0..<codes).map { $0 == place ? 1.0 : 0.0 }
    }
  }
}

extension Graph {
  /// For each element of `x`, as many numbers as there are `codes`, of which one is 1.
  package mutating func oneHot(_ x: Node, codes: Int) throws(NetworkError) -> Node {
    try require(codes > 0, "codes of \(x.shape) need at least one place each, not \(codes)")
    return record(
      OneHot(output: Shape(x.shape.axes + [codes]), places: x.shape.count, codes: codes), [x])
  }
}
