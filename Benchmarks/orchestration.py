"""The orchestrator beside DVC, Snakemake, GNU make and Ninja: the same graphs, in turn.

A graph is a number of groups of five steps. In a chain each step reads the one before, and the last one the first as well;
in a fan four steps read the first. A step of the peers is `cat in > out`. Ours are the real programs on 120 rows, and where
the orchestrator's own share is to be seen, stand-ins (Benchmarks/trivial) that publish two numbers.
"""
import atexit
import hashlib
import os
import platform
import shlex
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import datetime, timedelta
from pathlib import Path

from programs import ROOT, build

PEERS = ROOT / ".build-peers-orchestration"
CHAIN = {
    "series": [], "windows": ["series"], "model": ["windows"], "champion": ["model"], "forecast": ["champion", "series"],
}
FAN = {"series": [], "a": ["series"], "b": ["series"], "c": ["series"], "d": ["series"]}
# What a call may take, in seconds; what takes longer is stopped and said to.
LIMIT = 60
# Groups of five steps, and how often each tool has its turn, slow ones at most three times.
IDLE = {1: 15, 40: 9, 1000: 3}
SLOW = 2.0
FIRST = (40, 200, 1000, 2000)
DVC_FIRST = (5, 10, 20)
RESTORED = 40
ASKED_IDLE = {1: "≤ 10 ms, ≥ 50 × DVC", 40: "≤ 25 ms, ≥ 100 × DVC", 1000: "≤ 150 ms"}


class Graph:
    def __init__(self, shape, groups):
        self.shape = shape
        self.groups = groups
        self.count = len(shape) * groups

    def contents(self, setting):
        """What each step of the peers writes."""
        for group in range(self.groups):
            made = {}
            for name, reads in self.shape.items():
                made[name] = b"".join(made[read] for read in reads) if reads else f"{setting}\n{group}\n".encode()
                yield group, name, made[name]


def progress(text):
    print(text, file=sys.stderr, flush=True)


class Call:
    """One finished call: its wall seconds, or None when it took longer than it may."""

    def __init__(self, command, cwd, limit=LIMIT, env=None, may_fail=False):
        with tempfile.TemporaryFile() as output:
            started = time.perf_counter()
            process = subprocess.Popen(
                command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=output, stderr=output,
                start_new_session=True)
            # A wait with a limit would look only now and then, and add up to half of what it measures.
            watchdog = threading.Timer(limit, os.killpg, (process.pid, signal.SIGKILL))
            watchdog.start()
            process.wait()
            ended = time.perf_counter()
            self.wall = ended - started if watchdog.is_alive() else None
            watchdog.cancel()
            output.seek(0)
            self.output = output.read().decode(errors="replace")
        if self.wall is not None and process.returncode != 0 and not may_fail:
            sys.exit(f"{shlex.join(map(str, command))}\n{self.output[-2000:]}\nfailed with exit code {process.returncode}")

    def demand(self, words):
        """Ends the benchmark when a tool did something else than what is measured."""
        if self.wall is not None and words not in self.output:
            sys.exit(f"this was to say '{words}':\n{self.output[-2000:]}")
        return self


class Ours:
    """The orchestrator; `programs` is the folder of the six programs."""

    name = "`pipeline run`"

    def __init__(self, programs, is_explicit=False):
        self.programs = programs
        self.is_explicit = is_explicit
        self.flags = ["--durability", "none"]

    def command(self, *arguments):
        return [str(self.programs / "pipeline"), *arguments]

    def declare(self, folder, graph, setting):
        write = self.explicit if self.is_explicit else self.matrix
        (folder / "pipeline.yaml").write_text("version: 1\nsteps:\n" + "".join(write(graph, setting)))

    @staticmethod
    def start(group):
        """Each group has a series of its own."""
        return f"{datetime(2024, 1, 1) + timedelta(hours=group):%Y-%m-%dT%H:%M:%SZ}"

    @staticmethod
    def rest(name, suffix):
        """The steps that read others."""
        split = "split: {fractions: {train: 0.7, validation: 0.1, test: 0.2}}"
        windows = f"stage: prepare, reads: {{series: series{suffix}}}, with: {{lookback: 12, horizon: 1, {split}}}"
        return {
            "model": f"stage: train, reads: {{windows: windows{suffix}}}, with: {{model: linear/ridge}}",
            "champion": f"stage: register, reads: {{model: model{suffix}}}, with: {{name: m{suffix}}}",
            "forecast": f"stage: predict, reads: {{champion: champion{suffix}, series: series{suffix}}}",
        }.get(name, windows)

    @staticmethod
    def source(setting):
        """Waves that a ridge foretells better than their last value does: the gate of the registry lets them pass."""
        return (
            f"kind: synthetic, process: sinusoids, seed: {setting}, rows: 120, num_sinusoids: 2, max_linear_trend: 0, "
            "max_exp_trend: 0, frequency: [4, 8]")

    def explicit(self, graph, setting):
        for group in range(graph.groups):
            for name, reads in graph.shape.items():
                source = f"stage: extract, with: {{source: {{{self.source(setting)}, start: {self.start(group)}}}}}"
                yield f"  {name}{group}: {{{self.rest(name, group) if reads else source}}}\n"

    def matrix(self, graph, setting):
        labels = ", ".join(f"{{as: t{group}, source.start: {self.start(group)}}}" for group in range(graph.groups))
        for name, reads in graph.shape.items():
            source = f"stage: extract, matrix: [{labels}], with: {{source: {{{self.source(setting)}, start: 2024-01-01}}}}"
            rest = self.rest(name, "")
            if name == "champion":
                rest = rest.replace("name: m", "name: market")
            yield f"  {name}: {{{rest if reads else source}}}\n"

    def set_up(self, folder, graph):
        self.declare(folder, graph, 1)
        Call(self.command("run", *self.flags), folder, limit=1800)

    def idle(self, folder, graph, limit=LIMIT):
        return Call(self.command("run"), folder, limit).demand(f"{graph.count:,} fresh")

    def first(self, folder, graph, jobs):
        Scratch.put_away(folder / "artifacts")
        self.declare(folder, graph, 1)
        return Call(self.command("run", "-j", str(jobs), *self.flags), folder, limit=1800).demand(f"{graph.count:,} ran")


class OursStatus(Ours):
    """What a plan costs alone."""

    name = "`pipeline status`"

    def idle(self, folder, graph, limit=LIMIT):
        call = Call(self.command("status"), folder, limit)
        if call.output.count(" fresh\n") != graph.count:
            sys.exit(f"not all of {steps(graph.count)} are fresh:\n{call.output[-2000:]}")
        return call


class Peer:
    """A tool that makes the files of `out` as its own file says."""

    def write(self, folder, graph, setting):
        """What all have in common: the setting, and what the steps made of it, in the order of their making."""
        (folder / "out").mkdir(exist_ok=True)
        (folder / "setting").write_text(f"{setting}\n")
        for group, name, content in graph.contents(setting):
            (folder / "out" / f"{group}.{name}").write_bytes(content)

    def clear(self, folder, graph):
        Scratch.put_away(folder / "out")
        (folder / "out").mkdir()
        (folder / "setting").write_text("1\n")
        self.declare(folder, graph)

    def set_up(self, folder, graph):
        self.write(folder, graph, 1)
        self.declare(folder, graph)

    def idle(self, folder, graph, limit=LIMIT):
        return Call(self.run(2), folder, limit).demand(self.words)

    def first(self, folder, graph, jobs):
        self.clear(folder, graph)
        call = Call(self.run(jobs), folder, limit=600)
        made = len(os.listdir(folder / "out"))
        if call.wall is not None and made != graph.count:
            sys.exit(f"{self.name} made {made} of {graph.count} files")
        return call


class Make(Peer):
    name = "GNU make"
    words = "Nothing to be done for 'all'"

    def run(self, jobs):
        # Without its built-in rules, which it would try on each file.
        return ["make", "-r", "-j", str(jobs), "all"]

    def declare(self, folder, graph):
        with open(folder / "Makefile", "w") as file:
            outputs = " ".join(f"out/{group}.{name}" for group in range(graph.groups) for name in graph.shape)
            file.write(f".SUFFIXES:\nall: {outputs}\n")
            for group in range(graph.groups):
                for name, reads in graph.shape.items():
                    inputs = " ".join(f"out/{group}.{read}" for read in reads) or "setting"
                    more = "" if reads else f"; echo {group}"
                    file.write(f"out/{group}.{name}: {inputs}\n\t@(cat {inputs}{more}) > $@\n")


class Ninja(Peer):
    name = "Ninja"
    words = "no work to do"

    def run(self, jobs):
        return [str(PEERS / "bin/ninja"), "-j", str(jobs)]

    def declare(self, folder, graph):
        with open(folder / "build.ninja", "w") as file:
            file.write("rule make\n  command = (cat $in; echo $group) > $out\n")
            file.write("rule copy\n  command = cat $in > $out\n")
            for group in range(graph.groups):
                for name, reads in graph.shape.items():
                    inputs = " ".join(f"out/{group}.{read}" for read in reads)
                    rule = f"copy {inputs}\n" if reads else f"make setting\n  group = {group}\n"
                    file.write(f"build out/{group}.{name}: {rule}")

    def clear(self, folder, graph):
        super().clear(folder, graph)
        (folder / ".ninja_log").unlink(missing_ok=True)

    def set_up(self, folder, graph):
        # Ninja compares its commands with those of its own log, so it has to run.
        self.first(folder, graph, 2)


class Snakemake(Peer):
    name = "Snakemake"
    words = "Nothing to be done"

    def run(self, jobs):
        return [str(PEERS / "bin/snakemake"), "--cores", str(jobs)]

    def declare(self, folder, graph):
        Scratch.put_away(folder / ".snakemake")
        names = ", ".join(f'"{name}"' for name in graph.shape)
        lines = [f'rule all:\n  input: expand("out/{{t}}.{{name}}", t=range({graph.groups}), name=[{names}])\n']
        for name, reads in graph.shape.items():
            inputs = ", ".join(f'"out/{{t}}.{read}"' for read in reads) or '"setting"'
            shell = "cat {input} > {output}" if reads else "(cat {input}; echo {wildcards.t}) > {output}"
            lines.append(f'rule {name}:\n  input: {inputs}\n  output: "out/{{t}}.{name}"\n  shell: "{shell}"\n')
        (folder / "Snakefile").write_text("\n".join(lines))


class DVC(Peer):
    name = "`dvc repro`"
    words = "up to date"

    def run(self, jobs):
        return [str(PEERS / "bin/dvc"), "repro"]

    def declare(self, folder, graph):
        Scratch.put_away(folder / ".dvc")
        (folder / "dvc.lock").unlink(missing_ok=True)
        Call([str(PEERS / "bin/dvc"), "init", "--no-scm", "--quiet"], folder)
        (folder / ".dvc/config").write_text("[core]\n    no_scm = true\n    analytics = false\n    check_update = false\n")
        groups = ", ".join(map(str, range(graph.groups)))
        with open(folder / "dvc.yaml", "w") as file:
            file.write("stages:\n")
            for name, reads in graph.shape.items():
                inputs = [f"'out/${{item}}.{read}'" for read in reads] or ["setting"]
                file.write(
                    f"  {name}:\n    foreach: [{groups}]\n    do:\n      cmd: {self.shell('${item}', name, reads)}\n"
                    f"      deps: [{', '.join(inputs)}]\n      outs: ['out/${{item}}.{name}']\n")

    @staticmethod
    def shell(group, name, reads):
        inputs = " ".join(f"out/{group}.{read}" for read in reads)
        return f"cat {inputs} > out/{group}.{name}" if reads else f"(cat setting; echo {group}) > out/{group}.{name}"

    def set_up(self, folder, graph):
        super().set_up(folder, graph)
        self.lock(folder, graph, 1)

    def lock(self, folder, graph, setting):
        """Writes dvc.lock and the cache as DVC's own first run leaves them, which takes minutes for 200 steps."""
        digests = {"setting": hashlib.md5(f"{setting}\n".encode()).hexdigest()}
        sizes = {"setting": len(f"{setting}\n")}

        def entry(path):
            return f"    - path: {path}\n      hash: md5\n      md5: {digests[path]}\n      size: {sizes[path]}\n"

        with open(folder / "dvc.lock", "w") as file:
            file.write("schema: '2.0'\nstages:\n")
            for group, name, content in graph.contents(setting):
                path, reads = f"out/{group}.{name}", graph.shape[name]
                digests[path], sizes[path] = hashlib.md5(content).hexdigest(), len(content)
                kept = folder / ".dvc/cache/files/md5" / digests[path][:2] / digests[path][2:]
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.write_bytes(content)
                inputs = "".join(entry(f"out/{group}.{read}") for read in reads) or entry("setting")
                file.write(
                    f"  {name}@{group}:\n    cmd: {self.shell(group, name, reads)}\n    deps:\n{inputs}    outs:\n"
                    f"{entry(path)}")

    def remember(self, folder, graph, setting):
        """Makes all that a setting makes, and puts it into DVC's run cache."""
        self.write(folder, graph, setting)
        Call([str(PEERS / "bin/python3"), str(ROOT / "Benchmarks/peers/dvc_runs.py")], folder, limit=600)


class Scratch:
    """Where everything is measured, and nothing deleted before the end.

    ext4 without a journal leaves an inode that was freed in the last five minutes alone, and looking for others takes longer
    than much of what is measured.
    """

    root = None

    @classmethod
    def new(cls):
        """A new folder."""
        if cls.root is None:
            cls.root = Path(tempfile.mkdtemp(prefix="candlewick-bench-"))
            atexit.register(shutil.rmtree, cls.root, ignore_errors=True)
        return Path(tempfile.mkdtemp(dir=cls.root))

    @classmethod
    def put_away(cls, path):
        if path.exists():
            path.rename(cls.new() / path.name)


def steps(count):
    return f"{count:,} step{'' if count == 1 else 's'}"


def seconds(value):
    if value is None:
        return f"over {LIMIT} s"
    return f"{value * 1000:.1f} ms" if value < 0.1 else f"{value * 1000:.0f} ms" if value < 1 else f"{value:.1f} s"


def times(theirs, ours):
    if theirs is None:
        return f"> {LIMIT / ours:,.0f} ×"
    return f"{theirs / ours:.2f} ×" if theirs < 10 * ours else f"{theirs / ours:,.0f} ×"


def median(walls):
    return None if None in walls else statistics.median(walls)


# MARK: Nothing to do


def in_turn(contestants, graph, rounds):
    """Walls by contestant; one that is slow has fewer turns, and one that takes too long has only one."""
    walls = {contestant.name: [] for contestant, _ in contestants}
    for turn in range(rounds):
        for contestant, place in contestants:
            found = walls[contestant.name]
            if found and (None in found or turn >= 3 and max(found) > SLOW):
                continue
            found.append(contestant.idle(place, graph).wall)
    return {name: median(found) for name, found in walls.items()}


def idle_medians(tools, groups, rounds):
    """The median of each tool with nothing to do."""
    graph = Graph(CHAIN, groups)
    contestants = []
    for tool in tools:
        if isinstance(tool, OursStatus):
            place = contestants[0][1]
        else:
            place = Scratch.new()
            progress(f"{tool.name}: sets up {steps(graph.count)}")
            tool.set_up(place, graph)
        # The first look may fill a cache.
        if tool.idle(place, graph).wall is not None:
            contestants.append((tool, place))
    found = in_turn(contestants, graph, rounds)
    return {tool.name: found.get(tool.name) for tool in tools}


def idle_rows(tools):
    columns = {groups: idle_medians(tools, groups, rounds) for groups, rounds in IDLE.items()}
    rows = []
    for tool in tools:
        row = [tool.name]
        for groups, found in columns.items():
            ours = found[Ours.name]
            ratio = "" if isinstance(tool, Ours) else f", {times(found[tool.name], ours)}"
            row.append(seconds(found[tool.name]) + ratio)
        rows.append(tuple(row))
    return rows + [("asked of `pipeline run`", *(ASKED_IDLE[groups] for groups in IDLE))]


# MARK: The first run


def stand_ins(trivial):
    """A folder with the orchestrator and stand-ins for the stages of a fan."""
    path = Scratch.new()
    shutil.copy(ROOT / "bin/pipeline", path / "pipeline")
    for name in ("extract", "prepare"):
        shutil.copy(trivial, path / name)
    return path


def children_alone(place, output, count):
    """What the first commands that the orchestrator printed take in a shell's loop, a step.

    The journal stays: it knows the digests of the programs, as it does when the orchestrator runs them.
    """
    commands = [line.split("$ ", 1)[1] for line in output.splitlines() if "$ " in line and " --step " in line]
    for path in (place / "artifacts").iterdir():
        if path.name != "journal":
            Scratch.put_away(path)
    (place / "commands").write_text("set -e\n" + "\n".join(commands[:count]) + "\n")
    # What the orchestrator sets as well: without it a stage that multiplies matrices starts itself once more.
    family = os.environ.get("OPENBLAS_CORETYPE") or ("ARMV8" if platform.machine() in ("aarch64", "arm64") else "Haswell")
    kernels = {**os.environ, "OPENBLAS_CORETYPE": family, "OPENBLAS_NUM_THREADS": "1"}
    return Call(["sh", "commands"], place, limit=600, env=kernels).wall / len(commands[:count])


def first_runs_of_ours(programs):
    """Seconds a step by number of groups, with one job and two, and of the children alone."""
    ours, found = Ours(programs), {1: {}, 2: {}, "children": {}}
    place = Scratch.new()
    for groups in FIRST:
        graph = Graph(FAN, groups)
        # The last is the one whose commands are then run alone.
        for jobs in (2, 1) if groups in (FIRST[0], FIRST[-1]) else (1,):
            progress(f"{ours.name} -j {jobs}: runs {steps(graph.count)}")
            call = ours.first(place, graph, jobs)
            found[jobs][groups] = call.wall / graph.count
        found["children"][groups] = children_alone(place, call.output, 200)
    return found


def first_runs_of(tool, jobs, groups):
    place = Scratch.new()
    walls = {}
    for number in groups:
        graph = Graph(FAN, number)
        progress(f"{tool.name}: runs {steps(graph.count)}")
        wall = tool.first(place, graph, jobs).wall
        walls[number] = None if wall is None else wall / graph.count
    return walls


def first_rows(trivial):
    programs = stand_ins(trivial)
    ours = first_runs_of_ours(programs)
    own = {groups: ours[1][groups] - ours["children"][groups] for groups in FIRST}
    table = [
        ("`pipeline run --durability none -j 1`", ours[1]),
        ("its commands in a shell's loop", ours["children"]),
        ("what the orchestrator adds to a shell", own),
        ("`pipeline run --durability none -j 2`", ours[2]),
    ]
    for tool, jobs, groups in ((Ninja(), 1, FIRST), (Ninja(), 2, FIRST), (Make(), 1, FIRST), (Make(), 2, FIRST),
                               (Snakemake(), 2, FIRST[:1])):
        table.append((f"{tool.name} -j {jobs}", first_runs_of(tool, jobs, groups)))
    rows = [(name, *(seconds(found[groups]) if groups in found else "" for groups in FIRST)) for name, found in table]
    dvc = first_runs_of(DVC(), 1, DVC_FIRST)
    note = ", ".join(f"{seconds(wall)} of {5 * groups}" for groups, wall in dvc.items())
    return rows, f"`dvc repro`, whose first run grows with the square of its steps, takes a step: {note} steps."


# MARK: Going back


def restored_by_ours(programs, shape):
    ours, walls = Ours(programs), []
    graph = Graph(shape, RESTORED)
    place = Scratch.new()
    for setting in (0, 1):
        ours.declare(place, graph, setting)
        Call(ours.command("run", *ours.flags), place, limit=600)
    for turn in range(8):
        ours.declare(place, graph, turn % 2)
        walls.append(Call(ours.command("run"), place).demand(f"{graph.count} restored").wall)
    return median(walls[1:])


def restored_by_dvc():
    dvc, graph, walls = DVC(), Graph(CHAIN, RESTORED), []
    place = Scratch.new()
    (place / "out").mkdir()
    dvc.declare(place, graph)
    for setting in (0, 1):
        dvc.remember(place, graph, setting)
    dvc.lock(place, graph, 1)
    dvc.idle(place, graph)
    (place / "setting").write_text("0\n")
    call = Call(dvc.run(1), place, limit=600)
    if call.wall is not None and call.output.count("is cached") != graph.count:
        sys.exit(f"DVC restored {call.output.count('is cached')} of {graph.count}\n{call.output[-2000:]}")
    return call.wall


def made_again_by(tool):
    """Who keeps nothing runs again."""
    graph, walls = Graph(CHAIN, RESTORED), []
    place = Scratch.new()
    tool.first(place, graph, 2)
    for setting in (0, 1, 0):
        time.sleep(0.02)
        (place / "setting").write_text(f"{setting}\n")
        walls.append(Call(tool.run(2), place).wall)
    return median(walls)


def restore_rows(trivial):
    progress(f"going back: {steps(5 * RESTORED)}")
    chain = restored_by_ours(ROOT / "bin", CHAIN)
    programs = stand_ins(trivial)
    fan = restored_by_ours(programs, FAN)
    dvc = restored_by_dvc()
    again = [(tool, made_again_by(tool)) for tool in (Snakemake(), Make(), Ninja())]
    return [
        (f"`pipeline run`, chains, {RESTORED} of the steps in the registry", seconds(chain), "", "≤ 100 ms"),
        ("`pipeline run`, fans", seconds(fan), "", "≤ 100 ms"),
        ("`dvc repro`, from its run cache", seconds(dvc), times(dvc, chain), ""),
    ] + [(f"{tool.name} -j 2, which runs all again", seconds(wall), times(wall, chain), "") for tool, wall in again]


# MARK: All


def build_stand_in():
    """The stand-in without its symbols, as the programs in bin/ are."""
    stripped = Scratch.new() / "trivial"
    shutil.copy(build("trivial"), stripped)
    subprocess.run(["strip", str(stripped)], check=False)
    return stripped


def idle():
    about = (
        "Chains of five steps. Ours are the real programs with their artifacts, declared with `matrix:`; a step of the others is "
        "`cat in > out`. Ratios are to `pipeline run`. The files of make, Snakemake and DVC, and DVC's lock and cache, were written "
        "as their own first run leaves them.")
    tools = [Ours(ROOT / "bin"), OursStatus(ROOT / "bin"), Make(), Ninja(), Snakemake(), DVC()]
    return about, ("tool", *(steps(5 * groups) for groups in IDLE)), idle_rows(tools)


def first_run():
    rows, slow = first_rows(build_stand_in())
    about = (
        "Wall time a step. Fans of five. Our steps are stand-ins for `extract` and `prepare` that do all that a stage does around "
        "its work (read the file, make the key, lock, write an array, a manifest and a record, rename) and next to no work, without "
        "synchronising the disk; a step of the others is a shell with `cat in > out`. Asked are 5 ms a step, and no growth. " + slow)
    return about, ("tool", *(steps(5 * groups) for groups in FIRST)), rows


def going_back():
    about = f"To an earlier setting, which changes all {5 * RESTORED} steps."
    return about, ("tool", "wall", "beside the first row", "asked"), restore_rows(build_stand_in())


# The parts by their names: the title of the section, and what gives the words about it, the header and the rows of its table.
PARTS = {
    "idle": ("Nothing to do", idle),
    "first-run": ("A first run", first_run),
    "going-back": ("Going back", going_back),
}


def own_rows():
    """Our own figures without peers, for `make bench`."""
    rows = []
    for groups, asked in ((40, "≤ 25 ms"),):
        found = idle_medians([Ours(ROOT / "bin")], groups, 21)
        rows.append((f"{steps(5 * groups)}, nothing to do", seconds(found[Ours.name]), asked))
    restored = restored_by_ours(ROOT / "bin", CHAIN)
    rows.append((f"{steps(5 * RESTORED)}, back to an earlier setting", seconds(restored), "≤ 100 ms"))
    return rows
