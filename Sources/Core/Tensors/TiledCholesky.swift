private import COpenBLAS
private import Numerics

/// The Cholesky factor of a large symmetric positive definite matrix, and its inverse, tile by tile on a team.
///
/// Tiles and the order of sums depend on the size alone, and each tile is one call of a BLAS without threads of its
/// own, so any number of threads gives the same bytes (Buttari et al., «A class of parallel tiled linear algebra
/// algorithms», https://arxiv.org/abs/0709.1272). Only the lower half of each matrix is read and written.
///
/// A class, because it guards memory.
package final class TiledCholesky: TeamWork {
  /// n.
  package let count: Int
  /// The lower half of the matrix, [n, n]: what is factored, and what comes out of it.
  package let matrix: UnsafeMutablePointer<Double>
  /// The inverse of the factor; its upper half stays zero.
  private let inverseFactor: UnsafeMutablePointer<Double>?
  private let team: Team
  private let tiles: Int
  private var phase = Phase.diagonal(0)
  private var failed = false
  private var columns: UnsafeMutablePointer<Double>?
  private var columnCount = 0

  private static let tile = 192
  private static let threadsAreOff: Void = openblas_set_num_threads(1)

  private enum Phase {
    case diagonal(Int), panel(Int), update(Int)
    case invertDiagonals, invertColumns, products
    case solve
  }

  /// Memory for matrices of [n, n]; without `inverse` there is one of them.
  package init(count: Int, inverse: Bool, team: Team) {
    _ = Self.threadsAreOff
    self.count = count
    self.team = team
    tiles = (count + Self.tile - 1) / Self.tile
    matrix = Self.allocate(count * count)
    inverseFactor = inverse ? Self.allocate(count * count) : nil
  }

  deinit {
    matrix.deallocate()
    inverseFactor?.deallocate()
  }

  /// How many matrices of [n, n] there are.
  package static func copies(inverse: Bool) -> Int { inverse ? 2 : 1 }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<Double> {
    let floats = FloatMemory.allocate(2 * count)
    let doubles = UnsafeMutableRawPointer(floats).bindMemory(to: Double.self, capacity: count)
    doubles.initialize(repeating: 0, count: count)
    return doubles
  }

  // MARK: The steps

  /// Puts L for the matrix, A = L Lᵀ; false when it is not positive definite, and then it is destroyed.
  package func factor() -> Bool {
    failed = false
    for column in 0..<tiles {
      run(.diagonal(column), 1)
      if failed { return false }
      let below = tiles - column - 1
      run(.panel(column), below)
      run(.update(column), below * (below + 1) / 2)
    }
    return true
  }

  /// ln |A|, of a matrix that holds L.
  package var logDeterminant: Double {
    var sum = 0.0
    for index in 0..<count { sum += Elementary.log(matrix[index * (count + 1)]) }
    return 2 * sum
  }

  /// Puts A⁻¹ b for b, [n, m], of a matrix that holds L.
  package func solve(_ b: UnsafeMutablePointer<Double>, columns: Int) {
    self.columns = b
    columnCount = columns
    run(.solve, (columns + Self.tile - 1) / Self.tile)
  }

  /// Puts X Xᵀ − m A⁻¹ for a matrix that holds L, with X of [n, m].
  ///
  /// Its halves along the diagonal, times ∂A/∂θ, are the gradient of a Gaussian process with m outputs.
  package func formWeights(_ x: UnsafeMutablePointer<Double>, columns: Int) {
    precondition(inverseFactor != nil, "memory for the inverse was not asked for")
    self.columns = x
    columnCount = columns
    run(.invertDiagonals, tiles)
    run(.invertColumns, (count + Self.narrow - 1) / Self.narrow)
    run(.products, tiles * (tiles + 1) / 2)
  }

  private func run(_ phase: Phase, _ tasks: Int) {
    self.phase = phase
    team.run(tasks, self)
  }

  // MARK: The tasks

  private func range(_ tile: Int) -> (start: Int, count: Int) {
    (tile * Self.tile, min(Self.tile, count - tile * Self.tile))
  }

  /// Columns of the inverse that one task makes: the later ones have less to do.
  private static let narrow = 96

  /// The task's number as a place in the lower half: rows of tiles one after the other.
  private static func place(_ task: Int) -> (row: Int, column: Int) {
    var (row, first) = (0, 0)
    while first + row + 1 <= task {
      first += row + 1
      row += 1
    }
    return (row, task - first)
  }

  package func perform(_ task: Int) {
    switch phase {
    case .diagonal(let column): factorDiagonal(column)
    case .panel(let column): solvePanel(column, column + 1 + task)
    case .update(let column):
      let place = Self.place(task)
      update(column, column + 1 + place.row, column + 1 + place.column)
    case .invertDiagonals: invertDiagonal(task)
    case .invertColumns: invertColumns(task)
    case .products:
      let place = Self.place(task)
      product(place.row, place.column)
    case .solve: solveColumns(task)
    }
  }

  private func at(_ row: Int, _ column: Int) -> UnsafeMutablePointer<Double> {
    matrix + row * count + column
  }

  private func factorDiagonal(_ tile: Int) {
    let (start, size) = range(tile)
    // Rows read as columns: the lower half is LAPACK's upper one, and A = Uᵀ U.
    let status = LAPACKE_dpotrf(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), Int32(size), at(start, start), Int32(count))
    if status != 0 { failed = true }
  }

  private func solvePanel(_ column: Int, _ row: Int) {
    let (start, size) = range(column)
    let (below, rows) = range(row)
    cblas_dtrsm(
      CblasRowMajor, CblasRight, CblasLower, CblasTrans, CblasNonUnit, blasint(rows), blasint(size), 1,
      at(start, start), blasint(count), at(below, start), blasint(count))
  }

  private func update(_ column: Int, _ row: Int, _ other: Int) {
    let (start, size) = range(column)
    let (first, rows) = range(row)
    let (second, columns) = range(other)
    let n = blasint(count)
    if row == other {
      cblas_dsyrk(
        CblasRowMajor, CblasLower, CblasNoTrans, blasint(rows), blasint(size), -1, at(first, start), n, 1,
        at(first, first), n)
    } else {
      cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasTrans, blasint(rows), blasint(columns), blasint(size), -1,
        at(first, start), n, at(second, start), n, 1, at(first, second), n)
    }
  }

  private func invertDiagonal(_ tile: Int) {
    guard let inverseFactor else { return }
    let (start, size) = range(tile)
    let target = inverseFactor + start * count + start
    for row in 0..<size {
      for column in 0...row { target[row * count + column] = at(start, start)[row * count + column] }
      for column in (row + 1)..<max(size, row + 1) { target[row * count + column] = 0 }
    }
    let status = LAPACKE_dtrtri(
      LAPACK_COL_MAJOR, CChar(UInt8(ascii: "U")), CChar(UInt8(ascii: "N")), Int32(size), target, Int32(count))
    precondition(status == 0, "dtrtri refused its argument \(-status)")
  }

  /// Some columns of L⁻¹ below their tile on the diagonal: X_i = −X_ii Σ L_ik X_k.
  private func invertColumns(_ task: Int) {
    guard let inverseFactor else { return }
    let first = task * Self.narrow
    let tile = first / Self.tile
    let width = min(Self.narrow, count - first)
    let n = blasint(count)
    for row in (tile + 1)..<max(tiles, tile + 1) {
      let (start, size) = range(row)
      let above = tile * Self.tile
      let target = inverseFactor + start * count + first
      cblas_dgemm(
        CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(size), blasint(width), blasint(start - above), -1,
        at(start, above), n, inverseFactor + above * count + first, n, 0, target, n)
      cblas_dtrmm(
        CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, blasint(size), blasint(width), 1,
        inverseFactor + start * count + start, n, target, n)
    }
  }

  /// A tile of X Xᵀ − m L⁻ᵀ L⁻¹.
  private func product(_ row: Int, _ other: Int) {
    guard let inverseFactor, let columns else { return }
    let (first, rows) = range(row)
    let (second, width) = range(other)
    let (n, m) = (blasint(count), blasint(columnCount))
    let below = inverseFactor + first * count
    if row == other {
      cblas_dsyrk(
        CblasRowMajor, CblasLower, CblasTrans, blasint(rows), blasint(count - first), 1, below + first, n, 0,
        at(first, first), n)
    } else {
      cblas_dgemm(
        CblasRowMajor, CblasTrans, CblasNoTrans, blasint(rows), blasint(width), blasint(count - first), 1,
        below + first, n, below + second, n, 0, at(first, second), n)
    }
    cblas_dgemm(
      CblasRowMajor, CblasNoTrans, CblasTrans, blasint(rows), blasint(width), m, 1,
      columns + first * columnCount, m, columns + second * columnCount, m, -Double(columnCount),
      at(first, second), n)
  }

  private func solveColumns(_ task: Int) {
    guard let columns else { return }
    let (start, end) = (task * Self.tile, min((task + 1) * Self.tile, columnCount))
    for isTransposed in [CblasNoTrans, CblasTrans] {
      if columnCount == 1 {
        cblas_dtrsv(
          CblasRowMajor, CblasLower, isTransposed, CblasNonUnit, blasint(count), matrix, blasint(count),
          columns,
          1)
        continue
      }
      cblas_dtrsm(
        CblasRowMajor, CblasLeft, CblasLower, isTransposed, CblasNonUnit, blasint(count),
        blasint(end - start),
        1, matrix, blasint(count), columns + start, blasint(columnCount))
    }
  }

  /// Puts L⁻¹ b for b, [n, m], of a matrix that holds L; on the caller's thread, so that several may ask at once.
  package func solveHalf(_ b: UnsafeMutablePointer<Double>, columns: Int) {
    cblas_dtrsm(
      CblasRowMajor, CblasLeft, CblasLower, CblasNoTrans, CblasNonUnit, blasint(count), blasint(columns), 1,
      matrix, blasint(count), b, blasint(columns))
  }
}
