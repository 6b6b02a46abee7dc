private import Tensors

extension Activation {
  /// Applies the function to every element; `slopes` gets the derivatives where the results do not determine them.
  func apply(to y: UnsafeMutablePointer<Float>, keeping slopes: UnsafeMutablePointer<Float>, count: Int) {
    let x = UnsafePointer(y)
    switch self {
    case .identity: break
    case .relu: Elements.map(x, into: y, count: count) { Activation.relu.apply($0) }
    case .leakyReLU: Elements.map(x, into: y, count: count) { Activation.leakyReLU.apply($0) }
    case .gelu: Self.map(x, into: y, keeping: slopes, count: count) { Activation.geluAndSlope($0) }
    case .elu: Elements.map(x, into: y, count: count) { Activation.elu.apply($0) }
    case .tanh: Elements.map(x, into: y, count: count) { Activation.tanh.apply($0) }
    case .sigmoid: Elements.map(x, into: y, count: count) { Activation.sigmoid.apply($0) }
    case .universal: Self.map(x, into: y, keeping: slopes, count: count) { Activation.universalAndSlope($0) }
    }
  }

  /// A function and its derivative, which cost little more than one of them.
  @inline(__always)
  private static func map(
    _ x: UnsafePointer<Float>, into y: UnsafeMutablePointer<Float>,
    keeping slopes: UnsafeMutablePointer<Float>,
    count: Int, _ body: (Vector8) -> (value: Vector8, slope: Vector8)
  ) {
    var index = 0
    while index < count {
      let (value, slope) = body(Vector8(at: x + index, upTo: count - index))
      value.store(to: y + index, upTo: count - index)
      slope.store(to: slopes + index, upTo: count - index)
      index += 8
    }
  }

  /// Multiplies a gradient by the derivative at every element, which follows from the result or was kept.
  func chain(_ known: UnsafePointer<Float>, _ slope: UnsafeMutablePointer<Float>, count: Int) {
    let from = UnsafePointer(slope)
    switch self {
    case .identity: break
    case .relu: Elements.map(known, from, into: slope, count: count) { Activation.relu.derivative($0) * $1 }
    case .leakyReLU:
      Elements.map(known, from, into: slope, count: count) { Activation.leakyReLU.derivative($0) * $1 }
    case .gelu, .universal: Elements.map(known, from, into: slope, count: count) { $0 * $1 }
    case .elu: Elements.map(known, from, into: slope, count: count) { Activation.elu.derivative($0) * $1 }
    case .tanh: Elements.map(known, from, into: slope, count: count) { Activation.tanh.derivative($0) * $1 }
    case .sigmoid:
      Elements.map(known, from, into: slope, count: count) { Activation.sigmoid.derivative($0) * $1 }
    }
  }
}
