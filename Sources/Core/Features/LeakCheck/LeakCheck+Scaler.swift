import Artifacts
import Numerics

extension LeakCheck {
  /// Lets the transforms learn a second time with noise wherever there is no training row, and demands that they learn
  /// the same; and that no row they learn from is a label of validation or test.
  func scaler() throws -> LeakFinding {
    let names = windows.recipe.fittedFeatures
    guard !names.isEmpty else { return LeakFinding(.scaler, .skipped, "no transform learns anything") }
    if !plan.isRandom, let fold = plan.folds.firstIndex(where: learnsFromJudged) {
      return LeakFinding(
        .scaler, isPassed: false,
        "transforms of fold \(fold) learn from rows that are labels of validation or test")
    }
    let tried = try Set([0, plan.folds.count - 1]).sorted().compactMap { try changedFeatures(plan.folds[$0]) }
    guard !tried.isEmpty else {
      return LeakFinding(.scaler, .skipped, "every row is one that transforms learn from: no room for noise")
    }
    let changed = tried.reduce(into: Set()) { $0.formUnion($1) }
    let found = names.filter(changed.contains)
    return LeakFinding(
      .scaler, isPassed: found.isEmpty,
      found.isEmpty
        ? "what the transforms of \(names.count) features learnt stays the same with noise for validation and test"
        : "what the transforms of \(list(found)) learn changes with validation and test")
  }

  /// Whether a row that transforms learn from is a label of a validation or test window.
  private func learnsFromJudged(_ fold: Fold) -> Bool {
    let signature = windows.signature
    let first = max(signature.labelStart, 1)
    var judged: [Range<Int>] = []
    for split in [Split.validation, .test] {
      for run in fold.origins[split]?.runs ?? [] {
        judged.append((run.first + first)..<(run.last + signature.span + 1))
      }
    }
    judged.sort { $0.lowerBound < $1.lowerBound }
    return !Recipe.intersection(fold.trainingRows, judged).isEmpty
  }

  /// The features whose statistics differ when rows that are no training rows are noise; nil where there are none.
  private func changedFeatures(_ fold: Fold) throws -> Set<String>? {
    let stretches = borders(of: fold)
    guard !stretches.isEmpty else { return nil }
    // Entities that have no stretch would have nothing to learn from.
    let sample = windows.rows.sample(stretches).only(stretches.map(\.entity))
    let kept = KeptRows(sample.segments, warmup: windows.recipe.warmup, entityCount: sample.entities.count)
    // The training rows by their places in the sample.
    let training = zip(stretches, sample.segments).flatMap { stretch, segment in
      Recipe.intersection([stretch.rows], fold.trainingRows).map { range in
        let shift = segment.rows.lowerBound - stretch.rows.lowerBound
        return (range.lowerBound + shift)..<(range.upperBound + shift)
      }
    }
    var (honest, noisy) = (windows.recipe, windows.recipe)
    try honest.fitColumns(of: sample, kept: kept, training: [training]) { _ in }
    // What a transform compares the first training rows with is their past, and may be learnt from as well.
    let past = windows.recipe.chains.map(\.lookback).max() ?? 0
    let isKnown = training.reduce(into: [Bool](repeating: false, count: sample.rowCount)) { marks, range in
      for row in max(range.lowerBound - past, 0)..<range.upperBound { marks[row] = true }
    }
    try noisy.fitColumns(
      of: sample, kept: kept, training: [training],
      altering: { column in
        let stream = RandomStream(seed: 5, purpose: "noise of the leak check")
        for row in column.indices where !isKnown[row] {
          column[row] *= 0.25 + 1.5 * stream.uniform(at: row)
          column[row] += stream.uniform(at: column.count + row) * 1e-3
        }
      }, take: { _ in })
    return Set(
      windows.recipe.features.indices.filter { honest.state(of: $0) != noisy.state(of: $0) }.map {
        windows.signature.features[$0]
      })
  }

  /// Stretches, one an entity, that hold the end of its training rows and what comes behind; ordered as samples are.
  private func borders(of fold: Fold) -> [Segment] {
    let (before, behind) = (2048 + windows.recipe.warmup, 1024)
    return windows.rows.entities.indices.prefix(8).compactMap { entity in
      let runs = windows.rows.segments.filter { $0.entity == entity }
      let ranges = fold.trainingRows.filter { range in runs.contains { $0.rows.overlaps(range) } }
      // The last training row that has a row behind it in its run.
      for range in ranges.reversed() {
        guard let run = runs.first(where: { $0.rows.overlaps(range) }), run.rows.upperBound > range.upperBound
        else {
          continue
        }
        let first = max(run.rows.lowerBound, range.upperBound - before)
        return Segment(entity: entity, rows: first..<min(run.rows.upperBound, range.upperBound + behind))
      }
      return nil
    }
  }
}

extension Recipe {
  /// The features whose transforms learn.
  var fittedFeatures: [String] {
    features.indices.filter { chain(of: $0).stages.contains(where: \.isFitted) }.map { features[$0].name }
  }

  /// Everything that was learnt of a feature, in bits.
  func state(of feature: Int) -> [UInt64] {
    let (number, position) = chainPlaces[feature]
    let chain = chains[number]
    var bits: [UInt64] = []
    for stage in chain.stages.indices where chain.stages[stage].isFitted {
      let places = chain.states[0][stage]
      for place in stride(from: position, to: places.count, by: chain.features.count) {
        for vector in places[place] { bits += vector.map(\.bitPattern) }
      }
    }
    return bits
  }
}
