extension Elementary {
  /// exp(x) − 1 without the cancellation near zero, to a few units in the last place.
  ///
  /// Kahan's correction: u = exp(x) is rounded, and (u − 1) x / ln u undoes what rounding did to x (Higham,
  /// «Accuracy and stability of numerical algorithms», 1.14.1).
  package static func expMinusOne(_ x: Double) -> Double {
    let u = exp(x)
    if u == 1 { return x }
    let difference = u - 1
    if difference == -1 || u == .infinity { return difference }
    return difference * x / log(u)
  }

  /// ln(1 + x) without the cancellation near zero, to a few units in the last place; negative infinity at −1, not a
  /// number below it.
  ///
  /// Kahan's correction, as in ``expMinusOne(_:)``: ln(u) x / (u − 1) for u = 1 + x as rounded.
  package static func logOnePlus(_ x: Double) -> Double {
    let u = 1 + x
    if u == 1 { return x }
    if u == 0 || u == .infinity { return log(u) }
    return log(u) * x / (u - 1)
  }
}
