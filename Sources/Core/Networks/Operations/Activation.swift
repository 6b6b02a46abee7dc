package import Tensors
private import Numerics

/// A function that is applied element by element.
package enum Activation: String, Sendable, CaseIterable {
  case identity
  case relu
  /// Slope 0.01 below zero.
  case leakyReLU = "leaky-relu"
  /// x Φ(x) by the approximation with tanh (Hendrycks, Gimpel, https://arxiv.org/abs/1606.08415).
  case gelu
  /// e^x - 1 below zero (Clevert et al., https://arxiv.org/abs/1511.07289).
  case elu
  case tanh
  case sigmoid
  /// A wave of triangles above zero, x / (1 + |x|) below: finitely many neurons approximate any continuous function
  /// (Shen, Yang, Zhang, https://www.jmlr.org/papers/v23/21-1404.html).
  case universal

  /// Whether the derivative follows from the result alone, so that what went in can be forgotten.
  @inlinable
  var isDeterminedByOutput: Bool { self != .gelu && self != .universal }

  @usableFromInline static let leak: Float = 0.01
  /// √(2/π).
  @usableFromInline static let geluScale: Float = 0.797_884_560_8
  @usableFromInline static let geluCubic: Float = 0.044_715
  /// Where the tanh inside is 1 to the last bit of a float.
  @usableFromInline static let geluReach: Float = 5.5

  @inline(__always)
  func apply(_ x: Vector8) -> Vector8 {
    let zero = Vector8.zero
    switch self {
    case .identity: return x
    case .relu: return zero.atLeast(x)
    case .leakyReLU: return x.whereGreater(than: zero, x, otherwise: x * Vector8(repeating: Self.leak))
    case .gelu:
      let inner = (x * Vector8(repeating: Self.geluScale)).addingProduct(
        x * Vector8(repeating: Self.geluScale * Self.geluCubic), x * x)
      // (1 + tanh u) / 2 is the sigmoid of 2 u.
      return x * (inner + inner).sigmoid
    case .elu: return x.whereGreater(than: zero, x, otherwise: x.exponential - Vector8(repeating: 1))
    case .tanh: return x.hyperbolicTangent
    case .sigmoid: return x.sigmoid
    case .universal: return Self.universalAndSlope(x).value
    }
  }

  /// The derivative, from the result `y`; only where ``isDeterminedByOutput``.
  @inline(__always)
  func derivative(_ y: Vector8) -> Vector8 {
    let (zero, one) = (Vector8.zero, Vector8(repeating: 1))
    switch self {
    case .identity: return one
    case .relu: return y.whereGreater(than: zero, one, otherwise: zero)
    case .leakyReLU: return y.whereGreater(than: zero, one, otherwise: Vector8(repeating: Self.leak))
    case .gelu, .universal: preconditionFailure("the derivative is kept when the function is applied")
    case .elu: return y.whereGreater(than: zero, one, otherwise: y + one)
    case .tanh: return one - y * y
    case .sigmoid: return y * (one - y)
    }
  }

  /// x Φ(x) and its derivative, which share the one costly function.
  @inline(__always)
  static func geluAndSlope(_ x: Vector8) -> (value: Vector8, slope: Vector8) {
    let one = Vector8(repeating: 1)
    // Further out s is 0 or 1 but for its last bit, which the cube of x would make large in the slope.
    let near = Vector8(repeating: -geluReach).atLeast(Vector8(repeating: geluReach).atMost(x))
    let square = near * near
    let inner = (near * Vector8(repeating: geluScale)).addingProduct(
      near * Vector8(repeating: geluScale * geluCubic), square)
    let s = (inner + inner).sigmoid
    let slope = Vector8(repeating: geluScale).addingProduct(
      Vector8(repeating: 3 * geluScale * geluCubic), square)
    return (x * s, s.addingProduct(near * (s + s) * (one - s), slope))
  }

  /// The distance to the even number below or above, x / (1 + |x|) below zero, and the derivative.
  @inline(__always)
  static func universalAndSlope(_ x: Vector8) -> (value: Vector8, slope: Vector8) {
    let (zero, one) = (Vector8.zero, Vector8(repeating: 1))
    let half = (x * Vector8(repeating: 0.5)).rounded(.toNearestOrEven)
    let above = x - (half + half)
    let rise = above.whereGreater(than: zero, one, otherwise: -one)
    let flat = one / (one + x.magnitude)
    let isBelow = -x
    return (
      isBelow.whereGreater(than: zero, x * flat, otherwise: above.magnitude),
      isBelow.whereGreater(than: zero, flat * flat, otherwise: rise)
    )
  }

  /// The plain twin.
  func reference(_ x: Double) -> Double {
    switch self {
    case .identity: return x
    case .relu: return max(x, 0)
    case .leakyReLU: return x > 0 ? x : x * Double(Self.leak)
    case .gelu:
      let inner = 0.797_884_560_802_865_4 * (x + 0.044_715 * x * x * x)
      return x / (1 + Elementary.exp(-2 * inner))
    case .elu: return x > 0 ? x : Elementary.exp(x) - 1
    case .tanh: return 1 - 2 / (Elementary.exp(2 * x) + 1)
    case .sigmoid: return 1 / (1 + Elementary.exp(-x))
    case .universal: return x < 0 ? x / (1 - x) : abs(x - 2 * ((x + 1) / 2).rounded(.down))
    }
  }
}
