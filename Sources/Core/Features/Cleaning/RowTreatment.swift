/// What is to become of each row, and the rows that are marked or know the future.
struct RowTreatment {
  /// In order of strength: where two kinds meet in a row, the stronger is done.
  private enum Action: UInt8 {
    case none, mark, fillForward, interpolate, drop
  }

  private var actions: [UInt8]
  private(set) var marked: [Bool]
  private(set) var premature: [Bool]
  private(set) var replaced = 0
  /// Rows that were to be replaced, and have no good bar beside them.
  private(set) var unsupported = 0

  init(rows: Int) {
    actions = [UInt8](repeating: 0, count: rows)
    marked = [Bool](repeating: false, count: rows)
    premature = marked
  }

  /// Asks for what a policy does to rows; that the first `unknown` rows of each range belong to it was not known then.
  mutating func add(_ rows: RowRanges, _ policy: CleaningRules.Policy, unknown: Int = 0) {
    let action: Action
    switch policy {
    case .reject: action = .none
    case .mark: action = .mark
    case .fillForward: action = .fillForward
    case .interpolate: action = .interpolate
    case .drop: action = .drop
    }
    for row in rows.ranges.joined() { actions[row] = max(actions[row], action.rawValue) }
    guard policy == .fillForward else { return }
    for row in rows.ranges.lazy.flatMap({ $0.prefix(unknown) }) { premature[row] = true }
  }

  var dropped: RowRanges {
    RowRanges(
      actions.indices.lazy.filter { actions[$0] == Action.drop.rawValue }.map { $0..<($0 + 1) })
  }

  func isDropped(_ row: Int) -> Bool { actions[row] == Action.drop.rawValue }

  /// Replaces and marks; what has no bar to be filled from is dropped.
  mutating func apply(to table: inout ColumnTable, _ segments: [Segment], _ roles: ColumnRoles) {
    for row in actions.indices where actions[row] == Action.mark.rawValue { marked[row] = true }
    for segment in segments {
      var row = segment.rows.lowerBound
      while row < segment.rows.upperBound {
        let end = repairEnd(from: row, in: segment.rows)
        if end > row { repair(row..<end, segment.rows, &table, roles) }
        row = max(end, row + 1)
      }
    }
  }

  /// Makes room for the bars that are put into gaps, which are marked.
  mutating func insert(_ filling: GapFilling, interpolating: Bool) {
    actions = filling.inserted(into: actions, Action.mark.rawValue)
    marked = filling.inserted(into: marked, true)
    premature = filling.inserted(into: premature, interpolating)
  }

  /// The end of the rows to replace that begin at a row.
  private func repairEnd(from row: Int, in rows: Range<Int>) -> Int {
    var end = row
    while end < rows.upperBound, isRepaired(end) { end += 1 }
    return end
  }

  private func isRepaired(_ row: Int) -> Bool {
    actions[row] == Action.fillForward.rawValue || actions[row] == Action.interpolate.rawValue
  }

  private mutating func repair(
    _ rows: Range<Int>, _ segment: Range<Int>, _ table: inout ColumnTable, _ roles: ColumnRoles
  ) {
    let before = rows.lowerBound - 1
    let after = rows.upperBound
    let interpolates = rows.contains { actions[$0] == Action.interpolate.rawValue }
    let hasBefore = segment.contains(before) && !isDropped(before)
    let hasAfter = segment.contains(after) && !isDropped(after)
    guard hasBefore, hasAfter || !interpolates else {
      for row in rows { actions[row] = Action.drop.rawValue }
      unsupported += rows.count
      return
    }
    for column in table.values.indices {
      let still = roles.still(column, after: before, table.values)
      let (first, last) = (table.values[column][before], interpolates ? table.values[column][after] : 0)
      for row in rows {
        let way = Double(row - before) / Double(after - before)
        table.values[column][row] = interpolates ? first + (last - first) * way : still
      }
    }
    for row in rows {
      marked[row] = true
      premature[row] = premature[row] || interpolates
    }
    replaced += rows.count
  }
}
