package import Artifacts

extension Recipe {
  /// A part of two declarations that differs, with what each says; nil where they are the same.
  package func difference(from other: Recipe) -> (part: String, own: String, others: String)? {
    let (own, others) = (declaration.object ?? [:], other.declaration.object ?? [:])
    for part in Set(own.keys).union(others.keys).sorted() where own[part] != others[part] {
      return (part, (own[part] ?? .null).inline, (others[part] ?? .null).inline)
    }
    return nil
  }

  /// The first feature of which two recipes of the same declaration have learnt different things; nil where there is none.
  package func firstFeatureLearntDifferently(than other: Recipe) -> String? {
    for (chain, others) in zip(chains, other.chains) {
      for (index, stage) in chain.stages.enumerated() where stage.isFitted {
        guard let mine = chain.states.first?[index], let theirs = others.states.first?[index] else {
          continue
        }
        let places = zip(mine, theirs).map { Self.isSame($0, $1) }
        guard mine.count == theirs.count, let place = places.firstIndex(of: false) else {
          if mine.count != theirs.count { return features[chain.features[0]].name }
          continue
        }
        return features[chain.features[place % chain.features.count]].name
      }
    }
    return nil
  }

  /// Shorter vectors are stored filled up with their last element.
  private static func isSame(_ one: Transform.State, _ other: Transform.State) -> Bool {
    one.count == other.count
      && zip(one, other).allSatisfy { a, b in
        (0..<max(a.count, b.count)).allSatisfy { index in
          guard !a.isEmpty, !b.isEmpty else { return a.isEmpty && b.isEmpty }
          return a[min(index, a.count - 1)] == b[min(index, b.count - 1)]
        }
      }
  }
}
