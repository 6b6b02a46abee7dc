import Artifacts
import Chronology
import Comparison
import Numerics
import Orchestration

extension DiffReport {
  /// What happened to the rows, with the instants.
  var rows: [String] {
    guard let rows = comparison.rows, rows.summary != nil else { return [] }
    var table = TextTable([.left, .right, .left])
    table.add(["old", DecimalNumber.grouped(rows.oldCount), ""])
    table.add(["new", DecimalNumber.grouped(rows.newCount), rows.isPrefixIdentical ? "prefix identical" : ""])
    for (word, span) in [("added", rows.added), ("removed", rows.removed), ("revised", rows.revised)]
    where span.count > 0 {
      table.add([word, DecimalNumber.grouped(span.count), Self.words(span)])
    }
    let entities = [("added", rows.addedEntities), ("removed", rows.removedEntities)]
      .filter { !$0.1.isEmpty }.map { "  entities \($0.0): \(Self.list($0.1))" }
    return table.lines(indent: "  ") + entities
  }

  private static func words(_ span: RowSpan) -> String {
    guard let first = span.first, let last = span.last else { return "" }
    return first == last ? first.readable() : "\(first.readable()) to \(last.readable())"
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(8).joined(separator: ", ") + (names.count > 8 ? " and \(names.count - 8) more" : "")
  }

  /// A line for each array that differs, and how many do not.
  var arrays: [String] {
    let changed = comparison.arrays.filter { !$0.isIdentical }
    guard !changed.isEmpty else { return [] }
    var table = Self.arrayTable
    for array in changed { table.add(Self.row(of: array)) }
    let rest = comparison.arrays.count - changed.count
    return table.lines(indent: "  ") + (rest > 0 ? ["  \(rest) identical array\(rest == 1 ? "" : "s")"] : [])
  }

  static var arrayTable: TextTable {
    TextTable(
      [.left, .left, .left, .right, .right, .right, .right],
      header: ["", "type", "shape", "differing", "absolute", "relative", "ulp"])
  }

  static func row(of array: ArrayComparison) -> [String] {
    guard let old = array.old, let new = array.new else {
      let outline = array.old ?? array.new
      return [
        array.name, outline?.elementType.rawValue ?? "", outline.map { "\($0.shape)" } ?? "",
        array.old == nil ? "only in new" : "only in old", "", "", "",
      ]
    }
    let type = pair(old.elementType.rawValue, new.elementType.rawValue)
    let shape = pair("\(old.shape)", "\(new.shape)")
    guard let elements = array.elements else {
      return [array.name, type, shape, array.isIdentical ? "0" : "not comparable", "", "", ""]
    }
    return [
      array.name, type, shape, DecimalNumber.grouped(elements.differing), size(elements.largestAbsolute),
      size(elements.largestRelative), elements.largestSteps.map { steps($0.size) } ?? "–",
    ]
  }

  private static func pair(_ old: String, _ new: String) -> String { old == new ? new : "\(old) → \(new)" }

  private static func size(_ difference: LargestDifference?) -> String {
    difference.map { size($0.size) } ?? "–"
  }

  private static func size(_ value: ElementValue) -> String {
    if case .distance(let count) = value { return DecimalNumber.grouped(count) }
    return DecimalNumber.significant(value.number)
  }

  /// Whole where it can be counted in one's head, a power of ten where nobody would.
  private static func steps(_ value: ElementValue) -> String {
    guard case .distance(let count) = value, count < 1_000_000_000 else {
      return DecimalNumber.significant(value.number)
    }
    return DecimalNumber.grouped(count)
  }

  // MARK: One array

  /// Where the largest differences are, what else happened, and the columns.
  static func details(of array: ArrayComparison) -> [String] {
    guard !array.isIdentical, let old = array.old, let new = array.new else { return [] }
    var lines: [String] = []
    if old.axes != new.axes { lines.append("  axes \(old.axes) → \(new.axes)") }
    if old.unit != new.unit { lines.append("  unit '\(old.unit)' → '\(new.unit)'") }
    if let elements = array.elements { lines += details(of: elements) }
    return lines.isEmpty ? [] : ["", array.name] + lines
  }

  private static func details(of elements: ElementDifferences) -> [String] {
    let odd = oddities(elements)
    // The rows that came or went have a section of their own.
    if elements.basis == .rows, elements.largestAbsolute == nil, elements.differing == 0, odd.isEmpty {
      return []
    }
    var lines = [compared(elements)]
    let kinds = [
      ("absolute", elements.largestAbsolute), ("relative", elements.largestRelative),
      ("ulp", elements.largestSteps),
    ]
    var table = TextTable([.left, .right, .left, .left])
    for (kind, difference) in kinds {
      guard let difference else { continue }
      let shown = kind == "ulp" ? steps(difference.size) : size(difference.size)
      table.add([
        "largest \(kind)", shown, "\(difference.old) → \(difference.new)", "at \(words(difference.place))",
      ])
    }
    lines += table.lines(indent: "  ") + odd
    if elements.columns.count > 1 { lines += columns(elements) }
    return lines
  }

  private static func compared(_ elements: ElementDifferences) -> String {
    let count = DecimalNumber.grouped(elements.compared)
    switch elements.basis {
    case .rows:
      return elements.differing == 0
        ? "  the same in all rows that both have: \(count) elements"
        : "  revised of the rows that both have: \(DecimalNumber.grouped(elements.rowsRevised)), \(count) elements"
    case .index: return "  \(DecimalNumber.grouped(elements.differing)) of \(count) elements differ"
    case .prefix(let rows, let identical):
      return identical == rows
        ? "  the first \(DecimalNumber.grouped(rows)) rows are the same: prefix identical"
        : "  of the first \(DecimalNumber.grouped(rows)) rows, \(DecimalNumber.grouped(identical)) are the same before one differs"
    }
  }

  private static func oddities(_ elements: ElementDifferences) -> [String] {
    let counts = [
      (elements.becameNaN, "became NaN"), (elements.ceasedNaN, "ceased to be NaN"),
      (elements.infinities, "infinities came, went or changed their sign"),
      (elements.zeroSigns, "zeros changed their sign (equal by value)"),
      (elements.payloads, "NaN have other bits (equal by value)"),
    ]
    let columns = [("added", elements.addedColumns), ("removed", elements.removedColumns)]
    return columns.filter { !$0.1.isEmpty }.map { "  columns \($0.0): \(list($0.1))" }
      + (elements.isPairedByName ? ["  columns stand in other places and were compared by their names"] : [])
      + counts.filter { $0.0 > 0 }.map { "  \(DecimalNumber.grouped($0.0)) \($0.1)" }
  }

  private static func words(_ place: ElementPlace) -> String {
    var parts = [place.index == place.oldIndex ? "\(place.index)" : "\(place.oldIndex) → \(place.index)"]
    parts += [place.column, place.entity, place.time.map { $0.readable() }].compactMap(\.self)
    return parts.joined(separator: ", ")
  }

  private static func columns(_ elements: ElementDifferences) -> [String] {
    let changed = elements.columns.filter {
      $0.differing > 0 || $0.largestAbsolute != nil
    }
    guard !changed.isEmpty else { return [] }
    var table = TextTable(
      [.left, .right, .right, .right, .right],
      header: ["column", "differing", "absolute", "relative", "NaN + −"])
    for column in changed.prefix(shownColumns) {
      table.add([
        column.name, DecimalNumber.grouped(column.differing), column.largestAbsolute.map(size) ?? "–",
        column.largestRelative.map { DecimalNumber.significant($0) } ?? "–",
        column.becameNaN + column.ceasedNaN == 0
          ? "–"
          : "\(DecimalNumber.grouped(column.becameNaN)) \(DecimalNumber.grouped(column.ceasedNaN))",
      ])
    }
    let rest = changed.count - shownColumns
    return table.lines(indent: "  ")
      + (rest > 0 ? ["  and \(rest) more columns; all of them with --json"] : [])
  }

  /// More columns than that are for programs.
  private static let shownColumns = 40
}
