"""What `prepare` makes and how fast it is read: features beside pandas and TA-Lib, batches beside NumPy and PyTorch, and memory."""
import itertools
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from datetime import datetime, timedelta
from pathlib import Path

from programs import ROOT, build, program

COLUMNS = "open high low close volume quote_volume trades taker_buy_volume".split()
ROWS = 1_000_000
# What TA-Lib in pandas' apply is given, which takes minutes for a million.
APPLY_ROWS = 50_000
LARGE_ROWS = 19_000_000
TOLERANCE = 1e-6

# The features of peers/btc_features.py.
FEATURES = """\
        - sma: {period: 10, as: sma_10}
        - sma: {period: 20, as: sma_20}
        - sma: {period: 50, as: sma_50}
        - ema: {period: 12, as: ema_12}
        - ema: {period: 26, as: ema_26}
        - ema: {period: 50, as: ema_50}
        - rsi: {period: 14, as: rsi_14}
        - bollinger: {period: 20, as: bollinger}
        - macd: {as: macd}
        - atr: {period: 14, as: atr_14}
        - stochastic: {as: stochastic}
        - obv: {as: obv}
        - vwap: {period: 24, as: vwap_24}
        - hull-ma: {period: 20, as: hull_20}
        - rolling: {period: 24, statistic: mean, as: mean_24}
        - rolling: {period: 24, statistic: std, as: std_24}
        - rolling: {period: 24, statistic: min, as: min_24}
        - rolling: {period: 24, statistic: max, as: max_24}
        - rolling: {period: 24, statistic: skew, as: skew_24}
        - realised-volatility: {period: 24, as: volatility_24}
        - taker-buy-ratio: {as: taker_buy_ratio}
        - returns: {lags: [1, 5, 20], as: return}"""
# The rows that the longest of them takes from the front, and the share of the rest that standardising learns from.
LOOKBACK = 49
TRAINING = 0.7


def step(stage, settings, reads=""):
    lines = [f"    stage: {stage}"] + ([f"    reads: {{series: {reads}}}"] if reads else []) + ["    with:", settings]
    return "\n".join(lines)


def series(path):
    return step("extract", f"      source: {{kind: csv, path: {path}, time: time}}")


def features(reads, rows):
    """Windows of the features, with the training rows that the peers have."""
    border = LOOKBACK + int((rows - LOOKBACK) * TRAINING)
    return step("prepare", f"""\
      lookback: 96
      horizon: 1
      features:
{FEATURES}
      targets: [return_1]
      transforms: [standardize]
      split: {{rows: {{validation: {border}, test: {(border + rows) // 2}}}}}""", reads)


def columns(reads, lookback):
    """Windows of the columns as they are."""
    return step("prepare", f"""\
      lookback: {lookback}
      horizon: 1
      targets: [close]
      transforms: [standardize]
      split: {{fractions: {{train: 0.7, validation: 0.15, test: 0.15}}}}""", reads)


def write_pipeline(folder, steps):
    lines = [f"  {name}:\n{text}" for name, text in steps.items()]
    (folder / "pipeline.yaml").write_text("version: 1\nsteps:\n" + "\n".join(lines) + "\n")


def walk(rows):
    """The columns of candles of a random walk, as text, with the digits that an exchange writes."""
    random.seed(7)
    close = 30_000.0
    for _ in range(rows):
        opening, close = close, max(close * (1 + random.gauss(0, 0.0008)), 1000)
        high = max(opening, close) * (1 + random.random() * 0.0004)
        low = min(opening, close) * (1 - random.random() * 0.0004)
        volume = random.expovariate(0.05) + 0.001
        yield (
            f"{opening:.2f},{high:.2f},{low:.2f},{close:.2f},{volume:.5f},{volume * close:.2f},{int(volume * 30) + 1},"
            f"{volume * random.random():.5f}\n")


def write_candles(path, rows, different=None):
    """Candles a minute apart; of `different` ones, over and over, when there are to be many."""
    candles = walk(rows) if different is None else itertools.cycle(list(walk(different)))
    with open(path, "w") as file:
        file.write(f"time,{','.join(COLUMNS)}\n")
        for first in range(0, rows, 1440):
            date = (datetime(1990, 1, 1) + timedelta(minutes=first)).strftime("%Y-%m-%d")
            minutes = range(min(1440, rows - first))
            file.write("".join([f"{date} {m // 60:02}:{m % 60:02}:00,{next(candles)}" for m in minutes]))


def peer(python, name, *arguments):
    return [python, str(ROOT / "Benchmarks/peers" / name), *map(str, arguments)]


def answer(command):
    """The line of JSON that a program prints."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}failed with exit code {done.returncode}")
    return json.loads(done.stdout)


class Folder:
    """Where a part works; removed at its end."""

    def __enter__(self):
        self.path = Path(tempfile.mkdtemp(prefix="candlewick-bench-"))
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path)


def times(number):
    return f"{number:.2f} ×" if number < 10 else f"{number:.0f} ×"


# MARK: Features


COMPARISON = """
import json, sys
import numpy as np
sys.path.insert(0, sys.argv[3])
from btc_features import NAMES
names = json.load(open(sys.argv[1] + "/manifest.json"))["facts"]["signature"]["features"]
ours, theirs = np.load(sys.argv[1] + "/features.npy", mmap_mode="r"), np.load(sys.argv[2], mmap_mode="r")
assert ours.shape == theirs.shape, (ours.shape, theirs.shape)
worst = {}
for column, name in enumerate(NAMES):
    a, b = ours[:, names.index(name)].astype(float), theirs[:, column].astype(float)
    worst[name] = float((np.abs(a - b) / np.maximum(1, np.abs(b))).max())
print(json.dumps(worst))
"""


def difference(python, windows, matrix):
    """The greatest difference of any feature, relative above 1; ends everything where results are not the same."""
    worst = answer([python, "-c", COMPARISON, windows, matrix, ROOT / "Benchmarks/peers"])
    if wrong := {name: value for name, value in worst.items() if not value <= TOLERANCE}:
        sys.exit(f"features are not the same: {wrong}")
    return max(worst.values())


def feature_figures(python, run, median, rounds=5):
    """Rows of a table, and the greatest differences."""
    maker = build("columns")
    with Folder() as folder:
        write_candles(folder / "candles.csv", ROWS)
        with open(folder / "candles.csv") as file, open(folder / "few.csv", "w") as few:
            few.writelines(itertools.islice(file, APPLY_ROWS + 1))
        write_pipeline(folder, {
            "series": series("candles.csv"), "few": series("few.csv"), "windows": features("series", ROWS),
            "few_windows": features("few", APPLY_ROWS)})
        for name in ("series", "few"):
            run(program("extract", "--step", name), folder)
        where = folder / "artifacts"
        matrices = {"pandas": folder / "pandas.npy", "talib": folder / "talib.npy"}
        commands = {
            "ours": program("prepare", "--step", "windows", "--threads", "2"),
            "columns 1": [maker, where / "series/current", where / "windows/current", "--threads", 1],
            "columns 2": [maker, where / "series/current", where / "windows/current", "--threads", 2],
            "pandas": peer(python, "features_pandas.py", where / "series/current", matrices["pandas"]),
            "few": program("prepare", "--step", "few_windows", "--threads", "2"),
            "talib": peer(
                python, "features_talib.py", where / "few/current", matrices["talib"], "--rows", APPLY_ROWS),
        }
        runs = {name: [] for name in commands}
        for number in range(rounds + 1):
            for name, command in commands.items():
                if name in ("few", "talib") and number > 1:
                    continue
                # Windows that are there would not be made again.
                made = {"ours": "windows", "few": "few_windows"}.get(name)
                if made:
                    shutil.rmtree(where / made, ignore_errors=True)
                os.sync()
                runs[name].append(run(list(map(str, command)), folder))
        worst = {
            "pandas": difference(python, where / "windows/current", matrices["pandas"]),
            "talib": difference(python, where / "few_windows/current", matrices["talib"]),
        }
    # The first round is to warm up.
    runs = {name: done[1:] for name, done in runs.items()}
    alone = {
        name: [json.loads(one.output)["seconds"] for one in runs[name]]
        for name in ("columns 1", "columns 2", "pandas", "talib")}
    alone["talib"] = [seconds * ROWS / APPLY_ROWS for seconds in alone["talib"]]
    whole = {name: [one.wall for one in runs[name]] for name in ("ours", "pandas")}

    def row(name, seconds, ours, memory, asked=""):
        middle = statistics.median(seconds)
        beside = [times(middle / statistics.median(one)) for one in ours] or [""]
        least = [times(min(seconds) / min(one)) for one in ours] or [""]
        return (
            name, f"{middle:.2f} s ({min(seconds):.2f})", " / ".join(beside), " / ".join(least), asked,
            f"{median(runs[memory], 'memory'):.0f} MiB" if memory else "")

    ours = [alone["columns 1"], alone["columns 2"]]
    rows = [
        row("ours, features alone, 1 thread", alone["columns 1"], [], None),
        row("ours, features alone, 2 threads", alone["columns 2"], [], None),
        row("pandas and NumPy, features alone", alone["pandas"], ours, None, "≥ 3 ×"),
        row(f"TA-Lib in pandas' apply, features alone, of {APPLY_ROWS:,} rows, scaled", alone["talib"], ours, None, "≥ 10 ×"),
        row("`prepare`, 2 threads: read and check, features, leak check, write, digest, sync", whole["ours"], [], "ours"),
        row("pandas and NumPy: import, read, features, save", whole["pandas"], [whole["ours"]], "pandas"),
    ]
    return rows, worst


# MARK: Windows


def window_figures(python, run, rounds=3, seconds=3):
    """Rows of a table; `median` is not needed, the programs time themselves."""
    reader = build("gather")
    with Folder() as folder:
        write_candles(folder / "candles.csv", ROWS)
        write_pipeline(folder, {"series": series("candles.csv"), "windows": columns("series", 96)})
        run(program("extract"), folder)
        run(program("prepare"), folder)
        windows = folder / "artifacts/windows/current"
        array = windows / "features.npy"
        check(reader, python, windows, array)
        commands = {
            "ours, 1 thread": [reader, windows, "--threads", 1],
            "ours, 2 threads": [reader, windows, "--threads", 2],
            "ours with labels, 1 thread": [reader, windows, "--threads", 1, "--labels"],
            "ours with labels, 2 threads": [reader, windows, "--threads", 2, "--labels"],
            "numpy": peer(python, "windows_numpy.py", array),
            "torch": peer(python, "windows_torch.py", array),
        }
        answers = {name: [] for name in commands}
        for _ in range(rounds):
            for name, command in commands.items():
                answers[name].append(answer([*command, "--seconds", seconds]))
    rates = {}
    for name, found in answers.items():
        if name == "torch":
            for item in ("slice", "copy", "pair"):
                for workers in ("0", "2"):
                    counts = [one["by_item_and_workers"][item][workers] for one in found]
                    rates[f"torch, {item}, {workers} workers"] = (max(counts), statistics.median(counts))
        elif name == "numpy":
            for way in ("columns", "rows"):
                found_ = [one["by_way"][way] for one in found]
                rates[f"numpy, {way}"] = (max(r["best"] for r in found_), statistics.median(r["median"] for r in found_))
        else:
            found_ = [one["windows_a_second"] for one in found]
            rates[name] = (max(r["best"] for r in found_), statistics.median(r["median"] for r in found_))
    numpy = max(rates["numpy, columns"], rates["numpy, rows"])
    torch = max(rates["torch, slice, 0 workers"], rates["torch, slice, 2 workers"])
    pairs = max(rates["torch, pair, 0 workers"], rates["torch, pair, 2 workers"])

    def row(name):
        best, middle = rates[name]
        cells = [name, f"{best / 1e6:.2f} M ({middle / 1e6:.2f})", f"{best * 96 * len(COLUMNS) * 4 / 1e9:.1f} GB/s"]
        if not name.startswith("ours"):
            return (*cells, "", "")
        against = pairs if "labels" in name else torch
        return (*cells, times(best / numpy[0]), times(best / against[0]))

    return [row(name) for name in rates]


def check(reader, python, windows, array):
    """Ends everything unless all readers give the same windows."""
    ours = answer([reader, windows, "--check"])["check_sum"]
    for name in ("windows_numpy.py", "windows_torch.py"):
        sums = answer([*peer(python, name, array), "--check"])["check_sums"]
        if set(sums.values()) != {ours}:
            sys.exit(f"{name} reads other windows: {sums}, and ours {ours}")


# MARK: Memory


def memory_figures(run, rows=LARGE_ROWS, lookback=512):
    """Rows of a table."""
    reader = build("gather")
    size = rows * len(COLUMNS) * 4
    with Folder() as folder:
        write_candles(folder / "candles.csv", rows, different=1440 * 30)
        write_pipeline(folder, {"series": series("candles.csv"), "windows": columns("series", lookback)})
        run(program("extract"), folder)
        (folder / "candles.csv").unlink()
        commands = {
            f"`prepare`, look-back {lookback}": program("prepare", "--threads", "2"),
            "reading all windows once, shuffled, inputs": [
                reader, folder / "artifacts/windows/current", "--seconds", 0, "--threads", 2],
            "the same with labels": [
                reader, folder / "artifacts/windows/current", "--seconds", 0, "--threads", 2, "--labels"],
        }
        done = {name: run(list(map(str, command)), folder) for name, command in commands.items()}
    return [
        (name, f"{one.wall:.1f} s", f"{one.memory * 2**20 / 1e6:.0f} MB", times(one.memory * 2**20 / size),
         times(one.memory * 2**20 / size / 2), "≤ 1.3 ×")
        for name, one in done.items()
    ]
