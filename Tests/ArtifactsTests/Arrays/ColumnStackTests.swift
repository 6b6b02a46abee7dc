import Artifacts
import TestSupport
import Testing

/// A table whose element tells its row and column.
private func fill(_ stack: ColumnStack<Double>) throws {
  // In another order than that of the columns.
  for column in (0..<stack.columnCount).reversed() {
    try stack.set((0..<stack.rowCount).map { Double($0 * 10 + column) }, at: column)
  }
}

private func expected(_ rows: Int, _ columns: Int) -> [Double] {
  (0..<rows).flatMap { row in (0..<columns).map { Double(row * 10 + $0) } }
}

@Test(arguments: [0, 1, 5, 70_000], [1, 3, 4, 9])
func `Columns that are put in one by one come out as rows`(rows: Int, columns: Int) throws {
  let stack = try ColumnStack<Double>(rowCount: rows, columnCount: columns, folder: nil, name: "x")
  try fill(stack)
  #expect(try stack.table() == expected(rows, columns))
  var blocks: [Double] = []
  try stack.forEachBlock { block in
    #expect(block.count % columns == 0)
    blocks += block
  }
  #expect(blocks == expected(rows, columns))
}

@Test func `A table without columns has no rows to hand over`() throws {
  let stack = try ColumnStack<Float>(rowCount: 4, columnCount: 0, folder: nil, name: "x")
  #expect(try stack.table().isEmpty)
}

@Test func `A large table waits in a file that has no name, and comes out the same`() throws {
  let folder = TemporaryFolder()
  for (rows, columns) in [(1, 1), (1000, 3), (70_000, 3)] {
    let stack = try ColumnStack<Double>(
      rowCount: rows, columnCount: columns, folder: folder.path, name: "x", memoryLimit: 7)
    try fill(stack)
    #expect(Disk.names(in: folder.path).isEmpty)
    var blocks: [Double] = []
    try stack.forEachBlock { blocks += $0 }
    #expect(try blocks == expected(rows, columns) && stack.table() == blocks)
  }
}

@Test func `Numbers of four bytes and of one come out as well`() throws {
  let folder = TemporaryFolder()
  for folder in [nil, folder.path] {
    let floats = try ColumnStack<Float>(
      rowCount: 5, columnCount: 2, folder: folder, name: "x", memoryLimit: 0)
    try floats.set([1, 2, 3, 4, 5], at: 1)
    try floats.set([6, 7, 8, 9, 10], at: 0)
    #expect(try floats.table() == [6, 1, 7, 2, 8, 3, 9, 4, 10, 5])
    let bytes = try ColumnStack<UInt8>(rowCount: 2, columnCount: 2, folder: folder, name: "x", memoryLimit: 0)
    try bytes.set([1, 0], at: 0)
    try bytes.set([3, 4], at: 1)
    #expect(try bytes.table() == [1, 3, 0, 4])
  }
}

@Test func `A folder that is not there is an error of the disk`() {
  #expect(throws: DiskError.self) {
    try ColumnStack<Double>(rowCount: 3, columnCount: 1, folder: "/nowhere/at/all", name: "x", memoryLimit: 0)
  }
}
