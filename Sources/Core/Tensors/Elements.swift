/// Whole-array verbs over floats, each in a fixed order.
///
/// Counts need not be multiples of eight.
@usableFromInline package enum Elements {
  @usableFromInline package typealias Values = UnsafePointer<Float>
  @usableFromInline package typealias MutableValues = UnsafeMutablePointer<Float>

  /// Where a result goes: in place of what is there, or on top of it.
  @inlinable @inline(__always)
  package static func put(_ value: Vector8, _ target: MutableValues, adding: Bool) {
    (adding ? Vector8(at: target) + value : value).store(to: target)
  }

  /// `body` on runs of eight elements, and the last, shorter run by way of a copy.
  ///
  /// `body` gets one register of each source and gives the target's.
  @inlinable @inline(__always)
  package static func map(
    _ a: Values, into target: MutableValues, count: Int, adding: Bool = false, _ body: (Vector8) -> Vector8
  ) {
    var index = 0
    while index + 8 <= count {
      put(body(Vector8(at: a + index)), target + index, adding: adding)
      index += 8
    }
    if index < count {
      let result = body(partial(a + index, count - index))
      for k in 0..<(count - index) { target[index + k] = adding ? target[index + k] + result[k] : result[k] }
    }
  }

  @inlinable @inline(__always)
  package static func map(
    _ a: Values, _ b: Values, into target: MutableValues, count: Int, adding: Bool = false,
    _ body: (Vector8, Vector8) -> Vector8
  ) {
    var index = 0
    while index + 8 <= count {
      put(body(Vector8(at: a + index), Vector8(at: b + index)), target + index, adding: adding)
      index += 8
    }
    if index < count {
      let rest = count - index
      let result = body(partial(a + index, rest), partial(b + index, rest))
      for k in 0..<rest { target[index + k] = adding ? target[index + k] + result[k] : result[k] }
    }
  }

  @inlinable @inline(__always)
  package static func map(
    _ a: Values, _ b: Values, _ c: Values, into target: MutableValues, count: Int, adding: Bool = false,
    _ body: (Vector8, Vector8, Vector8) -> Vector8
  ) {
    var index = 0
    while index + 8 <= count {
      put(
        body(Vector8(at: a + index), Vector8(at: b + index), Vector8(at: c + index)), target + index,
        adding: adding)
      index += 8
    }
    if index < count {
      let rest = count - index
      let result = body(partial(a + index, rest), partial(b + index, rest), partial(c + index, rest))
      for k in 0..<rest { target[index + k] = adding ? target[index + k] + result[k] : result[k] }
    }
  }

  /// The first `count` elements, fewer than eight, and zeros.
  @inlinable @inline(__always)
  package static func partial(_ a: Values, _ count: Int) -> Vector8 {
    var vector = Vector8.zero
    for k in 0..<count { vector[k] = a[k] }
    return vector
  }

  /// Copies, or adds.
  package static func copy(_ a: Values, into target: MutableValues, count: Int, adding: Bool = false) {
    if adding {
      map(a, into: target, count: count, adding: true) { $0 }
    } else {
      target.update(from: a, count: count)
    }
  }

  package static func fill(_ target: MutableValues, count: Int, with value: Float) {
    target.update(repeating: value, count: count)
  }

  /// The sum of all elements of `body`'s result: eight partial sums, taken in turn, added as a tree.
  @inlinable @inline(__always)
  package static func sum(_ a: Values, count: Int, _ body: (Vector8) -> Vector8) -> Float {
    var sums = Vector8.zero
    var index = 0
    while index + 8 <= count {
      sums += body(Vector8(at: a + index))
      index += 8
    }
    var rest: Float = 0
    if index < count {
      let last = body(partial(a + index, count - index))
      for k in 0..<(count - index) { rest += last[k] }
    }
    return sums.total + rest
  }

  package static func sum(_ a: Values, count: Int) -> Float { sum(a, count: count) { $0 } }

  /// Adds up the rows of a matrix [rows, columns] into one row.
  package static func sumRows(
    _ matrix: Values, rows: Int, columns: Int, into target: MutableValues, adding: Bool
  ) {
    sumRows(matrix, matrix, rows: rows, columns: columns, into: target, adding: adding) { a, _, _ in a }
  }

  /// The transposition of a matrix [rows, columns].
  package static func transpose(
    _ matrix: Values, rows: Int, columns: Int, into target: MutableValues, adding: Bool = false
  ) {
    transpose(
      matrix, stride: columns, rows: rows, columns: columns, into: target, stride: rows, adding: adding)
  }

  /// The transposition of a matrix [rows, columns] whose rows begin `stride` apart, into rows that do so too.
  package static func transpose(
    _ matrix: Values, stride: Int, rows: Int, columns: Int, into target: MutableValues,
    stride targetStride: Int, adding: Bool = false
  ) {
    var row = 0
    if !adding {
      while row + 8 <= rows {
        var column = 0
        while column + 8 <= columns {
          Vector8.transpose(
            matrix + row * stride + column, stride: stride, into: target + column * targetStride + row,
            stride: targetStride)
          column += 8
        }
        while column < columns {
          for k in 0..<8 {
            target[column * targetStride + row + k] = matrix[(row + k) * stride + column]
          }
          column += 1
        }
        row += 8
      }
    }
    while row < rows {
      for column in 0..<columns {
        let value = matrix[row * stride + column]
        let place = column * targetStride + row
        target[place] = adding ? target[place] + value : value
      }
      row += 1
    }
  }
}
