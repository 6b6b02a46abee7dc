"""Reference values for the indicators: TA-Lib, and pandas or NumPy for what it lacks.

    python3 scripts/reference/indicators.py BTC_USDT-1h.json > Tests/Reference/indicators.json

The argument is a list of Binance's candles [open time in ms, open, high, low, close, volume]. 125 of them without a gap
are taken, from 2021-10-18 on. They say nothing of who took them, so the taker's share of the volume is drawn at
random, seeded. Values have twelve digits. The settings of a case are those that differ from the defaults.
"""
import json
import sys

import numpy as np
import pandas as pd
import talib

rows, start, hour = 125, 1634515200000, 3_600_000
candles = [row for row in json.load(open(sys.argv[1])) if start <= row[0] < start + rows * hour]
assert [row[0] for row in candles] == list(range(start, start + rows * hour, hour)), "a gap"
time, opens, high, low, close, volume = (np.array(column) for column in zip(*candles))
opens, high, low, close, volume = (column.astype(float) for column in (opens, high, low, close, volume))
rng = np.random.default_rng(20211018)
taker = np.round(volume * rng.uniform(0.3, 0.7, rows), 5)
series = pd.Series(close)


def case(indicator, outputs, *, time=None, **settings):
    outputs = [np.asarray(output, dtype=float) for output in outputs]
    first = max((int(np.argmax(~np.isnan(output))) for output in outputs), default=0)
    written = [[float(f"{value:.12g}") for value in output[first:]] for output in outputs]
    assert all(np.isfinite(output).all() for output in written)
    entry = {"indicator": indicator, "settings": settings, "first": first, "outputs": written}
    return entry if time is None else entry | {"time": [int(moment) for moment in time]}


def vwap(groups):
    typical = pd.Series((high + low + close) / 3)
    return groups(typical * volume) / groups(pd.Series(volume))


def days(values):
    return values.groupby(pd.to_datetime(time, unit="ms").date).cumsum()


def root_of_squares(period):
    return np.sqrt((np.log(series).diff() ** 2).rolling(period).sum())


def hull(period):
    sharp = 2 * talib.WMA(close, period // 2) - talib.WMA(close, period)
    return talib.WMA(sharp, int(np.sqrt(period)))


def skewness(period):
    # pandas corrects for the sample's size; the population's has no such factor.
    return series.rolling(period).skew() * (period - 2) / np.sqrt(period * (period - 1))


def stochastic(fast, slow, signal):
    return talib.STOCH(high, low, close, fastk_period=fast, slowk_period=slow, slowd_period=signal)


cases = [
    case("sma", [talib.SMA(close, 20)]),
    case("sma", [talib.SMA(volume, 7)], of="volume", period=7),
    case("wma", [talib.WMA(close, 20)]),
    case("ema", [talib.EMA(close, 20)]),
    case("ema", [talib.EMA(close, 3)], period="3h"),
    case("hull-ma", [hull(20)]),
    case("vwap", [vwap(lambda values: values.rolling(20).sum())]),
    case("vwap", [vwap(days)], anchor="day"),
    case("bollinger", talib.BBANDS(close, 20, 2, 2)),
    case("bollinger", talib.BBANDS(close, 10, 1.5, 1.5), period=10, deviations=1.5),
    case("macd", talib.MACD(close, 12, 26, 9)),
    case("macd", talib.MACD(close, 5, 8, 3), fast=5, slow=8, signal=3),
    case("rsi", [talib.RSI(close, 14)]),
    case("rsi", [talib.RSI(volume, 2)], of="volume", period=2),
    case("stochastic", stochastic(5, 3, 3)),
    case("stochastic", stochastic(14, 1, 4), fast=14, slow=1, signal=4),
    case("atr", [talib.ATR(high, low, close, 14)]),
    case("obv", [talib.OBV(close, volume)]),
    case("taker-buy-ratio", [taker / volume]),
    case("returns", [np.log(series / series.shift(lag)).mask(series.index < 20) for lag in (1, 5, 20)]),
    case("returns", [series.pct_change(2)], lags=[2], kind="simple"),
    case("lag", [series.shift(3), series.shift(1).mask(series.index < 3)], lags=[3, 1]),
    case("realised-volatility", [root_of_squares(20)]),
    case("realised-volatility", [root_of_squares(6) * np.sqrt(8760 / 6)], period=6, bars_per_year=8760),
    case("rolling", [talib.SMA(close, 20)]),
    case("rolling", [talib.STDDEV(close, 20, 1)], statistic="std"),
    case("rolling", [talib.MIN(close, 20)], statistic="min"),
    case("rolling", [talib.MAX(close, 20)], statistic="max"),
    case("rolling", [talib.SUM(volume, 20)], statistic="sum", of="volume"),
    case("rolling", [skewness(20)], statistic="skew"),
    case("rolling", [series.rolling(5, center=True, min_periods=1).mean()], period=5, centred=True),
    case("rolling", [series.rolling(4, center=True, min_periods=1).max()], period=4, centred=True, statistic="max"),
]

fields = ["hour", "weekday", "day", "month", "quarter", "minute"]
counts = [24, 7, 31, 12, 4, 1440]
moments = np.sort(rng.integers(-2_000_000_000_000, 4_000_000_000_000, 60))
clock = pd.DatetimeIndex(pd.to_datetime(moments, unit="ms"))
minute = clock.hour * 60 + clock.minute
codes = [clock.hour, clock.day_of_week, clock.day - 1, clock.month - 1, clock.quarter - 1, minute]
angles = [2 * np.pi * np.asarray(code) / count for code, count in zip(codes, counts)]
years = (moments - pd.Timestamp("2000-01-01").timestamp() * 1000) / (365.2425 * 86_400_000)
cases += [
    case("calendar", codes, time=moments, fields=fields, encoding="number"),
    case("calendar", [f(angle) for angle in angles for f in (np.sin, np.cos)], time=moments, fields=fields),
    case("time-index", [years], time=moments),
    case("time-index", [moments / 86_400_000], time=moments, unit="day", origin=0),
]

columns = {
    "open": opens, "high": high, "low": low, "close": close, "volume": volume, "taker_buy_volume": taker,
}
print(
    json.dumps(
        {"time": time.tolist(), "columns": {name: column.tolist() for name, column in columns.items()}, "cases": cases},
        separators=(",", ":"),
    )
)
