package import Artifacts
package import Tensors

/// From a series to what a model sees, and back: the transforms in order with what they learnt, and what happens
/// to each window.
package struct Recipe: Sendable {
  package private(set) var transforms: [any Transform]
  /// Whether each window's last input is taken off its inputs and labels.
  package let subtractsLast: Bool

  package init(_ transforms: [any Transform], subtractsLast: Bool) throws(FeatureError) {
    // A second transform that looks back would need, to be undone, rows before the origin that a forecast from
    // the model alone does not have.
    let lookingBack = transforms.indices.filter { transforms[$0].warmup > 0 }
    guard lookingBack.count <= 1 else {
      throw .order("at most one of them may look back, and \(lookingBack.count) do")
    }
    self.transforms = transforms
    self.subtractsLast = subtractsLast
  }

  /// The rows before the first of a run for which all transforms have a value.
  package var warmup: Int { transforms.reduce(0) { $0 + $1.warmup } }

  /// Whether errors are better told as ratios than as differences.
  package var isLogarithmic: Bool { transforms.contains { $0.isLogarithmic } }

  /// What the transformed values are counted in.
  package var unit: String {
    transforms.last is Standardize
      ? "standard deviations" : transforms.isEmpty ? "original units" : "transformed"
  }

  // MARK: Tables

  /// Fits each transform to the training rows as the ones before it leave them, and applies it.
  ///
  /// `training` gives for each run of the table its part before the border.
  package mutating func fit(
    to table: inout FeatureTable, training: (FeatureTable) -> [Range<Int>]
  ) throws(FeatureError) -> [String] {
    var warnings: [String] = []
    for index in transforms.indices {
      warnings += try transforms[index].fit(to: table, training: training(table))
      try transforms[index].apply(to: &table)
      table.shortenSegments(by: transforms[index].warmup)
    }
    return warnings
  }

  /// Applies the fitted transforms.
  package func apply(to table: inout FeatureTable) throws(FeatureError) {
    for transform in transforms {
      try transform.apply(to: &table)
      table.shortenSegments(by: transform.warmup)
    }
  }

  // MARK: Windows

  /// From original units to those of the model, for values that follow origins where the levels were `anchors`.
  package func advance(_ panel: inout Panel, at context: WindowContext) {
    for (transform, context) in zip(transforms, contexts(from: context)) {
      transform.advance(&panel, at: context)
    }
  }

  /// From the units of the model to original ones.
  package func invert(_ panel: inout Panel, at context: WindowContext) {
    for (transform, context) in zip(transforms, contexts(from: context)).reversed() {
      transform.invert(&panel, at: context)
    }
  }

  /// What each transform finds at the origins.
  private func contexts(from context: WindowContext) -> [WindowContext] {
    var contexts: [WindowContext] = []
    var current = context
    for transform in transforms {
      contexts.append(current)
      // Behind a transform that looks back nothing asks for anchors: the initialiser saw to that.
      current.anchors = transform.anchors(after: current.anchors, at: current) ?? []
      if current.anchors.isEmpty { current.anchors = [Double](repeating: .nan, count: context.anchors.count) }
    }
    return contexts
  }
}

extension Recipe {
  /// The recipe as a fact of a manifest.
  package var json: JSON {
    ["transforms": .array(transforms.map(\.declaration)), "subtractLast": .bool(subtractsLast)]
  }

  /// Writes what the transforms learnt, one array a statistic.
  package func writeStatistics(to publication: Publication) throws(ArtifactError) {
    for (index, transform) in transforms.enumerated() {
      for statistic in transform.statistics {
        try publication.write(
          "transform.\(index).\(statistic.name)", statistic.values, shape: statistic.shape,
          axes: statistic.axes)
      }
    }
  }

  /// Reads the recipe of a `windows` or `model` artifact with what its transforms learnt.
  package init(reading artifact: Artifact) throws {
    let json = try artifact.fact("recipe")
    guard let declarations = json["transforms"]?.array, let subtractsLast = json["subtractLast"]?.bool else {
      throw ArtifactError.noFact(artifact: artifact.directory, name: "recipe")
    }
    let transforms = try declarations.enumerated().map { index, declaration -> any Transform in
      switch declaration["name"]?.string {
      case Log.name: return Log()
      case LogReturn.name: return LogReturn()
      case Standardize.name:
        guard let scope = declaration["per"]?.string.flatMap(Standardize.Scope.init(rawValue:)) else {
          throw ArtifactError.noFact(artifact: artifact.directory, name: "recipe")
        }
        var standardize = Standardize(per: scope)
        let means = try artifact.array("transform.\(index).mean", of: Double.self, shape: [nil, nil])
        let scales = try artifact.array("transform.\(index).scale", of: Double.self, shape: means.shape)
        standardize.adopt(means: means.values, scales: scales.values, featureCount: means.shape[1])
        return standardize
      case let name: throw FeatureError.unknownTransform(name ?? "")
      }
    }
    try self.init(transforms, subtractsLast: subtractsLast)
  }
}
