private import Artifacts
private import Chronology

/// Bars of the store as rows of a series: what a download has brought goes on like the rows of a file.
package struct StoredMarketSource: RowSource {
  private let market: DownloadedMarket
  private let store: CandleStore
  /// The values to take, in this order.
  private let columns: [String]

  /// `columns` chooses among the values of a bar; nil takes all.
  package init(_ market: DownloadedMarket, in store: CandleStore, columns: [String]?) {
    self.market = market
    self.store = store
    self.columns = columns ?? market.columns.map(\.name)
  }

  package func deliver(
    to assembly: SeriesAssembly, progress: (_ done: Int, _ total: Int) -> Void
  ) throws(MarketError) {
    let units = Dictionary(uniqueKeysWithValues: market.columns.map { ($0.name, $0) })
    try assembly.begin(columns: columns.compactMap { units[$0] })
    for (number, part) in market.parts.enumerated() {
      progress(number, market.parts.count)
      let entity = try assembly.entity(named: part.series.name.symbol)
      do {
        try store.forEachBatch(of: part.series, in: part.wanted, columns: columns) { time, values in
          try assembly.append(RowBatch(time: time, values: values), entity: entity)
        }
      } catch let error as MarketError { throw error } catch let error as DownloadError {
        throw .store(error)
      } catch { preconditionFailure("an unforeseen kind of error: \(error)") }
    }
  }

  /// The store has no lines; a bar is named by its time.
  package func place(of row: RowMark, entity: String) -> String {
    switch row {
    case .number(let number): "\(store.path), bar \(number + 1) of \(entity)"
    case .time(let time, _): "\(store.path), \(entity) at \(Instant(milliseconds: time))"
    }
  }
}
