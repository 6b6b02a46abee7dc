"""Downloads a million candles from a local exchange, ours beside ccxt with pandas, and python-binance."""
import os
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from programs import ROOT, build

BARS = 1_000_000
START = 1_704_067_200_000
END = START + BARS * 60_000


class LocalExchange:
    """The server, as a process of its own; without limits, because the others would wait for them."""

    def __enter__(self):
        server = build("local-exchange")
        self.process = subprocess.Popen(
            [str(server), "--port", "0", "--now", "2026-11-01T00:00:00Z", "--weight", "1000000000"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        self.base = self.process.stderr.readline().strip()
        # What it says later must not fill the pipe.
        subprocess.Popen(["cat"], stdin=self.process.stderr, stdout=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGINT)
        self.process.wait()


def pipeline(base):
    until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(END / 1000))
    source = f'{{kind: binance, symbols: [BTCUSDT], interval: 1m, start: 2024-01-01, base: "{base}", bulk: never}}'
    return f"version: 1\nsteps:\n  series:\n    stage: extract\n    with: {{source: {source}, until: {until}}}\n"


def figures(python, run, median, rounds=3):
    """Rows of a table: wall seconds, ratio to ours, peak memory; all in turn, the first round not counted."""
    folder = Path(tempfile.mkdtemp(prefix="candlewick-bench-"))
    with LocalExchange() as exchange:
        (folder / "pipeline.yaml").write_text(pipeline(exchange.base))
        peer = [python, str(ROOT / "Benchmarks/peers/download_klines.py")]
        rest = [exchange.base, None, "1m", str(START), str(END), str(folder / "peer.sqlite")]
        commands = {
            "`extract --download-only`: into the store": [str(ROOT / "bin/extract"), "--download-only"],
            "`extract`: into the store, and a series published": [str(ROOT / "bin/extract")],
            "ccxt, and pandas into SQLite (6 columns)": peer + ["ccxt"] + [rest[0], "BTC/USDT"] + rest[2:],
            "python-binance's own loop, its rests taken out, rows in memory":
                peer + ["python-binance"] + [rest[0], "BTCUSDT"] + rest[2:],
        }
        runs = {name: [] for name in commands}
        for _ in range(rounds + 1):
            for name, command in commands.items():
                shutil.rmtree(folder / "artifacts", ignore_errors=True)
                (folder / "peer.sqlite").unlink(missing_ok=True)
                os.sync()
                runs[name].append(run(command, folder))
    shutil.rmtree(folder)
    ours = median(next(iter(runs.values()))[1:], "wall")
    return [
        (name, f"{median(done[1:], 'wall'):.2f} s", f"{median(done[1:], 'wall') / ours:.2f} ×", f"{median(done[1:], 'memory'):.0f} MiB")
        for name, done in runs.items()
    ]
