/// The share of the volume that buyers took from the book, 0…1: taker buy volume / volume; ½ where there was none.
///
/// Look-back 0. Source: the taker buy columns of Binance's candles,
/// https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints.
package struct TakerBuyRatio: Indicator {
  package static let name = "taker-buy-ratio"
  package let inputs: [String]

  package init(_ settings: PartSettings) throws(FeatureError) {
    inputs = [try settings.text("taker_buy_volume"), try settings.text("volume")]
  }

  package var outputs: [(suffix: String, unit: String)] { [("", "0…1")] }
  package var lookback: Int { 0 }

  package func compute(_ run: Run, into outputs: [UnsafeMutableBufferPointer<Double>]) {
    let (bought, volume, out) = (run[0], run[1], outputs[0])
    for row in 0..<run.count { out[row] = volume[row] != 0 ? bought[row] / volume[row] : 0.5 }
  }
}
