import Artifacts
import Chronology
import Configuration
import Features
import Numerics

extension Preparation {
  /// The look at the data: every feature before and after its transforms, what was done, and what the leak check found.
  func report(
    _ windows: PreparedWindows, findings: [LeakFinding], stamps: [String]
  ) throws -> DataReport {
    var report = DataReport(
      title: "A look at the data",
      subtitle: """
        \(series.entities.joined(separator: ", ")): \(DecimalNumber.grouped(rows.rowCount)) bars of \
        \(series.interval.description) from '\(series.source)', made into \(signature.features.count) features
        """)
    report.work = work
    report.warnings = warnings(windows, stamps)
    report.leakChecks = findings.map { leakRow($0) }
    report.folds = plan.folds.enumerated().map(foldView)
    report.transformedUnit = recipe.unit == Recipe.mixedUnits ? "after their transforms" : recipe.unit
    report.sampleRows = signature.lookback
    var columns: [[ColumnView]] = signature.features.map { _ in [] }
    try windows.recipe.makeColumns(of: rows, kept: kept) { made in
      switch made {
      case .raw(let feature, let column): columns[feature] = views(of: feature, column)
      case .transformed(let feature, let column):
        for (index, part) in keptByEntity(column).enumerated() { columns[feature][index].transformed = part }
      case .label(let target, let column): report.labels.append(labelView(target, column))
      case .still: break
      }
    }
    report.columns = columns.flatMap { $0 }
    return report
  }

  private var work: [(name: String, words: String)] {
    var work = [
      (
        name: "rows",
        words: """
        \(DecimalNumber.grouped(rows.rowCount)) rows, of which \(DecimalNumber.grouped(kept.count)) have all \
        features; the first \(recipe.warmup) of each run are needed by indicators and transforms
        """
      ),
      (
        name: "gaps",
        words:
          "\(series.gaps.count), with \(DecimalNumber.grouped(series.gaps.reduce(0) { $0 + $1.count })) bars"
      ),
    ]
    guard let counts = cleaning?.counts else { return work }
    let kinds = [
      ("filled", "\(counts.filledBars) bars in \(counts.filledGaps) gaps"),
      ("without volume", "\(counts.zeroVolumeBars) bars"), ("spikes", "\(counts.spikeBars) bars"),
      ("halts", "\(counts.haltBars) bars in \(counts.halts) halts"), ("marked", "\(counts.markedBars) bars"),
      ("dropped", "\(counts.droppedBars) bars"),
    ]
    work += kinds.map { (name: $0.0, words: $0.1) }
    return work
  }

  private func leakRow(_ finding: LeakFinding) -> LeakRow {
    var verdict: LeakRow.Verdict =
      switch finding.verdict {
      case .passed: .passed
      case .skipped: .skipped
      case .failed: settings.allowLeak.map { .allowed(reason: $0) } ?? .failed
      }
    if finding.check == .split { verdict = .allowed(reason: "as 'split' says") }
    return LeakRow(name: finding.check.rawValue, verdict: verdict, words: finding.words)
  }

  private func foldView(_ number: Int, _ fold: Fold) -> FoldView {
    let spans = Split.allCases.flatMap { split -> [FoldView.Part] in
      // Windows dealt at random are as many stretches as windows: they are one, which overlaps the others.
      if plan.isRandom {
        return [fold.periods[split].map { part(split, $0, fold.origins[split]?.count ?? 0) }].compactMap {
          $0
        }
      }
      return (fold.origins[split]?.runs ?? []).map { run in
        part(
          split,
          Fold.Period(
            first: rows.time[run.first + signature.labelStart], last: rows.time[run.last + signature.span]),
          run.count)
      }
    }
    return FoldView(
      name: plan.folds.count > 1 ? "\(number)" : "",
      parts: FoldView.joined(spans), isRandom: plan.isRandom)
  }

  private func part(_ split: Split, _ period: Fold.Period, _ count: Int) -> FoldView.Part {
    let end = signature.calendar.next(after: Instant(milliseconds: period.last), by: signature.interval)
    return FoldView.Part(role: split.role, from: period.first, until: end.milliseconds, count: count)
  }

  // MARK: Columns

  /// The kept rows of a column, entity by entity.
  private func keptByEntity(_ column: [Double]) -> [[Double]] {
    signature.entities.indices.map { entity in
      kept.segments.filter { $0.entity == entity }.flatMap { column[$0.rows] }
    }
  }

  private func views(of feature: Int, _ column: [Double]) -> [ColumnView] {
    keptByEntity(column).enumerated().map { entity, values in
      let segments = kept.segments.filter { $0.entity == entity }
      var breaks: [Int] = []
      var count = 0
      for segment in segments {
        if count > 0 { breaks.append(count) }
        count += segment.rows.count
      }
      return ColumnView(
        name: signature.features[feature], unit: recipe.features[feature].unit,
        entity: signature.entities.count > 1 ? signature.entities[entity] : "",
        times: segments.flatMap { $0.rows.map { rows.time[$0] } }, raw: values, breaks: breaks,
        gaps: gaps(ofEntity: entity))
    }
  }

  /// The gaps of an entity, counted in bars of its own.
  private func gaps(ofEntity entity: Int) -> [ColumnView.Gap] {
    let source = Resampling.source(of: entity, among: signature.entities.count, of: series.entities.count)
    let gaps = series.gaps.filter { $0.entity == source }
    let counts = Resampling.missing(signature.intervals[entity], in: gaps, of: series.interval)
    return zip(gaps, counts).filter { $1 > 0 }.map { gap, count in
      ColumnView.Gap(
        firstMissing: gap.firstMissing.milliseconds, lastMissing: gap.lastMissing.milliseconds, count: count)
    }
  }

  private func labelView(_ target: Int, _ column: [Double]) -> LabelView {
    let classes = signature.classes[target]
    let parts = Split.allCases.map { split in
      LabelView.Part(
        role: split.role, content: (plan.folds.last?.origins[split] ?? []).map { column[$0] })
    }
    let kind: LabelView.Kind =
      classes.isEmpty
      ? .quantity(parts)
      : .classes(
        classes,
        parts.map { part in
          LabelView.Part(
            role: part.role,
            content: classes.indices.map { number in
              part.content.count { Int($0) == number }
            })
        })
    return LabelView(name: signature.targets[target], unit: recipe.labelColumns[target].unit, kind: kind)
  }
}

extension Split {
  fileprivate var role: FoldView.Role {
    switch self {
    case .train: .train
    case .validation: .validation
    case .test: .test
    }
  }
}
