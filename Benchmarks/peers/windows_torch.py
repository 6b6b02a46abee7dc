"""Random batches of windows from a PyTorch DataLoader over a Dataset of sliding windows, as its users write it.

    windows_torch.py ARRAY.npy [--lookback 96] [--batch 256] [--workers 0 2] [--seconds 3]
    windows_torch.py ARRAY.npy --check [--lookback 96] [--batch 256]      which windows it reads, by check_sum.py

ARRAY is a float32 matrix [rows, features] and stays in memory; batches are [batch, lookback, features] and shuffled. An item is

    slice   a slice of a tensor: the least that a Dataset can do
    copy    a slice of an array, made a tensor by torch.tensor
    pair    both the window and the row behind it, each a slice of a tensor: what a model is trained on

Shuffling a million numbers, starting the workers and the first batches are not in the time. Prints one line of JSON: windows a
second for each kind of item and number of workers, and the best of `slice`.

Needs numpy and torch.
"""
import argparse
import json
import resource
import time

import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset, Subset

from check_sum import check_sum


class Slices(Dataset):
    def __init__(self, values, lookback):
        self.values = torch.from_numpy(values)
        self.lookback = lookback

    def __len__(self):
        return len(self.values) - self.lookback

    def __getitem__(self, index):
        return self.values[index : index + self.lookback]


class Copies(Slices):
    def __init__(self, values, lookback):
        super().__init__(values, lookback)
        self.array = values

    def __getitem__(self, index):
        return torch.tensor(self.array[index : index + self.lookback])


class Pairs(Slices):
    def __getitem__(self, index):
        end = index + self.lookback
        return self.values[index:end], self.values[end]


ITEMS = {"slice": Slices, "copy": Copies, "pair": Pairs}


def measure(dataset, options, workers):
    """Windows a second, over one pass or so many seconds."""
    loader = DataLoader(dataset, batch_size=options.batch, shuffle=True, num_workers=workers, drop_last=True)
    batches = iter(loader)
    # Workers have fetched two batches each ahead of the first; these are not counted.
    for _ in range(1 + 2 * workers):
        batch = next(batches)
    windows = batch[0] if isinstance(batch, list) else batch
    assert windows.shape == (options.batch, options.lookback, dataset.values.shape[1]) and windows.is_contiguous()
    count, began = 0, time.perf_counter()
    for _ in batches:
        count += options.batch
        if time.perf_counter() - began > options.seconds:
            break
    return round(count / (time.perf_counter() - began))


def checked(dataset, options):
    def take(places):
        loader = DataLoader(Subset(dataset, places.tolist()), batch_size=options.batch)
        batch = next(iter(loader))
        return (batch[0] if isinstance(batch, list) else batch).numpy()

    return check_sum(len(dataset), options.batch, take)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("array")
    parser.add_argument("--lookback", type=int, default=96)
    parser.add_argument("--batch", type=int, default=256)
    parser.add_argument("--workers", type=int, nargs="+", default=[0, 2])
    parser.add_argument("--seconds", type=float, default=3)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    values = np.ascontiguousarray(np.load(options.array), dtype=np.float32)
    if options.check:
        sums = {name: checked(item(values, options.lookback), options) for name, item in ITEMS.items()}
        print(json.dumps({"peer": "PyTorch DataLoader", "check_sums": sums}))
        return
    rates = {
        name: {str(workers): measure(item(values, options.lookback), options, workers) for workers in options.workers}
        for name, item in ITEMS.items()
    }
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({
        "peer": "PyTorch DataLoader", "rows": len(values), "windows_a_second": max(rates["slice"].values()),
        "by_item_and_workers": rates, "peak_mib": round(peak),
    }))


if __name__ == "__main__":
    main()
