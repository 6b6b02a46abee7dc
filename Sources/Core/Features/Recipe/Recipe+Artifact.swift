package import Artifacts
package import Chronology

extension Recipe {
  /// Writes what the transforms learnt, one array a statistic, [E, F] or [1, F] where entities share it, with a last
  /// axis for statistics that are vectors and a first one for folds where there are several.
  package func writeStatistics(to publication: Publication) throws(ArtifactError) {
    for (number, chain) in chains.enumerated() {
      for (index, stage) in chain.stages.enumerated() {
        for (statistic, name) in stage.transform.statistics.enumerated() {
          let vectors = chain.states.flatMap { $0[index].map { $0[statistic] } }
          let width = max(1, vectors.map(\.count).max() ?? 1)
          // Shorter vectors are filled up with their last element, which changes none of their meanings.
          let values = vectors.flatMap { vector in
            (0..<width).map { vector.isEmpty ? 0 : vector[min($0, vector.count - 1)] }
          }
          let rows = chain.states.first.map { $0[index].count / max(chain.features.count, 1) } ?? 0
          var (shape, axes) = ([rows, chain.features.count], [stage.isShared ? "1" : "E", "F"])
          if chain.states.count > 1 { (shape, axes) = ([chain.states.count] + shape, ["folds"] + axes) }
          if width > 1 { (shape, axes) = (shape + [width], axes + ["elements"]) }
          try publication.write(
            Self.name(chain: number, stage: index, name), values, shape: shape, axes: axes)
        }
      }
    }
  }

  fileprivate static func name(chain: Int, stage: Int, _ statistic: String) -> String {
    "transform.\(chain).\(stage).\(statistic)"
  }

  /// The recipe of one fold, as a model of that fold carries it.
  package func ofFold(_ fold: Int) -> Recipe {
    var recipe = self
    for index in chains.indices where chains[index].states.count > 1 {
      recipe.chains[index].states = [chains[index].states[fold]]
    }
    return recipe
  }

  /// Reads the recipe of a `windows` or `model` artifact of so many entities, with what its transforms learnt.
  package init(reading artifact: Artifact, interval: Interval, entities: Int) throws {
    try self.init(try artifact.fact("recipe"), columns: nil, interval: interval)
    for number in chains.indices {
      chains[number].states = try chains[number].states(of: number, in: artifact, entities: entities)
    }
  }

  /// From the units of the first fold to those of another, for each entity and feature, [E, F].
  package func rescaling(toFold fold: Int, entities: Int) -> FoldRescaling {
    var rescaling = FoldRescaling(factors: [], offsets: [])
    for entity in 0..<entities {
      for feature in features.indices {
        let (chain, position) = chainPlaces[feature]
        let (factor, offset) = chains[chain].rescaling(position, entity: entity, fold: fold)
        rescaling.factors.append(factor)
        rescaling.offsets.append(offset)
      }
    }
    return rescaling
  }
}

extension TransformChain {
  /// What the stages learnt, by fold, stage and place, read from the arrays of the statistics.
  fileprivate func states(
    of number: Int, in artifact: Artifact, entities: Int
  ) throws -> [[[Transform.State]]] {
    var states = [[[Transform.State]]](
      repeating: [[Transform.State]](repeating: [], count: stages.count), count: 1)
    for (index, stage) in stages.enumerated() where stage.isFitted {
      let places = features.count * (stage.isShared ? 1 : entities)
      let statistics = try stage.transform.statistics.map { name in
        try StoredStatistic(Recipe.name(chain: number, stage: index, name), in: artifact, places: places)
      }
      let folds = statistics.map(\.folds).max() ?? 1
      if states.count < folds {
        states = [[[Transform.State]]](repeating: states[0], count: folds)
      }
      for fold in 0..<folds {
        states[fold][index] = (0..<places).map { place in
          statistics.map { $0.vector(fold: fold, place: place) }
        }
      }
    }
    return states
  }
}

/// One statistic of a stage as it is stored: a vector for each fold and place.
private struct StoredStatistic {
  let folds: Int
  private let places: Int
  private let elements: Int
  private let values: [Double]

  init(_ name: String, in artifact: Artifact, places: Int) throws(ArtifactError) {
    guard let entry = artifact.manifest.array(name) else {
      throw .noArray(artifact: artifact.directory, name: name)
    }
    folds = entry.axes.first == "folds" ? entry.shape[0] : 1
    elements = entry.axes.last == "elements" ? entry.shape[entry.shape.count - 1] : 1
    self.places = places
    values = try artifact.array(name, of: Double.self, shape: entry.shape).values
    guard folds > 0, elements > 0, values.count == folds * places * elements else {
      throw .noFact(artifact: artifact.directory, name: name)
    }
  }

  func vector(fold: Int, place: Int) -> [Double] {
    let first = (min(fold, folds - 1) * places + place) * elements
    return Array(values[first..<(first + elements)])
  }
}
