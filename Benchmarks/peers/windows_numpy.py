"""Random batches of windows by indexing NumPy's sliding_window_view.

    windows_numpy.py ARRAY.npy [--lookback 96] [--batch 256] [--seconds 3]
    windows_numpy.py ARRAY.npy --check [--lookback 96] [--batch 256]      which windows it reads, by check_sum.py

ARRAY is a float32 matrix [rows, features] and stays in memory; a batch is [batch, lookback, features] of shuffled windows. There
are two ways to write it:

    columns   sliding_window_view(values, lookback, axis=0), as its documentation has it: windows of each column, [features,
              lookback], which are then turned and made contiguous
    rows      sliding_window_view(values, (lookback, features)): a window is one piece of memory, and copying it is memcpy

The shuffle is made before and not in the time. Prints one line of JSON: windows a second of both, each the best and the median of
rounds of a tenth of a second.

Needs numpy.
"""
import argparse
import json
import resource
import statistics
import time

import numpy as np

from check_sum import check_sum


def columns(values, lookback):
    views = np.lib.stride_tricks.sliding_window_view(values, lookback, axis=0)
    return len(views), lambda places: np.ascontiguousarray(views[places].transpose(0, 2, 1))


def rows(values, lookback):
    views = np.lib.stride_tricks.sliding_window_view(values, (lookback, values.shape[1]))[:, 0]
    return len(views), lambda places: views[places]


def measure(values, options, way):
    """Windows a second of each round."""
    count, take = way(values, options.lookback)
    order = np.random.default_rng(7).permutation(count)
    batches = order[: count // options.batch * options.batch].reshape(-1, options.batch)
    batch = take(batches[0])
    assert batch.shape == (options.batch, options.lookback, values.shape[1]) and batch.flags.c_contiguous
    rates, place = [], 0
    end = time.perf_counter() + options.seconds
    while time.perf_counter() < end or len(rates) < 3:
        taken, began = 0, time.perf_counter()
        while time.perf_counter() - began < 0.1:
            batch = take(batches[place % len(batches)])
            taken += len(batch)
            place += 1
        rates.append(taken / (time.perf_counter() - began))
    return {"best": round(max(rates)), "median": round(statistics.median(rates))}


def checked(values, options, way):
    # As many windows as have a row behind them, which is what PyTorch's Dataset here has.
    return check_sum(len(values) - options.lookback, options.batch, way(values, options.lookback)[1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("array")
    parser.add_argument("--lookback", type=int, default=96)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    values = np.ascontiguousarray(np.load(options.array), dtype=np.float32)
    if options.check:
        sums = {way.__name__: checked(values, options, way) for way in (columns, rows)}
        print(json.dumps({"peer": "NumPy sliding_window_view", "check_sums": sums}))
        return
    rates = {way.__name__: measure(values, options, way) for way in (columns, rows)}
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({
        "peer": "NumPy sliding_window_view", "rows": len(values),
        "windows_a_second": max(rate["best"] for rate in rates.values()), "by_way": rates, "peak_mib": round(peak),
    }))


main()
