"""The same ridge in NumPy, as one would write it: windows as views, normal equations, every test window scored.

    ridge.py ETTh1.csv HORIZON
"""
import sys

import numpy as np
import pandas as pd

path, horizon, lookback = sys.argv[1], int(sys.argv[2]), 336
values = pd.read_csv(path, index_col=0, parse_dates=True).to_numpy()
mean, scale = values[:8640].mean(0), values[:8640].std(0)
table = (values - mean) / scale


def windows(first, end):
    """Inputs and labels, the last input subtracted, for labels in first..<end."""
    views = np.lib.stride_tricks.sliding_window_view(table, lookback + horizon, axis=0)
    start = max(first - lookback, 0)
    cut = views[start : end - horizon - lookback + 1].reshape(-1, lookback + horizon)
    last = cut[:, lookback - 1 : lookback]
    return cut[:, :lookback] - last, cut[:, lookback:] - last


x, y = windows(lookback, 8640)
mx, my = x.mean(0), y.mean(0)
gram, cross = (x - mx).T @ (x - mx), (x - mx).T @ (y - my)
del x, y
xv, yv = windows(8640, 11520)
best = None
for power in range(-4, 5):
    w = np.linalg.solve(gram + 10.0**power * np.eye(lookback), cross)
    b = my - mx @ w
    error = ((xv @ w + b - yv) ** 2).mean()
    if best is None or error < best[0]:
        best = (error, w, b)
xt, yt = windows(11520, 14400)
forecast = xt @ best[1] + best[2]
print(((forecast - yt) ** 2).mean(), (yt**2).mean())
for name, array in {"forecast": forecast, "actual": yt, "weight": best[1]}.items():
    np.save(f"{name}.npy", array)
