extension PartCatalogue {
  /// What `features:` can name besides columns.
  package static let indicators: [PartSchema] = [
    PartSchema("sma", ["of": of, "period": .bars(default: 20, periods)]),
    PartSchema("wma", ["of": of, "period": .bars(default: 20, periods)]),
    PartSchema("ema", ["of": of, "period": .bars(default: 20, periods)]),
    PartSchema("hull-ma", ["of": of, "period": .bars(default: 20, periods)]),
    PartSchema(
      "vwap",
      [
        "high": high, "low": low, "close": close, "volume": volume, "period": .bars(default: 20, periods),
        "anchor": .choice(["none", "day"], default: "none"),
      ]),
    PartSchema(
      "bollinger",
      ["of": of, "period": .bars(default: 20, periods), "deviations": .number(default: 2, 0...100)]),
    PartSchema(
      "macd",
      [
        "of": of, "fast": .bars(default: 12, periods), "slow": .bars(default: 26, periods),
        "signal": .bars(default: 9, periods),
      ]),
    PartSchema("rsi", ["of": of, "period": .bars(default: 14, periods)]),
    PartSchema(
      "stochastic",
      [
        "high": high, "low": low, "close": close, "fast": .bars(default: 5, periods),
        "slow": .bars(default: 3, periods), "signal": .bars(default: 3, periods),
      ]),
    PartSchema(
      "atr", ["high": high, "low": low, "close": close, "period": .bars(default: 14, periods)]),
    PartSchema("obv", ["of": of, "volume": volume]),
    PartSchema(
      "taker-buy-ratio", ["taker_buy_volume": .column(default: "taker_buy_volume"), "volume": volume]),
    PartSchema(
      "returns",
      [
        "of": of, "lags": .integers(default: [1, 5, 20], periods),
        "kind": .choice(["log", "simple"], default: "log"),
      ]),
    PartSchema("lag", ["of": of, "lags": .integers(default: [1], periods)]),
    PartSchema(
      "realised-volatility",
      [
        "of": of, "period": .bars(default: 20, periods),
        // From one bar a year to one a millisecond.
        "bars_per_year": .optional(.number(default: nil, 1...31_622_400_000)),
      ]),
    PartSchema(
      "rolling",
      [
        "of": of, "period": .bars(default: 20, periods),
        "statistic": .choice(["mean", "std", "min", "max", "skew", "sum"], default: "mean"),
        "centred": .truth(default: false),
      ]),
    PartSchema(
      "calendar",
      [
        "fields": .choices(
          ["hour", "weekday", "day", "month", "quarter", "minute"], default: ["hour", "weekday", "month"]),
        "encoding": .choice(["cyclic", "number"], default: "cyclic"),
      ]),
    PartSchema(
      "time-index",
      [
        // 2000-01-01, in ms since the epoch; as far back and ahead as RFC 3339 can write.
        "origin": .integer(default: 946_684_800_000, -62_135_596_800_000...253_402_300_799_999),
        "unit": .choice(["year", "day"], default: "year"),
      ]),
  ]

  private static let of = close
  private static let high = PartSchema.Kind.column(default: "high")
  private static let low = PartSchema.Kind.column(default: "low")
  private static let close = PartSchema.Kind.column(default: "close")
  private static let volume = PartSchema.Kind.column(default: "volume")
  /// Bars: about 70 days of minutes.
  private static let periods = 1...100_000
}
