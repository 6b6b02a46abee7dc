import Artifacts
private import Chronology

extension SeriesAssembly.Entity {
  /// Notes that a row comes whose time is not later than the one before it.
  mutating func noteInversion(at time: Int64) {
    if firstInversion == nil {
      firstInversion = (delivered, time, newest)
      order = rows == 1 ? .falling : .mixed
    }
  }
}

extension SeriesAssembly {
  /// Refuses rows out of order that are too many to be sorted in memory; newest first is an order, too.
  func checkMemory(ofEntity number: Int) throws(MarketError) {
    let entity = entities[number]
    guard entity.order == .mixed, let inversion = entity.firstInversion,
      entity.rows * (16 + 8 * columnCount) > rules.memory
    else { return }
    throw .unsorted(
      place: place(.number(inversion.row), of: number), entity: entity.name,
      time: Instant(milliseconds: inversion.time).description,
      previous: Instant(milliseconds: inversion.previous).description)
  }

  // MARK: Entities

  /// Writes the arrays anew with the rows of each entity together.
  ///
  /// How many rows each has is known by now, so each row's place is: rows are collected per entity and written there.
  func gatherEntities(_ runs: RunLog) throws(DiskError) {
    let (oldTime, oldValues) = (try time.startAnew(), try values.startAnew())
    let width = columnCount
    let share = rules.memory / (entities.count * 8 * (1 + width))
    let capacity = min(max(share, 1), 1 << 16)
    var targets: [Int] = []
    var start = 0
    for number in entities.indices {
      entities[number].start = start
      targets.append(start)
      start += entities[number].rows
    }
    var pending = [RowBatch](repeating: RowBatch(), count: entities.count)
    var reader = RowReader(time: oldTime, values: oldValues)
    try runs.forEach { number, rows throws(DiskError) in
      for _ in 0..<rows {
        try reader.next(into: &pending[number])
        guard pending[number].time.count >= capacity else { continue }
        try flush(&pending[number], at: &targets[number])
      }
    }
    for number in entities.indices { try flush(&pending[number], at: &targets[number]) }
  }

  private func flush(_ batch: inout RowBatch, at target: inout Int) throws(DiskError) {
    guard !batch.time.isEmpty else { return }
    try time.overwrite(from: target, with: batch.time, rows: batch.time.count)
    try values.overwrite(from: target, with: batch.values, rows: batch.time.count)
    target += batch.time.count
    batch.time.removeAll(keepingCapacity: true)
    batch.values.removeAll(keepingCapacity: true)
  }

  // MARK: Times

  /// Puts one entity's rows in order, which they mostly are.
  func putInOrder(_ number: Int) throws(MarketError) {
    sortedRows += entities[number].sorted
    switch entities[number].order {
    case .rising: return
    case .falling:
      do { try reverse(entities[number].start, entities[number].rows) } catch { throw .disk(error) }
    case .mixed: try sort(number)
    }
  }

  /// Turns rows around where they stand, block by block from both ends.
  private func reverse(_ start: Int, _ count: Int) throws(DiskError) {
    let block = blockRows
    var (low, high) = (start, start + count)
    while high - low > 1 {
      let length = min(block, (high - low + 1) / 2)
      let front = try batch(ofRows: low..<(low + length)).reversed(width: columnCount)
      let back = try batch(ofRows: (high - length)..<high).reversed(width: columnCount)
      // Where the two meet in the middle, both hold the same row, at the same place.
      try overwrite(from: low, with: back)
      try overwrite(from: high - length, with: front)
      low += length
      high -= length
    }
  }

  private func sort(_ number: Int) throws(MarketError) {
    let entity = entities[number]
    let width = columnCount
    var kept = 0
    do {
      let rows = try batch(ofRows: entity.start..<(entity.start + entity.rows))
      let order = rows.time.indices.sorted { (rows.time[$0], $0) < (rows.time[$1], $1) }
      var sorted = RowBatch()
      for (position, row) in order.enumerated() {
        let values = rows.values[(row * width)..<((row + 1) * width)]
        let isRepeated = position > 0 && rows.time[order[position - 1]] == rows.time[row]
        if isRepeated {
          let before = order[position - 1]
          guard values == rows.values[(before * width)..<((before + 1) * width)] else {
            throw MarketError.duplicateTime(
              place: place(.time(rows.time[row], occurrence: 2), of: number), entity: entity.name,
              time: Instant(milliseconds: rows.time[row]).description)
          }
          duplicateRows += 1
          continue
        }
        sorted.time.append(rows.time[row])
        sorted.values += values
        if sorted.time.count == blockRows {
          try overwrite(from: entity.start + kept, with: sorted)
          kept += sorted.time.count
          sorted = RowBatch()
        }
      }
      try overwrite(from: entity.start + kept, with: sorted)
      kept += sorted.time.count
    } catch let error as DiskError {
      throw .disk(error)
    } catch let error as MarketError {
      throw error
    } catch { preconditionFailure("an unforeseen kind of error: \(error)") }
    entities[number].rows = kept
  }

  // MARK: Blocks

  /// So many rows make about a mebibyte.
  var blockRows: Int { max((1 << 20) / (8 * (1 + columnCount)), 1) }

  func batch(ofRows rows: Range<Int>) throws(DiskError) -> RowBatch {
    RowBatch(time: try time.elements(ofRows: rows), values: try values.elements(ofRows: rows))
  }

  func overwrite(from row: Int, with batch: RowBatch) throws(DiskError) {
    try time.overwrite(from: row, with: batch.time, rows: batch.time.count)
    try values.overwrite(from: row, with: batch.values, rows: batch.time.count)
  }
}

extension RowBatch {
  fileprivate func reversed(width: Int) -> RowBatch {
    var result = RowBatch(time: time.reversed())
    result.values.reserveCapacity(values.count)
    for row in time.indices.reversed() { result.values += values[(row * width)..<((row + 1) * width)] }
    return result
  }
}

/// Reads rows one by one, from blocks of them.
private struct RowReader {
  let time: GrowingArray<Int64>
  let values: GrowingArray<Double>
  private var block = RowBatch()
  private var row = 0
  private var index = 0

  init(time: GrowingArray<Int64>, values: GrowingArray<Double>) {
    self.time = time
    self.values = values
  }

  /// Adds the next row to `batch`.
  mutating func next(into batch: inout RowBatch) throws(DiskError) {
    let width = values.rowLength
    if index == block.time.count {
      let length = max((1 << 20) / (8 * (1 + width)), 1)
      let rows = row..<min(row + length, time.rowCount)
      block = RowBatch(time: try time.elements(ofRows: rows), values: try values.elements(ofRows: rows))
      row = rows.upperBound
      index = 0
    }
    batch.time.append(block.time[index])
    batch.values += block.values[(index * width)..<((index + 1) * width)]
    index += 1
  }
}
