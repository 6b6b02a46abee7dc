private import Chronology

/// One archive's name and the time it covers.
struct ArchiveName: Equatable {
  let symbol: String
  let grid: BarGrid
  /// Of a month, or of a day.
  let isMonthly: Bool
  /// The covered time, `start..<end`, ms.
  let start: Int64
  let end: Int64

  /// Such as `data/spot/monthly/klines/BTCUSDT/1h/`.
  var folder: String { Self.folder(symbol: symbol, grid, isMonthly: isMonthly) }
  var stem: String { "\(symbol)-\(grid.archiveName)-\(period)" }
  var file: String { stem + ".zip" }
  var path: String { folder + file }

  static func folder(symbol: String, _ grid: BarGrid, isMonthly: Bool) -> String {
    "data/spot/\(isMonthly ? "monthly" : "daily")/klines/\(symbol)/\(grid.archiveName)/"
  }

  /// The archive that covers `time`; nil for days of bars that are longer.
  init?(symbol: String, _ grid: BarGrid, isMonthly: Bool, containing time: Int64) {
    guard isMonthly || grid.milliseconds <= 86_400_000 else { return nil }
    let span = isMonthly ? BarGrid.month : BarGrid.day
    self.symbol = symbol
    self.grid = grid
    self.isMonthly = isMonthly
    start = span.open(atOrBefore: time)
    end = span.end(of: start)
  }

  /// Reads `/data/spot/monthly/klines/BTCUSDT/1h/BTCUSDT-1h-2024-01.zip`; nil for anything else.
  init?(path: String) {
    let parts = path.dropFirst().split(separator: "/", omittingEmptySubsequences: false).map(String.init)
    guard parts.count == 7, let grid = BarGrid(archiveName: parts[5]) else { return nil }
    let prefix = "\(parts[4])-\(parts[5])-"
    let period = String(parts[6].dropFirst(prefix.count).dropLast(".zip".count))
    let date = parts[2] == "monthly" ? period + "-01" : period
    guard let time = Instant(parsing: date) else { return nil }
    self.init(symbol: parts[4], grid, isMonthly: parts[2] == "monthly", containing: time.milliseconds)
    guard "/" + self.path == path else { return nil }
  }

  /// When the archive is put there: a month's on the first Monday of the next, a day's on the next day.
  var published: Int64? {
    guard isMonthly else { return end }
    return BarGrid("1w")?.open(atOrAfter: end)
  }

  private var period: String {
    let date = Instant(milliseconds: start).date.description
    return isMonthly ? String(date.dropLast(3)) : date
  }
}

extension BarGrid {
  static let month = BarGrid("1M") ?? .day
}
