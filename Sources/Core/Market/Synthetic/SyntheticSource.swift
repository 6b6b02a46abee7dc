private import Artifacts
package import Chronology

/// Markets that nobody traded: the same bytes on every machine for the same seed, and no network.
package struct SyntheticSource: Sendable {
  package enum Process: Sendable {
    case market
    case walk
    case sinusoids(SinusoidProcess)
  }

  package var process: Process
  package var symbols: [String]
  package var seed: UInt64
  package var start: Instant
  package var interval: Interval
  /// Rows per symbol.
  package var rows: Int

  package init(
    process: Process, symbols: [String], seed: UInt64, start: Instant, interval: Interval, rows: Int
  ) {
    self.process = process
    self.symbols = symbols
    self.seed = seed
    self.start = start
    self.interval = interval
    self.rows = rows
  }

  /// Makes all rows; `progress` is told of the symbols that are done.
  package func read(progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }) -> RawSeries {
    let time = (0..<rows).map { interval.after(start, steps: $0).milliseconds }
    let (columns, values): ([Series.Column], (Int) -> [Double]) =
      switch process {
      case .market:
        (MarketProcess.columns, { MarketProcess(seed: seed, lane: $0, interval: interval).values(at: time) })
      case .walk: (WalkProcess.columns, { WalkProcess(seed: seed, lane: $0).values(rows: rows) })
      case .sinusoids(let process):
        (SinusoidProcess.columns, { process.values(rows: rows, seed: seed, lane: $0) })
      }
    let entities = symbols.enumerated().map { lane, name in
      var entity = RawEntity(name: name)
      entity.time = time
      progress(lane, symbols.count)
      entity.values = values(lane)
      return entity
    }
    return RawSeries(columns: columns, entities: entities)
  }
}
