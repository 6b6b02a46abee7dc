"""The features of btc_features.py as somebody writes them who knows pandas and NumPy well: whole columns, no Python loop.

    features_pandas.py SERIES OUTPUT.npy [--rows N]

Needs numpy and pandas. Prints one line of JSON.
"""
import numpy as np
import pandas as pd

import btc_features


def begun(series, first, value, **smoothing):
    """An exponential mean that begins with `value` at row `first`."""
    seeded = series.to_numpy(copy=True)
    seeded[:first] = np.nan
    seeded[first] = value
    return pd.Series(seeded).ewm(adjust=False, **smoothing).mean()


def ema(series, period, first=0):
    """Begun with the mean of `period` values from row `first` on."""
    return begun(series, first + period - 1, series.iloc[first : first + period].mean(), span=period)


def wilder(series, period):
    """Of steps, of which the first is missing."""
    return begun(series, period, series.iloc[1 : period + 1].mean(), alpha=1 / period)


def wma(values, period):
    weights = np.arange(period, 0, -1) / (period * (period + 1) / 2)
    return np.concatenate([np.full(period - 1, np.nan), np.convolve(values, weights, "valid")])


def hull(values, period):
    sharp = 2 * wma(values, period // 2) - wma(values, period)
    smooth = wma(sharp[period - 1 :], int(period**0.5))
    return np.concatenate([np.full(period - 1, np.nan), smooth])


def compute(candles):
    high, low, close, volume = (candles[name] for name in ("high", "low", "close", "volume"))
    features = {f"sma_{n}": close.rolling(n).mean() for n in (10, 20, 50)}
    features |= {f"ema_{n}": ema(close, n) for n in (12, 26, 50)}

    change = close.diff()
    gain, loss = wilder(change.clip(lower=0), 14), wilder(-change.clip(upper=0), 14)
    features["rsi_14"] = (100 * gain / (gain + loss)).fillna(0)

    deviation = close.rolling(20).std(ddof=0)
    features["bollinger_middle"] = features["sma_20"]
    features["bollinger_upper"] = features["sma_20"] + 2 * deviation
    features["bollinger_lower"] = features["sma_20"] - 2 * deviation

    # TA-Lib begins the fast mean late, so that both begin on the same row.
    macd = ema(close, 12, first=14) - ema(close, 26)
    signal = ema(macd, 9, first=25)
    features |= {"macd": macd, "macd_signal": signal, "macd_histogram": macd - signal}

    before = close.shift()
    ranges = np.maximum(high - low, np.maximum((high - before).abs(), (low - before).abs()))
    features["atr_14"] = wilder(ranges, 14)

    lowest, highest = low.rolling(5).min(), high.rolling(5).max()
    fast = (100 * (close - lowest) / (highest - lowest)).where((highest > lowest) | highest.isna(), 0)
    features["stochastic_k"] = fast.rolling(3).mean()
    features["stochastic_d"] = features["stochastic_k"].rolling(3).mean()

    direction = np.sign(change)
    direction.iloc[0] = 1
    features["obv"] = (direction * volume).cumsum()

    typical = (high + low + close) / 3
    traded = volume.rolling(24).sum()
    features["vwap_24"] = ((typical * volume).rolling(24).sum() / traded).where(traded > 0, typical)
    features["hull_20"] = hull(close.to_numpy(), 20)

    window = close.rolling(24)
    features |= {"mean_24": window.mean(), "std_24": window.std(ddof=0), "min_24": window.min(), "max_24": window.max()}
    # pandas corrects for the sample's size, the population's skewness does not.
    features["skew_24"] = window.skew() * 22 / np.sqrt(24 * 23)
    log_return = np.log(close / before)
    features["volatility_24"] = np.sqrt((log_return**2).rolling(24).sum())

    features["taker_buy_ratio"] = (candles["taker_buy_volume"] / volume).where(volume != 0, 0.5)
    features["return_1"] = log_return
    features |= {f"return_{lag}": np.log(close / close.shift(lag)) for lag in (5, 20)}
    return pd.DataFrame(features)


btc_features.run("pandas and NumPy, whole columns", compute)
