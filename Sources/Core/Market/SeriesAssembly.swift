package import Artifacts
package import Chronology

/// Turns rows as delivered into a series, or says what is wrong with them.
///
/// Every row is looked at: finite numbers, positive prices, high not below low, times strictly increasing and on
/// one grid. Nothing is mended and nothing is invented: bars that the calendar owes are listed as gaps.
package struct SeriesAssembly: Sendable {
  package var source: String
  /// Nil to find it in the rows.
  package var interval: Interval?
  package var calendar: Calendar
  /// Only bars that have closed by then are taken; nil for all.
  package var until: Instant?
  /// Columns that must be positive; nil for those named open, high, low and close.
  package var prices: [String]?

  /// So many equal steps of more than one interval in a row are no gaps: the rows have another interval there.
  private static let suspiciousRun = 16

  package init(source: String, interval: Interval?, calendar: Calendar, until: Instant?, prices: [String]?) {
    self.source = source
    self.interval = interval
    self.calendar = calendar
    self.until = until
    self.prices = prices
  }

  package func series(from raw: RawSeries) throws(MarketError) -> Series {
    for name in raw.entities.map(\.name) + raw.columns.map(\.name) { try checkName(name) }
    for entity in raw.entities {
      try checkOrder(of: entity)
      try checkValues(of: entity, columns: raw.columns.map(\.name))
    }
    var interval = Interval.milliseconds(1)
    if let declared = self.interval {
      interval = declared
    } else {
      interval = try commonInterval(of: raw.entities)
    }
    var time: [Int64] = []
    var values: [Double] = []
    var offsets = [0]
    var found: [Series.Gap] = []
    for (number, entity) in raw.entities.enumerated() {
      let count = closedRows(of: entity, interval: interval)
      let last = count > 0 ? entity.time[count - 1] : .min
      found += try gaps(in: entity, number: number, interval: interval).filter {
        $0.lastMissing.milliseconds < last
      }
      time += entity.time[..<count]
      values += entity.values[..<(count * raw.columns.count)]
      offsets.append(time.count)
    }
    guard !time.isEmpty else { throw nothingLeft(of: raw) }
    return Series(
      entities: raw.entities.map(\.name), columns: raw.columns, interval: interval, calendar: calendar,
      source: source, time: time, values: values, offsets: offsets, gaps: found)
  }

  /// Names go into tables, charts and terminals, so they are short and plain.
  private func checkName(_ name: String) throws(MarketError) {
    let isPlain = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    guard isPlain, (1...120).contains(name.utf8.count) else { throw .badName(name) }
  }

  // MARK: Rows

  private func checkOrder(of entity: RawEntity) throws(MarketError) {
    for row in entity.time.indices.dropFirst() where entity.time[row] <= entity.time[row - 1] {
      let time = Instant(milliseconds: entity.time[row]).description
      let place = entity.place(ofRow: row)
      if entity.time[row] == entity.time[row - 1] || entity.time[..<row].contains(entity.time[row]) {
        throw .duplicateTime(place: place, entity: entity.name, time: time)
      }
      let previous = Instant(milliseconds: entity.time[row - 1]).description
      throw .unsorted(place: place, entity: entity.name, time: time, previous: previous)
    }
  }

  private func checkValues(of entity: RawEntity, columns: [String]) throws(MarketError) {
    let lowered = columns.map { $0.lowercased() }
    let priceColumns = columns.indices.filter { index in
      prices?.contains(columns[index]) ?? ["open", "high", "low", "close"].contains(lowered[index])
    }
    let volumes = source == "klines-json" ? columns.indices.filter { lowered[$0] == "volume" } : []
    let (high, low) = (lowered.firstIndex(of: "high"), lowered.firstIndex(of: "low"))
    for row in entity.time.indices {
      let base = row * columns.count
      for column in priceColumns where entity.values[base + column] <= 0 {
        throw .notPositive(
          place: entity.place(ofRow: row), column: columns[column], value: entity.values[base + column])
      }
      for column in volumes where entity.values[base + column] < 0 {
        throw .negative(
          place: entity.place(ofRow: row), column: columns[column], value: entity.values[base + column])
      }
      if let high, let low, entity.values[base + high] < entity.values[base + low] {
        throw .highBelowLow(
          place: entity.place(ofRow: row), high: entity.values[base + high], low: entity.values[base + low])
      }
    }
  }

  // MARK: Grid

  /// The step that occurs most often over all entities; calendar months when every step is one.
  private func commonInterval(of entities: [RawEntity]) throws(MarketError) -> Interval {
    var counts: [Int64: Int] = [:]
    for entity in entities {
      for (earlier, later) in zip(entity.time, entity.time.dropFirst()) {
        counts[later - earlier, default: 0] += 1
      }
    }
    // Of two steps that are equally frequent the shorter one is the interval.
    guard let common = counts.min(by: { ($1.value, $0.key) < ($0.value, $1.key) })?.key else {
      throw .unknownInterval(entity: entities.first?.name ?? "", rows: entities.first?.time.count ?? 0)
    }
    if common >= 28 * 86_400_000, common <= 31 * 86_400_000, entities.allSatisfy(isMonthly) {
      return .months(1)
    }
    return .milliseconds(common)
  }

  private func isMonthly(_ entity: RawEntity) -> Bool {
    guard let first = entity.time.first else { return true }
    let start = Instant(milliseconds: first)
    return entity.time.allSatisfy {
      Interval.months(1).steps(from: start, to: Instant(milliseconds: $0)) != nil
    }
  }

  /// The gaps between the entity's rows; refuses rows that are not on the grid.
  private func gaps(in entity: RawEntity, number: Int, interval: Interval) throws(MarketError) -> [Series.Gap]
  {
    var gaps: [Series.Gap] = []
    var run = (step: 1, length: 0)
    for (row, later) in entity.time.enumerated().dropFirst() {
      let (from, to) = (Instant(milliseconds: entity.time[row - 1]), Instant(milliseconds: later))
      guard let steps = calendar.steps(from: from, to: to, by: interval), steps > 0 else {
        throw offGrid(entity, row: row, from: from, to: to, interval: interval)
      }
      run = steps == run.step ? (steps, run.length + 1) : (steps, 1)
      if steps > 1, run.length == Self.suspiciousRun, self.interval == nil {
        let first = row - Self.suspiciousRun
        throw mixed(
          entity, row: first, from: entity.time[first], to: entity.time[first + 1], interval: interval)
      }
      guard steps > 1 else { continue }
      gaps.append(
        Series.Gap(
          entity: number, firstMissing: calendar.next(after: from, by: interval),
          lastMissing: lastMissing(between: from, and: to, interval: interval), count: steps - 1))
    }
    return gaps
  }

  private func lastMissing(between from: Instant, and to: Instant, interval: Interval) -> Instant {
    if calendar == .continuous, let steps = interval.steps(from: from, to: to) {
      return interval.after(from, steps: steps - 1)
    }
    var last = calendar.next(after: from, by: interval)
    while true {
      let next = calendar.next(after: last, by: interval)
      if next >= to { return last }
      last = next
    }
  }

  private func offGrid(_ entity: RawEntity, row: Int, from: Instant, to: Instant, interval: Interval)
    -> MarketError
  {
    // A step that is not a whole number of intervals is most often another interval.
    guard calendar == .continuous, self.interval == nil else {
      return .offGrid(
        place: entity.place(ofRow: row), time: to.description, calendar: calendar.rawValue,
        interval: interval.description)
    }
    return mixed(entity, row: row - 1, from: from.milliseconds, to: to.milliseconds, interval: interval)
  }

  private func mixed(_ entity: RawEntity, row: Int, from: Int64, to: Int64, interval: Interval) -> MarketError
  {
    .mixedIntervals(
      place: entity.place(ofRow: row), step: Interval.milliseconds(to - from).description,
      interval: interval.description)
  }

  // MARK: Until

  /// How many leading rows have closed by `until`.
  private func closedRows(of entity: RawEntity, interval: Interval) -> Int {
    guard let until else { return entity.time.count }
    return entity.time.firstIndex { interval.after(Instant(milliseconds: $0)) > until } ?? entity.time.count
  }

  private func nothingLeft(of raw: RawSeries) -> MarketError {
    let first = raw.entities.compactMap(\.time.first).min().map { Instant(milliseconds: $0).description }
    return .nothingUntil(until: until?.description ?? "now", first: first ?? "no time")
  }
}
