package import Artifacts
package import Chronology

/// Transforms one after the other over some features, and what they have learnt of each.
package struct TransformChain: Sendable {
  package struct Stage: Sendable {
    package let transform: any Transform
    /// Whether all entities share what is learnt.
    package let isShared: Bool
    /// Whether it learns from all rows, the future among them: an honest chain never does.
    package let seesAll: Bool

    var isFitted: Bool { !transform.statistics.isEmpty }
  }

  package let stages: [Stage]
  /// The features that go through it, by their numbers.
  package internal(set) var features: [Int] = []
  /// What stages learnt: by fold, stage, and place, where the place of a feature of an entity is
  /// entity · features + position.
  package internal(set) var states: [[[Transform.State]]] = []

  init(_ json: JSON?, interval: Interval?) throws(FeatureError) {
    var stages: [Stage] = []
    for element in json?.array ?? [] {
      let name = element["name"]?.string ?? ""
      guard let type = TransformLibrary.all.first(where: { $0.name == name }) else {
        throw .unknownTransform(name)
      }
      stages.append(
        Stage(
          transform: try type.init(PartSettings(part: name, json: element, interval: interval)),
          isShared: element["per"]?.string == "all", seesAll: element["fit"]?.string == "all"))
    }
    self.stages = stages
  }

  /// The rows at the front of a run for which it has no value.
  package var lookback: Int { stages.reduce(0) { $0 + $1.transform.lookback } }

  /// Whether all that goes in is positive, and all that comes back: what later stages make of it does not matter.
  package var isLogarithmic: Bool { stages.first?.transform.isLogarithmic ?? false }

  /// Whether undoing it takes each of the first `steps` values on its own, so that an order among them stays one.
  ///
  /// A difference adds up the steps before, except those that are compared with what is known at the origin.
  package func isPointwise(over steps: Int) -> Bool {
    stages.allSatisfy { $0.transform.lookback == 0 || $0.transform.lookback >= steps }
  }

  package var unit: String { stages.last?.transform.unit ?? "original units" }

  /// The place of what was learnt of a feature.
  func place(_ position: Int, entity: Int, stage: Int) -> Int {
    (stages[stage].isShared ? 0 : entity) * features.count + position
  }

  func state(_ stage: Int, _ position: Int, entity: Int, fold: Int) -> Transform.State {
    guard stages[stage].isFitted else { return [] }
    return states[fold][stage][place(position, entity: entity, stage: stage)]
  }

  // MARK: Folds

  /// Why what it learns cannot be told for several folds from one table; nil when it can.
  var foldProblem: String? {
    let fitted = stages.filter(\.isFitted)
    guard fitted.count <= 1 else {
      return "\(fitted.count) of its transforms learn, and of folds at most one may"
    }
    guard let only = fitted.first else { return nil }
    guard only.transform is any AffineTransform else {
      return "'\(type(of: only.transform).name)' is no change of scale, and folds need one"
    }
    return stages.last?.isFitted == true ? nil : "what learns must come last"
  }

  /// How values in the units of the first fold become those of another: y = x · factor + offset.
  func rescaling(_ position: Int, entity: Int, fold: Int) -> (factor: Double, offset: Double) {
    guard let stage = stages.firstIndex(where: \.isFitted),
      let transform = stages[stage].transform as? any AffineTransform
    else { return (1, 0) }
    let first = transform.affine(state(stage, position, entity: entity, fold: 0))
    let own = transform.affine(state(stage, position, entity: entity, fold: fold))
    return (first.scale / own.scale, (first.shift - own.shift) / own.scale)
  }

  // MARK: Paths

  /// Transforms, or undoes, values that follow an origin; `past` are the raw values up to it, newest last, at least
  /// ``lookback`` of them.
  func convert(
    _ path: UnsafeMutableBufferPointer<Double>, after past: [Double], _ position: Int, entity: Int,
    inverting: Bool
  ) {
    let order = inverting ? Array(stages.indices.reversed()) : Array(stages.indices)
    guard lookback > 0 else {
      let nothing = UnsafeBufferPointer<Double>(start: nil, count: 0)
      for index in order { convert(path, by: index, after: nothing, position, entity, inverting) }
      return
    }
    var current = past
    var pasts: [[Double]] = []
    for (index, stage) in stages.enumerated() {
      let lookback = stage.transform.lookback
      pasts.append(Array(current.suffix(lookback)))
      guard lookback > 0 || index + 1 < stages.count, !current.isEmpty else { continue }
      let state = state(index, position, entity: entity, fold: 0)
      // A past that has no value, as a negative price has no logarithm, makes a path that has none.
      let isDefined = current.withUnsafeMutableBufferPointer {
        (try? stage.transform.apply($0, state)) != nil
      }
      if !isDefined { current = current.map { _ in .nan } }
      current.removeFirst(min(lookback, current.count))
    }
    for index in order {
      pasts[index].withUnsafeBufferPointer {
        convert(path, by: index, after: $0, position, entity, inverting)
      }
    }
  }

  private func convert(
    _ path: UnsafeMutableBufferPointer<Double>, by stage: Int, after past: UnsafeBufferPointer<Double>,
    _ position: Int, _ entity: Int, _ inverting: Bool
  ) {
    let (transform, state) = (stages[stage].transform, state(stage, position, entity: entity, fold: 0))
    if inverting {
      transform.invert(path, after: past, state)
    } else {
      transform.advance(path, after: past, state)
    }
  }
}
