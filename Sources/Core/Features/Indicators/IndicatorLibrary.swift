/// The indicators that `features:` can name.
package enum IndicatorLibrary {
  package static let all: [any Indicator.Type] = [
    SimpleMovingAverage.self, WeightedMovingAverage.self, ExponentialMovingAverage.self,
    HullMovingAverage.self, VolumeWeightedAveragePrice.self, BollingerBands.self, MACD.self,
    RelativeStrengthIndex.self, Stochastic.self, AverageTrueRange.self, OnBalanceVolume.self,
    TakerBuyRatio.self, Returns.self, Lag.self, RealisedVolatility.self, RollingStatistic.self,
    CalendarCodes.self, TimeIndex.self,
  ]
}
