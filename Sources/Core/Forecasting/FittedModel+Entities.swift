package import Artifacts
private import Chronology
private import Evaluation
private import Features
private import Networks

extension FittedModel {
  /// The model for a series of these entities, in their order; and, for networks, the code of each.
  ///
  /// An entity that training did not know is refused, unless the model was trained for unknown ones and no transform
  /// learnt numbers of each entity's own. Its intervals are as wide as the widest of the others.
  package func suited(to names: [String]) throws -> (model: FittedModel, codes: [Int]) {
    let known = signature.entities
    guard names != known else { return (self, Array(names.indices)) }
    let numbers = names.map { known.firstIndex(of: $0) }
    let unknown = zip(names, numbers).compactMap { $1 == nil ? $0 : nil }
    if !unknown.isEmpty {
      guard forecaster.model.knowsUnknownEntities else {
        throw ForecastError.unknownEntities(unknown, known: known)
      }
      if let learnt = forecaster.recipe.learntOfEachEntity {
        throw ForecastError.noStatistics(unknown, transform: learnt.transform, feature: learnt.feature)
      }
    }
    var signature = signature
    signature.entities = names
    signature.intervals = zip(names, numbers).map { name, number in
      number.map { self.signature.intervals[$0] } ?? interval(of: name)
    }
    var model = self
    model.forecaster = try Forecaster(
      model: forecaster.model, recipe: forecaster.recipe.ofEntities(numbers.map { $0 ?? 0 }),
      signature: signature, labelMeans: forecaster.labelMeans)
    model.intervals = intervals.ofEntities(numbers)
    return (model, numbers.map { $0 ?? known.count })
  }

  /// That of the entities whose names end alike, such as `@4h`.
  private func interval(of name: String) -> Interval {
    func ending(_ name: String) -> Substring { name.lastIndex(of: "@").map { name[$0...] } ?? "" }
    let alike = zip(signature.entities, signature.intervals).first { ending($0.0) == ending(name) }
    return alike?.1 ?? signature.interval
  }
}

extension Forecaster.Model {
  /// Whether it can say something of an entity that training did not know.
  fileprivate var knowsUnknownEntities: Bool {
    switch self {
    case .linear, .baseline, .process, .regression: true
    case .network(let network): !network.looksAtEntities || network.knowsUnknownEntities
    case .ensemble(let ensemble): ensemble.members.allSatisfy(\.model.knowsUnknownEntities)
    }
  }
}

extension IntervalOffsets {
  /// Those of other entities: nil stands for one that nobody knows.
  fileprivate func ofEntities(_ numbers: [Int?]) -> IntervalOffsets {
    let width = steps * columns * probabilities.count
    var found: [Double] = []
    found.reserveCapacity(numbers.count * width)
    for number in numbers {
      for place in 0..<width {
        guard number == nil else {
          found.append(offsets[(number ?? 0) * width + place])
          continue
        }
        let all = (0..<entities).map { offsets[$0 * width + place] }
        let isLower = probabilities[place % probabilities.count] < 0.5
        found.append((isLower ? all.min() : all.max()) ?? 0)
      }
    }
    return IntervalOffsets(
      probabilities: probabilities, offsets: found, entities: numbers.count, steps: steps, columns: columns,
      isRelative: isRelative)
  }
}
