private import Artifacts
private import Chronology
private import Numerics

/// Reads CSV files of numeric columns with a column of time: one entity a file, or one file with a column that
/// names the entity.
package struct CSVSource: Sendable {
  package var files: [EntityFile]
  package var timeColumn: String
  package var entityColumn: String?
  /// Nil for every column that is neither time nor entity.
  package var columns: [String]?
  /// Minutes east of UTC that times without an offset are in.
  package var offsetMinutes: Int

  package init(
    files: [EntityFile], timeColumn: String, entityColumn: String? = nil, columns: [String]? = nil,
    offsetMinutes: Int = 0
  ) {
    self.files = files
    self.timeColumn = timeColumn
    self.entityColumn = entityColumn
    self.columns = columns
    self.offsetMinutes = offsetMinutes
  }

  /// Reads all files; `progress` is told of the bytes that are done, file by file.
  package func read(progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }) throws(MarketError)
    -> RawSeries
  {
    var series = RawSeries(columns: [], entities: [])
    for file in files {
      let bytes: [UInt8]
      do { bytes = try Disk.read(file.path) } catch { throw .disk(error) }
      let table = try table(of: bytes, file: file, progress: progress)
      guard series.columns.isEmpty || series.columns == table.columns else {
        throw .malformed(
          place: "\(file.path):1",
          "its columns are \(table.columns.map(\.name)), and those of \(files[0].path) \(series.columns.map(\.name))"
        )
      }
      series.columns = table.columns
      series.entities += table.entities
    }
    return series
  }

  // MARK: One file

  /// Reads the bytes of one file.
  package func table(
    of bytes: [UInt8], file: EntityFile, progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws(MarketError) -> RawSeries {
    let result = bytes.withUnsafeBufferPointer { buffer -> Result<RawSeries, MarketError> in
      do throws(MarketError) { return .success(try parse(buffer, file: file, progress)) } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func parse(
    _ bytes: UnsafeBufferPointer<UInt8>, file: EntityFile, _ progress: (_ done: Int, _ total: Int) -> Void
  ) throws(MarketError) -> RawSeries {
    var scanner = CSVScanner(bytes)
    var cells: [CSVScanner.Cell] = []
    guard try record(&scanner, &cells, file) else { throw .empty(path: file.path) }
    let layout = try layout(of: cells.map(scanner.text), file: file)

    var entities: [RawEntity] = []
    var numbers: [String: Int] = [:]
    while try record(&scanner, &cells, file) {
      guard cells.count == layout.cellCount else {
        throw .cellCount(
          place: "\(file.path):\(cells[0].line)", found: cells.count, expected: layout.cellCount)
      }
      let name = layout.entity.map { scanner.text(cells[$0]) } ?? file.entity
      let number = numbers[name] ?? entities.count
      if number == entities.count {
        numbers[name] = number
        entities.append(RawEntity(name: name, file: file.path))
      }
      try append(cells, of: layout, scanner, to: &entities[number], file: file)
      if cells[0].line % 100_000 == 0 { progress(cells[0].range.lowerBound, bytes.count) }
    }
    guard !entities.isEmpty else { throw .headerOnly(path: file.path) }
    return RawSeries(columns: layout.columns.map { Series.Column(name: $0.name) }, entities: entities)
  }

  private func record(
    _ scanner: inout CSVScanner, _ cells: inout [CSVScanner.Cell], _ file: EntityFile
  ) throws(MarketError) -> Bool {
    do throws(CSVScanner.Problem) { return try scanner.next(into: &cells) } catch {
      throw error.described(path: file.path)
    }
  }

  private func append(
    _ cells: [CSVScanner.Cell], of layout: Layout, _ scanner: CSVScanner, to entity: inout RawEntity,
    file: EntityFile
  ) throws(MarketError) {
    let timeCell = cells[layout.time]
    guard
      let time = Instant(
        parsing: UnsafeBufferPointer(rebasing: scanner.bytes[timeCell.range]), offsetMinutes: offsetMinutes)
    else {
      throw .notATime(place: place(timeCell, file), column: timeColumn, text: scanner.text(timeCell))
    }
    entity.time.append(time.milliseconds)
    for column in layout.columns {
      let cell = cells[column.index]
      guard let value = DecimalNumber.parse(UnsafeBufferPointer(rebasing: scanner.bytes[cell.range])) else {
        throw .notANumber(place: place(cell, file), column: column.name, text: scanner.text(cell))
      }
      entity.values.append(value)
    }
    entity.lines.append(Int32(clamping: cells[0].line))
  }

  private func place(_ cell: CSVScanner.Cell, _ file: EntityFile) -> String {
    "\(file.path):\(cell.line):\(cell.column)"
  }

  // MARK: Header

  private struct Layout {
    var cellCount: Int
    var time: Int
    var entity: Int?
    var columns: [(name: String, index: Int)]
  }

  private func layout(of header: [String], file: EntityFile) throws(MarketError) -> Layout {
    let time = try index(of: timeColumn, in: header, file)
    var entity: Int?
    if let entityColumn { entity = try index(of: entityColumn, in: header, file) }
    var chosen: [(name: String, index: Int)] = []
    if let columns {
      for name in columns { chosen.append((name, try index(of: name, in: header, file))) }
    } else {
      chosen = header.enumerated().filter { $0.offset != time && $0.offset != entity }.map {
        ($0.element, $0.offset)
      }
    }
    guard !chosen.isEmpty else {
      throw .malformed(
        place: "\(file.path):1", "there is no column besides time; is the delimiter , ; tab or |?")
    }
    if let duplicate = chosen.enumerated().first(where: { entry in
      chosen[..<entry.offset].contains { $0.name == entry.element.name }
    }) {
      throw .malformed(place: "\(file.path):1", "the column '\(duplicate.element.name)' stands twice")
    }
    return Layout(cellCount: header.count, time: time, entity: entity, columns: chosen)
  }

  private func index(of name: String, in header: [String], _ file: EntityFile) throws(MarketError) -> Int {
    guard let index = header.firstIndex(of: name) else {
      throw .noColumn(name, path: file.path, known: header)
    }
    return index
  }
}
