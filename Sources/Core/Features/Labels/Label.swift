/// Columns that say what comes after a row, for a model to learn: the value of row t is made of rows t…t+span.
///
/// A label is never an input. A new one is a type that conforms, a line in ``LabelLibrary`` and its settings in
/// Configuration's `PartCatalogue`.
package protocol Label: Sendable {
  /// The name by which `labels:` calls it.
  static var name: String { get }
  init(_ settings: PartSettings) throws(FeatureError)
  /// The columns it reads, in the order in which ``Run`` has them.
  var inputs: [String] { get }
  /// What each of its columns adds to the label's name.
  var outputs: [LabelColumn] { get }
  /// The rows behind the origin that it depends on: what a split must purge.
  var span: Int { get }
  /// The rows at the front of a run for which it has no value: those that a measure of the past needs.
  var lookback: Int { get }
  /// Writes rows lookback..<T−span of each output; a run of lookback + span rows or fewer gets nothing.
  func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>])
}

extension Label {
  package var lookback: Int { 0 }
}

/// One column of a label.
package struct LabelColumn: Sendable, Equatable {
  package var suffix: String
  package var unit: String
  /// What a price that does not move makes of it, the random walk's forecast: 0 for a return.
  package var still: Still
  /// Names of the classes 0, 1, …; empty for a quantity.
  package var classes: [String]

  package enum Still: Sendable, Equatable {
    case value(Double)
    /// The newest value of the label's first input.
    case lastInput
  }

  package init(suffix: String = "", unit: String, still: Still, classes: [String] = []) {
    self.suffix = suffix
    self.unit = unit
    self.still = still
    self.classes = classes
  }
}
