package import Artifacts

/// Everything that windows are made of, on its way into an artifact, or, of a short series, into memory.
package struct PreparedWindows {
  package let signature: Signature
  /// With what its transforms learnt.
  package let recipe: Recipe
  package let rows: RowTable
  package let kept: KeptRows
  /// The rows that were watched, with the values they were given.
  package let probe: Probe
  private let features: ColumnStack<Float>
  private let targets: ColumnStack<Float>
  private let levels: ColumnStack<Double>
  private let still: ColumnStack<Double>?

  /// Makes windows; `training` are the rows of each fold from which transforms learn, nil when they have learnt already;
  /// `folder` is where large columns wait; `observe` sees every column as it is made.
  package init(
    _ recipe: Recipe, signature: Signature, rows: RowTable, kept: KeptRows, training: [[Range<Int>]]?,
    probing: [Int] = [], folder: String? = nil, threads: Int = 1,
    observing observe: (Recipe.Made) throws -> Void = { _ in }
  ) throws {
    let (n, f, k) = (kept.count, signature.features.count, signature.targets.count)
    let intake = Intake(
      signature: signature, recipe: recipe, rows: rows, kept: kept,
      features: try ColumnStack(rowCount: n, columnCount: f, folder: folder, name: "features"),
      targets: try ColumnStack(rowCount: n, columnCount: k, folder: folder, name: "targets"),
      levels: try ColumnStack(rowCount: n, columnCount: k, folder: folder, name: "levels"),
      still: signature.hasLabels
        ? try ColumnStack(rowCount: n, columnCount: k, folder: folder, name: "still") : nil)
    var probe = Probe(rows: probing, features: f)
    var recipe = recipe
    let take = { (made: Recipe.Made) in
      probe.take(made)
      try observe(made)
      try intake.take(made)
    }
    if let training {
      try recipe.fitColumns(of: rows, kept: kept, training: training, threads: threads, take: take)
    } else {
      try recipe.makeColumns(of: rows, kept: kept, take: take)
    }
    self.signature = signature
    self.recipe = recipe
    self.rows = rows
    self.kept = kept
    self.probe = probe
    (features, targets, levels, still) = (intake.features, intake.targets, intake.levels, intake.still)
  }

  // MARK: Arrays

  /// Writes the arrays of all windows; which of them belong to which part is written by ``write(_:to:)``.
  package func writeArrays(to publication: Publication) throws {
    try write(features, "features", columns: "F", unit: recipe.unit, to: publication)
    let unit = signature.hasLabels ? "original units" : recipe.unit
    try write(targets, "targets", columns: "K", unit: unit, to: publication)
    try write(levels, "levels", columns: "K", unit: "original units", to: publication)
    if let still { try write(still, "still", columns: "K", unit: "original units", to: publication) }
    let time = try publication.writer(
      "time", of: Int64.self, shape: [kept.count], axes: ["N"], unit: Series.timeUnit)
    for segment in kept.segments {
      try time.append(UnsafeBufferPointer(rebasing: rows.time.buffer[segment.rows]))
    }
    try time.finish()
    try publication.write("offsets", kept.offsets.map(Int64.init), axes: ["E+1"], unit: "rows")
  }

  private func write<Element: ArrayElement>(
    _ stack: ColumnStack<Element>, _ name: String, columns: String, unit: String, to publication: Publication
  ) throws {
    let writer = try publication.writer(
      name, of: Element.self, shape: [stack.rowCount, stack.columnCount], axes: ["N", columns], unit: unit)
    try stack.forEachBlock { try writer.append($0) }
    try writer.finish()
  }

  /// Writes the origins of each fold, and how its units follow from those that are stored.
  package func write(_ folds: [Fold], to publication: Publication) throws {
    for (number, fold) in folds.enumerated() {
      for split in Split.allCases {
        let origins = places(of: fold.origins[split] ?? [])
        let writer = try publication.writer(
          WindowTable.originsName(split, fold: number, of: folds.count), of: Int64.self,
          shape: [origins.count],
          axes: ["n"], unit: "row of a window's last input")
        for run in origins.runs {
          var first = 0
          while first < run.count {
            let part = first..<min(first + (1 << 16), run.count)
            try writer.append(part.map { Int64(run.first + $0 * run.step) })
            first = part.upperBound
          }
        }
        try writer.finish()
      }
    }
    guard folds.count > 1 else { return }
    let rescalings = folds.indices.map { recipe.rescaling(toFold: $0, entities: signature.entities.count) }
    let shape = [folds.count, signature.entities.count, signature.features.count]
    try publication.write(
      "fold.factor", rescalings.flatMap(\.factors), shape: shape, axes: ["folds", "E", "F"],
      unit: "features of a fold are stored ones · factor + offset")
    try publication.write(
      "fold.offset", rescalings.flatMap(\.offsets), shape: shape, axes: ["folds", "E", "F"])
  }

  /// The places among kept rows of rows of the series.
  package func places(of origins: Origins) -> Origins {
    var places = Origins()
    for run in origins.runs {
      // A run may step over the front of a segment, which is not kept.
      var index = 0
      while index < run.count {
        let row = run.first + index * run.step
        let place = kept.place(ofRow: row)
        let segment = kept.segments[kept.row(atPlace: place).segment]
        let here = min(run.count - index, (segment.rows.upperBound - 1 - row) / run.step + 1)
        places.append(Origins.Run(first: place, count: here, step: run.step))
        index += here
      }
    }
    return places
  }

  /// The transformed features in memory, [N, F].
  package func featureTable() throws -> [Float] { try features.table() }

  /// The windows of one fold in memory.
  package func table(_ fold: Fold) throws -> WindowTable {
    var table = WindowTable(
      signature: signature, levels: StoredArray(try levels.table()),
      features: StoredArray(try features.table()),
      targets: StoredArray(try targets.table()), still: StoredArray(try still?.table() ?? []),
      time: StoredArray(kept.segments.flatMap { $0.rows.map { rows.time[$0] } }), offsets: kept.offsets,
      origins: fold.origins.mapValues(places))
    table.adjustment = try WindowRule(recipe, for: signature)
    return table
  }
}

/// Takes columns as they are made to their places.
private struct Intake {
  let signature: Signature
  let recipe: Recipe
  let rows: RowTable
  let kept: KeptRows
  let features: ColumnStack<Float>
  let targets: ColumnStack<Float>
  let levels: ColumnStack<Double>
  let still: ColumnStack<Double>?

  func take(_ made: Recipe.Made) throws {
    switch made {
    case .raw(let feature, let column):
      try check(column, feature)
      guard !signature.hasLabels, let target = signature.targetColumns.firstIndex(of: feature) else { return }
      try levels.set(kept.picked(column) { $0 }, at: target)
    case .transformed(let feature, let column):
      let values = kept.picked(column) { Float($0) }
      try checkSingle(values, column, feature)
      try features.set(values, at: feature)
      guard !signature.hasLabels, let target = signature.targetColumns.firstIndex(of: feature) else { return }
      try targets.set(values, at: target)
    case .label(let target, let column):
      try checkLabel(column, target)
      // What no window has is 0: nothing that is no number is ever published.
      try levels.set(kept.picked(column) { $0.isFinite ? $0 : 0 }, at: target)
      try targets.set(kept.picked(column) { Float($0).isFinite ? Float($0) : 0 }, at: target)
    case .still(let target, let column): try still?.set(kept.picked(column) { $0 }, at: target)
    }
  }

  private func check(_ column: [Double], _ feature: Int) throws(FeatureError) {
    for segment in kept.segments {
      guard let row = segment.rows.first(where: { !column[$0].isFinite }) else { continue }
      throw .undefined(
        column: recipe.features[feature].name, entity: rows.entities[segment.entity],
        time: rows.instant(ofRow: row),
        value: column[row])
    }
  }

  /// Refuses a label that a window may have and that is no number; rows whose future has not come have none.
  private func checkLabel(_ column: [Double], _ target: Int) throws(FeatureError) {
    for segment in kept.segments {
      let rows =
        segment.rows.lowerBound..<max(segment.rows.lowerBound, segment.rows.upperBound - signature.span)
      guard let row = rows.first(where: { !Float(column[$0]).isFinite && !isMarked($0) }) else { continue }
      let (name, entity, time) = (
        signature.targets[target], self.rows.entities[segment.entity], self.rows.instant(ofRow: row)
      )
      guard column[row].isFinite else {
        throw .undefined(column: name, entity: entity, time: time, value: column[row])
      }
      throw .overflow(column: name, entity: entity, time: time, value: column[row])
    }
  }

  /// Whether a marked bar is among those that a row's label depends on, so that no window ends there.
  private func isMarked(_ row: Int) -> Bool {
    rows.marked.map { $0[(row + signature.labelStart)...(row + signature.span)].contains(true) } ?? false
  }

  /// Refuses values that single precision cannot hold.
  private func checkSingle(_ values: [Float], _ column: [Double], _ feature: Int) throws(FeatureError) {
    guard let place = values.firstIndex(where: { !$0.isFinite }) else { return }
    let (row, segment) = kept.row(atPlace: place)
    throw .overflow(
      column: recipe.features[feature].name, entity: rows.entities[kept.segments[segment].entity],
      time: rows.instant(ofRow: row), value: column[row])
  }
}

/// Rows that are watched while columns are made.
package struct Probe: Sendable {
  /// In order.
  package let rows: [Int]
  /// What each feature was there before its transforms, and after them: [F][rows].
  package private(set) var raw: [[Double]]
  package private(set) var transformed: [[Double]]
  /// What each target's labels are there: [K][rows]; empty without labels.
  package private(set) var labels: [[Double]] = []

  init(rows: [Int], features: Int) {
    self.rows = rows
    raw = [[Double]](repeating: [], count: features)
    transformed = raw
  }

  mutating func take(_ made: Recipe.Made) {
    switch made {
    case .raw(let feature, let column): raw[feature] = rows.map { column[$0] }
    case .transformed(let feature, let column): transformed[feature] = rows.map { column[$0] }
    case .label(_, let column): labels.append(rows.map { column[$0] })
    case .still: break
    }
  }
}
