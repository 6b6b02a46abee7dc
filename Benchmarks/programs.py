"""The programs that are measured: those of bin/, and those that are built for the benchmarks alone."""
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def program(name, *arguments):
    """The command of one of the six programs."""
    return [str(ROOT / "bin" / name), *map(str, arguments)]


def build(product):
    """The path of a program of the benchmarks, built now."""
    command = ["swift", "build", "-c", "release", "--static-swift-stdlib"]
    environment = {**os.environ, "BENCH": "1"}
    subprocess.run([*command, "--product", product], cwd=ROOT, env=environment, check=True, stdout=sys.stderr)
    shown = subprocess.run(
        [*command, "--show-bin-path"], cwd=ROOT, env=environment, check=True, capture_output=True, text=True)
    return Path(shown.stdout.strip()) / product
