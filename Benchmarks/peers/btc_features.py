"""What the peers of `prepare` share: the default feature set of candles, how it is read, standardised and written.

The features, in the order of the columns; definitions are TA-Lib's, with pandas where it has none:

    sma_10 sma_20 sma_50, ema_12 ema_26 ema_50 (begun with the mean of the first n), rsi_14 (Wilder), bollinger 20 (upper,
    middle, lower: two population deviations), macd 12 26 9 (line, signal, histogram), atr_14 (Wilder), stochastic 5 3 3 (k,
    d), obv, vwap_24, hull_20, mean_24 std_24 min_24 max_24 skew_24 (the population's) and volatility_24 (root of the sum of
    squared log returns) of the close, the taker's share of the volume, log returns over 1, 5 and 20 bars

Rows before the longest look-back, 49, are cut. Each column is standardised by mean and population deviation of the first 70 %
of the rows that are left, and written as one float32 matrix, [rows, 29].
"""
import argparse
import json
import resource
import time
from pathlib import Path

import numpy as np
import pandas as pd

LOOKBACK = 49
TRAINING = 0.7
NAMES = (
    "sma_10 sma_20 sma_50 ema_12 ema_26 ema_50 rsi_14 bollinger_upper bollinger_middle bollinger_lower macd macd_signal "
    "macd_histogram atr_14 stochastic_k stochastic_d obv vwap_24 hull_20 mean_24 std_24 min_24 max_24 skew_24 volatility_24 "
    "taker_buy_ratio return_1 return_5 return_20"
).split()
NEEDED = ("high", "low", "close", "volume", "taker_buy_volume")


def read(folder, rows):
    """Candles of one symbol from a folder of a series artifact: time.npy, values.npy and the manifest with their names."""
    folder = Path(folder)
    manifest = json.loads((folder / "manifest.json").read_text())
    names = [column["name"] for column in manifest["facts"]["columns"]]
    if missing := [name for name in NEEDED if name not in names]:
        raise SystemExit(f"{folder} has no column {', '.join(missing)}")
    values = np.load(folder / "values.npy", mmap_mode="r")[:rows]
    return pd.DataFrame({name: np.array(values[:, names.index(name)]) for name in NEEDED})


def standardised(features):
    """Without the rows of the look-back, fitted on the training rows; a column that is constant there is divided by 1."""
    values = features[NAMES].to_numpy()[LOOKBACK:]
    training = values[: int(len(values) * TRAINING)]
    scale = training.std(axis=0)
    return ((values - training.mean(axis=0)) / np.where(scale > 0, scale, 1)).astype(np.float32)


def run(peer, compute, default_rows=None):
    """Times `compute`, from candles in memory to the matrix; reading and writing are not in it."""
    parser = argparse.ArgumentParser(description=peer)
    parser.add_argument("series", help="the folder of a series artifact")
    parser.add_argument("output", help="where the matrix goes, .npy")
    parser.add_argument("--rows", type=int, default=default_rows, help="only so many, the oldest")
    options = parser.parse_args()
    candles = read(options.series, options.rows)
    began = time.perf_counter()
    matrix = standardised(compute(candles))
    seconds = time.perf_counter() - began
    assert np.isfinite(matrix).all()
    np.save(options.output, matrix)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({
        "peer": peer, "rows": len(candles), "columns": matrix.shape[1], "seconds": round(seconds, 4),
        "microseconds_a_row": round(seconds / len(candles) * 1e6, 4), "peak_mib": round(peak),
    }))
