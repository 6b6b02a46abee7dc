"""Many runs at once on one workspace: one makes each result, the others wait for it and find it."""

import json
import threading

from . import reader
from .crash import repair
from .report import Tally
from .workspace import PROGRAMS, Workspace, end_orphans, finish


def at_once(workspace, command, count):
    """Starts so many, and reads what each says while the others go on."""
    processes = [workspace.start([f"{PROGRAMS}/{command[0]}", *command[1:]]) for _ in range(count)]
    results = [None] * count

    def read(index):
        results[index] = finish(processes[index])

    readers = [threading.Thread(target=read, args=(index,)) for index in range(count)]
    for thread in readers:
        thread.start()
    while any(thread.is_alive() for thread in readers):
        # Nobody may ever see half of a result, so it is looked at all the while.
        problems = reader.torn(workspace.artifacts)
        if problems:
            yield ("torn", problems[0])
        readers[0].join(0.01) if readers[0].is_alive() else readers[-1].join(0.01)
    yield results


def published(result):
    """Whether a stage says that it made the result."""
    try:
        return json.loads(result.output)["state"] == "published"
    except (ValueError, KeyError):
        return False


def contest(tally, workspace, scenario, command, count, one_wins):
    for outcome in at_once(workspace, command, count):
        if isinstance(outcome, tuple):
            tally.note(outcome[0], f"{' '.join(command)}: {outcome[1]}")
            continue
        tally.points += count
        for result in outcome:
            if result.code == 75 and result.error.strip():
                tally.count("ended with 75")
            elif result.code != 0:
                tally.note("other", f"{' '.join(command)} ends with {result}")
        winners = sum(published(result) for result in outcome)
        if one_wins and winners != 1:
            tally.note("other", f"{' '.join(command)}: {winners} of {count} say that they published the result")
    found = reader.contents(workspace.artifacts)
    if found != scenario.after:
        tally.note("differing", f"{' '.join(command)}: {reader.difference(found, scenario.after)}")
    end_orphans()
    wrong = repair(workspace, scenario.end)
    if wrong:
        tally.note(wrong[0], f"{' '.join(command)}: {wrong[1]}")


def campaign(root, stage, count):
    workspace = Workspace(root + "/crowded")
    for scenario in stage.scenarios():
        tally = Tally("at once " + scenario.name, "one winner, old or new, looked at all the while")
        command = [scenario.program, *scenario.arguments, "--json"]
        workspace.reset(scenario.before)
        contest(tally, workspace, scenario, command, count, one_wins=not scenario.is_orchestrator)
        if not scenario.is_orchestrator:
            workspace.reset(scenario.before)
            contest(tally, workspace, scenario, command + ["--force"], count, one_wins=False)
        yield tally.finish()
