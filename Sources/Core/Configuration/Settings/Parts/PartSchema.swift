/// What a named part of a recipe (an indicator, a transform, a filter, a label) may be told.
///
/// The parts themselves live in Features, which the orchestrator does not link; their settings stand here as data, so
/// that a mistake in `pipeline.yaml` is found before anything runs.
package struct PartSchema: Sendable {
  /// What a setting may be.
  package enum Kind: Sendable {
    /// The name of a column of the series, or of a feature that stands before.
    case column(default: String?)
    case integer(default: Int?, ClosedRange<Int>)
    case integers(default: [Int]?, ClosedRange<Int>)
    case number(default: Double?, ClosedRange<Double>)
    case numbers(default: [Double]?, ClosedRange<Double>)
    case truth(default: Bool)
    case choice([String], default: String?)
    /// Some of them, in any order.
    case choices([String], default: [String]?)
    /// A number of bars, or a time such as `3h`.
    case bars(default: Int?, ClosedRange<Int>)
    /// A setting that may be left out and then is nothing.
    indirect case optional(Kind)
  }

  package let name: String
  package let settings: [(name: String, kind: Kind)]

  package init(_ name: String, _ settings: KeyValuePairs<String, Kind> = [:]) {
    self.name = name
    self.settings = settings.map { ($0.key, $0.value) }
  }
}
