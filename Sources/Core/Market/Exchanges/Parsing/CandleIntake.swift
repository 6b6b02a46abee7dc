private import Artifacts
import Chronology

/// Checks the bars of one answer as they come, oldest first, and puts the good ones into a page.
struct CandleIntake {
  let grid: CandleGrid
  let from: Int64
  let until: Int64
  let serverTime: Int64
  var reply: CandleReply
  /// Bars that were read, for messages.
  private(set) var count = 0
  private var lastOpen: Int64 = .min
  private var expectedOpen: Int64 = .min
  private var isLastTaken = false

  init(columnCount: Int, grid: CandleGrid, from: Instant, until: Instant, serverTime: Instant) {
    self.grid = grid
    self.from = from.milliseconds
    self.until = until.milliseconds
    self.serverTime = serverTime.milliseconds
    reply = CandleReply(page: CandlePage(columnCount: columnCount))
  }

  /// Takes a bar that opens at `epoch` and, where the source says so, closes at `close`, in the unit of `epoch`.
  @inline(__always)
  mutating func take(
    _ cells: BarCells, at epoch: Int64, closing close: Int64?, from scanner: CellScanner
  ) throws(PageError) {
    count += 1
    guard let unit = EpochUnit(of: epoch), let open = unit.milliseconds(of: epoch) else {
      throw malformed("the time is out of range")
    }
    let next = try nextOpen(after: open)
    if let close, close != unit.lastTick(before: next) {
      throw malformed("the close time is not the end of the interval")
    }
    if let problem = cells.problem { throw malformed("\(problem)") }
    guard open > lastOpen else { return try takeAgain(cells, at: open) }
    lastOpen = open
    expectedOpen = next
    isLastTaken = try append(cells, at: open, next: next, from: scanner)
  }

  /// The opening of the bar after one, which must be on the grid.
  @inline(__always)
  private func nextOpen(after open: Int64) throws(PageError) -> Int64 {
    let instant = Instant(milliseconds: open)
    guard open == expectedOpen || grid.isOpen(instant) else {
      throw malformed("the bar does not open on the grid of \(grid.interval)")
    }
    return grid.interval.after(instant).milliseconds
  }

  /// Whether the bar is finished and was asked for, so that it stands in the page now.
  @inline(__always)
  private mutating func append(
    _ cells: BarCells, at open: Int64, next: Int64, from scanner: CellScanner
  ) throws(PageError) -> Bool {
    guard open >= from, open <= until else {
      reply.outside += 1
      return false
    }
    guard next <= serverTime else {
      reply.unfinished += 1
      return false
    }
    guard cells.append(to: &reply.page, open: open, from: scanner) else {
      throw malformed("a cell is longer than \(BarCells.cellLimit) bytes")
    }
    return true
  }

  /// A bar that does not open after the last one: the same again, or a damaged body.
  @inline(never)
  private mutating func takeAgain(_ cells: BarCells, at open: Int64) throws(PageError) {
    guard open == lastOpen else { throw malformed("the bar opens before the one before it") }
    // What is not taken cannot contradict.
    guard !isLastTaken || cells.isLastBar(of: reply.page) else { throw .conflict(time: open) }
    reply.duplicates += 1
  }

  @inline(never)
  func malformed(_ problem: String) -> PageError { .malformed("bar \(count): \(problem)") }

  /// Takes the newest bar out again, because the exchange says that it is under way.
  mutating func dropLast() {
    guard isLastTaken else { return }
    reply.page.removeLast()
    reply.unfinished += 1
    isLastTaken = false
  }

  /// The answer, once all bars were taken.
  func finished() -> CandleReply {
    var reply = reply
    reply.lastOpenSeen = lastOpen == .min ? nil : Instant(milliseconds: lastOpen)
    return reply
  }

  /// Hands the page over and begins another one.
  mutating func handOver() -> CandlePage {
    let page = reply.page
    reply.page = CandlePage(columnCount: page.columnCount)
    return page
  }
}
