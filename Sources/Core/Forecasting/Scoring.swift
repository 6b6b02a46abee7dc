package import Artifacts
package import Evaluation
package import Tensors

/// Judges a forecaster by windows it did not learn from: intervals from the validation windows, errors and
/// coverage from every test window, always beside the baselines.
///
/// Windows are taken in blocks of a size that depends on the horizon alone, several at once, and added up in
/// their order, so that the number of threads changes nothing.
package struct Scoring: Sendable {
  package let forecaster: Forecaster
  package let table: WindowTable
  package let baselines: [Baseline]
  package let threads: Int
  private let blockSize: Int
  /// Of classes, how often each came in the training windows; nil where targets are quantities.
  private let classShares: [[Double]]?
  /// The mean absolute error of repeating the last season in the training part, [E, K]; not a number where there is none.
  private let scales: [Double]

  /// Elements of a panel that a block should have: large enough for a fast product, small enough for the cache.
  private static let elementsPerBlock = 1 << 16

  /// - Parameter season: what the scaled errors are measured by, in bars; 1 where there is none.
  package init(
    forecaster: Forecaster, table: WindowTable, baselines: [Baseline], season: Int? = nil, threads: Int
  ) {
    self.forecaster = forecaster
    self.table = table
    self.baselines = baselines
    self.threads = threads
    let width = forecaster.signature.horizon * forecaster.signature.targets.count
    blockSize = max(1, Self.elementsPerBlock / width)
    classShares = table.classShares
    scales = table.seasonalScales(season: season ?? 1)
  }

  package typealias Progress = (_ done: Int, _ total: Int) -> Void

  // MARK: Intervals

  /// The quantiles of the errors on the validation windows; see ``IntervalCalibration/offsets()``.
  package func calibrate(
    coverages: [Double], progress: Progress
  ) -> Calibration {
    let signature = forecaster.signature
    var calibration = IntervalCalibration(
      coverages: coverages, entities: signature.entities.count, steps: signature.horizon,
      columns: signature.targets.count, isRelative: forecaster.isLogarithmic)
    let origins = table.origins[.validation] ?? []
    var errors = ErrorSums()
    forEachBlock(of: origins, progress) { block in
      (forecaster.forecast(from: block, in: table), actualLevels(after: block))
    } take: { forecasts, actual in
      calibration.add(forecasts.levels, against: actual, entities: forecasts.entities)
      errors.add(ErrorSums(of: forecasts.levels, against: actual))
    }
    let (offsets, pooled) = calibration.offsets()
    return Calibration(offsets: offsets, pooled: pooled, errors: errors)
  }

  /// What the validation windows say.
  package struct Calibration: Sendable {
    package var offsets: IntervalOffsets
    /// Entities with too few windows for intervals of their own.
    package var pooled: [Int]
    /// The errors in original units.
    package var errors: ErrorSums

    /// Whether every forecast and every interval is one of numbers.
    package var isFinite: Bool {
      (errors.count == 0 || errors.meanAbsolute.isFinite) && offsets.offsets.allSatisfy(\.isFinite)
    }

    /// `validation/mse`, `validation/mae`, `validation/rmse`; none where there was no window.
    ///
    /// A value that does not exist is left out, as those of the test are.
    package var metrics: [String: Double] {
      guard errors.count > 0 else { return [:] }
      let metrics = [
        "validation/mse": errors.meanSquare, "validation/mae": errors.meanAbsolute,
        "validation/rmse": errors.rootMeanSquare,
      ]
      return metrics.filter { $0.value.isFinite }
    }
  }

  // MARK: Test

  /// The forecasts of a block of test windows, handed over in the order of the windows.
  package struct TestBlock: Sendable {
    /// Rows of the last inputs, [B].
    package var origins: [Int]
    package var forecast: Panel
    package var actual: Panel
    /// The first baseline: repeat, and of classes how often each is.
    package var baseline: Panel
    /// The model's own quantiles, [B, H, K, Q]; nil for a model that has none.
    package var quantiles: [Double]?
    /// Bounds, [B, H, K, 2]; nil for a model that has none.
    package var bounds: [Double]?
  }

  /// Scores every test window.
  ///
  /// `take` gets the forecasts block by block, in order.
  package func test(
    intervals: IntervalOffsets, progress: Progress, take: (TestBlock) throws -> Void
  ) rethrows -> Scores {
    var scores = emptyScores(intervals.probabilities)
    try forEachBlock(of: table.origins[.test] ?? [], progress) { origins in
      score(origins, intervals: intervals)
    } take: { block, sums in
      scores.add(sums)
      try take(block)
    }
    scores.overlap = table.overlap(of: table.origins[.test] ?? [])
    return scores
  }

  private func emptyScores(_ probabilities: [Double]) -> Scores {
    let signature = forecaster.signature
    let table = RegressionTable(
      steps: signature.horizon, entities: signature.entities.count, columns: signature.targets.count)
    return Scores(
      model: Scores.Units(levels: table, transformed: table),
      losses: Scores.Losses(steps: signature.horizon),
      baselines: baselines.map {
        Scores.BaselineScore(baseline: $0, losses: Scores.Losses(steps: signature.horizon))
      },
      direction: signature.hasLabels ? nil : DirectionTable(steps: signature.horizon),
      classes: classShares.map(ClassScores.init), intervals: QuantileScores(probabilities: probabilities))
  }

  private func score(_ origins: ArraySlice<Int>, intervals: IntervalOffsets) -> (TestBlock, Scores) {
    let probabilities = intervals.probabilities
    let forecasts = forecaster.forecast(from: origins, in: table, quantilesAt: probabilities)
    let actual = actualLevels(after: origins)
    let transformed = table.labels(ofWindowsAt: origins)
    var scores = emptyScores(probabilities)
    let months = origins.map { table.month(ofRow: $0) }
    scores.times = origins.map { table.time[$0] }
    scores.model.levels.add(
      forecasts.levels, against: actual, entities: forecasts.entities, months: months, scales: scales)
    scores.model.transformed.add(
      forecasts.transformed, against: transformed, entities: forecasts.entities, months: months,
      scales: scales.map { _ in .nan })
    let truth = Scores.Units(levels: actual, transformed: transformed)
    scores.losses = Scores.Losses(of: forecasts, against: truth)
    scores.direction?.add(forecasts.levels, against: actual, last: lastLevels(at: origins))
    scores.classes?.add(forecasts.levels, against: actual)
    let entityScales = forecasts.entities.map { scales[($0 * actual.columns)..<(($0 + 1) * actual.columns)] }
    scores.intervals.add(
      intervals.quantiles(around: forecasts.levels, entities: forecasts.entities), against: actual,
      scales: entityScales)
    if let own = forecasts.quantiles {
      var judged = QuantileScores(probabilities: probabilities)
      judged.add(own, against: actual, scales: entityScales)
      scores.modelQuantiles = judged
    }
    var first = actual
    for (index, baseline) in baselines.enumerated() {
      let other = forecaster.forecast(with: baseline, from: origins, in: table)
      scores.baselines[index].losses = Scores.Losses(of: other, against: truth)
      if index == 0 { first = other.levels }
    }
    let block = TestBlock(
      origins: Array(origins), forecast: forecasts.levels, actual: actual, baseline: first,
      quantiles: forecasts.quantiles,
      bounds: forecasts.bounds)
    return (block, scores)
  }

  /// The values that are seen last, [B, K]; none of labels.
  private func lastLevels(at origins: ArraySlice<Int>) -> [Double] {
    guard !forecaster.signature.hasLabels else { return [] }
    let columns = forecaster.signature.targets.count
    return origins.flatMap { origin in (0..<columns).map { table.levels[origin * columns + $0] } }
  }

  private func actualLevels(after origins: ArraySlice<Int>) -> Panel {
    let signature = forecaster.signature
    return table.levels.withUnsafeBufferPointer { levels in
      Panel(
        following: origins, start: signature.labelStart, steps: signature.horizon,
        columns: signature.targets.count,
        in: levels)
    }
  }

  // MARK: Blocks

  private func forEachBlock<Value: Sendable>(
    of origins: Origins, _ progress: Progress, make: @escaping @Sendable (ArraySlice<Int>) -> Value,
    take: (Value) throws -> Void
  ) rethrows {
    let size = blockSize
    let count = (origins.count + size - 1) / size
    try Blocks.inOrder(count, threads: threads) { block in
      make(Array(origins[(block * size)..<min((block + 1) * size, origins.count)])[...])
    } take: { block, value in
      try take(value)
      progress(min((block + 1) * size, origins.count), origins.count)
    }
  }
}
