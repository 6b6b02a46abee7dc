extension Recipe {
  /// The first transform that learnt numbers of each entity's own, and a feature that goes through it; nil where all
  /// entities share what was learnt.
  package var learntOfEachEntity: (transform: String, feature: String)? {
    for chain in chains {
      for stage in chain.stages where stage.isFitted && !stage.isShared {
        guard let feature = chain.features.first else { continue }
        return (type(of: stage.transform).name, features[feature].name)
      }
    }
    return nil
  }

  /// The same recipe for other entities: `numbers` says which of those it learnt from each of them is.
  package func ofEntities(_ numbers: [Int]) -> Recipe {
    var recipe = self
    for (number, chain) in chains.enumerated() {
      let width = chain.features.count
      for fold in chain.states.indices {
        for (index, stage) in chain.stages.enumerated() where stage.isFitted && !stage.isShared {
          let states = chain.states[fold][index]
          recipe.chains[number].states[fold][index] = numbers.flatMap { entity in
            states[(entity * width)..<((entity + 1) * width)]
          }
        }
      }
    }
    return recipe
  }
}
