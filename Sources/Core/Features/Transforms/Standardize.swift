package import Artifacts
package import Tensors

/// y = (x − mean) / standard deviation, both over the training rows, for each column and, by choice, each
/// entity.
///
/// The deviation is the population's, as scikit-learn's StandardScaler has it. A column that is constant over
/// the training rows is divided by 1, and a warning says so.
package struct Standardize: Transform {
  package enum Scope: String, Sendable {
    case entity, all
  }

  package static let name = "standardize"

  package let scope: Scope
  /// [E, F], or [1, F] when all entities share them.
  package private(set) var means: [Double] = []
  package private(set) var scales: [Double] = []
  private var featureCount = 0

  package init(per scope: Scope) { self.scope = scope }

  package var declaration: JSON { ["name": .string(Self.name), "per": .string(scope.rawValue)] }

  package var statistics: [Statistic] {
    let shape = [means.count / max(featureCount, 1), featureCount]
    let axes = [scope == .entity ? "E" : "1", "F"]
    return [
      Statistic(name: "mean", values: means, shape: shape, axes: axes),
      Statistic(name: "scale", values: scales, shape: shape, axes: axes),
    ]
  }

  package mutating func fit(to table: FeatureTable, training: [Range<Int>]) throws(FeatureError) -> [String] {
    featureCount = table.names.count
    means = []
    scales = []
    var warnings: [String] = []
    let groups = scope == .entity ? table.entities.indices.map { [$0] } : [Array(table.entities.indices)]
    for group in groups {
      let runs = zip(table.segments, training).filter { group.contains($0.0.entity) }.map(\.1)
      let who = scope == .entity ? "'\(table.entities[group[0]])'" : "all entities"
      for (column, values) in table.columns.enumerated() {
        guard let moments = Moments(of: values, over: runs) else {
          throw .noTrainingRows(entity: table.entities[group[0]], before: "the training part ends")
        }
        means.append(moments.mean)
        scales.append(moments.isConstant ? 1 : moments.deviation)
        if moments.isConstant {
          warnings.append(
            "'\(table.names[column])' of \(who) is constant over the training rows; it is divided by 1")
        }
      }
    }
    return warnings
  }

  /// Takes statistics that were fitted before.
  package mutating func adopt(means: [Double], scales: [Double], featureCount: Int) {
    precondition(
      means.count == scales.count && means.count % max(featureCount, 1) == 0,
      "means and scales differ in shape")
    self.means = means
    self.scales = scales
    self.featureCount = featureCount
  }

  package func apply(to table: inout FeatureTable) throws(FeatureError) {
    for column in table.columns.indices {
      table.updateColumn(column) { values, segments in
        for segment in segments {
          let place = position(entity: segment.entity, feature: column)
          let (mean, scale) = (means[place], scales[place])
          for row in segment.rows { values[row] = (values[row] - mean) / scale }
        }
      }
    }
  }

  package func advance(_ panel: inout Panel, at context: WindowContext) {
    panel.updatePaths { values, path, place in
      let statistic = position(
        entity: context.entities[place.window], feature: context.features[place.column])
      for step in path { values[step] = (values[step] - means[statistic]) / scales[statistic] }
    }
  }

  package func invert(_ panel: inout Panel, at context: WindowContext) {
    panel.updatePaths { values, path, place in
      let statistic = position(
        entity: context.entities[place.window], feature: context.features[place.column])
      for step in path { values[step] = values[step] * scales[statistic] + means[statistic] }
    }
  }

  package func anchors(after anchors: [Double], at context: WindowContext) -> [Double]? {
    let width = context.features.count
    return anchors.enumerated().map { index, value in
      let place = position(entity: context.entities[index / width], feature: context.features[index % width])
      return (value - means[place]) / scales[place]
    }
  }

  private func position(entity: Int, feature: Int) -> Int {
    (scope == .entity ? entity : 0) * featureCount + feature
  }
}

/// Mean and deviation in two passes, in the order of the rows.
private struct Moments {
  let mean: Double
  let deviation: Double
  let isConstant: Bool

  init?(of values: [Double], over runs: [Range<Int>]) {
    let count = runs.reduce(0) { $0 + $1.count }
    guard count > 0, let start = runs.first(where: { !$0.isEmpty })?.lowerBound else { return nil }
    var sum = 0.0
    var isConstant = true
    for run in runs {
      for row in run {
        sum += values[row]
        if values[row] != values[start] { isConstant = false }
      }
    }
    let mean = sum / Double(count)
    var squares = 0.0
    for run in runs {
      for row in run { squares += (values[row] - mean) * (values[row] - mean) }
    }
    self.mean = isConstant ? values[start] : mean
    self.isConstant = isConstant
    deviation = (squares / Double(count)).squareRoot()
  }
}
