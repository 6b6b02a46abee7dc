/// The integral of the logistic function, ln(1 + e^x), and the logistic function itself.
package enum Softplus {
  /// ln(1 + e^x), without overflow, and above zero down to the smallest exponential.
  package static func value(_ x: Double) -> Double {
    max(x, 0) + Elementary.logOnePlus(Elementary.exp(-abs(x)))
  }

  /// Its derivative, 1 / (1 + e^-x).
  package static func slope(_ x: Double) -> Double { 1 / (1 + Elementary.exp(-x)) }
}
