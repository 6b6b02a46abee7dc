/// A table of a page: numbers stand at the right of their columns, words at the left.
package struct PageTable: Sendable, Equatable {
  package struct Column: Sendable, Equatable {
    package var name: String
    package var isNumeric: Bool

    package init(_ name: String, isNumeric: Bool = false) {
      self.name = name
      self.isNumeric = isNumeric
    }
  }

  package struct Cell: Sendable, Equatable, ExpressibleByStringLiteral {
    package var text: String
    package var mark: Page.Mark?

    package init(_ text: String, mark: Page.Mark? = nil) {
      self.text = text
      self.mark = mark
    }

    package init(stringLiteral text: String) { self.init(text) }
  }

  package var columns: [Column]
  package var rows: [[Cell]]

  package init(columns: [Column], rows: [[Cell]]) {
    for row in rows {
      precondition(
        row.count == columns.count, "a row of \(row.count) cells in a table of \(columns.count) columns")
    }
    self.columns = columns
    self.rows = rows
  }
}
