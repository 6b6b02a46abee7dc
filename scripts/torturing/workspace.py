"""Folders with a small pipeline in the state that a campaign starts from, and the programs run in them."""

import ctypes
import math
import os
import shutil
import signal
import subprocess
import tempfile

REPOSITORY = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
PROGRAMS = os.path.abspath(os.environ.get("CANDLEWICK_BIN") or REPOSITORY + "/bin")
STAGES = ["extract", "prepare", "train", "register", "predict"]
STEPS = ["series", "windows", "model", "champion", "forecast"]
# No run of this pipeline takes a tenth of it; whoever needs longer hangs.
PATIENCE_SECONDS = 60

with open(REPOSITORY + "/Tests/Reference/plant.yaml") as _file:
    PIPELINE = _file.read()


def series(rows=220):
    """Hourly rows with a daily shape, so that a model has something to find."""
    lines = ["date,load,temp"]
    for row in range(rows):
        day, hour = divmod(row, 24)
        noise = row * 7919 % 101 / 101
        load = 20 + 5 * math.sin(hour / 24 * 2 * math.pi) + noise
        temperature = 10 + 3 * math.cos(hour / 12 * math.pi) + noise / 2
        lines.append(f"2024-{1 + day // 28:02}-{1 + day % 28:02} {hour:02}:00:00,{load},{temperature}")
    return "\n".join(lines) + "\n"


def scratch():
    """A folder for all of it: in memory when there is room, because what is tested is the order of calls and not
    the disk below."""
    shared = "/dev/shm"
    roomy = os.path.isdir(shared) and os.access(shared, os.W_OK) and shutil.disk_usage(shared).free > 1 << 30
    return tempfile.mkdtemp(prefix="candlewick-torture-", dir=shared if roomy else None)


def adopt_orphans():
    """Makes this process the parent of whatever its children leave behind, so that it can wait for them."""
    PR_SET_CHILD_SUBREAPER = 36
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_orphans():
    """Kills and waits for every child that still lives."""
    own = os.getpid()
    while True:
        with open(f"/proc/{own}/task/{own}/children") as file:
            children = [int(number) for number in file.read().split()]
        for child in children:
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                pass
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            return


class Result:
    """What a program said and how it ended; a negative code is the signal that ended it, None that it hung."""

    def __init__(self, code, output, error):
        self.code, self.output, self.error = code, output, error

    @property
    def is_crash(self):
        return self.code is None or self.code < 0 or self.code >= 128 and self.code != 130

    def __str__(self):
        ended = "hung" if self.code is None else f"exit {self.code}"
        return f"{ended}: {self.error.strip()[-300:]}"


class Workspace:
    """A folder with `pipeline.yaml`, its data and `artifacts/`."""

    def __init__(self, path, pipeline=PIPELINE):
        self.path = path
        self.artifacts = path + "/artifacts"
        os.makedirs(path)
        with open(path + "/data.csv", "w") as file:
            file.write(series())
        with open(path + "/pipeline.yaml", "w") as file:
            file.write(pipeline)
        shutil.copytree(REPOSITORY + "/models", path + "/models")

    def reset(self, state):
        """Makes `artifacts/` what it is in another folder; nothing for None."""
        if os.path.islink(self.artifacts) or os.path.exists(self.artifacts):
            shutil.rmtree(self.artifacts)
        if state:
            shutil.copytree(state, self.artifacts, symlinks=True)

    def start(self, command, **options):
        return subprocess.Popen(
            command, cwd=self.path, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            start_new_session=True, **options)

    def run(self, program, *arguments, before=(), **options):
        """Runs a program to its end; `before` is what stands before it on the command line, such as strace."""
        process = self.start([*before, f"{PROGRAMS}/{program}", *arguments], **options)
        return finish(process)

    def pipeline(self, *arguments, **options):
        return self.run("pipeline", "run", *arguments, **options)


def finish(process):
    """Waits for a process; one that hangs is killed."""
    try:
        output, error = process.communicate(timeout=PATIENCE_SECONDS)
        code = process.returncode
    except subprocess.TimeoutExpired:
        process.kill()
        end_orphans()
        (output, error), code = process.communicate(), None
    return Result(code, output.decode(errors="replace"), error.decode(errors="replace"))
