/// A transform that compares each value with the one `lag` rows before it.
package protocol LaggedTransform: Transform {
  /// How far back the value stands that each is compared with; at least 1.
  var lag: Int { get }
  /// Refuses a run that has values without a comparison.
  func check(_ values: UnsafeMutableBufferPointer<Double>) throws(TransformProblem)
  func change(of value: Double, from base: Double) -> Double
  /// Undoes ``change(of:from:)``.
  func value(changed change: Double, from base: Double) -> Double
}

extension LaggedTransform {
  package var lookback: Int { lag }

  package func check(_ values: UnsafeMutableBufferPointer<Double>) throws(TransformProblem) {}

  package func apply(_ values: UnsafeMutableBufferPointer<Double>, _ state: State) throws(TransformProblem) {
    try check(values)
    // From the back, so that each row's base is still what it was.
    var row = values.count - 1
    while row >= lag {
      values[row] = change(of: values[row], from: values[row - lag])
      row -= 1
    }
  }

  package func advance(
    _ path: UnsafeMutableBufferPointer<Double>, after past: UnsafeBufferPointer<Double>, _ state: State
  ) {
    for step in path.indices.reversed() {
      path[step] = change(of: path[step], from: base(step, path, past))
    }
  }

  package func invert(
    _ path: UnsafeMutableBufferPointer<Double>, after past: UnsafeBufferPointer<Double>, _ state: State
  ) {
    // From the front, so that each step's base is a value again.
    for step in path.indices { path[step] = value(changed: path[step], from: base(step, path, past)) }
  }

  private func base(
    _ step: Int, _ path: UnsafeMutableBufferPointer<Double>, _ past: UnsafeBufferPointer<Double>
  ) -> Double {
    step < lag ? past[past.count - lag + step] : path[step - lag]
  }

  /// Refuses a zero that a later value would be divided by.
  func requireBases(_ values: UnsafeMutableBufferPointer<Double>) throws(TransformProblem) {
    for row in 0..<max(values.count - lag, 0) where values[row] == 0 { throw .zeroBase(at: row) }
  }
}
