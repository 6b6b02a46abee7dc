import Tensors

/// What the losses share that compare a prediction with a target element by element.
///
/// A loss is a number [1]: the sum over its own elements divided by `batchElements`, the number of the
/// target's elements in the whole batch. A batch that is cut into slices thus has the sum of its slices'
/// losses, whatever the cut, and gradients that add up.
enum Pairs {
  /// Σ body(a, b): eight partial sums, taken in turn, added as a tree.
  @inline(__always)
  static func sum(
    _ a: UnsafePointer<Float>, _ b: UnsafePointer<Float>, count: Int, _ body: (Vector8, Vector8) -> Vector8
  ) -> Float {
    var sums = Vector8.zero
    var index = 0
    while index + 8 <= count {
      sums += body(Vector8(at: a + index), Vector8(at: b + index))
      index += 8
    }
    var rest: Float = 0
    if index < count {
      let last = body(Elements.partial(a + index, count - index), Elements.partial(b + index, count - index))
      for k in 0..<(count - index) { rest += last[k] }
    }
    return sums.total + rest
  }

  /// Gives both inputs the gradient of a loss that depends on their difference alone.
  ///
  /// `slope` is its derivative by the prediction.
  @inline(__always)
  static func backward(_ frame: Frame, count: Int, factor: Float, _ slope: (Vector8) -> Vector8) {
    let scale = Vector8(repeating: frame.outputGradient[0] * factor)
    if let gradient = frame.gradient(0) {
      Elements.map(frame.input(0), frame.input(1), into: gradient, count: count, adding: frame.adds(0)) {
        slope($0 - $1) * scale
      }
    }
    if let gradient = frame.gradient(1) {
      Elements.map(frame.input(0), frame.input(1), into: gradient, count: count, adding: frame.adds(1)) {
        slope($0 - $1) * -scale
      }
    }
  }

  /// -1, 0 or 1.
  @inline(__always)
  static func sign(_ x: Vector8) -> Vector8 {
    let one = Vector8(repeating: 1)
    let negative = (-x).whereGreater(than: .zero, -one, otherwise: .zero)
    return x.whereGreater(than: .zero, one, otherwise: negative)
  }
}

extension Frame {
  /// Gives an input that a loss takes as it is, be it learned or not, a gradient of zero.
  @inline(__always)
  func withholdGradient(_ index: Int, count: Int) {
    if let gradient = gradient(index), !adds(index) { Elements.fill(gradient, count: count, with: 0) }
  }

  /// Puts one element of a gradient.
  @inline(__always)
  func give(_ value: Double, _ gradient: Values, _ element: Int, adding: Bool) {
    gradient[element] = adding ? gradient[element] + Float(value) : Float(value)
  }
}

extension Graph {
  /// Refuses a prediction that does not have `each` numbers for every element of the target.
  ///
  /// They are one more axis; nil is for one number, without an axis.
  func requireLoss(
    _ name: String, _ prediction: Node, _ target: Node, each: Int? = nil, batchElements: Int
  ) throws(NetworkError) {
    let expected = each.map { Shape(target.shape.axes + [$0]) } ?? target.shape
    try require(
      prediction.shape == expected && target.shape.count > 0,
      "\(name) on targets of \(target.shape) needs a prediction of \(expected), not \(prediction.shape)")
    try require(
      batchElements >= target.shape.count,
      "\(name) over \(batchElements) elements of a batch cannot have \(target.shape.count) in one slice")
  }
}
