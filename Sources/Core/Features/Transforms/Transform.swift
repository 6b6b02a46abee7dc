package import Artifacts

/// A change of units of one column, row by row, that can be undone.
///
/// It is a value that learns nothing itself: ``fit(_:)`` gives what it learns from training rows, one vector a
/// statistic, and everything else is told that state. A transform that needs earlier rows names how many.
package protocol Transform: Sendable {
  /// What ``fit(_:)`` learnt: one vector a statistic, in the order of ``statistics``.
  typealias State = [[Double]]

  /// The name by which `transforms:` calls it.
  static var name: String { get }
  init(_ settings: PartSettings) throws(FeatureError)
  /// The rows before the first of a run for which it has a value.
  var lookback: Int { get }
  /// Whether ``invert(_:after:_:)`` gives back what ``advance(_:after:_:)`` was given; targets need it.
  var isInvertible: Bool { get }
  /// Whether it takes positive values alone and undoes to such, so that errors are better told as ratios.
  ///
  /// A relative difference does neither: its values may be negative.
  var isLogarithmic: Bool { get }
  /// The names of what it learns; none for one that learns nothing.
  var statistics: [String] { get }
  /// What its values are counted in, such as `standard deviations`.
  var unit: String { get }

  /// Learns from the training values of one column.
  func fit(_ values: TrainingValues) throws(TransformProblem) -> State

  /// Transforms a run in place; the first ``lookback`` rows have no value and are left as they are.
  func apply(_ values: UnsafeMutableBufferPointer<Double>, _ state: State) throws(TransformProblem)

  /// Transforms values that follow an origin; `past` are the last ``lookback`` inputs up to it, newest last.
  func advance(
    _ path: UnsafeMutableBufferPointer<Double>, after past: UnsafeBufferPointer<Double>, _ state: State)

  /// Undoes ``advance(_:after:_:)``, exactly to rounding.
  func invert(
    _ path: UnsafeMutableBufferPointer<Double>, after past: UnsafeBufferPointer<Double>, _ state: State)
}

extension Transform {
  package var lookback: Int { 0 }
  package var isInvertible: Bool { true }
  package var isLogarithmic: Bool { false }
  package var statistics: [String] { [] }
  package var unit: String { "transformed" }
  package func fit(_ values: TrainingValues) throws(TransformProblem) -> State { [] }
}

/// A transform that is y = (x − shift) / scale, so that another fit follows from this one's values.
package protocol AffineTransform: Transform {
  func affine(_ state: State) -> (shift: Double, scale: Double)
}

/// Why a transform has no value, in terms of what it was given; who called it knows column, entity and time.
package enum TransformProblem: Error, Equatable {
  /// The value at a place needs to be positive, and is not.
  case notPositive(at: Int, value: Double)
  /// The value at a place is zero, and a later one would be divided by it.
  case zeroBase(at: Int)
  /// There are no training values.
  case nothingToLearnFrom
  /// What is wrong with the training values, in words.
  case unsuitable(String)
}

/// The values of one column that a transform may learn from: runs of training rows.
package struct TrainingValues {
  package let runs: [UnsafeBufferPointer<Double>]

  package init(_ runs: [UnsafeBufferPointer<Double>]) { self.runs = runs.filter { !$0.isEmpty } }

  package var count: Int { runs.reduce(0) { $0 + $1.count } }

  /// The first value; nil when there is none.
  package var first: Double? { runs.first?.first }

  /// All values, ascending.
  package func sorted() -> [Double] {
    var all: [Double] = []
    all.reserveCapacity(count)
    for run in runs { all.append(contentsOf: run) }
    all.sort()
    return all
  }
}
