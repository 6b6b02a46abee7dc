private import CVector

/// Products of float matrices with a packed kernel of our own.
///
/// Every element of a product is a chain of fused multiply-adds over k in ascending order, whatever the tile, the
/// number of rows or the processor, so the same operands give the same bits everywhere. OpenBLAS, which is as fast,
/// promises that for one kernel family only.
///
/// The kernel holds a tile of 6 rows and 16 columns in registers, or of 14 rows where registers have 512 bits (Goto, van de Geijn, «Anatomy of high-performance
/// matrix multiplication», ACM TOMS 34(3), 2008).
package enum MatrixProduct {
  /// A view of a matrix of floats; either stride may be the long one.
  package struct Operand {
    @usableFromInline let start: UnsafePointer<Float>
    @usableFromInline let rowStride: Int
    @usableFromInline let columnStride: Int

    /// Rows of `stride` floats each.
    @inlinable
    package init(_ start: UnsafePointer<Float>, stride: Int) {
      self.start = start
      rowStride = stride
      columnStride = 1
    }

    @inlinable
    init(start: UnsafePointer<Float>, rowStride: Int, columnStride: Int) {
      self.start = start
      self.rowStride = rowStride
      self.columnStride = columnStride
    }

    /// The same elements with rows and columns exchanged.
    @inlinable
    package var transposed: Operand {
      Operand(start: start, rowStride: columnStride, columnStride: rowStride)
    }
  }

  /// What the sums begin with.
  package enum Start {
    case zero
    /// The elements that are there: the product is added to them.
    case present
    /// One value a column.
    case bias(UnsafePointer<Float>)
  }

  static let tileRows = 6
  static let tileColumns = 16
  /// Steps of k that a panel holds: 16 KB, half of the innermost cache.
  static let panelDepth = 256

  /// Floats of scratch that a product with `columns` columns and `depth` steps needs.
  package static func scratchCount(columns: Int, depth: Int) -> Int {
    packedCount(columns: columns, depth: depth) + tileRows * tileColumns
  }

  /// Floats of a packed right operand.
  package static func packedCount(columns: Int, depth: Int) -> Int {
    (columns + tileColumns - 1) / tileColumns * tileColumns * depth
  }

  /// C [rows, columns] = start + A [rows, depth] · B [depth, columns]; with `rectified`, negative results become 0.
  package static func multiply(
    _ a: Operand, _ b: Operand, into c: UnsafeMutablePointer<Float>, stride: Int, rows: Int, columns: Int,
    depth: Int, start: Start = .zero, rectified: Bool = false, scratch: UnsafeMutablePointer<Float>
  ) {
    pack(b, columns: columns, depth: depth, into: scratch)
    multiply(
      a, packed: scratch, into: c, stride: stride, rows: rows, columns: columns, depth: depth, start: start,
      rectified: rectified, edge: scratch + packedCount(columns: columns, depth: depth))
  }

  // MARK: Packing

  /// Lays a right operand out as the kernel reads it: for each block of k, panels of 16 columns, row after row.
  package static func pack(
    _ b: Operand, columns: Int, depth: Int, into packed: UnsafeMutablePointer<Float>
  ) {
    let padded = (columns + tileColumns - 1) / tileColumns * tileColumns
    var firstStep = 0
    while firstStep < depth {
      let steps = min(panelDepth, depth - firstStep)
      let block = packed + firstStep * padded
      var column = 0
      if b.columnStride == 1 {
        // Row after row, so that memory is read in the order in which it lies.
        column = columns / tileColumns * tileColumns
        packRows(
          b.start + firstStep * b.rowStride, stride: b.rowStride, steps: steps, columns: column, into: block)
      }
      while column < columns {
        let panel = block + column * steps
        let width = min(tileColumns, columns - column)
        let source = b.start + firstStep * b.rowStride + column * b.columnStride
        if width < tileColumns {
          packEdge(source, b, width: width, steps: steps, into: panel)
        } else {
          packColumns(source, stride: b.columnStride, rowStride: b.rowStride, steps: steps, into: panel)
        }
        column += tileColumns
      }
      firstStep += steps
    }
  }

  @inline(__always)
  private static func packRows(
    _ source: UnsafePointer<Float>, stride: Int, steps: Int, columns: Int,
    into block: UnsafeMutablePointer<Float>
  ) {
    for step in 0..<steps {
      let from = source + step * stride
      var to = block + step * tileColumns
      var column = 0
      while column < columns {
        Vector8(at: from + column).store(to: to)
        Vector8(at: from + column + 8).store(to: to + 8)
        column += tileColumns
        to += steps * tileColumns
      }
    }
  }

  /// Columns that lie one after the other in memory are turned eight by eight.
  @inline(__always)
  private static func packColumns(
    _ source: UnsafePointer<Float>, stride: Int, rowStride: Int, steps: Int,
    into panel: UnsafeMutablePointer<Float>
  ) {
    var step = 0
    if rowStride == 1 {
      while step + 8 <= steps {
        for half in 0..<2 {
          let from = source + step + half * 8 * stride
          let to = panel + step * tileColumns + half * 8
          Vector8.transpose(from, stride: stride, into: to, stride: tileColumns)
        }
        step += 8
      }
    }
    while step < steps {
      for column in 0..<tileColumns {
        panel[step * tileColumns + column] = source[step * rowStride + column * stride]
      }
      step += 1
    }
  }

  private static func packEdge(
    _ source: UnsafePointer<Float>, _ b: Operand, width: Int, steps: Int,
    into panel: UnsafeMutablePointer<Float>
  ) {
    for step in 0..<steps {
      let to = panel + step * tileColumns
      for column in 0..<width { to[column] = source[step * b.rowStride + column * b.columnStride] }
      for column in width..<tileColumns { to[column] = 0 }
    }
  }

  // MARK: Multiplying

  /// The product with a right operand that ``pack(_:columns:depth:into:)`` laid out; `edge` holds one tile.
  package static func multiply(
    _ a: Operand, packed: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>, stride: Int, rows: Int,
    columns: Int, depth: Int, start: Start = .zero, rectified: Bool = false,
    edge: UnsafeMutablePointer<Float>
  ) {
    multiply(
      a, packed: packed, into: c, stride: stride, rows: rows, columns: columns, depth: depth, start: start,
      rectified: rectified, edge: edge, isWide: hasWideVectors)
  }

  /// The same by one of the two kernels, so that tests can hold one against the other.
  static func multiply(
    _ a: Operand, packed: UnsafePointer<Float>, into c: UnsafeMutablePointer<Float>, stride: Int, rows: Int,
    columns: Int, depth: Int, start: Start, rectified: Bool, edge: UnsafeMutablePointer<Float>, isWide: Bool
  ) {
    let padded = (columns + tileColumns - 1) / tileColumns * tileColumns
    var firstStep = 0
    repeat {
      let steps = min(panelDepth, depth - firstStep)
      let isLast = firstStep + steps >= depth
      let block = packed + firstStep * padded
      let left = a.start + firstStep * a.columnStride
      let floor: Float = rectified && isLast ? 0 : -.infinity
      var column = 0
      while column < columns {
        let panel = block + column * steps
        let width = min(tileColumns, columns - column)
        if isWide {
          runWide(
            left, a, panel, steps, into: c + column, stride: stride, rows: rows, width: width,
            start: firstStep > 0 ? .present : start.shifted(by: column), floor: floor)
          column += tileColumns
          continue
        }
        let tile = Tile(
          a: left, aRow: a.rowStride, aStep: a.columnStride, b: panel, steps: steps, stride: stride,
          start: firstStep > 0 ? .present : start.shifted(by: column), floor: floor)
        if width == tileColumns {
          tile.runDown(rows, into: c + column)
        } else {
          tile.runDown(rows, into: c + column, width: width, edge: edge)
        }
        column += tileColumns
      }
      firstStep += steps
    } while firstStep < depth
  }
}

extension MatrixProduct {
  #if arch(x86_64)
    static let hasWideVectors = processor_has_wide_vectors() != 0

    /// One panel by the kernel for 512-bit registers.
    @inline(__always)
    private static func runWide(
      _ left: UnsafePointer<Float>, _ a: Operand, _ panel: UnsafePointer<Float>, _ steps: Int,
      into c: UnsafeMutablePointer<Float>, stride: Int, rows: Int, width: Int, start: Start, floor: Float
    ) {
      var description = product_panel(
        a: left, a_row: a.rowStride, a_step: a.columnStride, b: panel, steps: steps, stride: stride,
        bias: nil,
        start: Int32(product_start_zero.rawValue),
        columns: width == 16 ? .max : UInt16((1 << width) - 1), floor: floor)
      switch start {
      case .zero: break
      case .present: description.start = Int32(product_start_present.rawValue)
      case .bias(let bias):
        description.start = Int32(product_start_bias.rawValue)
        description.bias = bias
      }
      product_panel_run(&description, c, rows)
    }
  #else
    static let hasWideVectors = false

    private static func runWide(
      _ left: UnsafePointer<Float>, _ a: Operand, _ panel: UnsafePointer<Float>, _ steps: Int,
      into c: UnsafeMutablePointer<Float>, stride: Int, rows: Int, width: Int, start: Start, floor: Float
    ) {}
  #endif
}

extension MatrixProduct.Start {
  @inline(__always)
  fileprivate func shifted(by columns: Int) -> MatrixProduct.Start {
    if case .bias(let bias) = self { return .bias(bias + columns) }
    return self
  }
}

/// Sixteen columns of a product, made six rows at a time.
private struct Tile {
  let a: UnsafePointer<Float>
  let aRow: Int
  let aStep: Int
  let b: UnsafePointer<Float>
  let steps: Int
  let stride: Int
  let start: MatrixProduct.Start
  let floor: Float

  /// Runs of six rows, and of five and four so that no single rows are left over where that can be.
  @inline(__always)
  func runDown(_ rows: Int, into c: UnsafeMutablePointer<Float>) {
    var row = 0
    while row < rows {
      let left = rows - row
      let here = a + row * aRow
      let target = c + row * stride
      let count = Self.run(left)
      if count == 6 {
        six(here, target, stride, start)
        row += 6
      } else if count == 5 {
        five(here, target, stride, start)
        row += 5
      } else if count == 4 {
        four(here, target, stride, start)
        row += 4
      } else {
        one(here, target, start)
        row += 1
      }
    }
  }

  /// How many rows come next when `left` are left.
  @inline(__always)
  private static func run(_ left: Int) -> Int {
    let over = left % 6
    if over == 0 { return 6 }
    // Fives make up what sixes leave over: 32 rows are two sixes and four fives.
    let fives = 6 - over
    if left >= 5 * fives { return left == 5 * fives || fives == 0 ? 5 : 6 }
    if left == 8 { return 4 }
    if left == 9 { return 5 }
    return left >= 6 ? 6 : left >= 4 ? left : 1
  }

  /// The last columns, fewer than sixteen: each run of rows goes by way of `edge`.
  func runDown(
    _ rows: Int, into c: UnsafeMutablePointer<Float>, width: Int, edge: UnsafeMutablePointer<Float>
  ) {
    let columns = MatrixProduct.tileColumns
    var row = 0
    while row < rows {
      let count = Self.run(rows - row)
      let here = a + row * aRow
      let target = c + row * stride
      var begin = MatrixProduct.Start.present
      switch start {
      case .zero: begin = .zero
      case .present:
        for r in 0..<count { for k in 0..<width { edge[r * columns + k] = target[r * stride + k] } }
      case .bias(let bias):
        for r in 0..<count { for k in 0..<width { edge[r * columns + k] = bias[k] } }
      }
      switch count {
      case 6: six(here, edge, columns, begin)
      case 5: five(here, edge, columns, begin)
      case 4: four(here, edge, columns, begin)
      default: one(here, edge, begin)
      }
      for r in 0..<count { for k in 0..<width { target[r * stride + k] = edge[r * columns + k] } }
      row += count
    }
  }

  @inline(__always)
  private func initial(_ start: MatrixProduct.Start, _ c: UnsafeMutablePointer<Float>) -> (Vector8, Vector8) {
    switch start {
    case .zero: (.zero, .zero)
    case .present: (Vector8(at: c), Vector8(at: c + 8))
    case .bias(let bias): (Vector8(at: bias), Vector8(at: bias + 8))
    }
  }

  @inline(__always)
  private func finish(_ low: Vector8, _ high: Vector8, _ c: UnsafeMutablePointer<Float>) {
    let least = Vector8(repeating: floor)
    // The floor stands first, so that a NaN stays one.
    least.atLeast(low).store(to: c)
    least.atLeast(high).store(to: c + 8)
  }

  @inline(never)
  private func six(
    _ a: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, _ stride: Int, _ start: MatrixProduct.Start
  ) {
    var (c00, c01) = initial(start, c)
    var (c10, c11) = initial(start, c + stride)
    var (c20, c21) = initial(start, c + 2 * stride)
    var (c30, c31) = initial(start, c + 3 * stride)
    var (c40, c41) = initial(start, c + 4 * stride)
    var (c50, c51) = initial(start, c + 5 * stride)
    var b = b
    var a0 = a
    var a3 = a + 3 * aRow
    let aRow = aRow
    let aStep = aStep
    for _ in 0..<steps {
      let b0 = Vector8(at: b)
      let b1 = Vector8(at: b + 8)
      var x = Vector8(repeating: a0[0])
      c00 = c00.addingProduct(x, b0)
      c01 = c01.addingProduct(x, b1)
      x = Vector8(repeating: a0[aRow])
      c10 = c10.addingProduct(x, b0)
      c11 = c11.addingProduct(x, b1)
      x = Vector8(repeating: a0[2 &* aRow])
      c20 = c20.addingProduct(x, b0)
      c21 = c21.addingProduct(x, b1)
      x = Vector8(repeating: a3[0])
      c30 = c30.addingProduct(x, b0)
      c31 = c31.addingProduct(x, b1)
      x = Vector8(repeating: a3[aRow])
      c40 = c40.addingProduct(x, b0)
      c41 = c41.addingProduct(x, b1)
      x = Vector8(repeating: a3[2 &* aRow])
      c50 = c50.addingProduct(x, b0)
      c51 = c51.addingProduct(x, b1)
      b += 16
      a0 += aStep
      a3 += aStep
    }
    finish(c00, c01, c)
    finish(c10, c11, c + stride)
    finish(c20, c21, c + 2 * stride)
    finish(c30, c31, c + 3 * stride)
    finish(c40, c41, c + 4 * stride)
    finish(c50, c51, c + 5 * stride)
  }

  @inline(never)
  private func five(
    _ a: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, _ stride: Int, _ start: MatrixProduct.Start
  ) {
    var (c00, c01) = initial(start, c)
    var (c10, c11) = initial(start, c + stride)
    var (c20, c21) = initial(start, c + 2 * stride)
    var (c30, c31) = initial(start, c + 3 * stride)
    var (c40, c41) = initial(start, c + 4 * stride)
    var b = b
    var a0 = a
    var a2 = a + 2 * aRow
    let aRow = aRow
    let aStep = aStep
    for _ in 0..<steps {
      let b0 = Vector8(at: b)
      let b1 = Vector8(at: b + 8)
      var x = Vector8(repeating: a0[0])
      c00 = c00.addingProduct(x, b0)
      c01 = c01.addingProduct(x, b1)
      x = Vector8(repeating: a0[aRow])
      c10 = c10.addingProduct(x, b0)
      c11 = c11.addingProduct(x, b1)
      x = Vector8(repeating: a2[0])
      c20 = c20.addingProduct(x, b0)
      c21 = c21.addingProduct(x, b1)
      x = Vector8(repeating: a2[aRow])
      c30 = c30.addingProduct(x, b0)
      c31 = c31.addingProduct(x, b1)
      x = Vector8(repeating: a2[2 &* aRow])
      c40 = c40.addingProduct(x, b0)
      c41 = c41.addingProduct(x, b1)
      b += 16
      a0 += aStep
      a2 += aStep
    }
    finish(c00, c01, c)
    finish(c10, c11, c + stride)
    finish(c20, c21, c + 2 * stride)
    finish(c30, c31, c + 3 * stride)
    finish(c40, c41, c + 4 * stride)
  }

  @inline(never)
  private func four(
    _ a: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, _ stride: Int, _ start: MatrixProduct.Start
  ) {
    var (c00, c01) = initial(start, c)
    var (c10, c11) = initial(start, c + stride)
    var (c20, c21) = initial(start, c + 2 * stride)
    var (c30, c31) = initial(start, c + 3 * stride)
    var b = b
    var a0 = a
    var a2 = a + 2 * aRow
    let aRow = aRow
    let aStep = aStep
    for _ in 0..<steps {
      let b0 = Vector8(at: b)
      let b1 = Vector8(at: b + 8)
      var x = Vector8(repeating: a0[0])
      c00 = c00.addingProduct(x, b0)
      c01 = c01.addingProduct(x, b1)
      x = Vector8(repeating: a0[aRow])
      c10 = c10.addingProduct(x, b0)
      c11 = c11.addingProduct(x, b1)
      x = Vector8(repeating: a2[0])
      c20 = c20.addingProduct(x, b0)
      c21 = c21.addingProduct(x, b1)
      x = Vector8(repeating: a2[aRow])
      c30 = c30.addingProduct(x, b0)
      c31 = c31.addingProduct(x, b1)
      b += 16
      a0 += aStep
      a2 += aStep
    }
    finish(c00, c01, c)
    finish(c10, c11, c + stride)
    finish(c20, c21, c + 2 * stride)
    finish(c30, c31, c + 3 * stride)
  }

  @inline(never)
  private func one(_ a: UnsafePointer<Float>, _ c: UnsafeMutablePointer<Float>, _ start: MatrixProduct.Start)
  {
    var (c0, c1) = initial(start, c)
    var b = b
    var a = a
    for _ in 0..<steps {
      let x = Vector8(repeating: a[0])
      c0 = c0.addingProduct(x, Vector8(at: b))
      c1 = c1.addingProduct(x, Vector8(at: b + 8))
      b += 16
      a += aStep
    }
    finish(c0, c1, c)
  }
}
