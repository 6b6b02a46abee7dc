/// How the elements of a row fall into columns.
struct ElementLayout: Sendable {
  /// Elements of a row: the product of all extents but the first.
  let width: Int
  /// For each element of a row its column; empty when there are no columns.
  let columns: [Int32]
  let columnCount: Int

  /// The axis numbered `axis`, not the first, tells columns apart; nil when none does.
  init(shape: [Int], columnAxis axis: Int?) {
    width = shape.dropFirst().reduce(1, *)
    guard let axis, axis > 0, width > 0, width <= Self.widest else {
      columns = []
      columnCount = 0
      return
    }
    let count = shape[axis]
    let inner = shape[(axis + 1)...].reduce(1, *)
    columns = (0..<width).map { Int32($0 / inner % count) }
    columnCount = count
  }

  /// A table whose columns are compared one by one.
  init(columns count: Int) {
    width = count
    columns = (0..<count).map { Int32($0) }
    columnCount = count
  }

  /// Wider rows have no names for their columns that anybody would read.
  private static let widest = 1 << 20
}
