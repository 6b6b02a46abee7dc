/// What a change of the position costs, as shares of what is traded.
package struct TradingCosts: Sendable, Equatable {
  /// To the exchange, each way: 0.001 for ten basis points.
  package var fee: Double
  /// By which the price is worse than the one of the forecast, each way.
  package var slippage: Double

  package init(fee: Double, slippage: Double = 0) {
    self.fee = fee
    self.slippage = slippage
  }

  package var each: Double { fee + slippage }
}
