"""The features of btc_features.py in the style in which many people combine TA-Lib and pandas: apply, window by window.

    features_talib.py SERIES OUTPUT.npy [--rows N]

What looks at a window goes through `rolling(n).apply` with a TA-Lib or NumPy function of each window. What remembers its whole
past (exponential means, RSI, MACD, ATR, on-balance volume) is a TA-Lib call on the whole column within `groupby.apply`: window
by window it would be other numbers. That half is fast, so the measurement is kind to this style. It is some thirty times
slower than whole columns; the default of 50,000 rows keeps it short, and the time of a row does not depend on how many there are,
so a figure for a million rows is `microseconds_a_row` in seconds, which must be said to be scaled.

Needs numpy, pandas and TA-Lib. Prints one line of JSON.
"""
import numpy as np
import pandas as pd
import talib

import btc_features


def hull(window):
    sharp = 2 * talib.WMA(window, 10) - talib.WMA(window, 20)
    return talib.WMA(sharp[19:], 4)[-1]


def skewness(window):
    distance = window - window.mean()
    variance = (distance**2).mean()
    return (distance**3).mean() / variance**1.5 if variance > 0 else 0


def volatility(window):
    return np.sqrt((np.diff(np.log(window)) ** 2).sum())


def recursive(group):
    """What depends on all rows before."""
    high, low, close, volume = (group[name].to_numpy() for name in ("high", "low", "close", "volume"))
    macd, signal, histogram = talib.MACD(close, 12, 26, 9)
    k, d = talib.STOCH(high, low, close, 5, 3, 0, 3, 0)
    return pd.DataFrame(
        {f"ema_{n}": talib.EMA(close, n) for n in (12, 26, 50)}
        | {
            "rsi_14": talib.RSI(close, 14), "macd": macd, "macd_signal": signal, "macd_histogram": histogram,
            "atr_14": talib.ATR(high, low, close, 14), "stochastic_k": k, "stochastic_d": d,
            "obv": talib.OBV(close, volume),
        },
        index=group.index)


def compute(candles):
    candles = candles.assign(symbol="BTCUSDT")
    close = candles["close"]
    features = candles.groupby("symbol", group_keys=False)[["high", "low", "close", "volume"]].apply(recursive)

    for n in (10, 20, 50):
        features[f"sma_{n}"] = close.rolling(n).apply(lambda window: talib.SMA(window, n)[-1], raw=True)
    for place, name in enumerate(("upper", "middle", "lower")):
        features[f"bollinger_{name}"] = close.rolling(20).apply(
            lambda window: talib.BBANDS(window, 20, 2, 2)[place][-1], raw=True)
    functions = {
        "mean": lambda window: talib.SMA(window, 24)[-1], "std": lambda window: talib.STDDEV(window, 24)[-1],
        "min": np.min, "max": np.max, "skew": skewness,
    }
    for name, function in functions.items():
        features[f"{name}_24"] = close.rolling(24).apply(function, raw=True)
    features["volatility_24"] = close.rolling(25).apply(volatility, raw=True)
    features["hull_20"] = close.rolling(23).apply(hull, raw=True)

    typical = ((candles["high"] + candles["low"] + close) / 3).to_numpy()
    volume = candles["volume"].to_numpy()

    def vwap(rows):
        rows = rows.astype(int)
        total = volume[rows].sum()
        return (typical[rows] * volume[rows]).sum() / total if total > 0 else typical[rows[-1]]

    features["vwap_24"] = pd.Series(np.arange(len(candles), dtype=float)).rolling(24).apply(vwap, raw=True)

    features["taker_buy_ratio"] = candles.apply(
        lambda row: row["taker_buy_volume"] / row["volume"] if row["volume"] else 0.5, axis=1)
    for lag in (1, 5, 20):
        features[f"return_{lag}"] = candles.groupby("symbol")["close"].transform(
            lambda group: np.log(group / group.shift(lag)))
    return features


btc_features.run("TA-Lib in pandas' apply", compute, default_rows=50_000)
