import Artifacts
import Chronology
import Features
import TestSupport
import Testing

/// Which rows are wrong: two of no volume, or three that are a halt, in one entity of two.
private let kinds: [(kind: CleaningRules.Kind, rows: [Int])] = [
  (.zeroVolume, [12, 13, 25]), (.halts, [40, 41, 42]), (.spikes, [50]),
]

private func wrong(_ kind: CleaningRules.Kind, _ row: Int) -> [Double]? {
  switch kind {
  case .zeroVolume where [12, 13, 25].contains(row):
    var bar = bar(row)
    bar[4] = 0
    return bar
  case .halts where [40, 41, 42].contains(row):
    let close = bar(39)[3]
    return [close, close, close, close, 0, Double(row)]
  case .spikes where row == 50: return bar(row).prefix(4).map { $0 * 3 } + [10, 50]
  default: return nil
  }
}

private func rules(_ kind: CleaningRules.Kind, _ policy: CleaningRules.Policy) -> CleaningRules {
  switch kind {
  case .zeroVolume: CleaningRules(zeroVolume: policy)
  case .halts: CleaningRules(halts: CleaningRules.Halts(policy))
  case .spikes: CleaningRules(spikes: CleaningRules.Spikes(policy, window: 30))
  case .gaps: CleaningRules(gaps: CleaningRules.Gaps(policy))
  }
}

private func count(_ counts: Cleaning.Counts, _ kind: CleaningRules.Kind) -> Int {
  switch kind {
  case .zeroVolume: counts.zeroVolumeBars
  case .halts: counts.haltBars
  case .spikes: counts.spikeBars
  case .gaps: counts.gaps
  }
}

@Test(arguments: 0..<3, CleaningRules.Policy.allCases)
func `Each policy does to each kind of bar what it says`(index: Int, policy: CleaningRules.Policy) throws {
  let (kind, wrongRows) = kinds[index]
  var table = bars(60, entities: ["A", "B"]) { entity, row in entity == 1 ? wrong(kind, row) : nil }
  let before = table
  let rows = wrongRows.map { 60 + $0 }
  if policy == .reject {
    let error = #expect(throws: FeatureError.self) { try rules(kind, policy).clean(&table) }
    let place = Instant(milliseconds: table.time[rows[0]]).description
    let found = kind == .halts ? 1 : rows.count
    #expect(error == .cleaningRejects(kind: kind.rawValue, entity: "B", time: place, count: found))
    return
  }
  let cleaning = try rules(kind, policy).clean(&table)
  #expect(count(cleaning.counts, kind) == rows.count && cleaning.counts.halts == (kind == .halts ? 1 : 0))
  #expect(table.time == before.time)
  let others = (0..<120).filter { !rows.contains($0) }
  #expect(others.map(table.row) == others.map(before.row))

  let dropped = cleaning.segments.count > 2
  #expect(dropped == (policy == .drop) && cleaning.counts.droppedBars == (dropped ? rows.count : 0))
  if dropped { #expect(Set(cleaning.segments.flatMap { Array($0.rows) }) == Set(others)) }
  #expect(cleaning.marked.places == (dropped ? [] : rows))
  // That a filled bar belongs to a halt is known at the third.
  let unknown = kind == .halts && policy == .fillForward ? Array(rows.prefix(2)) : []
  #expect(cleaning.premature.places == (policy == .interpolate ? rows : unknown))
  let replaces = policy == .fillForward || policy == .interpolate
  #expect(cleaning.counts.replacedBars == (replaces ? rows.count : 0))
  if !replaces { #expect(table == before) }
}

@Test func `A replaced bar stands still, or lies on the line between the bars beside its stretch`() throws {
  for (kind, wrongRows) in kinds {
    for policy in [CleaningRules.Policy.fillForward, .interpolate] {
      var table = bars(60) { _, row in wrong(kind, row) }
      _ = try rules(kind, policy).clean(&table)
      for row in wrongRows {
        let before = (0..<row).last { !wrongRows.contains($0) } ?? 0
        let after = ((row + 1)..<60).first { !wrongRows.contains($0) } ?? 0
        let (first, last) = (bar(before), bar(after))
        for column in 0..<6 {
          let still = column < 4 ? first[3] : column == 4 ? 0 : first[column]
          let line =
            first[column] + (last[column] - first[column]) * Double(row - before) / Double(after - before)
          #expect(table.values[column][row] == (policy == .interpolate ? line : still))
        }
      }
    }
  }
}

@Test func `What has nothing beside it to be filled from is dropped, with a warning`() throws {
  // The first row of a run, the last one, and two beside a gap.
  var table = bars(30, gaps: [(0, 15, 2)]) { _, row in
    [0, 14, 29].contains(row) ? bar(row).prefix(4) + [0, 0] : nil
  }
  let rules = CleaningRules(gaps: CleaningRules.Gaps(.fillForward), zeroVolume: .interpolate)
  let cleaning = try rules.clean(&table)
  #expect(cleaning.segments.map(\.rows) == [1..<14, 15..<29])
  #expect(cleaning.counts.droppedBars == 3 && cleaning.counts.filledGaps == 0 && table.rowCount == 30)
  #expect(
    cleaning.warnings == [
      "1 gaps have no good bar on both sides and stay gaps",
      "3 bars were to be replaced, have no good bar beside them, and were dropped",
    ])
}

@Test func `Nothing is filled from a bar that was dropped`() throws {
  var table = bars(60) { _, row in
    row == 43 ? bar(row).prefix(4) + [0, 0] : wrong(.halts, row)
  }
  let rules = CleaningRules(zeroVolume: .fillForward, halts: CleaningRules.Halts(.drop))
  let cleaning = try rules.clean(&table)
  #expect(cleaning.segments.map(\.rows) == [0..<40, 44..<60] && cleaning.marked == nil)
  #expect(table.row(43) == bar(43).prefix(4) + [0, 0] && cleaning.counts.droppedBars == 4)
}

@Test func `Where two kinds meet the stronger policy is done, and filled gaps move the rows behind them`()
  throws
{
  var table = bars(60, gaps: [(0, 20, 4)]) { _, row in wrong(.halts, row) ?? wrong(.zeroVolume, row) }
  let rules = CleaningRules(
    gaps: CleaningRules.Gaps(.interpolate), zeroVolume: .mark, halts: CleaningRules.Halts(.drop))
  let cleaning = try rules.clean(&table)
  #expect(cleaning.segments.map(\.rows) == [0..<44, 47..<64])
  #expect(cleaning.marked.places == [12, 13, 20, 21, 22, 23, 29])
  #expect(cleaning.premature.places == [20, 21, 22, 23])
  #expect(cleaning.counts.zeroVolumeBars == 6 && cleaning.counts.droppedBars == 3)
}

@Test func `A halt begins with its first bar that stands still, and needs so many of them`() throws {
  for (bars:needed, found) in [(1, [40, 41, 42]), (3, [40, 41, 42]), (4, [])] {
    var table = bars(60) { _, row in wrong(.halts, row) }
    let rules = CleaningRules(halts: CleaningRules.Halts(.mark, bars: needed))
    #expect(try rules.clean(&table).marked.places == found)
  }
  // Trades or another price end it; a gap as well.
  for gap in [false, true] {
    var table = bars(60, gaps: gap ? [(0, 42, 1)] : []) { _, row in
      wrong(.halts, row).map { gap ? $0 : $0.prefix(4) + [row == 41 ? 1 : 0, 0] }
    }
    let rules = CleaningRules(halts: CleaningRules.Halts(.mark, bars: 2))
    #expect(try rules.clean(&table).marked.places == (gap ? [40, 41] : []))
  }
}

@Test func `A column that a kind needs and the series has not is named`() {
  var table = ColumnTable(of: SampleSeries.make(rows: 10, columns: ["price"]))
  for (rules, column) in [
    (CleaningRules(zeroVolume: .mark), "volume"), (CleaningRules(halts: CleaningRules.Halts(.mark)), "close"),
    (CleaningRules(spikes: CleaningRules.Spikes(.mark)), "close"),
  ] {
    let error = #expect(throws: FeatureError.self) { try rules.clean(&table) }
    #expect(error?.description.contains("by the column '\(column)', and the series has price") == true)
  }
}

@Test func `Marked and filled bars are no labels: cleaning and split fit together`() throws {
  var table = bars(60, gaps: [(0, 20, 2)]) { _, row in wrong(.zeroVolume, row) }
  let rules = CleaningRules(gaps: CleaningRules.Gaps(.interpolate), zeroVolume: .mark)
  let cleaning = try rules.clean(&table)
  var input = SplitInput(
    entities: table.entities, offsets: table.offsets, time: StoredArray(table.time), interval: table.interval,
    segments: cleaning.segments, lookback: 3, span: 2)
  (input.marked, input.premature) = (cleaning.marked, cleaning.premature)
  let fold = try #require(SplitRule.rows(validation: 40, test: 50).plan(input).folds.first)
  let origins = Array(fold.origins[.train] ?? Origins())
  // Rows 12, 13 and 27 have no volume; 20 and 21 are filled.
  #expect(origins == Array(2...9) + Array(13...17) + Array(22...24) + Array(27...37))
  #expect(fold.marked == 3 + 3 + 2 && fold.premature == 1)
}

@Test func `No window ends at a filled bar of a halt before it is known to be one`() throws {
  // Funding moves in the halt, and what is filled says that it does not.
  var table = bars(60) { _, row in wrong(.halts, row) }
  let rules = CleaningRules(halts: CleaningRules.Halts(.fillForward, bars: 3))
  let cleaning = try rules.clean(&table)
  #expect(cleaning.marked.places == [40, 41, 42] && cleaning.premature.places == [40, 41])
}

@Test(
  arguments: [
    ["spikes": ["policy": "mark", "of": "close", "threshold": 20]],
    ["spikes": ["policy": "mark", "of": "close", "threshold": 20, "period": 0]],
    ["halts": ["policy": "mark"]], ["gaps": ["policy": "fill-forward"]],
  ] as [JSON])
func `Cleaning that a manifest tells by halves is refused`(clean: JSON) throws {
  let sample = try PreparedSample("lookback: 4, horizon: 1, targets: [close]")
  var declaration = sample.recipe.declaration.object ?? [:]
  declaration["clean"] = clean
  let recipe = try Recipe(.object(declaration), columns: nil, interval: sample.signature.interval)
  #expect(throws: FeatureError.self) { try recipe.rows(of: SampleMarket.series()) }
}
