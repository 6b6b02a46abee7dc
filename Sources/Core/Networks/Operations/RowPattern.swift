import Tensors

/// Loops over a matrix [rows, columns] with one value a column.
///
/// They take whole registers at a time however few columns there are. A row of values is repeated up to eight
/// times, which makes a pattern of a whole number of registers, and the matrix is met in chunks of one
/// pattern. Sums over rows go the same way: eight interleaved partial sums a column, added in order.
struct RowPattern {
  let rows: Int
  let columns: Int

  /// How often the row stands in a pattern.
  var copies: Int { min(rows, 8) }
  /// Floats of a pattern.
  var count: Int { copies * columns }

  /// Repeats the row that a pattern begins with.
  @inline(__always)
  func spread(_ pattern: UnsafeMutablePointer<Float>) {
    for copy in 1..<max(copies, 1) {
      (pattern + copy * columns).update(from: pattern, count: columns)
    }
  }

  /// `body` on the elements of the matrix, each with the pattern's.
  @inline(__always)
  func map(
    _ matrix: UnsafePointer<Float>, _ pattern: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>,
    adding: Bool = false, _ body: (Vector8, Vector8) -> Vector8
  ) {
    var start = 0
    while start < rows * columns {
      let length = min(count, rows * columns - start)
      Elements.map(matrix + start, pattern, into: target + start, count: length, adding: adding, body)
      start += count
    }
  }

  @inline(__always)
  func map(
    _ matrix: UnsafePointer<Float>, _ first: UnsafePointer<Float>, _ second: UnsafePointer<Float>,
    into target: UnsafeMutablePointer<Float>, adding: Bool = false,
    _ body: (Vector8, Vector8, Vector8) -> Vector8
  ) {
    var start = 0
    while start < rows * columns {
      let length = min(count, rows * columns - start)
      Elements.map(matrix + start, first, second, into: target + start, count: length, adding: adding, body)
      start += count
    }
  }

  /// The sum of `body` over the rows, into one row; `partials` holds a pattern.
  @inline(__always)
  func sum(
    _ matrix: UnsafePointer<Float>, _ pattern: UnsafePointer<Float>, partials: UnsafeMutablePointer<Float>,
    into row: UnsafeMutablePointer<Float>, _ body: (Vector8, Vector8) -> Vector8
  ) {
    var start = 0
    while start < rows * columns {
      let length = min(count, rows * columns - start)
      Elements.map(matrix + start, pattern, into: partials, count: length, adding: start > 0, body)
      start += count
    }
    Elements.sumRows(UnsafePointer(partials), rows: copies, columns: columns, into: row, adding: false)
  }

  /// The sum over the rows of `body` on two matrices and a pattern.
  @inline(__always)
  func sum(
    _ matrix: UnsafePointer<Float>, _ other: UnsafePointer<Float>, _ pattern: UnsafePointer<Float>,
    partials: UnsafeMutablePointer<Float>, into row: UnsafeMutablePointer<Float>,
    _ body: (Vector8, Vector8, Vector8) -> Vector8
  ) {
    var start = 0
    while start < rows * columns {
      let length = min(count, rows * columns - start)
      Elements.map(
        matrix + start, other + start, pattern, into: partials, count: length, adding: start > 0, body)
      start += count
    }
    Elements.sumRows(UnsafePointer(partials), rows: copies, columns: columns, into: row, adding: false)
  }
}
