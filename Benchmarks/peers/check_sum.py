"""What windows_numpy.py, windows_torch.py and ours read the same of: a sum over the bits of some windows, in their order.

Batch b has the windows (b · batch + w) · 104,729 modulo their number; the bits of each number, as an unsigned integer, times its place
in the batch modulo 1021 plus 1, are summed up modulo 2⁶⁴. Ours is Benchmarks/gather/CheckSum.swift.
"""
import numpy as np

STEP = 104_729
BATCHES = 16


def check_sum(windows, batch, take):
    """`take` gives the windows of an array of numbers below `windows`, [batch, lookback, features]."""
    total = np.uint64(0)
    for number in range(BATCHES):
        places = (np.arange(batch) + number * batch) * STEP % windows
        bits = np.ascontiguousarray(take(places)).view(np.uint32).ravel().astype(np.uint64)
        total += (bits * (np.arange(len(bits), dtype=np.uint64) % 1021 + 1)).sum(dtype=np.uint64)
    return int(total)
