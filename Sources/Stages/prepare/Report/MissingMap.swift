import Charts
import Numerics

/// Which stretches of the columns are missing: bars that are not there, and rows without a value.
struct MissingMap: Equatable {
  /// More rows than these nobody reads.
  static let rowLimit = 60
  private static let cells = 180

  let from: Int64
  let until: Int64
  /// Columns of an entity that miss the same are one row.
  let rows: [PresenceMap.Row]
  /// How many rows did not fit.
  let rest: Int

  init(of views: [ColumnView]) {
    from = views.compactMap { $0.times.first }.min() ?? 0
    until = max(views.compactMap { $0.times.last }.max() ?? 0, from + 1)
    let rows = Self.grouped(views, from, until)
    self.rows = Array(rows.prefix(Self.rowLimit))
    rest = rows.count - self.rows.count
  }

  private static func grouped(_ views: [ColumnView], _ from: Int64, _ until: Int64) -> [PresenceMap.Row] {
    var entities: [String] = []
    var byEntity: [String: [ColumnView]] = [:]
    for view in views {
      if byEntity[view.entity] == nil { entities.append(view.entity) }
      byEntity[view.entity, default: []].append(view)
    }
    return entities.flatMap { entity -> [PresenceMap.Row] in
      var groups: [[PresenceMap.Row]] = []
      for view in byEntity[entity] ?? [] {
        let row = row(of: view, from, until)
        if let known = groups.firstIndex(where: { $0[0].missing == row.missing && $0[0].words == row.words })
        {
          groups[known].append(row)
        } else {
          groups.append([row])
        }
      }
      return groups.map { joined($0, entity: entity, isAll: groups.count == 1) }
    }
  }

  /// One row for columns that miss the same.
  private static func joined(_ rows: [PresenceMap.Row], entity: String, isAll: Bool) -> PresenceMap.Row {
    guard rows.count > 1 else { return rows[0] }
    let all = entity.isEmpty ? "all \(rows.count) columns" : "\(entity), all \(rows.count) columns"
    let name = isAll ? all : "\(rows[0].name) and \(rows.count - 1) more"
    return PresenceMap.Row(name, missing: rows[0].missing, words: rows[0].words)
  }

  private static func row(of view: ColumnView, _ from: Int64, _ until: Int64) -> PresenceMap.Row {
    var present = Array(repeating: 0.0, count: cells)
    var missing = present
    let width = Double(until - from) / Double(cells)
    let cell = { (time: Int64) in min(max(Int(Double(time - from) / width), 0), cells - 1) }
    for (time, value) in zip(view.times, view.raw) {
      if value.isFinite { present[cell(time)] += 1 } else { missing[cell(time)] += 1 }
    }
    for gap in view.gaps {
      // Evenly over the gap: which of its days were holidays the report does not know.
      let reached = cell(gap.firstMissing)...max(cell(gap.lastMissing), cell(gap.firstMissing))
      for index in reached { missing[index] += Double(gap.count) / Double(reached.count) }
    }
    let shares = zip(present, missing).map { $0 + $1 > 0 ? $1 / ($0 + $1) : nil }
    return PresenceMap.Row(view.title, missing: shares, words: words(view))
  }

  private static func words(_ view: ColumnView) -> String {
    let missing = view.missingBars + view.missingRows
    guard missing > 0 else { return "complete" }
    let percent = Double(missing) / Double(view.raw.count + view.missingBars) * 100
    let share = percent < 0.01 ? "< 0.01" : DecimalNumber.fixed(percent, places: percent < 10 ? 2 : 0)
    return "\(DecimalNumber.grouped(missing)) (\(share) %)"
  }
}
