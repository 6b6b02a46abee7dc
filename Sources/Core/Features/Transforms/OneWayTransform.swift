/// A transform that loses what would be needed to undo it; a recipe refuses it on a target.
package protocol OneWayTransform: Transform {
  /// What becomes of one value.
  func transformed(_ value: Double, _ state: State) -> Double
}

extension OneWayTransform {
  package var isInvertible: Bool { false }

  package func apply(_ values: UnsafeMutableBufferPointer<Double>, _ state: State) throws(TransformProblem) {
    for row in values.indices { values[row] = transformed(values[row], state) }
  }

  package func advance(
    _ path: UnsafeMutableBufferPointer<Double>, after past: UnsafeBufferPointer<Double>, _ state: State
  ) {
    for step in path.indices { path[step] = transformed(path[step], state) }
  }

  package func invert(
    _ path: UnsafeMutableBufferPointer<Double>, after past: UnsafeBufferPointer<Double>, _ state: State
  ) {
    preconditionFailure("'\(Self.name)' cannot be undone, which its isInvertible says")
  }
}
