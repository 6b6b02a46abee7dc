package import Artifacts
package import Chronology
private import Numerics

/// Reads CSV files with a series in each row, as the M4 competition publishes them: its name, and its values, oldest
/// first, with empty cells behind the last one.
///
/// A second file goes on where the first one ends, series by series. Values have no times and are numbered from
/// `start`, one `interval` apart; series of different lengths begin together, or end together. A first row names the
/// cells and is not read.
package struct SeriesRowsSource: RowSource, Sendable {
  /// Which ends of series of different lengths have the same time.
  package enum Alignment: String, Sendable, CaseIterable {
    case start
    case end
  }

  package var paths: [String]
  /// What the column of values is called.
  package var column: String
  package var start: Instant
  package var interval: Interval
  package var alignment: Alignment

  package init(
    paths: [String], column: String, start: Instant, interval: Interval, alignment: Alignment
  ) {
    self.paths = paths
    self.column = column
    self.start = start
    self.interval = interval
    self.alignment = alignment
  }

  /// A series, or a part of one, as a row of a file has it.
  private struct Row {
    var name: String
    var values: [Double]
    var line: Int
  }

  package func deliver(
    to assembly: SeriesAssembly, progress: (_ done: Int, _ total: Int) -> Void
  ) throws(MarketError) {
    let counts = try lengths()
    let longest = counts.values.max() ?? 0
    try assembly.begin(columns: [Series.Column(name: column)])
    var delivered: [String: Int] = [:]
    for path in paths {
      let digest = try read(path, progress) { row throws(MarketError) in
        let entity = try assembly.entity(named: row.name)
        let before = delivered[row.name] ?? 0
        let first = before + (alignment == .end ? longest - (counts[row.name] ?? 0) : 0)
        delivered[row.name] = before + row.values.count
        var batch = RowBatch()
        batch.time = row.values.indices.map { interval.after(start, steps: first + $0).milliseconds }
        batch.values = row.values
        try assembly.append(batch, entity: entity)
      }
      assembly.note(digest, ofFile: path)
    }
  }

  /// How many values each series has in all files.
  private func lengths() throws(MarketError) -> [String: Int] {
    var counts: [String: Int] = [:]
    for (number, path) in paths.enumerated() {
      var names: Set<String> = []
      _ = try read(path, { _, _ in }) { row throws(MarketError) in
        let place = "\(path):\(row.line)"
        guard names.insert(row.name).inserted else {
          throw .malformed(place: place, "the series '\(row.name)' stands twice; remove one of the rows")
        }
        guard number == 0 || counts[row.name] != nil else {
          throw .malformed(
            place: place, "the series '\(row.name)' goes on, and \(paths[0]) has none of that name")
        }
        counts[row.name, default: 0] += row.values.count
      }
      guard !names.isEmpty else { throw .headerOnly(path: path) }
    }
    return counts
  }

  // MARK: One file

  /// The most cells of a row, and of a series.
  private static let cellLimit = 1 << 18

  private func read(
    _ path: String, _ progress: (_ done: Int, _ total: Int) -> Void, each: (Row) throws(MarketError) -> Void
  ) throws(MarketError) -> Digest {
    var pieces: CSVPieces
    do { pieces = try CSVPieces(path) } catch { throw .disk(error) }
    var line = 1
    var done = 0
    var delimiter: UInt8?
    while let piece = try next(&pieces) {
      var scanner: CSVScanner
      var cells: [CSVScanner.Cell] = []
      if let delimiter {
        scanner = CSVScanner(piece.bytes, delimiter: delimiter, line: line)
      } else {
        scanner = CSVScanner(beginning: piece.bytes)
        delimiter = scanner.delimiter
      }
      scanner.cellLimit = Self.cellLimit
      if done == 0 {
        let hasHeader: Bool
        do throws(CSVScanner.Problem) { hasHeader = try scanner.next(into: &cells) } catch {
          throw error.described(path: path)
        }
        if hasHeader { try checkHeader(cells, scanner, path) }
      }
      try rows(of: &scanner, path, each)
      line = scanner.line
      done += piece.count
      progress(done, pieces.size)
    }
    guard done > 0 else { throw .empty(path: path) }
    return pieces.digest
  }

  private func next(_ pieces: inout CSVPieces) throws(MarketError) -> ByteBlock? {
    do { return try pieces.next() } catch { throw .disk(error) }
  }

  private func checkHeader(
    _ cells: [CSVScanner.Cell], _ scanner: CSVScanner, _ path: String
  ) throws(MarketError) {
    guard cells.count > 1 else {
      throw .malformed(place: "\(path):1", "there is one cell, where a series has its name and its values")
    }
    guard DecimalNumber.parse(scanner.text(cells[1])) == nil else {
      throw .malformed(
        place: "\(path):1",
        "the first row is a series, where the names of the cells belong; add a row of names")
    }
  }

  private func rows(
    of scanner: inout CSVScanner, _ path: String, _ each: (Row) throws(MarketError) -> Void
  ) throws(MarketError) {
    var cells: [CSVScanner.Cell] = []
    while true {
      do throws(CSVScanner.Problem) {
        guard try scanner.next(into: &cells) else { return }
      } catch { throw error.described(path: path) }
      let written = cells.lastIndex { !$0.range.isEmpty } ?? 0
      var row = Row(name: scanner.text(cells[0]), values: [], line: cells[0].line)
      guard written > 0 else {
        throw .malformed(place: "\(path):\(row.line)", "the series '\(row.name)' has no values")
      }
      row.values.reserveCapacity(written)
      for cell in cells[1...written] {
        let bytes = UnsafeBufferPointer(rebasing: scanner.bytes[cell.range])
        guard let value = DecimalNumber.parse(bytes) else {
          let place = "\(path):\(cell.line):\(cell.column)"
          guard !cell.range.isEmpty else {
            throw .malformed(
              place: place, "an empty cell within the series '\(row.name)'; values follow each other")
          }
          throw .notANumber(place: place, column: column, text: scanner.text(cell))
        }
        row.values.append(value)
      }
      try each(row)
    }
  }

  // MARK: Places

  /// Reads the files again as far as that value.
  package func place(of row: RowMark, entity: String) -> String {
    let counts = (try? lengths()) ?? [:]
    let first = alignment == .end ? (counts.values.max() ?? 0) - (counts[entity] ?? 0) : 0
    var number = 0
    var found: String?
    for path in paths {
      _ = try? read(path, { _, _ in }) { part in
        guard part.name == entity, found == nil else { return }
        for index in part.values.indices {
          let isHere =
            switch row {
            case .number(let wanted): number == wanted
            case .time(let time, _): interval.after(start, steps: first + number).milliseconds == time
            }
          number += 1
          if isHere {
            found = "\(path):\(part.line), value \(index + 1)"
            return
          }
        }
      }
    }
    return found ?? entity
  }
}
