private import Numerics

/// y = ln x, for positive columns.
package struct Log: Transform {
  package static let name = "log"

  package init(_ settings: PartSettings) throws(FeatureError) {}

  package var isLogarithmic: Bool { true }
  package var unit: String { "natural logarithm" }

  package func apply(_ values: UnsafeMutableBufferPointer<Double>, _ state: State) throws(TransformProblem) {
    try UnsafeBufferPointer(values).requirePositive()
    for row in values.indices { values[row] = Elementary.log(values[row]) }
  }

  package func advance(
    _ path: UnsafeMutableBufferPointer<Double>, after past: UnsafeBufferPointer<Double>, _ state: State
  ) {
    for step in path.indices { path[step] = Elementary.log(path[step]) }
  }

  package func invert(
    _ path: UnsafeMutableBufferPointer<Double>, after past: UnsafeBufferPointer<Double>, _ state: State
  ) {
    for step in path.indices { path[step] = Elementary.exp(path[step]) }
  }
}

extension UnsafeBufferPointer<Double> {
  /// Refuses a value that has no logarithm; `before` values stand in front of these.
  func requirePositive(before: Int = 0) throws(TransformProblem) {
    for row in indices where !(self[row] > 0) { throw .notPositive(at: before + row, value: self[row]) }
  }
}
