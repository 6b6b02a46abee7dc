import Numerics

/// The logistic function and its integral, in doubles.
enum Softplus {
  /// ln(1 + e^x), without overflow.
  static func value(_ x: Double) -> Double { max(x, 0) + Elementary.log(1 + Elementary.exp(-abs(x))) }

  /// Its derivative, 1 / (1 + e^-x).
  static func slope(_ x: Double) -> Double { 1 / (1 + Elementary.exp(-x)) }
}
