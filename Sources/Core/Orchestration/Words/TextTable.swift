/// Rows of cells in aligned columns, for people.
package struct TextTable {
  package enum Side: Sendable { case left, right }

  private let sides: [Side]
  private var rows: [[String]] = []

  /// One side a column: numbers stand on the right.
  ///
  /// A header is a first row like any other.
  package init(_ sides: [Side], header: [String]? = nil) {
    self.sides = sides
    if let header { add(header) }
  }

  package mutating func add(_ cells: [String]) {
    precondition(cells.count == sides.count, "\(cells.count) cells for \(sides.count) columns")
    rows.append(cells)
  }

  package var isEmpty: Bool { rows.isEmpty }

  /// The lines, each behind `indent`; blanks at their ends are dropped.
  package func lines(indent: String = "") -> [String] {
    let widths = sides.indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.indices.map { column in
        let blank = String(repeating: " ", count: widths[column] - row[column].count)
        return sides[column] == .left ? row[column] + blank : blank + row[column]
      }
      return String(Substring(indent + cells.joined(separator: "  ")).droppingTrailingBlanks)
    }
  }

  /// The lines as one text.
  package func text(indent: String = "") -> String { lines(indent: indent).map { $0 + "\n" }.joined() }
}

extension Substring {
  fileprivate var droppingTrailingBlanks: Substring {
    lastIndex { $0 != " " }.map { self[...$0] } ?? self[startIndex..<startIndex]
  }
}
