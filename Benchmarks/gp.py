"""The likelihood of an exact Gaussian process with its gradient, beside PyTorch: in turn, on the same cores."""
import json
import os
import statistics
import subprocess
import sys

from programs import ROOT, build
from training import BUSY, busy_elsewhere, surroundings, times

ROWS = 2000
DIMENSIONS = 8
ASKED = 4
HEADER = ("threads", "ours, ms", "PyTorch autograd", "PyTorch, gradient written out", "autograd / ours",
          "written out / ours", "asked of autograd")


def measured(command, threads):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, **surroundings(threads))
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr}failed with exit code {done.returncode}")
    return json.loads(done.stdout)


def figures(python, rounds, seconds):
    """Rows of the table, what one fit to a window takes, and the share of the machine that others used."""
    program = build("processes")
    script = ROOT / "Benchmarks/peers/gp.py"
    rows, others = [], 0
    for threads in (1, 2):
        if threads > len(os.sched_getaffinity(0)):
            continue
        commands = {
            "ours": [program, "likelihood", threads, seconds],
            "autograd": [python, script, "autograd", threads, seconds],
            "analytic": [python, script, "analytic", threads, seconds],
        }
        found = {name: [] for name in commands}
        for _ in range(rounds):
            others = max(others, busy_elsewhere())
            for name, command in commands.items():
                found[name].append(measured([*command, "--rows", ROWS, "--dimensions", DIMENSIONS], threads))
        for name in ("autograd", "analytic"):
            for key in ("likelihood", "gradient"):
                ours, theirs = found["ours"][0][key], found[name][0][key]
                assert abs(ours - theirs) <= 1e-8 * abs(theirs), f"{key}: {ours} and {theirs} of {name}"
        least = {name: min(answer["minimum_ms"] for answer in answers) for name, answers in found.items()}
        middle = {name: statistics.median(a["median_ms"] for a in answers) for name, answers in found.items()}
        rows.append((
            str(threads), *(f"{least[name]:.0f} ({middle[name]:.0f})" for name in commands),
            times(least["autograd"] / least["ours"]), times(least["analytic"] / least["ours"]), f"≥ {ASKED} ×"))
        print(" | ".join(rows[-1]), file=sys.stderr, flush=True)
    window = measured([program, "window", 1, seconds, "--rows", 96], 1)["minimum_ms"]
    note = f"Fifty steps of Adam on a window of 96 equal steps take {window * 1000:.0f} µs."
    if others > BUSY:
        note += f" Not a quiet machine: between runs other processes used up to {others:.0%} of it."
    return rows, note
