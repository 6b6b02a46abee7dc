private import Artifacts
private import Chronology

extension CleaningRules {
  /// Cleans a table; one for which nothing but dropped gaps was declared is not touched.
  package func clean(_ table: inout ColumnTable) throws(FeatureError) -> Cleaning {
    try check()
    let segments = table.segments()
    var cleaning = Cleaning(segments: segments)
    cleaning.counts.gaps = table.gaps.count
    cleaning.counts.missingBars = table.gaps.reduce(0) { $0 + $1.count }
    try rejectGaps(table)

    let roles = ColumnRoles(of: table)
    var treatment: RowTreatment?
    for (kind, rows, policy) in try find(in: table, segments, roles) {
      cleaning.counts.add(rows, of: kind)
      try Self.reject(kind, rows, policy, table)
      guard !rows.ranges.isEmpty else { continue }
      if treatment == nil { treatment = RowTreatment(rows: table.rowCount) }
      // A halt is one from its `bars`-th bar on.
      treatment?.add(rows, policy, unknown: kind == .halts ? (halts?.bars ?? 1) - 1 : 0)
    }
    treatment?.apply(to: &table, segments, roles)
    fillGaps(&table, roles, &treatment, &cleaning)
    settle(treatment, table, &cleaning)
    return cleaning
  }

  private func find(in table: ColumnTable, _ segments: [Segment], _ roles: ColumnRoles)
    throws(FeatureError) -> [(Kind, RowRanges, Policy)]
  {
    var found: [(Kind, RowRanges, Policy)] = []
    if let zeroVolume {
      found.append((.zeroVolume, try Self.zeroVolumeBars(table, roles), zeroVolume))
    }
    if let halts { found.append((.halts, try halts.find(table, segments, roles), halts.policy)) }
    if let spikes { found.append((.spikes, try spikes.find(table, segments), spikes.policy)) }
    return found
  }

  // MARK: Refusing

  private func rejectGaps(_ table: ColumnTable) throws(FeatureError) {
    guard gaps.policy == .reject, let first = table.gaps.first else { return }
    throw .cleaningRejects(
      kind: Kind.gaps.rawValue, entity: table.entities[first.entity], time: first.firstMissing.description,
      count: table.gaps.count)
  }

  private static func reject(_ kind: Kind, _ rows: RowRanges, _ policy: Policy, _ table: ColumnTable)
    throws(FeatureError)
  {
    guard policy == .reject, let first = rows.ranges.first else { return }
    let place = table.place(ofRow: first.lowerBound)
    throw .cleaningRejects(
      kind: kind.rawValue, entity: place.entity, time: place.time,
      count: kind == .halts ? rows.ranges.count : rows.rowCount)
  }

  // MARK: Filling

  private func fillGaps(
    _ table: inout ColumnTable, _ roles: ColumnRoles, _ treatment: inout RowTreatment?,
    _ cleaning: inout Cleaning
  ) {
    guard gaps.policy == .fillForward || gaps.policy == .interpolate, !table.gaps.isEmpty else { return }
    let filling = GapFilling(of: table, longest: gaps.longest) { treatment?.isDropped($0) ?? false }
    cleaning.warnings += warnings(filling, table, roles)
    guard filling.gapCount > 0 else { return }
    cleaning.counts.filledGaps = filling.gapCount
    cleaning.counts.filledBars = filling.barCount
    if treatment == nil { treatment = RowTreatment(rows: table.rowCount) }
    treatment?.insert(filling, interpolating: gaps.policy == .interpolate)
    filling.fill(&table, interpolating: gaps.policy == .interpolate, roles)
  }

  private func warnings(_ filling: GapFilling, _ table: ColumnTable, _ roles: ColumnRoles) -> [String] {
    var warnings: [String] = []
    if filling.gapCount > 0 {
      let how =
        gaps.policy == .interpolate
        ? "on the line between the bars around them, so that no window ends there" : roles.words(table)
      warnings.append("\(filling.barCount) bars in \(filling.gapCount) gaps were filled: \(how)")
    }
    if filling.tooLong > 0 {
      warnings.append("\(filling.tooLong) gaps are longer than \(gaps.longest) bars and stay gaps")
    }
    if filling.unsupported > 0 {
      warnings.append("\(filling.unsupported) gaps have no good bar on both sides and stay gaps")
    }
    return warnings
  }

  // MARK: The result

  private func settle(_ treatment: RowTreatment?, _ table: ColumnTable, _ cleaning: inout Cleaning) {
    guard let treatment else { return }
    let dropped = treatment.dropped
    if treatment.unsupported > 0 {
      cleaning.warnings.append(
        "\(treatment.unsupported) bars were to be replaced, have no good bar beside them, and were dropped")
    }
    cleaning.counts.replacedBars = treatment.replaced
    cleaning.counts.droppedBars = dropped.rowCount
    cleaning.counts.markedBars = treatment.marked.count { $0 }
    cleaning.marked = cleaning.counts.markedBars > 0 ? treatment.marked : nil
    cleaning.premature = treatment.premature.contains(true) ? treatment.premature : nil
    cleaning.segments = table.segments().flatMap { segment in
      dropped.removed(from: segment.rows).map { Segment(entity: segment.entity, rows: $0) }
    }
  }
}

extension RowRanges {
  fileprivate var rowCount: Int { ranges.reduce(0) { $0 + $1.count } }
}

extension Cleaning.Counts {
  fileprivate mutating func add(_ rows: RowRanges, of kind: CleaningRules.Kind) {
    switch kind {
    case .gaps: break
    case .zeroVolume: zeroVolumeBars = rows.rowCount
    case .spikes: spikeBars = rows.rowCount
    case .halts:
      halts = rows.ranges.count
      haltBars = rows.rowCount
    }
  }
}
