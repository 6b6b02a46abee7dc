"""Kills: at every system call, and at any instant."""

import os
import random
import signal
import time

from . import reader, tracing
from .report import Tally
from .workers import sample, spread
from .workspace import PROGRAMS, Workspace, end_orphans, finish


def repair(workspace, end, strict=True):
    """Runs the pipeline once more and says what is wrong then: a pair of the tally's column and words, or None."""
    result = workspace.pipeline()
    end_orphans()
    if result.code != 0:
        return "by_hand", f"the next run ends with {result}"
    problems = reader.torn(workspace.artifacts)
    if problems:
        return "torn", "after the next run " + problems[0]
    found = reader.contents(workspace.artifacts)
    if found != end:
        return "differing", reader.difference(found, end)
    left = reader.leftovers(workspace.artifacts)
    if left and strict:
        return "other", f"left over: {', '.join(left[:3])}"
    return None


# States from which the next run was seen to end as it should, with what it ended in.
_proven = set()


def repair_once(workspace, scenario):
    """Repairs, unless the very same state was repaired before: most calls change nothing on the disk.

    Gives what is wrong, and whether it was really run. Of an orchestrator something may still be running, so that its
    state is not the whole of it.
    """
    known = None if scenario.is_orchestrator else (scenario.name, reader.state(workspace.artifacts))
    if known in _proven:
        return None, False
    wrong = repair(workspace, scenario.end)
    if known and not wrong:
        _proven.add(known)
    return wrong, True


def kill_at(workspace, scenario, call):
    """Kills one run as it enters one call, and has the next run repair it."""
    workspace.reset(scenario.before)
    result = workspace.run(
        scenario.program, *scenario.arguments, before=tracing.injecting(scenario, call, "signal=SIGKILL"))
    place = f"{scenario.name} killed at {call.name} #{call.number} ({call.text[:120]})"
    problems = reader.torn(workspace.artifacts, known=scenario.damaged)
    if problems:
        return place, result.code == -9, ("torn", problems[0]), False
    return place, result.code == -9, *repair_once(workspace, scenario)


def calls(root, stage, limit):
    tracer = Workspace(root + "/tracer")
    for scenario in stage.everything():
        tracer.reset(scenario.before)
        every = tracing.calls(tracer, scenario)
        chosen = sample(every, limit and max(limit // 9, 1))
        tally = Tally("calls " + scenario.name, "killed at every system call" if chosen == every else "killed at calls")
        for place, was_killed, wrong, was_repaired in spread(root, kill_at, [(scenario, call) for call in chosen]):
            tally.points += 1
            if not was_repaired:
                tally.count("left a state already repaired from")
            if not was_killed:
                tally.count("not reached again")
            if wrong:
                tally.note(wrong[0], f"{place}: {wrong[1]}")
        yield tally.finish()


def kill_after(workspace, scenario, seconds, alone):
    """Kills a run after so long: the orchestrator alone, or all its processes at once."""
    workspace.reset(scenario.before)
    process = workspace.start([f"{PROGRAMS}/{scenario.program}", *scenario.arguments])
    time.sleep(seconds)
    was_running = process.poll() is None
    if was_running:
        family = [] if alone else descendants(process.pid)
        for number in [process.pid, *family]:
            try:
                os.kill(number, signal.SIGKILL)
            except ProcessLookupError:
                pass
    if not alone:
        end_orphans_of(process)
    finish(process)
    place = f"killed after {seconds:.4f} s" + (" without its children" if alone else "")
    problems = reader.torn(workspace.artifacts)
    if problems:
        return place, was_running, ("torn", problems[0])
    return place, was_running, repair(workspace, scenario.end)


def descendants(process):
    try:
        with open(f"/proc/{process}/task/{process}/children") as file:
            children = [int(number) for number in file.read().split()]
    except (FileNotFoundError, ProcessLookupError):
        return []
    return children + [number for child in children for number in descendants(child)]


def end_orphans_of(process):
    """Kills what the process left behind, now children of this one, and leaves the process itself to its waiter."""
    for child in descendants(os.getpid()):
        if child != process.pid:
            try:
                os.kill(child, signal.SIGKILL)
            except ProcessLookupError:
                pass


def instants(root, stage, count):
    scenario = stage.whole
    began = time.monotonic()
    stage.work.reset(scenario.before)
    stage.must("pipeline", "run")
    # Two at a time take longer than one alone.
    duration = (time.monotonic() - began) * 1.3
    chance = random.Random(6)
    points = [(scenario, chance.random() * duration, index % 3 == 2) for index in range(count)]
    tally = Tally("instants", "killed at random, every third time without its children")
    for place, was_running, wrong in spread(root, kill_after, points):
        tally.points += 1
        if not was_running:
            tally.count("ended before")
        if wrong:
            tally.note(wrong[0], f"{place}: {wrong[1]}")
    yield tally.finish()
