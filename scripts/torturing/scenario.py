"""What is run and disturbed: a program, the state it starts from, and the state it ends in when nobody disturbs it."""

import functools
import os
import shutil

from . import reader
from .workspace import STAGES, STEPS, Workspace


OTHER = ["--set", "windows.lookback=20"]


class Scenario:
    def __init__(self, name, program, arguments, before, after, end):
        self.name, self.program, self.arguments = name, program, arguments
        # Folders to start from; contents when the program, and when the whole pipeline, is done.
        self.before, self.after, self.end = before, after, end

        # What is torn already in the state to start from, and no doing of the program's.
        self.damaged = reader.damage(before)

    @property
    def is_orchestrator(self):
        return self.program == "pipeline"


class Stage:
    """All states of the small pipeline, made once."""

    def __init__(self, root):
        self.root = root
        self.work = Workspace(root + "/template")
        # The first run digests the programs and remembers that; so do all states, since it would cost more than all
        # the rest.
        self.must("pipeline", "run", "series")
        self.must("pipeline", "status")
        journal = self.keep("journal", only="journal")
        self.states = {}
        self.work.reset(journal)
        self.states["extract"] = self.keep("before-extract")
        for stage, following, step in zip(STAGES, STAGES[1:] + ["done"], STEPS):
            self.must("pipeline", "run", step)
            self.states[following] = self.keep("before-" + following)
        self.states["pipeline"] = self.states["extract"]
        self.end = reader.contents(self.states["done"])
        self.whole = Scenario("pipeline", "pipeline", ["run"], self.states["pipeline"], self.end, self.end)

    def must(self, *command):
        result = self.work.run(*command)
        if result.code != 0:
            raise SystemExit(f"error: undisturbed, {' '.join(command)} ends with {result}")

    def keep(self, name, only=None):
        state = f"{self.root}/states/{name}"
        if only:
            shutil.copytree(f"{self.work.artifacts}/{only}", f"{state}/{only}")
        else:
            shutil.copytree(self.work.artifacts, state, symlinks=True)
        shutil.rmtree(f"{state}/journal/logs", ignore_errors=True)
        return state

    @functools.cache
    def everything(self):
        """First runs and later ones."""
        return [*self.scenarios(), *self.later_scenarios()]

    def scenarios(self):
        """Each of the six programs at its first run; the orchestrator from nothing to the forecast."""
        following = dict(zip(STAGES, STAGES[1:] + ["done"]))
        for stage in STAGES:
            after = reader.contents(self.states[following[stage]])
            yield Scenario(stage, stage, [], self.states[stage], after, self.end)
        yield self.whole

    def later_scenarios(self):
        """What only happens in a workspace that has seen other settings before: a second version, a way back to earlier
        results, and a result that was damaged."""
        self.work.reset(self.states["extract"])
        self.must("pipeline", "run", *OTHER)
        self.must("pipeline", "run", "model")
        before = self.keep("second-version")
        self.must("register")
        after = reader.contents(self.work.artifacts)
        self.must("pipeline", "run")
        end = reader.contents(self.work.artifacts)
        yield Scenario("register again", "register", [], before, after, end)

        self.must("pipeline", "run", *OTHER)
        before = self.keep("way-back")
        self.must("pipeline", "run")
        end = reader.contents(self.work.artifacts)
        yield Scenario("pipeline back", "pipeline", ["run"], before, end, end)

        self.work.reset(self.states["done"])
        os.remove(f"{self.work.artifacts}/windows/current/features.npy")
        before = self.keep("damaged")
        yield Scenario("pipeline mends", "pipeline", ["run"], before, self.end, self.end)

    def several_versions(self):
        """A finished workspace of which the registry knows three versions; and what it holds."""
        self.work.reset(self.states["extract"])
        for settings in (OTHER, ["--set", "windows.lookback=22"], []):
            self.must("pipeline", "run", *settings)
        for step in STEPS:
            folder = f"{self.work.artifacts}/{step}"
            for name in reader.names(folder):
                if not name.startswith(".") and name not in ("current", os.readlink(folder + "/current")):
                    shutil.rmtree(f"{folder}/{name}")
        return self.keep("several-versions")
