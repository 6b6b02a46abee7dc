/// What must hold for the values of one row.
struct ValueChecks {
  enum Problem {
    case notPositive(column: Int, Double)
    case negative(column: Int, Double)
    case highBelowLow(Double, Double)
  }

  private var columns: [String] = []
  private var prices: [Int] = []
  private var volumes: [Int] = []
  private var range: (high: Int, low: Int)?

  init() {}

  init(columns: [String], rules: SeriesRules) {
    self.columns = columns
    let lowered = columns.map { $0.lowercased() }
    prices = columns.indices.filter { index in
      rules.prices?.contains(columns[index]) ?? ["open", "high", "low", "close"].contains(lowered[index])
    }
    if rules.source == "klines-json" {
      volumes = columns.indices.filter { Self.amounts.contains(lowered[$0]) }
    }
    if let high = lowered.firstIndex(of: "high"), let low = lowered.firstIndex(of: "low") {
      range = (high, low)
    }
  }

  /// What candles count, by the names of Binance and Tiingo.
  private static let amounts: Set<String> = [
    "volume", "quote_volume", "trades", "taker_buy_volume", "taker_buy_quote_volume", "volumenotional",
    "tradesdone",
  ]

  /// What is wrong with a row of `values`, [n, C].
  func problem(in values: [Double], row: Int) -> Problem? {
    let base = row * columns.count
    for column in prices where values[base + column] <= 0 {
      return .notPositive(column: column, values[base + column])
    }
    for column in volumes where values[base + column] < 0 {
      return .negative(column: column, values[base + column])
    }
    if let range, values[base + range.high] < values[base + range.low] {
      return .highBelowLow(values[base + range.high], values[base + range.low])
    }
    return nil
  }

  func error(_ problem: Problem, place: String) -> MarketError {
    switch problem {
    case .notPositive(let column, let value):
      .notPositive(place: place, column: columns[column], value: value)
    case .negative(let column, let value): .negative(place: place, column: columns[column], value: value)
    case .highBelowLow(let high, let low): .highBelowLow(place: place, high: high, low: low)
    }
  }
}
