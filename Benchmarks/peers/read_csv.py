"""Reads a CSV file with pandas, checks it as far as `extract` does, and writes arrays.

    read_csv.py FILE.csv
"""
import sys

import numpy as np
import pandas as pd

frame = pd.read_csv(sys.argv[1], parse_dates=["date"])
assert np.isfinite(frame.iloc[:, 1:].to_numpy()).all()
steps = frame["date"].diff().dropna()
assert (steps > pd.Timedelta(0)).all() and (steps % steps.mode()[0] == pd.Timedelta(0)).all()
np.save("time.npy", frame["date"].to_numpy().astype("datetime64[ms]").astype("<i8"))
np.save("values.npy", frame.iloc[:, 1:].to_numpy())
