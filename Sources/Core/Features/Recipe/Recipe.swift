package import Artifacts
package import Chronology

/// From a series to what a model sees: features, their transforms with what they learnt, labels, and what is done to
/// each window.
///
/// A `model` artifact carries its recipe, so that the model and a series are all that a forecast needs.
package struct Recipe: Sendable {
  /// As `pipeline.yaml` said it, with every default and every name put in.
  package let declaration: JSON
  /// F columns.
  package let features: [FeatureColumn]
  let sources: [FeatureSource]
  /// What is forecast besides columns.
  let labels: [LabelSource]
  package let labelColumns: [LabelColumn]
  package let labelNames: [String]
  package internal(set) var chains: [TransformChain]
  /// What should not be overlooked about what the transforms learnt.
  package internal(set) var warnings: [String] = []
  /// For each feature its chain and its place there.
  let chainPlaces: [(chain: Int, position: Int)]
  package let interval: Interval

  /// Reads a declaration; `columns` are those of the series, nil for a recipe that was made before.
  package init(
    _ declaration: JSON, columns: [Series.Column]?, interval: Interval,
    indicators: [any Indicator.Type] = IndicatorLibrary.all
  ) throws(FeatureError) {
    var builder = RecipeBuilder(declaration, columns: columns, interval: interval, indicators: indicators)
    try builder.build()
    self.declaration = builder.completed
    self.interval = interval
    features = builder.features
    sources = builder.sources
    labels = builder.labels
    labelColumns = builder.labelColumns
    labelNames = builder.labelNames
    chains = builder.chains
    var places = [(chain: Int, position: Int)](repeating: (0, 0), count: builder.features.count)
    for (index, chain) in builder.chains.enumerated() {
      for (position, feature) in chain.features.enumerated() { places[feature] = (index, position) }
    }
    chainPlaces = places
  }

  /// The rows at the front of a run for which some feature has no value.
  package var warmup: Int {
    let features = features.enumerated().map { $1.lookback + chains[chainPlaces[$0].chain].lookback }
    return max(features.max() ?? 0, labels.map { $0.inputLookback + $0.label.lookback }.max() ?? 0)
  }

  /// The rows behind an origin that labels depend on; 0 without labels.
  package var labelSpan: Int { labels.map(\.label.span).max() ?? 0 }

  func chain(of feature: Int) -> TransformChain { chains[chainPlaces[feature].chain] }

  /// What is said where features have different units.
  package static let mixedUnits = "each in its own units"

  /// What the values of features are counted in.
  package var unit: String {
    let units = Set(features.indices.map { chain(of: $0).unit })
    return units.count == 1 ? units.first ?? "" : Self.mixedUnits
  }

  // MARK: Targets

  /// Demands that some features can be forecast: that what is done to them can be undone from `lookback` rows.
  package func checkTargets(_ targets: [Int], lookback: Int) throws(FeatureError) {
    for target in targets {
      let chain = chain(of: target)
      if let stage = chain.stages.first(where: { !$0.transform.isInvertible }) {
        throw .notInvertible(transform: type(of: stage.transform).name, target: features[target].name)
      }
      guard chain.lookback <= lookback else {
        throw .pastTooShort(target: features[target].name, needed: chain.lookback, lookback: lookback)
      }
    }
  }

  /// Whether errors of all these features are better told as ratios than as differences.
  package func isLogarithmic(_ targets: [Int]) -> Bool {
    !targets.isEmpty && targets.allSatisfy { chain(of: $0).isLogarithmic }
  }

  /// Whether values of all these features are undone one by one over so many steps; labels are not undone at all.
  package func isPointwise(_ targets: [Int], over steps: Int) -> Bool {
    targets.allSatisfy { chain(of: $0).isPointwise(over: steps) }
  }

  /// The rows up to an origin that undoing the transforms of some features needs.
  package func past(of targets: [Int]) -> Int { targets.map { chain(of: $0).lookback }.max() ?? 0 }
}
