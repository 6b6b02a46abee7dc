"""Disks that are full at every stage of a run, files that may not grow, and folders that may not be written."""

import os
import resource
import signal
import subprocess

from . import reader
from .crash import repair
from .report import Tally
from .workers import spread

NO_SPACE = "No space left on device"
TOO_LARGE = "File too large"


def mount(kind, folder, *options):
    """Mounts something over a folder; False when that is not allowed here."""
    command = ["mount", *options, kind, folder] if kind != "remount" else ["mount", *options, folder]
    return subprocess.run(command, capture_output=True).returncode == 0


def unmount(folder):
    subprocess.run(["umount", "-l", folder], capture_output=True)


def fill(workspace, scenario, limit):
    """Runs on a disk of a chosen size, or of a chosen number of files, then with room again."""
    workspace.reset(None)
    os.makedirs(workspace.artifacts)
    if not mount("tmpfs", workspace.artifacts, "-t", "tmpfs", "-o", limit):
        return f"on a disk with {limit}", None, None
    try:
        small = workspace.pipeline()
        wrong = judged(workspace, scenario, small, NO_SPACE)
        if not wrong:
            mount("remount", workspace.artifacts, "-o", "remount,size=64m,nr_inodes=10000")
            wrong = repair(workspace, scenario.end)
        return f"on a disk with {limit}", small.code, wrong
    finally:
        unmount(workspace.artifacts)


def cut(workspace, scenario, size):
    """Runs while no file may become larger than `size` bytes."""
    def limited():
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    workspace.reset(scenario.before)
    small = workspace.pipeline(preexec_fn=limited)
    wrong = judged(workspace, scenario, small, TOO_LARGE) or repair(workspace, scenario.end)
    return f"with files of at most {size} bytes", small.code, wrong


def judged(workspace, scenario, result, message):
    problems = reader.torn(workspace.artifacts)
    if problems:
        return "torn", f"{problems[0]} ({result})"
    if result.code not in (0, 74):
        return "other", f"it ends with {result}"
    if result.code == 74 and message not in result.error:
        return "other", f"it does not say '{message}': {result}"
    if result.code == 0 and reader.contents(workspace.artifacts) != scenario.end:
        return "differing", "it ends with 0 and is not complete"
    return None


def filling(root, stage, quick):
    scenario = stage.whole
    sizes = range(4, 401, 99 if quick else 4)
    counts = range(2, 103, 50 if quick else 1)
    limits = [f"size={size}k" for size in sizes] + [f"size=64m,nr_inodes={count}" for count in counts]
    tally = Tally("disk full", "full after 4 KiB, 8 KiB, …; after 2, 3, … files")
    for place, code, wrong in spread(root, fill, [(scenario, limit) for limit in limits]):
        if code is None and wrong is None:
            tally.count("not tried: only root may mount")
            continue
        tally.points += 1
        tally.count("ended with 0" if code == 0 else "refused")
        if wrong:
            tally.note(wrong[0], f"{place}: {wrong[1]}")
    return tally.finish()


def cutting(root, stage, quick):
    scenario = stage.whole
    tally = Tally("file too large", "no file may grow beyond 0, 256, 512 … bytes")
    for place, code, wrong in spread(
            root, cut, [(scenario, size) for size in range(0, 20_000, 6_000 if quick else 256)]):
        tally.points += 1
        tally.count("ended with 0" if code == 0 else "refused")
        if wrong:
            tally.note(wrong[0], f"{place}: {wrong[1]}")
    return tally.finish()


def nobody():
    """What stands before a command so that root loses root's rights; nothing for others."""
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []


def forbidden(workspace, scenario, program, arguments, state, wanted):
    """Runs a program by somebody who may read everything and write nothing."""
    workspace.reset(state)
    os.makedirs(workspace.artifacts, exist_ok=True)
    before = reader.contents(workspace.artifacts)
    for folder, _, _ in os.walk(workspace.path):
        os.chmod(folder, 0o555)
    result = workspace.run(program, *arguments, before=nobody())
    for folder, _, _ in os.walk(workspace.path):
        os.chmod(folder, 0o755)
    place = f"read-only: {program} {' '.join(arguments)}"
    if result.code != wanted:
        return place, ("other", f"it ends not with {wanted} but with {result}")
    if wanted and "artifacts" not in result.error:
        return place, ("other", f"it names no folder: {result}")
    if reader.contents(workspace.artifacts) != before:
        return place, ("differing", "it changed something")
    return place, repair(workspace, scenario.end)


def read_only(root, stage):
    scenario = stage.whole
    points = [(scenario, "pipeline", ["run"], stage.states[name], 74) for name in stage.states if name != "done"]
    points += [(scenario, program, [], stage.states[program], 74) for program in stage.states if program not in (
        "done", "pipeline")]
    points += [
        (scenario, "pipeline", ["run"], stage.states["done"], 0),
        (scenario, "pipeline", ["status"], stage.states["done"], 0),
        (scenario, "train", ["--force"], stage.states["done"], 74)]
    tally = Tally("read-only", "by somebody who may not write")
    for place, wrong in spread(root, forbidden, points):
        tally.points += 1
        if wrong:
            tally.note(wrong[0], f"{place}: {wrong[1]}")
    return tally.finish()


def campaign(root, stage, quick):
    os.chmod(root, 0o755)
    yield filling(root, stage, quick)
    yield cutting(root, stage, quick)
    yield read_only(root, stage)
