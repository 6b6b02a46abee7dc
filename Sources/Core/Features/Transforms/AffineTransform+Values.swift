extension AffineTransform {
  package func apply(_ values: UnsafeMutableBufferPointer<Double>, _ state: State) throws(TransformProblem) {
    divide(values, state)
  }

  package func advance(
    _ path: UnsafeMutableBufferPointer<Double>, after past: UnsafeBufferPointer<Double>, _ state: State
  ) {
    divide(path, state)
  }

  package func invert(
    _ path: UnsafeMutableBufferPointer<Double>, after past: UnsafeBufferPointer<Double>, _ state: State
  ) {
    let (shift, scale) = affine(state)
    for step in path.indices { path[step] = path[step] * scale + shift }
  }

  private func divide(_ values: UnsafeMutableBufferPointer<Double>, _ state: State) {
    let (shift, scale) = affine(state)
    for row in values.indices { values[row] = (values[row] - shift) / scale }
  }
}
