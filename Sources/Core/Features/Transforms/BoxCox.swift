private import Numerics

/// y = ((x/g)^λ − 1) / λ, or ln(x/g) where λ is zero, for positive columns: the power that makes them most like a
/// normal distribution.
///
/// λ is given, or the one of the largest likelihood of the training values (Box, Cox, «An analysis of transformations»,
/// 1964), as `scipy.stats.boxcox` has it. g is the geometric mean of the training values: without it a price of 100 and
/// a λ of −4 would give 0.25 less a hundred-millionth, and the price would be lost to rounding. It changes λ in nothing,
/// and y by a shift and a scale.
package struct BoxCox: Transform {
  package static let name = "box-cox"

  /// Nil when it is to be fitted.
  package let lambda: Double?

  package init(_ settings: PartSettings) throws(FeatureError) {
    lambda = settings.has("lambda") ? try settings.number("lambda") : nil
  }

  package var statistics: [String] { ["lambda", "scale"] }
  package var isLogarithmic: Bool { lambda == 0 }
  package var unit: String { "Box-Cox" }

  package func fit(_ values: TrainingValues) throws(TransformProblem) -> State {
    guard values.count > 0 else { throw .nothingToLearnFrom }
    var before = 0
    for run in values.runs {
      try run.requirePositive(before: before)
      before += run.count
    }
    let likelihood = BoxCoxLikelihood(values)
    return [[lambda ?? likelihood.maximum()], [likelihood.geometricMean]]
  }

  package func apply(_ values: UnsafeMutableBufferPointer<Double>, _ state: State) throws(TransformProblem) {
    try UnsafeBufferPointer(values).requirePositive()
    raise(values, state)
  }

  package func advance(
    _ path: UnsafeMutableBufferPointer<Double>, after past: UnsafeBufferPointer<Double>, _ state: State
  ) {
    raise(path, state)
  }

  /// Undoes ``advance(_:after:_:)``; what lies beyond every value of y becomes the end of the range of x: zero, or
  /// infinity for a negative λ.
  package func invert(
    _ path: UnsafeMutableBufferPointer<Double>, after past: UnsafeBufferPointer<Double>, _ state: State
  ) {
    let (lambda, scale) = (state[0][0], state[1][0])
    for step in path.indices {
      let y = path[step]
      let logarithm = lambda == 0 ? y : Elementary.logOnePlus(max(lambda * y, -1)) / lambda
      path[step] = scale * Elementary.exp(logarithm)
    }
  }

  private func raise(_ values: UnsafeMutableBufferPointer<Double>, _ state: State) {
    let (lambda, scale) = (state[0][0], state[1][0])
    for row in values.indices {
      let logarithm = Elementary.log(values[row] / scale)
      values[row] = lambda == 0 ? logarithm : Elementary.expMinusOne(lambda * logarithm) / lambda
    }
  }
}
