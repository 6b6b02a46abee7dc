/// Opens a body for a parser of candles.
enum CandleBody {
  /// Runs `rows` over all bytes, which must leave nothing behind but white space.
  @inline(__always)
  static func read(
    _ body: [UInt8], columnCount: Int,
    _ rows: (inout CellScanner, BarCells) throws(PageError) -> Void
  ) throws(PageError) {
    let cells = BarCells(columnCount: columnCount)
    defer { cells.deallocate() }
    let result = body.withUnsafeBufferPointer { buffer -> Result<Void, PageError> in
      guard let base = buffer.baseAddress else { return .failure(.malformed("the answer is empty")) }
      var scanner = CellScanner(base, count: buffer.count)
      do throws(PageError) { try rows(&scanner, cells) } catch { return .failure(error) }
      return scanner.isAtEnd() ? .success(()) : .failure(.malformed("something follows the candles"))
    }
    try result.get()
  }
}
