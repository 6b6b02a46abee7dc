private import Artifacts
package import Chronology

/// Markets that nobody traded: the same bytes on every machine for the same seed, and no network.
package struct SyntheticSource: RowSource, Sendable {
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

  private static let batchRows = 1 << 14

  /// Makes all rows; `progress` is told of those that are done.
  package func deliver(
    to assembly: SeriesAssembly, progress: (_ done: Int, _ total: Int) -> Void
  ) throws(MarketError) {
    for (lane, name) in symbols.enumerated() {
      var path = Path(self, lane: lane)
      try assembly.begin(columns: path.columns)
      let entity = try assembly.entity(named: name)
      for begin in stride(from: 0, to: rows, by: Self.batchRows) {
        let time = (begin..<min(begin + Self.batchRows, rows)).map {
          interval.after(start, steps: $0).milliseconds
        }
        try assembly.append(RowBatch(time: time, values: path.next(at: time)), entity: entity)
        progress(lane * rows + begin + time.count, symbols.count * rows)
      }
    }
  }

  /// `generated row 17`.
  package func place(of row: RowMark, entity: String) -> String {
    switch row {
    case .number(let number): return "generated row \(number + 1)"
    case .time(let time, _):
      let steps = interval.steps(from: start, to: Instant(milliseconds: time))
      return "generated row \((steps ?? 0) + 1)"
    }
  }

  /// One symbol's values, made piece by piece.
  private enum Path {
    case market(MarketProcess)
    case walk(WalkProcess)
    case sinusoids(SinusoidProcess.Path)

    init(_ source: SyntheticSource, lane: Int) {
      switch source.process {
      case .market: self = .market(MarketProcess(seed: source.seed, lane: lane, interval: source.interval))
      case .walk: self = .walk(WalkProcess(seed: source.seed, lane: lane))
      case .sinusoids(let process):
        self = .sinusoids(process.path(rows: source.rows, seed: source.seed, lane: lane))
      }
    }

    var columns: [Series.Column] {
      switch self {
      case .market: MarketProcess.columns
      case .walk: WalkProcess.columns
      case .sinusoids: SinusoidProcess.columns
      }
    }

    mutating func next(at time: [Int64]) -> [Double] {
      switch self {
      case .market(var process):
        defer { self = .market(process) }
        return process.next(at: time)
      case .walk(var process):
        defer { self = .walk(process) }
        return process.next(rows: time.count)
      case .sinusoids(var path):
        defer { self = .sinusoids(path) }
        return path.next(rows: time.count)
      }
    }
  }
}
