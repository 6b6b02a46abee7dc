"""Reference values for RidgeRegression: NumPy, windows built one by one, float64.

    python3 scripts/reference/ridge.py > Tests/Reference/ridge.json

Two columns of 60 rows (a seeded walk, rounded to six decimals so that the text is exact), look-back 6 and 4,
horizon 3; the first 30 rows train, the next 15 validate. Windows as in artifacts/README.md: inputs t-L+1..t,
labels t+1..t+H inside their own part.
"""
import json

import numpy as np

rng = np.random.default_rng(20240611)
rows, columns, horizon = 60, 2, 3
table = np.round(np.cumsum(rng.normal(size=(rows, columns)), axis=0), 6).astype(np.float32).astype(np.float64)


def windows(first_label, end_label, lookback):
    origins = [t for t in range(5, rows - horizon) if first_label <= t + 1 and t + horizon < end_label]
    x = [table[t - lookback + 1 : t + 1, k] for t in origins for k in range(columns)]
    y = [table[t + 1 : t + 1 + horizon, k] for t in origins for k in range(columns)]
    return origins, np.array(x), np.array(y)


def fit(lookback, penalty, subtract_last):
    _, x, y = windows(0, 30, lookback)
    _, xv, yv = windows(30, 45, lookback)
    last = x[:, -1:] * subtract_last
    lastv = xv[:, -1:] * subtract_last
    x, y, xv, yv = x - last, y - last, xv - lastv, yv - lastv
    mx, my = x.mean(0), y.mean(0)
    a = (x - mx).T @ (x - mx) + penalty * np.eye(lookback)
    w = np.linalg.solve(a, (x - mx).T @ (y - my))
    b = my - mx @ w
    return {
        "lookback": lookback, "penalty": penalty, "subtractLast": bool(subtract_last), "weight": w.tolist(),
        "bias": b.tolist(), "trainError": float(((x @ w + b - y) ** 2).mean()),
        "validationError": float(((xv @ w + b - yv) ** 2).mean()),
    }


origins = {
    "train": windows(0, 30, 6)[0], "validation": windows(30, 45, 6)[0], "test": windows(45, 60, 6)[0],
}
fits = [fit(length, penalty, last) for length in (6, 4) for penalty in (0.1, 10.0) for last in (1, 0)]
print(json.dumps({"table": table.tolist(), "origins": origins, "fits": fits}))
