private import Numerics

/// What each cell of a CSV file's records is.
struct CSVLayout: Sendable {
  /// What is to be done with a cell.
  enum Role: Sendable, Equatable {
    case nothing
    case time
    case entity
    /// The number of a value in its row.
    case value(Int)
  }

  var roles: [Role]
  /// Nil where rows have no time.
  var time: Int?
  var entity: Int?
  var columns: [(name: String, index: Int)]

  var cellCount: Int { roles.count }

  /// Finds the columns of `source` in a header.
  init(header: [String], source: CSVSource, path: String) throws(MarketError) {
    if source.timeColumn == nil, header.allSatisfy({ DecimalNumber.parse($0) != nil }) {
      throw .malformed(
        place: "\(path):1",
        "the first row holds numbers, where the names of the columns belong; add a row of names")
    }
    func index(of name: String) throws(MarketError) -> Int {
      guard let index = header.firstIndex(of: name) else { throw .noColumn(name, path: path, known: header) }
      return index
    }
    let time: Int? = if let name = source.timeColumn { try index(of: name) } else { nil }
    let entity: Int? = if let name = source.entityColumn { try index(of: name) } else { nil }
    (self.time, self.entity) = (time, entity)
    roles = header.map { _ in .nothing }
    columns = []
    if let names = source.columns {
      for name in names { columns.append((name, try index(of: name))) }
    } else {
      columns = header.enumerated().filter { $0.offset != time && $0.offset != entity }.map {
        ($0.element, $0.offset)
      }
    }
    guard !columns.isEmpty else {
      throw .malformed(place: "\(path):1", "there is no column besides time; is the delimiter , ; tab or |?")
    }
    if let time { roles[time] = .time }
    if let entity { roles[entity] = .entity }
    var names: Set<String> = []
    for (number, column) in columns.enumerated() {
      guard names.insert(column.name).inserted else {
        throw .malformed(place: "\(path):1", "the column '\(column.name)' stands twice")
      }
      guard roles[column.index] == .nothing else {
        throw .malformed(
          place: "\(path):1",
          "the column '\(column.name)' is the time or the entity; leave it out of source.columns")
      }
      roles[column.index] = .value(number)
    }
  }
}
