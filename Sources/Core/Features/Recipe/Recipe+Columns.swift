package import Artifacts
private import Tensors

extension Recipe {
  /// Columns as they are made, handed over one by one.
  package enum Made {
    /// A feature before its transforms.
    case raw(feature: Int, [Double])
    /// The same after them.
    case transformed(feature: Int, [Double])
    /// A label.
    case label(target: Int, [Double])
    /// What a price that does not move makes of a label.
    case still(target: Int, [Double])
  }

  /// Makes every column for the rows of a table, [N] each, valid in the kept rows, and hands it over; nothing is held
  /// that no later column needs.
  package func makeColumns(of rows: RowTable, kept: KeptRows, take: (Made) throws -> Void) throws {
    var fitted = self
    try fitted.makeColumns(of: rows, kept: kept, fitting: nil, take: take)
  }

  /// The same, after every transform has learnt from training rows: one list of ranges of rows a fold.
  ///
  /// `alter` changes each feature before that: the leak check puts noise where nothing may be learnt from. With several
  /// threads one makes a column while another transforms the one before; the values are the same.
  package mutating func fitColumns(
    of rows: RowTable, kept: KeptRows, training: [[Range<Int>]], threads: Int = 1,
    altering alter: ((inout [Double]) -> Void)? = nil, take: (Made) throws -> Void
  ) throws {
    for index in chains.indices {
      if training.count > 1, let problem = chains[index].foldProblem,
        let feature = chains[index].features.first
      {
        throw FeatureError.folds(feature: features[feature].name, problem: problem)
      }
      let empty = chains[index].stages.map { stage in
        [Transform.State](
          repeating: [], count: chains[index].features.count * (stage.isShared ? 1 : rows.entities.count))
      }
      chains[index].states = [[[Transform.State]]](repeating: empty, count: training.count)
    }
    try makeColumns(of: rows, kept: kept, fitting: training, threads: threads, altering: alter, take: take)
  }

  private mutating func makeColumns(
    of rows: RowTable, kept: KeptRows, fitting training: [[Range<Int>]]?, threads: Int = 1,
    altering alter: ((inout [Double]) -> Void)? = nil, take: (Made) throws -> Void
  ) throws {
    var shelf = try ColumnShelf(rows, for: sources.map(\.inputs) + labels.map(\.inputs))
    // Of a series that is larger than what the shelf holds, there is not to be one column more in memory.
    let worksAhead = threads > 1 && shelf.holdsAll
    var next: Ahead<[[Double]]>?
    for (index, source) in sources.enumerated() {
      var columns = try next?.take() ?? make(source, shelf.columns(source.inputs), rows)
      shelf.finish(index)
      for (column, feature) in zip(columns, source.features) { shelf.keep(column, ofFeature: feature) }
      next = worksAhead ? try ahead(index + 1, shelf, rows) : nil
      for (place, feature) in source.features.enumerated() {
        // Taken out of the list, so that it can be changed where it is.
        var column = exchange(&columns[place], with: [])
        alter?(&column)
        try take(.raw(feature: feature, column))
        try transform(&column, feature, rows, kept, fitting: training)
        try take(.transformed(feature: feature, column))
      }
    }
    for (index, source) in labels.enumerated() {
      let inputs = try shelf.columns(source.inputs)
      let columns = makeLabels(source, inputs, rows)
      for (target, column) in zip(source.targets, columns) {
        try take(.label(target: target, column))
        try take(.still(target: target, still(labelColumns[target].still, inputs, rows.rowCount)))
      }
      shelf.finish(sources.count + index)
    }
  }

  // MARK: Making

  /// Begins with the columns of a source on another thread; nil behind the last one.
  private func ahead(_ index: Int, _ shelf: ColumnShelf, _ rows: RowTable) throws -> Ahead<[[Double]]>? {
    guard index < sources.count else { return nil }
    let (recipe, source) = (self, sources[index])
    let inputs = try shelf.columns(source.inputs)
    return Ahead { recipe.make(source, inputs, rows) }
  }

  private func make(_ source: FeatureSource, _ inputs: [[Double]], _ rows: RowTable) -> [[Double]] {
    guard case .indicator(let indicator) = source.content else { return inputs }
    return columns(
      source.features.count, of: rows, inputs, skipping: source.inputLookback
    ) { indicator.compute($0, into: $1) }
  }

  private func makeLabels(_ source: LabelSource, _ inputs: [[Double]], _ rows: RowTable) -> [[Double]] {
    columns(source.targets.count, of: rows, inputs, skipping: source.inputLookback) {
      source.label.compute($0, into: $1)
    }
  }

  private func still(_ still: LabelColumn.Still, _ inputs: [[Double]], _ count: Int) -> [Double] {
    switch still {
    case .value(let value): [Double](repeating: value, count: count)
    case .lastInput: inputs[0]
    }
  }

  /// New columns, run by run, from rows for which all inputs have a value.
  private func columns(
    _ count: Int, of rows: RowTable, _ inputs: [[Double]], skipping lookback: Int,
    _ compute: (Run, [UnsafeMutableBufferPointer<Double>]) -> Void
  ) -> [[Double]] {
    withPointers(to: inputs) { inputs in
      newColumns(count, rowCount: rows.rowCount) { columns in
        for segment in rows.segments where segment.rows.count > lookback {
          let valid = (segment.rows.lowerBound + lookback)..<segment.rows.upperBound
          let run = Run(
            columns: inputs.map { UnsafeBufferPointer(rebasing: $0[valid]) },
            time: UnsafeBufferPointer(rebasing: rows.time.buffer[valid]))
          compute(run, columns.map { UnsafeMutableBufferPointer(rebasing: $0[valid]) })
        }
      }
    }
  }

  // MARK: Transforms

  private mutating func transform(
    _ column: inout [Double], _ feature: Int, _ rows: RowTable, _ kept: KeptRows,
    fitting training: [[Range<Int>]]?
  ) throws(FeatureError) {
    let (number, position) = chainPlaces[feature]
    var skipped = features[feature].lookback
    for stage in chains[number].stages.indices {
      if let training, chains[number].stages[stage].isFitted {
        for (fold, ranges) in training.enumerated() {
          try fit(column, feature, number, position, stage, fold, ranges, rows, kept)
        }
      }
      try apply(&column, feature, number, position, stage, rows, skipping: skipped)
      skipped += chains[number].stages[stage].transform.lookback
    }
  }

  /// Learns from the kept rows of the training ranges; of all kept rows where the stage says so.
  private mutating func fit(
    _ column: [Double], _ feature: Int, _ number: Int, _ position: Int, _ index: Int, _ fold: Int,
    _ ranges: [Range<Int>], _ rows: RowTable, _ kept: KeptRows
  ) throws(FeatureError) {
    let stage = chains[number].stages[index]
    let groups = stage.isShared ? [Array(rows.entities.indices)] : rows.entities.indices.map { [$0] }
    for group in groups {
      let segments = kept.segments.filter { group.contains($0.entity) }.map(\.rows)
      let runs = stage.seesAll ? segments : Self.intersection(segments, ranges)
      let result = column.withUnsafeBufferPointer { column -> Result<Transform.State, TransformProblem> in
        let values = TrainingValues(runs.map { UnsafeBufferPointer(rebasing: column[$0]) })
        do throws(TransformProblem) { return .success(try stage.transform.fit(values)) } catch {
          return .failure(error)
        }
      }
      switch result {
      case .success(let state):
        if fold == 0 { warnConstant(column, runs, feature, stage, group, rows) }
        chains[number].states[fold][index][chains[number].place(position, entity: group[0], stage: index)] =
          state
      case .failure(let problem):
        throw .transform(
          problem, name: type(of: stage.transform).name, column: features[feature].name,
          entity: stage.isShared ? "all entities" : rows.entities[group[0]],
          time: problem.place.flatMap { Self.row(at: $0, of: runs) }.map { rows.instant(ofRow: $0) })
      }
    }
  }

  /// The row of the value at a place among those of runs.
  private static func row(at place: Int, of runs: [Range<Int>]) -> Int? {
    var rest = place
    for run in runs {
      if rest < run.count { return run.lowerBound + rest }
      rest -= run.count
    }
    return nil
  }

  /// A column that never changes among the training rows is told so: later values may be far off, above all where its
  /// scale would be 0 and is 1.
  private mutating func warnConstant(
    _ column: [Double], _ runs: [Range<Int>], _ feature: Int, _ stage: TransformChain.Stage, _ group: [Int],
    _ rows: RowTable
  ) {
    guard let first = runs.first.map({ column[$0.lowerBound] }),
      runs.allSatisfy({ $0.allSatisfy { column[$0] == first } })
    else { return }
    let who = stage.isShared ? "all entities" : "'\(rows.entities[group[0]])'"
    let isUnscaled = stage.transform is any AffineTransform && !(stage.transform is MeanScale && first != 0)
    warnings.append(
      "'\(features[feature].name)' of \(who) is constant over the training rows"
        + (isUnscaled ? "; its scale is taken as 1" : ""))
  }

  /// The parts of ordered ranges that lie in ordered others.
  static func intersection(_ ranges: [Range<Int>], _ others: [Range<Int>]) -> [Range<Int>] {
    var result: [Range<Int>] = []
    var first = 0
    for range in ranges {
      while first < others.count, others[first].upperBound <= range.lowerBound { first += 1 }
      var index = first
      while index < others.count, others[index].lowerBound < range.upperBound {
        let part = range.clamped(to: others[index])
        if !part.isEmpty { result.append(part) }
        index += 1
      }
    }
    return result
  }

  private func apply(
    _ column: inout [Double], _ feature: Int, _ number: Int, _ position: Int, _ index: Int, _ rows: RowTable,
    skipping skipped: Int
  ) throws(FeatureError) {
    let chain = chains[number]
    let transform = chain.stages[index].transform
    for segment in rows.segments where segment.rows.count > skipped {
      let valid = (segment.rows.lowerBound + skipped)..<segment.rows.upperBound
      let state = chain.state(index, position, entity: segment.entity, fold: 0)
      let problem = column.withUnsafeMutableBufferPointer { column -> TransformProblem? in
        do throws(TransformProblem) {
          try transform.apply(UnsafeMutableBufferPointer(rebasing: column[valid]), state)
        } catch { return error }
        return nil
      }
      guard let problem else { continue }
      throw .transform(
        problem, name: type(of: transform).name, column: features[feature].name,
        entity: rows.entities[segment.entity],
        time: problem.place.map { rows.instant(ofRow: valid.lowerBound + $0) })
    }
  }
}

/// Calls `body` with pointers to all of some columns.
private func withPointers<Result>(
  to columns: [[Double]], _ body: ([UnsafeBufferPointer<Double>]) -> Result
) -> Result {
  func next(_ rest: ArraySlice<[Double]>, _ found: [UnsafeBufferPointer<Double>]) -> Result {
    guard let column = rest.first else { return body(found) }
    return column.withUnsafeBufferPointer { next(rest.dropFirst(), found + [$0]) }
  }
  return next(columns[...], [])
}

/// New columns of zeros that `body` writes into.
private func newColumns(
  _ count: Int, rowCount: Int, _ body: ([UnsafeMutableBufferPointer<Double>]) -> Void
) -> [[Double]] {
  func next(_ found: [UnsafeMutableBufferPointer<Double>]) -> [[Double]] {
    guard found.count < count else {
      body(found)
      return []
    }
    var rest: [[Double]] = []
    let column = [Double](unsafeUninitializedCapacity: rowCount) { column, filled in
      let column = UnsafeMutableBufferPointer(rebasing: column[..<rowCount])
      column.initialize(repeating: 0)
      filled = rowCount
      rest = next(found + [column])
    }
    return [column] + rest
  }
  return next([])
}
