private import Artifacts
package import Chronology

/// Reads CSV files of numeric columns: one entity a file, or one file with a column that names the entity.
///
/// A file is read in pieces of a mebibyte, which threads turn into numbers while the rows before them are checked and
/// written.
package struct CSVSource: RowSource, Sendable {
  package var files: [EntityFile]
  /// Nil where rows have no times and are numbered from `start`, one `interval` apart.
  package var timeColumn: String?
  package var entityColumn: String?
  /// Nil for every column that is neither time nor entity.
  package var columns: [String]?
  /// Minutes east of UTC that times without an offset are in.
  package var offsetMinutes: Int
  /// The grid of rows without times.
  package var start = Instant(milliseconds: 0)
  package var interval = Interval.milliseconds(1)
  /// How many threads turn text into numbers beside the one that reads and writes.
  package var threads = 2
  /// How much is read at a time.
  package var pieceLength = 1 << 20

  package init(
    files: [EntityFile], timeColumn: String?, entityColumn: String? = nil, columns: [String]? = nil,
    offsetMinutes: Int = 0
  ) {
    self.files = files
    self.timeColumn = timeColumn
    self.entityColumn = entityColumn
    self.columns = columns
    self.offsetMinutes = offsetMinutes
  }

  /// Hands over the rows of all files; `progress` is told of the bytes that are done.
  package func deliver(
    to assembly: SeriesAssembly, progress: (_ done: Int, _ total: Int) -> Void
  ) throws(MarketError) {
    for file in files {
      var counts: [Int] = []
      var rows = 0
      let digest = try read(file, progress) { columns throws(MarketError) in
        if let known = assembly.columns, known != columns {
          throw .otherColumns(
            path: file.path, found: columns.map(\.name), first: files[0].path, known: known.map(\.name))
        }
        try assembly.begin(columns: columns)
      } each: { piece throws(MarketError) in
        rows += piece.rowCount
        var numbers: [Int32] = []
        for name in entityColumn == nil ? [file.entity] : piece.names {
          numbers.append(Int32(try assembly.entity(named: name)))
        }
        var batch = piece.batch
        let entities = piece.entities.map { numbers[Int($0)] }
        if timeColumn == nil { batch.time = number(piece, as: entities, &counts) }
        if entityColumn == nil {
          try assembly.append(batch, entity: Int(numbers[0]))
        } else {
          try assembly.append(batch, entities: entities)
        }
      }
      guard rows > 0 else { throw .headerOnly(path: file.path) }
      assembly.note(digest, ofFile: file.path)
    }
  }

  /// The times of rows that have none: each entity's are counted from `start`.
  private func number(_ piece: CSVRows, as entities: [Int32], _ counts: inout [Int]) -> [Int64] {
    (0..<piece.rowCount).map { row in
      let entity = entities.isEmpty ? 0 : Int(entities[row])
      while counts.count <= entity { counts.append(0) }
      defer { counts[entity] += 1 }
      return interval.after(start, steps: counts[entity]).milliseconds
    }
  }

  // MARK: One file

  /// Reads a file piece by piece and gives its digest.
  private func read(
    _ file: EntityFile, keepsLines: Bool = false, _ progress: (_ done: Int, _ total: Int) -> Void,
    columns: ([Series.Column]) throws(MarketError) -> Void, each: (CSVRows) throws(MarketError) -> Void
  ) throws(MarketError) -> Digest {
    var pieces: CSVPieces
    do { pieces = try CSVPieces(file.path, pieceLength: pieceLength) } catch { throw .disk(error) }
    guard let first = try next(&pieces) else { throw .empty(path: file.path) }
    var scanner = CSVScanner(beginning: first.bytes)
    var cells: [CSVScanner.Cell] = []
    do throws(CSVScanner.Problem) { _ = try scanner.next(into: &cells) } catch {
      throw error.described(path: file.path)
    }
    guard !cells.isEmpty else { throw .empty(path: file.path) }
    let layout = try CSVLayout(header: cells.map(scanner.text), source: self, path: file.path)
    try columns(layout.columns.map { Series.Column(name: $0.name) })
    let reader = CSVRowReader(
      layout: layout, delimiter: scanner.delimiter, offsetMinutes: offsetMinutes, path: file.path,
      timeName: timeColumn ?? "", keepsLines: keepsLines)
    let (index, line) = (scanner.index, scanner.line)
    try read(&pieces, first, from: index, line: line, reader, progress, each)
    return pieces.digest
  }

  private func next(_ pieces: inout CSVPieces) throws(MarketError) -> ByteBlock? {
    do { return try pieces.next() } catch { throw .disk(error) }
  }

  /// A piece that threads pass on: it begins at byte `index`.
  private struct Piece: Sendable {
    var block: ByteBlock
    var index: Int
  }

  private func read(
    _ pieces: inout CSVPieces, _ first: ByteBlock, from index: Int, line: Int, _ reader: CSVRowReader,
    _ progress: (_ done: Int, _ total: Int) -> Void, _ each: (CSVRows) throws(MarketError) -> Void
  ) throws(MarketError) {
    // A thread costs more than a small file.
    let count = pieces.size < 4 * pieceLength ? 0 : min(threads, 8)
    let workers = OrderedWorkers<Piece, (Piece, Result<CSVRows, MarketError>)>(threads: count) { piece in
      (piece, Result { () throws(MarketError) in try reader.rows(of: piece.block.bytes, from: piece.index) })
    }
    defer { workers.end() }
    var line = line
    var done = 0
    var piece: Piece? = Piece(block: first, index: index)
    while piece != nil || workers.inFlight > 0 {
      if let next = piece {
        workers.submit(next)
        piece = try self.next(&pieces).map { Piece(block: $0, index: 0) }
        if piece != nil, workers.inFlight < 2 * count { continue }
      }
      let (finished, result) = workers.next()
      guard case .success(var rows) = result else {
        // Read once more, now that the number of its first line is known, to say where the problem is.
        _ = try reader.rows(of: finished.block.bytes, from: finished.index, line: line)
        preconditionFailure("a piece of a file cannot be read first and can be afterwards")
      }
      rows.firstLine = line
      line += rows.lineCount
      done += finished.block.count
      try each(rows)
      progress(done, pieces.size)
    }
  }

  // MARK: Places

  /// Reads the entity's file again as far as that row.
  package func place(of row: RowMark, entity: String) -> String {
    guard let file = entityColumn == nil ? files.first(where: { $0.entity == entity }) : files.first else {
      return entity
    }
    var finder = RowFinder(row)
    var line: Int?
    // What is wrong further below stays unseen: the row lies before it.
    _ = try? read(file, keepsLines: true, { _, _ in }) { _ in
    } each: { rows throws(MarketError) in
      guard line == nil else { return }
      let number = entityColumn == nil ? 0 : rows.names.firstIndex(of: entity).map(Int32.init)
      for index in rows.lines.indices
      where entityColumn == nil || rows.entities[index] == number {
        guard finder.isAt(timeColumn == nil ? 0 : rows.batch.time[index]) else { continue }
        line = rows.firstLine + rows.lines[index] - 1
        return
      }
    }
    return line.map { "\(file.path):\($0)" } ?? file.path
  }
}

/// Counts the rows of an entity up to the one that is looked for.
struct RowFinder {
  private let mark: RowMark
  private var row = 0
  private var seen = 0

  init(_ mark: RowMark) { self.mark = mark }

  /// Whether the next row, of `time`, is the one.
  mutating func isAt(_ time: Int64) -> Bool {
    defer { row += 1 }
    switch mark {
    case .number(let number): return row == number
    case .time(let wanted, let occurrence):
      if time == wanted { seen += 1 }
      return time == wanted && seen == occurrence
    }
  }
}
