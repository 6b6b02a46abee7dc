"""Input and output errors: every call that touches files answered with each error, once each."""

import re

from . import reader, tracing
from .crash import repair_once
from .report import Tally
from .workers import sample, spread
from .workspace import Workspace

# Not `close`: Linux closes the file whatever it answers, and strace answers in its place, which leaves it open.
READING = {
    "access", "faccessat", "faccessat2", "fadvise64", "flock", "fstat", "getdents64", "lseek", "lstat", "mmap",
    "newfstatat", "open", "openat", "pread64", "read", "readlink", "readlinkat", "readv", "stat", "statx"}
WRITING = {
    "chmod", "copy_file_range", "fallocate", "fchmod", "fchmodat", "fdatasync", "fsync", "ftruncate", "link", "linkat",
    "mkdir", "mkdirat", "openat", "pwrite64", "rename", "renameat", "renameat2", "rmdir", "symlink", "symlinkat",
    "truncate", "unlink", "unlinkat", "write", "writev"}
INTERRUPTIBLE = {"fdatasync", "flock", "fsync", "ftruncate", "openat", "pread64", "pwrite64", "read", "write"}


def errors_of(call):
    """The errors that a disk could answer this call with."""
    if call.name == "mmap":
        # Only memory that stands for a file.
        if re.search(r", -1, 0", call.text):
            return []
        return ["EIO"]
    errors = ["EIO"] if call.name in READING | WRITING else []
    if call.name in WRITING and (call.name != "openat" or "O_CREAT" in call.text):
        errors.append("ENOSPC")
    if call.name in INTERRUPTIBLE:
        errors.append("EINTR")
    return errors


def is_message(call):
    """Whether it is the message itself that cannot be written, or the place for it."""
    return call.name in ("write", "writev") and call.text.startswith("2,")


def fail_at(workspace, scenario, call, error):
    workspace.reset(scenario.before)
    result = workspace.run(
        scenario.program, *scenario.arguments, before=tracing.injecting(scenario, call, "error=" + error))
    place = f"{scenario.name}, {error} at {call.name} #{call.number} ({call.text[:160]})"
    wrong = judged(workspace, scenario, call, result)
    return place, result.code, wrong or repair_once(workspace, scenario)[0]


def judged(workspace, scenario, call, result):
    problems = reader.torn(workspace.artifacts, known=scenario.damaged)
    if problems:
        return "torn", f"{problems[0]} ({result})"
    if result.is_crash:
        return "other", f"it crashed: {result}"
    if result.code == 0:
        found = reader.contents(workspace.artifacts)
        if found != scenario.after:
            return "differing", f"it ends with 0, and {reader.difference(found, scenario.after)}"
    elif not result.error.strip() and not is_message(call):
        return "other", f"it ends with {result.code} and without a word"
    return None


def campaign(root, stage, limit):
    tracer = Workspace(root + "/error-tracer")
    for scenario in stage.everything():
        tracer.reset(scenario.before)
        every = [(scenario, call, error) for call in tracing.calls(tracer, scenario) for error in errors_of(call)]
        tally = Tally("errors " + scenario.name, "EIO, ENOSPC, EINTR at file calls")
        for place, code, wrong in spread(root, fail_at, sample(every, limit and max(limit // 9, 1))):
            tally.points += 1
            tally.count("ended with 0" if code == 0 else "refused")
            if wrong:
                tally.note(wrong[0], f"{place}: {wrong[1]}")
        yield tally.finish()
