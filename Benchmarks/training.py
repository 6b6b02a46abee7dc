"""Training steps of ours, PyTorch and JAX: the same models, in turn, on the same cores.

PyTorch and JAX stay loaded while a model is measured and wait for their turn; ours starts in milliseconds.
"""
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from programs import ROOT, build

PEERS = ("torch-eager", "torch-compile", "jax")
EAGER_ONLY = ("dnn", "gru", "patchtst", "deepar", "seq2seq", "oracle")
# How many times our minimum must go into that of PyTorch, and into the better of torch.compile and JAX.
ASKED = {
    "mlp": (20, 4),
    "mlp512": (2.5, 1.4),
    "dnn": (2, None),
    "nbeats256": (1.2, 1.1),
    "nbeats512": (1.15, 1.1),
    "lstm": (1.5, 1.5),
    "gru": (2, None),
    "encoder": (1.2, 1.2),
    "patchtst": (4, None),
    "deepar": (1.5, None),
    "seq2seq": (1.5, None),
    # Timed beside the reference's way, whose processes are fitted by 50 steps of Adam; nothing was asked.
    "oracle": (None, None),
}
ASKED_OF_TWO_THREADS = {"mlp": (20, 3), "dnn": (2.7, None)}
# The share of the machine that others may use before it is said.
BUSY = 0.05
HEADER = (
    "model", "threads", "ours, µs", "torch eager, fused Adam", "torch.compile", "JAX", "eager / ours",
    "best of compile and JAX / ours", "asked",
)


def surroundings(threads):
    """What every process gets: as many cores as threads, the last ones, and libraries that know it."""
    cores = sorted(os.sched_getaffinity(0))[-threads:]
    names = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")
    return {
        "env": {**os.environ, **{name: str(threads) for name in names}},
        "preexec_fn": lambda: os.sched_setaffinity(0, cores),
    }


class Ours:
    """Our program, started anew for every measurement."""

    def __init__(self, program, model, threads, seconds):
        self.command = [str(program), model, str(threads), str(seconds)]
        self.surroundings = surroundings(threads)

    def measure(self):
        done = subprocess.run(self.command, capture_output=True, text=True, **self.surroundings)
        if done.returncode != 0:
            sys.exit(f"{' '.join(self.command)}\n{done.stderr}failed with exit code {done.returncode}")
        return json.loads(done.stdout)

    def finish(self):
        pass


class Peer:
    """A process of PyTorch or JAX that measures on request; `problem` says why it no longer does."""

    def __init__(self, python, framework, model, threads, seconds):
        script = str(ROOT / "Benchmarks/peers/training_steps.py")
        command = [python, script, framework, model, str(threads), str(seconds), "--on-request"]
        self.problem = None
        self.errors = tempfile.TemporaryFile(mode="w+")
        self.process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self.errors, text=True,
            **surroundings(threads))
        self.answer(lambda line: line == "\n")

    def answer(self, is_wanted):
        """The next wanted line; others are what libraries print."""
        for line in iter(self.process.stdout.readline, ""):
            if is_wanted(line):
                return line
        self.process.wait()
        self.errors.seek(0)
        lines = [line for line in self.errors.read().splitlines() if line.strip()]
        self.problem = lines[-1].strip() if lines else f"exit code {self.process.returncode}"
        return None

    def measure(self):
        if self.problem:
            return None
        try:
            print(file=self.process.stdin, flush=True)
        except BrokenPipeError:
            pass
        line = self.answer(lambda line: line.startswith("{"))
        return json.loads(line) if line else None

    def finish(self):
        """Waits until it is gone; the end of its input ends it."""
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.stdout.close()
        self.process.wait()
        self.errors.close()


class Result:
    """The minimum of all rounds, and the median of their medians, in microseconds."""

    def __init__(self, answers):
        self.minimum = min(answer["minimum_us"] for answer in answers)
        self.median = statistics.median(answer["median_us"] for answer in answers)

    def __str__(self):
        def figure(value):
            return f"{value:.1f}" if value < 100 else f"{value:.0f}"

        return f"{figure(self.minimum)} ({figure(self.median)})"


def busy_elsewhere(seconds=0.5):
    """The share of all cores that others use while nothing of ours runs."""
    def ticks():
        user, nice, system, idle, waiting, *rest = map(int, open("/proc/stat").readline().split()[1:9])
        return user + nice + system + sum(rest), idle + waiting

    before = ticks()
    time.sleep(seconds)
    busy, idle = (now - then for now, then in zip(ticks(), before))
    return busy / max(busy + idle, 1)


def compare(contestants, rounds):
    """Results by framework: all that answered in every round."""
    answers = {name: [] for name in contestants}
    for _ in range(rounds):
        for name, contestant in contestants.items():
            answers[name].append(contestant.measure())
    return {name: Result(found) for name, found in answers.items() if None not in found}


def times(number):
    return "–" if number is None else f"{number:.2f} ×" if number < 10 else f"{number:.1f} ×"


def asked(model, threads):
    floors = ASKED_OF_TWO_THREADS.get(model) if threads == 2 else None
    return " / ".join("–" if floor is None else f"≥ {floor:g} ×" for floor in floors or ASKED[model])


def row(model, threads, results, missing):
    """A line of the table; `missing` says of a framework without result why."""
    ours = results["candlewick"].minimum
    compiled = [results[name].minimum for name in ("torch-compile", "jax") if name in results]
    eager = results["torch-eager"].minimum / ours if "torch-eager" in results else None
    best = min(compiled) / ours if compiled else None
    cells = [str(results[name]) if name in results else missing.get(name, "–") for name in PEERS]
    return (
        model, str(threads), str(results["candlewick"]), *cells, times(eager), times(best), asked(model, threads))


def figures(python, absent, models, rounds, seconds):
    """Rows of the table, and notes on what is not in it; `absent` says of a peer why it is not installed."""
    program = build("steps")
    rows, notes = [], [f"{name} could not be installed: {reason}" for name, reason in absent.items()]
    others = 0
    for model in models:
        for threads in (1, 2):
            if threads > len(os.sched_getaffinity(0)):
                notes.append(f"{model}, threads {threads}: this machine has fewer cores")
                continue
            contestants = {"candlewick": Ours(program, model, threads, seconds)}
            missing = {}
            for framework in PEERS:
                if framework.split("-")[0] in absent:
                    missing[framework] = "not installed"
                elif framework == "torch-eager" or model not in EAGER_ONLY:
                    contestants[framework] = Peer(python, framework, model, threads, seconds)
            others = max(others, busy_elsewhere())
            results = compare(contestants, rounds)
            for framework, contestant in contestants.items():
                contestant.finish()
                if framework not in results:
                    missing[framework] = "failed"
                    notes.append(f"{framework}, {model}, threads {threads}: {contestant.problem}")
            rows.append(row(model, threads, results, missing))
            print(" | ".join(rows[-1]), file=sys.stderr, flush=True)
    if others > BUSY:
        notes.append(
            f"not a quiet machine: between runs other processes used up to {others:.0%} of it. Two threads that wait "
            "for each other, PyTorch's most of all, lose more by that than one; measure again")
    return rows, notes
