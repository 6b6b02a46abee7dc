/// Verbs over the rows of matrices: each row in registers, the last, shorter run of a row included.
///
/// A run that is shorter than eight goes through the same arithmetic as the others.
extension Elements {
  /// Stores the first `count` elements of a register, fewer than eight, or adds them.
  @inlinable @inline(__always)
  package static func put(_ value: Vector8, _ target: MutableValues, first count: Int, adding: Bool) {
    (adding ? Vector8(at: Values(target), count: count) + value : value).store(first: count, to: target)
  }

  /// `body` on every row of a matrix [rows, columns] and one row that all share.
  @inlinable @inline(__always)
  package static func mapRows(
    _ matrix: Values, with row: Values, into target: MutableValues, rows: Int, columns: Int,
    adding: Bool = false, _ body: (Vector8, Vector8) -> Vector8
  ) {
    if columns == 1 {
      let shared = Vector8(repeating: row[0])
      map(matrix, into: target, count: rows, adding: adding) { body($0, shared) }
      return
    }
    var start = 0
    for _ in 0..<rows {
      var column = 0
      while column + 8 <= columns {
        let place = start + column
        put(body(Vector8(at: matrix + place), Vector8(at: row + column)), target + place, adding: adding)
        column += 8
      }
      if column < columns {
        let (rest, place) = (columns - column, start + column)
        put(
          body(Vector8(at: matrix + place, count: rest), Vector8(at: row + column, count: rest)),
          target + place, first: rest, adding: adding)
      }
      start += columns
    }
  }

  /// Adds up, column by column, what `body` makes of the rows of two matrices [rows, columns].
  ///
  /// Each column is summed from its first row to its last. `body` also gets the number of its first column.
  @inlinable @inline(__always)
  package static func sumRows(
    _ a: Values, _ b: Values, rows: Int, columns: Int, into target: MutableValues, adding: Bool = false,
    _ body: (Vector8, Vector8, Int) -> Vector8
  ) {
    var column = 0
    while column + 32 <= columns {
      var (s0, s1, s2, s3) = (Vector8.zero, Vector8.zero, Vector8.zero, Vector8.zero)
      var place = column
      for _ in 0..<rows {
        s0 += body(Vector8(at: a + place), Vector8(at: b + place), column)
        s1 += body(Vector8(at: a + place + 8), Vector8(at: b + place + 8), column + 8)
        s2 += body(Vector8(at: a + place + 16), Vector8(at: b + place + 16), column + 16)
        s3 += body(Vector8(at: a + place + 24), Vector8(at: b + place + 24), column + 24)
        place += columns
      }
      put(s0, target + column, adding: adding)
      put(s1, target + column + 8, adding: adding)
      put(s2, target + column + 16, adding: adding)
      put(s3, target + column + 24, adding: adding)
      column += 32
    }
    while column + 8 <= columns {
      var sum = Vector8.zero
      var place = column
      for _ in 0..<rows {
        sum += body(Vector8(at: a + place), Vector8(at: b + place), column)
        place += columns
      }
      put(sum, target + column, adding: adding)
      column += 8
    }
    if column < columns {
      let rest = columns - column
      var sum = Vector8.zero
      var place = column
      for _ in 0..<rows {
        sum += body(Vector8(at: a + place, count: rest), Vector8(at: b + place, count: rest), column)
        place += columns
      }
      put(sum, target + column, first: rest, adding: adding)
    }
  }

  /// The sum of what `body` makes of two rows: four registers of partial sums, added as a tree.
  @inlinable @inline(__always)
  package static func sum(
    _ a: Values, _ b: Values, count: Int, _ body: (Vector8, Vector8) -> Vector8
  ) -> Float {
    var (s0, s1, s2, s3) = (Vector8.zero, Vector8.zero, Vector8.zero, Vector8.zero)
    var index = 0
    while index + 32 <= count {
      s0 += body(Vector8(at: a + index), Vector8(at: b + index))
      s1 += body(Vector8(at: a + index + 8), Vector8(at: b + index + 8))
      s2 += body(Vector8(at: a + index + 16), Vector8(at: b + index + 16))
      s3 += body(Vector8(at: a + index + 24), Vector8(at: b + index + 24))
      index += 32
    }
    while index + 8 <= count {
      s0 += body(Vector8(at: a + index), Vector8(at: b + index))
      index += 8
    }
    if index < count {
      let rest = count - index
      s1 += body(Vector8(at: a + index, count: rest), Vector8(at: b + index, count: rest)).first(rest)
    }
    return ((s0 + s1) + (s2 + s3)).total
  }

  /// The greatest element of a row.
  @inlinable @inline(__always)
  package static func greatest(_ a: Values, count: Int) -> Float {
    var greatest = Vector8(repeating: -.infinity)
    var index = 0
    while index + 8 <= count {
      greatest = greatest.atLeast(Vector8(at: a + index))
      index += 8
    }
    if index < count {
      let rest = count - index
      greatest = greatest.atLeast(Vector8(at: a + index, count: rest).first(rest, filledWith: -.infinity))
    }
    return greatest.greatest
  }

  /// Copies rows of `columns` elements between matrices whose rows lie further apart, or adds them.
  @inlinable @inline(__always)
  package static func copyRows(
    _ from: Values, stride: Int, into target: MutableValues, stride targetStride: Int, rows: Int,
    columns: Int,
    adding: Bool = false
  ) {
    var (from, target) = (from, target)
    for _ in 0..<rows {
      var column = 0
      while column + 8 <= columns {
        put(Vector8(at: from + column), target + column, adding: adding)
        column += 8
      }
      if column < columns {
        let rest = columns - column
        put(Vector8(at: from + column, count: rest), target + column, first: rest, adding: adding)
      }
      from += stride
      target += targetStride
    }
  }

  /// Fills rows of `columns` elements that lie `stride` apart.
  @inlinable @inline(__always)
  package static func fillRows(
    _ target: MutableValues, stride: Int, rows: Int, columns: Int, with value: Float
  ) {
    for row in 0..<rows { (target + row * stride).update(repeating: value, count: columns) }
  }
}
