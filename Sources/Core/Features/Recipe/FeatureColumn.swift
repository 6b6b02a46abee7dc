/// One column that a model looks at, and where it comes from.
package struct FeatureColumn: Sendable {
  package let name: String
  package let unit: String
  /// Whether the calendar alone decides it.
  package let isKnownAhead: Bool
  /// Whether it is a price of the bar or a level of prices, so that it shares a scale with prices.
  package let isPrice: Bool
  /// The rows at the front of a run for which it has no value, before any transform.
  package let lookback: Int
}

/// What makes one or several neighbouring features.
struct FeatureSource: Sendable {
  enum Content: Sendable {
    /// A column of the series as it is.
    case column
    case indicator(any Indicator)
  }

  /// Where a column that is read comes from.
  enum Input: Sendable, Hashable {
    case series(String)
    /// A feature that was made before, by its number.
    case feature(Int)
  }

  let content: Content
  let inputs: [Input]
  /// The numbers of the features that it makes.
  let features: Range<Int>
  /// The rows at the front of a run for which its inputs have no value.
  let inputLookback: Int
}

/// A label, where its columns come from, and the targets that it makes.
struct LabelSource: Sendable {
  let name: String
  let label: any Label
  let inputs: [FeatureSource.Input]
  let targets: Range<Int>
  let inputLookback: Int
}
