package import Artifacts
package import Evaluation
private import Features
private import Networks
private import Tensors

/// From trained models to an ensemble over some windows.
package struct EnsembleFit: Sendable {
  package enum Members: Sendable { case models, snapshots }

  package enum Combination: Sendable {
    case mean
    /// Weights by the errors on the validation windows, and the shrinkage by those of parts of them.
    case linear(Ensemble.Groups, shrinkages: [Double], allowsNegative: Bool)
  }

  /// A trained model, and the step that made it.
  package struct Source: Sendable {
    package var name: String
    package var artifact: Artifact

    package init(name: String, artifact: Artifact) {
      self.name = name
      self.artifact = artifact
    }
  }

  package var members: Members
  /// How many are taken, the best by validation; nil for all.
  package var best: Int?
  package var combination: Combination

  package init(members: Members, best: Int?, combination: Combination) {
    self.members = members
    self.best = best
    self.combination = combination
  }

  /// What came out, and the errors that weights were found by; none where all count alike.
  package struct Result: Sendable {
    package var ensemble: Ensemble
    /// The mean squared error of each member on the validation windows, in the units of the transforms.
    package var validation: [Double]
    /// What was chosen, and the mean squared error on windows that weights were not found on; nil where all count alike.
    package var choice: (shrinkage: Double, meanSquare: Double?)?
  }

  private static let mostMembers = 1000

  package func ensemble(
    of sources: [Source], for set: TrainingSet, threads: Int, progress: (Int, Int) -> Void
  ) throws -> Result {
    var members: [Ensemble.Member] = []
    var figures: [Double?] = []
    for source in sources {
      let fitted = try FittedModel(reading: source.artifact)
      try Self.check(fitted, source, set)
      switch self.members {
      case .models:
        members.append(
          Ensemble.Member(
            name: source.name, model: fitted.forecaster.model, lookback: fitted.signature.lookback))
        figures.append(source.artifact.manifest.metrics["validation/mse"])
      case .snapshots:
        let kept = try Self.snapshots(of: fitted, source)
        members += kept.map { member, _ in member }
        figures += kept.map { _, loss in loss }
      }
    }
    if let best, best < members.count {
      if let place = figures.firstIndex(of: nil) {
        throw EnsembleError.noFigure(model: members[place].name)
      }
      let order = members.indices.sorted { ((figures[$0] ?? 0), $0) < ((figures[$1] ?? 0), $1) }
      members = order.prefix(best).sorted().map { members[$0] }
    }
    guard members.count <= Self.mostMembers else { throw EnsembleError.tooMany(members.count) }
    let classes = members[0].model.classes
    if let other = members.first(where: { $0.model.classes != classes }) {
      throw EnsembleError.classes(
        model: members[0].name, classes, other: other.name, other.model.classes)
    }
    return try weighted(
      Ensemble(members: members, classes: classes), set, threads: threads, progress: progress)
  }

  // MARK: Agreement

  /// Demands that a model fits the windows of the ensemble.
  private static func check(_ fitted: FittedModel, _ source: Source, _ set: TrainingSet) throws {
    let (own, windows) = (fitted.signature, set.table.signature)
    if let difference = own.differences(from: windows).first(where: { $0.field != "lookback" }) {
      throw EnsembleError.signature(model: source.name, difference)
    }
    guard own.lookback <= windows.lookback else {
      throw EnsembleError.lookback(model: source.name, own: own.lookback, windows: windows.lookback)
    }
    if let difference = fitted.forecaster.recipe.difference(from: set.recipe) {
      throw EnsembleError.recipe(
        model: source.name, part: difference.part, own: difference.own, windows: difference.others)
    }
    if let feature = fitted.forecaster.recipe.firstFeatureLearntDifferently(than: set.recipe) {
      throw EnsembleError.units(model: source.name, feature: feature)
    }
    let until = try source.artifact.fact("trainedThrough") { $0.integer.map(Int64.init) }
    guard until <= set.trainedThrough else {
      throw EnsembleError.seen(model: source.name, until: until, windows: set.trainedThrough)
    }
  }

  /// The epochs that a network's training kept, each with its validation loss.
  private static func snapshots(
    of fitted: FittedModel, _ source: Source
  ) throws -> [(Ensemble.Member, Double?)] {
    guard case .network(let network) = fitted.forecaster.model else {
      throw EnsembleError.noSnapshots(model: source.name, kind: fitted.kind)
    }
    let losses = try source.artifact.fact("kept") { $0.array?.map { $0["validation/loss"]?.number } }
    return try zip(try network.snapshots(reading: source.artifact), losses).map { snapshot, loss in
      (
        Ensemble.Member(
          name: "\(source.name) epoch \(snapshot.epoch)", model: .network(snapshot.network),
          lookback: fitted.signature.lookback),
        loss
      )
    }
  }

  // MARK: Weights

  private static let elementsPerBlock = 1 << 16

  private func weighted(
    _ equal: Ensemble, _ set: TrainingSet, threads: Int, progress: (Int, Int) -> Void
  ) throws -> Result {
    guard case .linear(let groups, let shrinkages, let allowsNegative) = combination else {
      return Result(ensemble: equal, validation: [])
    }
    let spans = try Self.products(
      of: equal, groups: groups, set, threads: threads, progress: progress)
    let choice = ErrorProducts.shrinkage(among: shrinkages, over: spans, allowsNegative: allowsNegative)
    var whole = spans[0]
    for span in spans.dropFirst() { whole.add(span) }
    var ensemble = equal
    ensemble.groups = groups
    ensemble.weights = whole.weights(shrinkage: choice.shrinkage, allowsNegative: allowsNegative)
    return Result(ensemble: ensemble, validation: whole.meanSquares, choice: choice)
  }

  /// Spans of the validation part that judge a shrinkage in turn.
  private static let spanCount = 5

  /// Which span of time each validation window is in: they are as many as can be told apart, of equal lengths.
  private static func spans(of origins: Origins, in table: WindowTable) -> (places: [Int], count: Int) {
    let times = Set(origins.map { table.time[$0] }).sorted()
    let count = max(1, min(spanCount, times.count))
    let borders = (1..<max(count, 1)).map { times[$0 * times.count / count] }
    return (origins.map { origin in borders.count { $0 <= table.time[origin] } }, count)
  }

  /// The errors of all members on the validation windows, by spans of time; of classes those of their probabilities.
  private static func products(
    of ensemble: Ensemble, groups: Ensemble.Groups, _ set: TrainingSet, threads: Int,
    progress: (Int, Int) -> Void
  ) throws -> [ErrorProducts] {
    let table = set.table
    let signature = table.signature
    let forecasters = try ensemble.members.map { member in
      var shorter = signature
      shorter.lookback = member.lookback
      return try Forecaster(
        model: member.model, recipe: set.recipe, signature: shorter, labelMeans: set.labelMeans)
    }
    let origins = table.origins[.validation] ?? []
    let (classes, members) = (ensemble.classes, ensemble.members.count)
    let columns = signature.targets.count * classes
    let count = groups.count(steps: signature.horizon, targets: signature.targets.count)
    let pattern = groups.pattern(steps: signature.horizon, columns: columns, classes: classes)
    let size = max(1, elementsPerBlock / (signature.horizon * columns))
    let (places, spanCount) = spans(of: origins, in: table)
    // Blocks do not reach over the borders of spans.
    let blocks = (0..<spanCount).flatMap { span in
      let rows = places.indices.filter { places[$0] == span }.map { origins[$0] }
      return stride(from: 0, to: rows.count, by: size).map { first in
        (span: span, rows: rows[first..<min(first + size, rows.count)])
      }
    }
    var products = [ErrorProducts](
      repeating: ErrorProducts(members: members, groups: count), count: spanCount)
    Blocks.inOrder(blocks.count, threads: threads) { block in
      let rows = blocks[block].rows
      var part = ErrorProducts(members: members, groups: count)
      part.add(
        forecasters.map { $0.opinion(from: rows, in: table).values },
        against: table.labels(ofWindowsAt: rows).spread(over: classes), pattern: pattern)
      return part
    } take: { block, part in
      products[blocks[block].span].add(part)
      progress(block + 1, blocks.count)
    }
    return products
  }
}

extension Panel {
  /// The elements; of classes a one in the place of each, [B, H, K C].
  fileprivate func spread(over classes: Int) -> [Double] {
    guard classes > 1 else { return values }
    var spread = [Double](repeating: 0, count: values.count * classes)
    for (index, value) in values.enumerated() {
      let code = Int(value)
      if (0..<classes).contains(code) { spread[index * classes + code] = 1 }
    }
    return spread
  }
}
