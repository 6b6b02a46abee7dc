package import Artifacts
private import Chronology

/// Turns rows as delivered into the arrays of a series, or says what is wrong with them.
///
/// Every row is looked at: finite numbers, positive prices, high not below low, times strictly increasing and on
/// one grid. Rows go straight into the arrays' files, and what needs all of them (the order, the interval, the
/// gaps) is done there, so that memory does not grow with their number. Rows that stand twice are left out and rows
/// out of order are sorted, with a count and a warning; nothing is invented: bars that the calendar owes are
/// listed as gaps.
///
/// A class, because it guards the files in the making.
package final class SeriesAssembly {
  let rules: SeriesRules
  private let source: any RowSource
  private let publication: Publication

  /// What the rows hold; nil until the source has said it.
  package private(set) var columns: [Series.Column]?
  /// The digests of files that were read whole, by path.
  package private(set) var fileDigests: [String: Digest] = [:]

  var entities: [Entity] = []
  private var numbers: [String: Int] = [:]
  /// The values of each entity's newest row, [E, C].
  private var newest: [Double] = []
  private var checks = ValueChecks()
  private var runs: RunLog
  var duplicateRows = 0
  var sortedRows = 0
  var warnings: [String] = []

  /// The most entities, and the most numbers in a row of each.
  private static let entityLimit = 100_000
  private static let newestLimit = 4_000_000

  private var timeArray: GrowingArray<Int64>?
  private var valuesArray: GrowingArray<Double>?

  package init(_ rules: SeriesRules, of source: any RowSource, into publication: Publication)
    throws(MarketError)
  {
    self.rules = rules
    self.source = source
    self.publication = publication
    do { runs = try RunLog(beside: publication.directory) } catch { throw .disk(error) }
  }

  /// One entity's rows.
  struct Entity {
    enum Order { case rising, falling, mixed }

    let name: String
    /// Where its rows begin in the arrays, once they stand together.
    var start = 0
    /// How many were taken, and how many the source has delivered.
    var rows = 0
    var delivered = 0
    var order = Order.rising
    /// The times of the newest row, and of the latest.
    var newest = Int64.min
    var latest = Int64.min
    /// The first row that stands behind a later one: its number, its time, and the time before it.
    var firstInversion: (row: Int, time: Int64, previous: Int64)?
    var sorted = 0
  }

  // MARK: Delivery

  /// Says what the columns are; a source of several files says it for each, and the same.
  package func begin(columns: [Series.Column]) throws(MarketError) {
    precondition(self.columns == nil || self.columns == columns, "other columns than those of the first file")
    guard self.columns == nil else { return }
    for column in columns { try checkName(column.name) }
    self.columns = columns
    checks = ValueChecks(columns: columns.map(\.name), rules: rules)
    do {
      timeArray = try publication.growingArray("time", of: Int64.self, axes: ["N"], unit: Series.timeUnit)
      valuesArray = try publication.growingArray(
        "values", of: Double.self, rowShape: [columns.count], axes: ["N", "C"])
    } catch { throw .disk(error) }
  }

  /// The number of an entity, which is a new one when the name is new.
  package func entity(named name: String) throws(MarketError) -> Int {
    if let number = numbers[name] { return number }
    try checkName(name)
    let number = entities.count
    guard number < Self.entityLimit, (number + 1) * columnCount <= Self.newestLimit else {
      throw .tooManyEntities(number)
    }
    numbers[name] = number
    entities.append(Entity(name: name))
    newest += repeatElement(0, count: columnCount)
    return number
  }

  /// Adds rows of one entity, in the order of the source.
  package func append(_ batch: consuming RowBatch, entity: Int) throws(MarketError) {
    guard !batch.time.isEmpty else { return }
    var batch = batch
    try checkFinite(batch) { _ in entity }
    let kept = try admit(0..<batch.time.count, of: &batch, entity: entity, behind: 0)
    try write(batch, rows: kept)
  }

  /// Adds rows of several entities: `entities` has the number of each row's.
  package func append(_ batch: consuming RowBatch, entities: [Int32]) throws(MarketError) {
    var batch = batch
    try checkFinite(batch) { Int(entities[$0]) }
    var kept = 0
    var row = 0
    while row < entities.count {
      var end = row + 1
      while end < entities.count, entities[end] == entities[row] { end += 1 }
      kept = try admit(row..<end, of: &batch, entity: Int(entities[row]), behind: kept)
      row = end
    }
    try write(batch, rows: kept)
  }

  /// Notes the digest of a file that was read whole, which may be compared with what it was before.
  package func note(_ digest: Digest, ofFile path: String) { fileDigests[path] = digest }

  private func write(_ batch: RowBatch, rows: Int) throws(MarketError) {
    do {
      try time.append(batch.time, rows: rows)
      try values.append(batch.values, rows: rows)
    } catch { throw .disk(error) }
  }

  var columnCount: Int { columns?.count ?? 0 }

  var time: GrowingArray<Int64> { begun(timeArray) }
  var values: GrowingArray<Double> { begun(valuesArray) }

  private func begun<Value>(_ value: Value?) -> Value {
    guard let value else { preconditionFailure("a source names its columns before its rows") }
    return value
  }

  func place(_ row: RowMark, of entity: Int) -> String {
    source.place(of: row, entity: entities[entity].name)
  }

  // MARK: Rows

  /// Checks rows and moves those that are kept behind the first `kept` of the batch; gives how many that makes.
  private func admit(
    _ rows: Range<Int>, of batch: inout RowBatch, entity number: Int, behind kept: Int
  ) throws(MarketError) -> Int {
    var entity = entities[number]
    let from = rules.from?.milliseconds ?? .min
    let width = columnCount
    var kept = kept
    let firstKept = kept
    for row in rows {
      let time = batch.time[row]
      defer { entity.delivered += 1 }
      guard time >= from else { continue }
      if entity.rows > 0, time <= entity.newest {
        let before =
          kept > firstKept ? batch.values[((kept - 1) * width)..<(kept * width)] : newestValues(of: number)
        if time == entity.newest {
          guard before == batch.values[(row * width)..<((row + 1) * width)] else {
            throw .duplicateTime(
              place: place(.number(entity.delivered), of: number), entity: entity.name,
              time: Instant(milliseconds: time).description)
          }
          duplicateRows += 1
          continue
        }
        entity.noteInversion(at: time)
      } else if entity.order == .falling {
        entity.order = .mixed
      }
      if time < entity.latest { entity.sorted += 1 }
      if let problem = checks.problem(in: batch.values, row: row) {
        entities[number] = entity
        throw checks.error(problem, place: place(.number(entity.delivered), of: number))
      }
      if kept != row { batch.move(row, to: kept, width: width) }
      kept += 1
      entity.rows += 1
      entity.newest = time
      entity.latest = max(entity.latest, time)
    }
    if kept > firstKept {
      for column in 0..<width { newest[number * width + column] = batch.values[(kept - 1) * width + column] }
      runs.add(kept - firstKept, of: number)
      if let error = runs.failure { throw .disk(error) }
    }
    entities[number] = entity
    try checkMemory(ofEntity: number)
    return kept
  }

  private func newestValues(of number: Int) -> ArraySlice<Double> {
    newest[(number * columnCount)..<((number + 1) * columnCount)]
  }

  /// Refuses numbers that are none, which no reader of text delivers but a generator or a database may.
  private func checkFinite(_ batch: RowBatch, entityOf: (_ row: Int) -> Int) throws(MarketError) {
    var nothing = 0.0
    for value in batch.values { nothing += value * 0 }
    guard nothing != 0, let index = batch.values.firstIndex(where: { !$0.isFinite }) else { return }
    let row = index / columnCount
    let number = entityOf(row)
    let earlier = (0..<row).count { entityOf($0) == number }
    throw .notANumber(
      place: place(.number(entities[number].delivered + earlier), of: number),
      column: columns?[index % columnCount].name ?? "", text: "\(batch.values[index])")
  }

  /// Names go into tables, charts and terminals, so they are short and plain.
  private func checkName(_ name: String) throws(MarketError) {
    let isPlain = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) }
    guard isPlain, (1...120).contains(name.utf8.count) else { throw .badName(name) }
  }

  // MARK: The end

  /// Puts the rows in order, finds interval and gaps, and completes the arrays `time` and `values`.
  package func finish() throws(MarketError) -> Series.Outline {
    guard columns != nil, time.rowCount > 0 else { throw nothingTaken() }
    do throws(DiskError) {
      if runs.isInterleaved { try gatherEntities(runs) } else { placeEntities() }
    } catch { throw .disk(error) }
    for number in entities.indices { try putInOrder(number) }
    let interval = if let declared = rules.interval { declared } else { try commonInterval() }
    let outline = try cut(to: interval)
    do { try complete(rows: outline.rowCount) } catch { throw .disk(error) }
    return outline
  }

  /// Gives the arrays their shape; the disk takes what is left to write while the arrays are digested.
  private func complete(rows: Int) throws(DiskError) {
    try time.seal(rows: rows)
    try values.seal(rows: rows)
    // Two threads touch the same open files and nothing else of the arrays.
    nonisolated(unsafe) let (time, values) = (time, values)
    let disk = OrderedWorkers<Int, DiskError?>(threads: 1) { _ in
      do throws(DiskError) {
        try time.synchronize()
        try values.synchronize()
      } catch { return error }
      return nil
    }
    defer { disk.end() }
    disk.submit(0)
    try time.enter()
    try values.enter()
    if let failure = disk.next() { throw failure }
  }

  private func placeEntities() {
    var start = 0
    for number in entities.indices {
      entities[number].start = start
      start += entities[number].rows
    }
  }

  private func nothingTaken() -> MarketError {
    .nothingFrom(from: rules.from?.description ?? "the beginning")
  }
}

extension RowBatch {
  fileprivate mutating func move(_ row: Int, to target: Int, width: Int) {
    time[target] = time[row]
    for column in 0..<width { values[target * width + column] = values[row * width + column] }
  }
}
