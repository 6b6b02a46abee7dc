"""Flipped bits: each must be refused by the program that reads the file, or found by the orchestrator, which makes the
result anew; nothing may ever be made of it.

Half of the flips fall anywhere, in proportion to size; the other half into manifests, headers of arrays and, one in eight,
the registry's log and aliases, where a flipped bit can still make sense.
"""

import os
import random
import re

from . import reader
from .report import Tally
from .workers import spread

# Who reads the results of a step, and is therefore asked. What is for people is in it too: only `pipeline verify --deep`
# reads that.
READERS = {
    "series": [("prepare", ["--force"]), ("predict", ["--force"])],
    "windows": [("train", ["--force"])],
    "model": [("register", ["--force"])],
    "champion": [("pipeline", ["run"])],
    "forecast": [("pipeline", ["run"])],
    "registry": [("predict", ["--force"])],
    "journal": [("pipeline", ["run"])],
}
# What nothing is made of: results for people, the evidence of a registration, and a cache that only saves time.
UNREAD = re.compile(r"forecast/|journal/|registry/.*/(test\..*|history\.npy|evaluation\.json)$")
ORCHESTRATOR = ("pipeline", ["run"])
HEADER_BYTES = 128


def files(artifacts):
    """Every file that holds something of the results, by the step it belongs to; `run.json` is volatile and in no
    digest."""
    newest = max(reader.names(artifacts + "/registry/plant/versions"))
    for folder, _, names in os.walk(artifacts):
        for name in sorted(names):
            path = os.path.relpath(f"{folder}/{name}", artifacts)
            if os.path.islink(folder) or name in ("run.json", ".lock", "current"):
                continue
            is_old = "/versions/" in path and f"/versions/{newest}/" not in path
            if not is_old and (not path.startswith("journal") or name == "digests.json"):
                yield path


def readers(path, chance):
    """Who is to find the flip: the stage that reads the file, and for manifests sometimes the orchestrator."""
    step = path.split("/")[0]
    if path.endswith(("log.jsonl", "aliases.json")):
        return chance.choice([("register", ["--force"]), ("predict", ["--force"])])
    if path.endswith("manifest.json") and chance.random() < 0.5 and step != "registry":
        return ORCHESTRATOR
    return chance.choice(READERS[step])


def points(artifacts, count):
    chance = random.Random(2024)
    sizes = {path: os.path.getsize(f"{artifacts}/{path}") for path in files(artifacts)}
    sensitive = {
        path: size if not path.endswith(".npy") else HEADER_BYTES for path, size in sizes.items()
        if path.endswith((".npy", ".json", ".jsonl"))}
    own = [path for path in sizes if path.endswith(("log.jsonl", "aliases.json"))]
    for index in range(count):
        if index % 2:
            path = chance.choices(list(sizes), list(sizes.values()))[0]
            bit = chance.randrange(sizes[path] * 8)
        else:
            path = chance.choice(own if index % 8 == 0 else list(sensitive))
            bit = chance.randrange(sensitive[path] * 8)
        yield path, bit, readers(path, chance)


def flip(path, bit):
    os.chmod(path, 0o644)
    with open(path, "r+b") as file:
        file.seek(bit // 8)
        byte = file.read(1)[0]
        file.seek(bit // 8)
        file.write(bytes([byte ^ 1 << bit % 8]))


_clean = None


def tampered(workspace, state, end, has_verify, path, bit, asked):
    """Flips one bit, has the file read, and says what became of it."""
    global _clean
    if _clean is not workspace:
        workspace.reset(state)
        _clean = workspace
    file = f"{workspace.artifacts}/{path}"
    place = f"{path}, byte {bit // 8:,} bit {bit % 8}, read by {asked[0]}"
    flip(file, bit)
    expected, flipped = reader.contents(workspace.artifacts), reader.digest(file)
    result = workspace.run(asked[0], *asked[1])
    is_flipped = os.path.exists(file) and reader.digest(file) == flipped
    word, wrong = judged(workspace, end, expected, result, is_flipped)
    if word == "unread" and not is_unread(path, asked):
        wrong = ("other", "it is read and not noticed")
    if word == "unread" and has_verify:
        found = workspace.run("pipeline", "verify", "--deep")
        word = "found by verify --deep" if found.code not in (0, None) and not found.is_crash else word
        wrong = None if word != "unread" else ("other", "pipeline verify --deep does not find it")
    if is_flipped and os.path.exists(file) and reader.digest(file) == flipped:
        flip(file, bit)
    if reader.contents(workspace.artifacts) != end or reader.leftovers(workspace.artifacts):
        _clean = None
    return place, word, wrong


def is_unread(path, asked):
    """Whether the program has no use for the file: predict asks the log, and never the aliases that follow from it."""
    return UNREAD.match(path) or asked[0] == "predict" and path.endswith(("log.jsonl", "aliases.json"))


def judged(workspace, end, expected, result, is_flipped):
    """`expected` is what the folder held just before, `end` what it held before the flip."""
    found = reader.contents(workspace.artifacts)
    if result.is_crash:
        return "crash", ("other", f"it crashed: {result}")
    if result.code != 0:
        if not result.error.strip():
            return "refused", ("other", "it is refused without a word")
        made = {path for path in found if found[path] != expected.get(path) and found[path] != end.get(path)}
        return "refused", ("differing", f"{sorted(made)[0]} was made of it") if made else None
    if found in (end, expected):
        return ("unread" if is_flipped else "made anew"), None
    return "accepted", ("differing", "it ends with 0: " + reader.difference(found, end))


def campaign(root, stage, count):
    state = stage.several_versions()
    end = reader.contents(state)
    stage.work.reset(state)
    # The command is there when it can say so of a workspace in which nothing is wrong.
    has_verify = stage.work.run("pipeline", "verify", "--deep").code == 0
    tally = Tally("tamper", "bits flipped in artifacts, manifests and the registry")
    every = [(state, end, has_verify, *point) for point in points(state, count)]
    for place, word, wrong in spread(root, tampered, every):
        tally.points += 1
        tally.count(word)
        if wrong:
            tally.note(wrong[0], f"{place}: {wrong[1]}")
    if not has_verify:
        tally.count("without pipeline verify --deep, which is not there")
    yield tally.finish()
