/// y = the number of the bin, 0…bins−1, that x falls into; values outside fall into the first or the last.
///
/// Uniform bins are of equal width, quantile bins hold equally many training values (as scikit-learn's KBinsDiscretizer
/// with ordinal codes and linear quantiles). A bin without width is left out, so a column with few different values
/// has fewer bins, and a constant one has none but 0.
package struct Bin: OneWayTransform {
  package enum Kind: String, Sendable {
    case uniform, quantile
  }

  package static let name = "bin"

  package let bins: Int
  package let kind: Kind

  package init(_ settings: PartSettings) throws(FeatureError) {
    bins = try settings.count("bins", in: 2...1_000_000)
    kind = try settings.choice("kind")
  }

  /// The borders of the bins, ascending, the outermost included: one more than there are bins.
  package var statistics: [String] { ["edges"] }
  package var unit: String { "bin" }

  package func fit(_ values: TrainingValues) throws(TransformProblem) -> State {
    let edges =
      switch kind {
      case .uniform: Self.uniform(bins, between: try values.extremes())
      case .quantile: try values.quantiles((0...bins).map { Double($0) / Double(bins) })
      }
    var distinct: [Double] = []
    for edge in edges where distinct.last.map({ $0 < edge }) ?? true { distinct.append(edge) }
    return [distinct]
  }

  package func transformed(_ value: Double, _ state: State) -> Double {
    let edges = state[0]
    // How many of the inner edges are at or below the value.
    var (low, high) = (1, max(edges.count - 1, 1))
    while low < high {
      let middle = (low + high) / 2
      if edges[middle] <= value { low = middle + 1 } else { high = middle }
    }
    return Double(low - 1)
  }

  private static func uniform(_ bins: Int, between ends: (low: Double, high: Double)) -> [Double] {
    let width = (ends.high - ends.low) / Double(bins)
    return (0..<bins).map { ends.low + Double($0) * width } + [ends.high]
  }
}
