import Artifacts

/// Columns made of other columns, each row from rows at or before it.
///
/// A new indicator is a type that conforms, in a file of its own, a line in ``IndicatorLibrary`` and its settings in
/// Configuration's `PartCatalogue`.
package protocol Indicator: Sendable {
  /// The name by which `features:` calls it.
  static var name: String { get }
  init(_ settings: PartSettings) throws(FeatureError)
  /// The columns it reads, in the order in which ``Run`` has them.
  var inputs: [String] { get }
  /// What each of its columns adds to the feature's name, and its unit: `[("", "0…100")]`, `[("_upper", "price"), …]`.
  var outputs: [(suffix: String, unit: String)] { get }
  /// The rows at the front of a run for which it has no value.
  var lookback: Int { get }
  /// Whether its values are levels of what it reads, as an average's are, so that they share a scale with it.
  var isLevel: Bool { get }
  /// Whether the calendar alone decides it, so that it is known for rows that have not come yet.
  var isKnownAhead: Bool { get }
  /// Writes rows ``lookback`` and later of each output; all buffers have the run's length, and a run shorter than the
  /// look-back gets nothing.
  func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>])
}

extension Indicator {
  package var isKnownAhead: Bool { false }
  package var isLevel: Bool { false }
}
