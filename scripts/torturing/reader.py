"""An independent reader of `artifacts/`: JSON and SHA-256, and none of the product's own code.

It says whether anything that a reader could open is torn, and what the whole folder holds, so that two folders can be
compared byte for byte.
"""

import hashlib
import json
import os
import re

# What stands beside results without being one.
RESERVED = {"registry", "store", "journal"}
# Hidden names that may stay: the lock, and what was damaged or superseded and is kept aside on purpose.
KEPT = (".damaged-", ".superseded-", ".checkpoint-")


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


def names(folder):
    try:
        return sorted(os.listdir(folder))
    except (FileNotFoundError, NotADirectoryError):
        return []


def steps(artifacts):
    return [name for name in names(artifacts) if name not in RESERVED and not name.startswith(".")]


def results(artifacts):
    """The folders that a reader may open: results of steps, and versions in the registry."""
    for step in steps(artifacts):
        for name in names(f"{artifacts}/{step}"):
            if not name.startswith(".") and not name.startswith("current"):
                yield f"{artifacts}/{step}/{name}"
    for model in names(f"{artifacts}/registry"):
        for name in names(f"{artifacts}/registry/{model}/versions"):
            if not name.startswith("."):
                yield f"{artifacts}/registry/{model}/versions/{name}"


def torn(artifacts, known=frozenset()):
    """What is torn, in words; empty when every result is whole, but for the damage that is known."""
    problems = sorted(damage(artifacts) - known)
    for step in steps(artifacts):
        link = f"{artifacts}/{step}/current"
        if os.path.islink(link) and not os.path.exists(link + "/manifest.json"):
            problems.append(f"{link} points to nothing")
    for model in names(f"{artifacts}/registry"):
        problems += torn_registry(f"{artifacts}/registry/{model}")
    return problems


def damage(artifacts):
    """What is wrong with single results."""
    return frozenset(
        f"{os.path.relpath(folder, artifacts)}: {problem}" for folder in results(artifacts)
        for problem in torn_result(folder))


def torn_result(folder):
    try:
        with open(folder + "/manifest.json", "rb") as file:
            manifest = json.loads(file.read())
        listed = {entry["file"]: entry["sha256"] for entry in manifest["arrays"] + manifest["files"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        return [f"no manifest that can be read: {error}"]
    problems = []
    for name, recorded in listed.items():
        if not os.path.exists(f"{folder}/{name}"):
            problems.append(f"{name} is missing")
        elif digest(f"{folder}/{name}") != recorded:
            problems.append(f"{name} has not the digest in the manifest")
    extra = set(names(folder)) - set(listed) - {"manifest.json", "run.json", "evaluation.json"}
    return problems + [f"{name} is in no manifest" for name in sorted(extra)]


def torn_registry(folder):
    """A log whose chain is broken, and aliases that are none of its states; a cut-off last line was never said."""
    entries, previous, states = [], hashlib.sha256(b"").hexdigest(), [{}]
    try:
        with open(folder + "/log.jsonl", "rb") as file:
            lines = file.read().split(b"\n")[:-1]
    except FileNotFoundError:
        lines = []
    for index, line in enumerate(lines):
        try:
            entry = json.loads(line)
            linked = entry["previous"].removeprefix("sha256:") == previous and entry["seq"] == index + 1
        except (ValueError, KeyError):
            linked = False
        if not linked:
            return [f"{folder}/log.jsonl is broken at line {index + 1}"]
        previous = hashlib.sha256(line).hexdigest()
        entries.append(entry)
        if entry["op"] == "promote":
            states.append({**states[-1], entry["alias"]: entry["version"]})
    problems = [
        f"{folder}: version {entry['version']} is in the log and not on the disk"
        for entry in entries
        if entry.get("version") and not os.path.exists(f"{folder}/versions/{entry['version']:06}/manifest.json")
    ]
    try:
        with open(folder + "/aliases.json", "rb") as file:
            if json.loads(file.read()) not in states:
                problems.append(f"{folder}/aliases.json is nothing that the log ever said")
    except FileNotFoundError:
        pass
    except ValueError:
        problems.append(f"{folder}/aliases.json cannot be read")
    return problems


def contents(artifacts):
    """Every byte that must be the same in two folders, as a digest by path.

    Not in it: `run.json` and the journal, which say when; of the registry's log, the time and what follows from it.
    """
    found = {}
    for folder in results(artifacts):
        for name in names(folder):
            if name != "run.json":
                found[os.path.relpath(f"{folder}/{name}", artifacts)] = digest(f"{folder}/{name}")
    for step in steps(artifacts):
        link = f"{artifacts}/{step}/current"
        if os.path.islink(link):
            found[f"{step}/current"] = os.readlink(link)
    for model in names(f"{artifacts}/registry"):
        folder = f"{artifacts}/registry/{model}"
        if os.path.exists(folder + "/aliases.json"):
            found[f"registry/{model}/aliases.json"] = digest(folder + "/aliases.json")
        found[f"registry/{model}/log.jsonl"] = log(folder + "/log.jsonl")
    return found


def log(path):
    """What the log says, without when and what hangs on it."""
    try:
        with open(path, "rb") as file:
            lines = [json.loads(line) for line in file.read().splitlines()]
    except FileNotFoundError:
        return "nothing"
    except ValueError:
        return "broken"
    told = ("op", "version", "alias", "model", "content", "evidence")
    return json.dumps([{name: line.get(name) for name in told} for line in lines])


def state(artifacts):
    """All that a next run could see, hidden names and halves of files too, as one digest.

    Left out is what differs from run to run and decides nothing: process numbers in names, what `run.json` says beyond
    being there, and the logs of the journal.
    """
    found = []
    for folder, folders, files in os.walk(artifacts):
        if os.path.relpath(folder, artifacts).startswith("journal/logs"):
            continue
        for name in sorted(folders + files):
            path = f"{folder}/{name}"
            if os.path.islink(path):
                what = os.readlink(path)
            elif os.path.isdir(path):
                what = "folder"
            elif name == "run.json" or "journal" in path:
                what = "nothing" if os.path.getsize(path) == 0 else "something"
            else:
                what = digest(path)
            found.append((re.sub(r"-\d+$", "-N", os.path.relpath(path, artifacts)), what))
    return hashlib.sha256(repr(sorted(found)).encode()).hexdigest()


def leftovers(artifacts):
    """What an unfinished run left and the next one did not sweep away."""
    left = []
    for folder, folders, files in os.walk(artifacts):
        for name in folders + files:
            if name == ".lock" or name.startswith(KEPT):
                continue
            if name.startswith(".") or ".new-" in name or name.endswith(".new"):
                left.append(os.path.relpath(f"{folder}/{name}", artifacts))
    return left


def difference(found, expected):
    """The first paths in which two folders differ, in words."""
    paths = sorted(path for path in set(found) | set(expected) if found.get(path) != expected.get(path))
    words = []
    for path in paths[:3]:
        how = "differs" if path in found and path in expected else "is missing" if path in expected else "is new"
        words.append(f"{path} {how}")
    return ", ".join(words) + (f" and {len(paths) - 3} more" if len(paths) > 3 else "")
