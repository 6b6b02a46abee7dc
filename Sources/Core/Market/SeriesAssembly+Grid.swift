import Artifacts
import Chronology

extension SeriesAssembly {
  /// So many equal steps of more than one interval in a row are no gaps: the rows have another interval there.
  private static let suspiciousRun = 16
  /// The most gaps and the most different steps that are listed.
  private static let gapLimit = 1_000_000
  private static let stepLimit = 1_000_000

  // MARK: Interval

  /// The step that occurs most often over all entities; calendar months when every step is one.
  func commonInterval() throws(MarketError) -> Interval {
    var counts: [Int64: Int] = [:]
    for number in entities.indices {
      var run = (step: Int64(0), length: 0)
      try forEachStep(of: number) { _, earlier, later throws(MarketError) in
        if later - earlier == run.step {
          run.length += 1
        } else {
          if run.length > 0 { counts[run.step, default: 0] += run.length }
          run = (later - earlier, 1)
          guard counts.count <= Self.stepLimit else { throw .tooManySteps(Self.stepLimit) }
        }
      }
      if run.length > 0 { counts[run.step, default: 0] += run.length }
    }
    // Of two steps that are equally frequent the shorter one is the interval.
    guard let common = counts.min(by: { ($1.value, $0.key) < ($0.value, $1.key) })?.key else {
      throw .unknownInterval(entity: entities.first?.name ?? "", rows: entities.first?.rows ?? 0)
    }
    guard common >= 28 * 86_400_000, common <= 31 * 86_400_000 else { return .milliseconds(common) }
    for number in entities.indices {
      guard try isMonthly(number) else { return .milliseconds(common) }
    }
    return .months(1)
  }

  private func isMonthly(_ number: Int) throws(MarketError) -> Bool {
    guard entities[number].rows > 0 else { return true }
    let start = Instant(milliseconds: try time(atRow: entities[number].start))
    var isMonthly = true
    try forEachStep(of: number) { _, _, later throws(MarketError) in
      isMonthly = isMonthly && Interval.months(1).steps(from: start, to: Instant(milliseconds: later)) != nil
    }
    return isMonthly
  }

  // MARK: Rows

  /// Goes through the times of an entity: `row` counts its rows and is that of `later`.
  private func forEachStep(
    of number: Int, _ body: (_ row: Int, _ earlier: Int64, _ later: Int64) throws(MarketError) -> Void
  ) throws(MarketError) {
    let entity = entities[number]
    var earlier = Int64.min
    var begin = 0
    while begin < entity.rows {
      let end = min(begin + 1 << 16, entity.rows)
      let times = try times(ofRows: (entity.start + begin)..<(entity.start + end))
      for (index, later) in times.enumerated() {
        if begin + index > 0 { try body(begin + index, earlier, later) }
        earlier = later
      }
      begin = end
    }
  }

  private func times(ofRows rows: Range<Int>) throws(MarketError) -> [Int64] {
    do { return try time.elements(ofRows: rows) } catch { throw .disk(error) }
  }

  private func time(atRow row: Int) throws(MarketError) -> Int64 { try times(ofRows: row..<(row + 1))[0] }

  // MARK: Cutting

  /// Finds the gaps, leaves out the bars that have not closed by `until`, and moves the others together.
  func cut(to interval: Interval) throws(MarketError) -> Series.Outline {
    var offsets = [0]
    var gaps: [Series.Gap] = []
    var span = (first: Int64.max, last: Int64.min)
    var opensOnWeekends = false
    for number in entities.indices {
      let start = entities[number].start
      let count = try closedRows(of: number, interval: interval)
      let last = count > 0 ? try time(atRow: start + count - 1) : .min
      try findGaps(of: number, interval: interval, before: last, into: &gaps)
      if !opensOnWeekends, interval == .milliseconds(86_400_000) {
        opensOnWeekends = try hasWeekend(start..<(start + count))
      }
      if count > 0 { span = (min(span.first, try time(atRow: start)), max(span.last, last)) }
      try move(rows: start..<(start + count), to: offsets[number])
      offsets.append(offsets[number] + count)
    }
    guard let rows = offsets.last, rows > 0 else { throw try nothingLeft() }
    var outline = Series.Outline(
      entities: entities.map(\.name), columns: columns ?? [], interval: interval, calendar: rules.calendar,
      source: rules.source, offsets: offsets, gaps: gaps, first: Instant(milliseconds: span.first),
      last: Instant(milliseconds: span.last), opensOnWeekends: opensOnWeekends)
    describeMending(in: &outline)
    return outline
  }

  private func describeMending(in outline: inout Series.Outline) {
    outline.duplicateRows = duplicateRows
    outline.sortedRows = sortedRows
    if duplicateRows > 0 {
      outline.warnings.append(
        "\(duplicateRows) row\(duplicateRows == 1 ? "" : "s") stood twice with equal values and counted once")
    }
    if sortedRows > 0 {
      outline.warnings.append(
        "\(sortedRows) row\(sortedRows == 1 ? "" : "s") stood behind a later one; the rows were sorted by time"
      )
    }
  }

  /// How many leading rows have closed by `until`: their times increase, so a search by halves finds the border.
  private func closedRows(of number: Int, interval: Interval) throws(MarketError) -> Int {
    let entity = entities[number]
    guard let until = rules.until else { return entity.rows }
    var (low, high) = (0, entity.rows)
    while low < high {
      let middle = low + (high - low) / 2
      let opening = Instant(milliseconds: try time(atRow: entity.start + middle))
      if interval.after(opening) > until { high = middle } else { low = middle + 1 }
    }
    return low
  }

  private func hasWeekend(_ rows: Range<Int>) throws(MarketError) -> Bool {
    for begin in stride(from: rows.lowerBound, to: rows.upperBound, by: 1 << 16) {
      let times = try times(ofRows: begin..<min(begin + 1 << 16, rows.upperBound))
      if times.contains(where: { Instant(milliseconds: $0).weekday > 4 }) { return true }
    }
    return false
  }

  private func move(rows: Range<Int>, to target: Int) throws(MarketError) {
    guard rows.lowerBound != target else { return }
    do {
      for begin in stride(from: rows.lowerBound, to: rows.upperBound, by: blockRows) {
        let block = try batch(ofRows: begin..<min(begin + blockRows, rows.upperBound))
        try overwrite(from: target + begin - rows.lowerBound, with: block)
      }
    } catch { throw .disk(error) }
  }

  private func nothingLeft() throws(MarketError) -> MarketError {
    var first: Int64?
    for entity in entities where entity.rows > 0 {
      let opening = try time(atRow: entity.start)
      first = min(first ?? opening, opening)
    }
    let text = first.map { Instant(milliseconds: $0).description }
    return .nothingUntil(until: rules.until?.description ?? "now", first: text ?? "no time")
  }

  // MARK: Gaps

  /// Adds the gaps between an entity's rows that end before `last`; refuses rows that are not on the grid.
  private func findGaps(
    of number: Int, interval: Interval, before last: Int64, into gaps: inout [Series.Gap]
  ) throws(MarketError) {
    // Nearly every step is one interval, which needs no calendar to be seen.
    let usual: Int64? =
      if case .milliseconds(let length) = interval, rules.calendar != .weekdays { length } else { nil }
    var run = (step: 1, length: 0)
    try forEachStep(of: number) { row, earlier, later throws(MarketError) in
      guard later - earlier != usual else {
        run = (1, 1)
        return
      }
      let (from, to) = (Instant(milliseconds: earlier), Instant(milliseconds: later))
      guard let steps = rules.calendar.steps(from: from, to: to, by: interval), steps > 0 else {
        throw offGrid(number, from: from, to: to, interval: interval)
      }
      run = steps == run.step ? (steps, run.length + 1) : (steps, 1)
      if steps > 1, run.length == Self.suspiciousRun, rules.interval == nil {
        let first = entities[number].start + row - Self.suspiciousRun
        throw mixed(number, from: try time(atRow: first), to: try time(atRow: first + 1), interval: interval)
      }
      guard steps > 1 else { return }
      let missing = lastMissing(between: from, and: to, interval: interval)
      guard missing.milliseconds < last else { return }
      guard gaps.count < Self.gapLimit else {
        throw .tooManyGaps(Self.gapLimit, interval: interval.description)
      }
      gaps.append(
        Series.Gap(
          entity: number, firstMissing: rules.calendar.next(after: from, by: interval), lastMissing: missing,
          count: steps - 1))
    }
  }

  private func lastMissing(between from: Instant, and to: Instant, interval: Interval) -> Instant {
    if rules.calendar == .continuous, let steps = interval.steps(from: from, to: to) {
      return interval.after(from, steps: steps - 1)
    }
    if case .milliseconds(let length) = interval {
      // Backwards from the end: over a weekend and not over years.
      var last = Instant(milliseconds: to.milliseconds - length)
      while last.weekday > 4, last > from { last = Instant(milliseconds: last.milliseconds - length) }
      return last
    }
    var last = rules.calendar.next(after: from, by: interval)
    while true {
      let next = rules.calendar.next(after: last, by: interval)
      if next >= to { return last }
      last = next
    }
  }

  private func offGrid(_ number: Int, from: Instant, to: Instant, interval: Interval) -> MarketError {
    // A step that is not a whole number of intervals is most often another interval.
    guard rules.calendar == .continuous, rules.interval == nil else {
      return .offGrid(
        place: place(.time(to.milliseconds), of: number), time: to.description,
        calendar: rules.calendar.rawValue, interval: interval.description)
    }
    return mixed(number, from: from.milliseconds, to: to.milliseconds, interval: interval)
  }

  private func mixed(_ number: Int, from: Int64, to: Int64, interval: Interval) -> MarketError {
    .mixedIntervals(
      place: place(.time(from), of: number), step: Interval.milliseconds(to - from).description,
      interval: interval.description)
  }
}
