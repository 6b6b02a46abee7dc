package import Artifacts

/// The columns of Binance's candles, as REST and archives deliver them.
///
/// The first four are open, high, low and close, as everywhere in this folder. The exchange's times and its
/// twelfth field, which means nothing, are not among them.
/// Format: https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints
package enum BinanceColumns {
  /// C = 9.
  package static let all = [
    Series.Column(name: "open", unit: "quote currency"), Series.Column(name: "high", unit: "quote currency"),
    Series.Column(name: "low", unit: "quote currency"), Series.Column(name: "close", unit: "quote currency"),
    Series.Column(name: "volume", unit: "base units"),
    Series.Column(name: "quote_volume", unit: "quote currency"),
    Series.Column(name: "trades", unit: "trades"),
    Series.Column(name: "taker_buy_volume", unit: "base units"),
    Series.Column(name: "taker_buy_quote_volume", unit: "quote currency"),
  ]
}
