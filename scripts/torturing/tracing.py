"""System calls through strace: which a run makes, and one of them answered with a signal or an error."""

import collections
import re
import shutil
import subprocess

# The number of the call among those of the same name is what strace counts, for each thread by itself.
Call = collections.namedtuple("Call", "name number text")

_LINE = re.compile(r"^(\d+)\s+([a-z_0-9]+)\((.*)$")


def problem():
    """Why strace cannot be used here, or None."""
    if not shutil.which("strace"):
        return "strace is not there; scripts/bootstrap installs it"
    probe = subprocess.run(
        ["strace", "-qq", "-o", "/dev/null", "-e", "inject=getppid:error=EIO", "true"], capture_output=True, text=True)
    return None if probe.returncode == 0 else "strace may not trace here: " + probe.stderr.strip()[-200:]


def calls(workspace, scenario):
    """Every system call of one run, those of the same name and number in several threads once."""
    log = workspace.path + "/calls.txt"
    follow = [] if scenario.is_orchestrator else ["-f"]
    # Without -f strace leaves out the number of the process, which the pattern looks for.
    result = workspace.run(
        scenario.program, *scenario.arguments, before=["strace", "-qq", "-s", "300", *follow, "-o", log])
    if result.code != 0:
        raise SystemExit(f"error: {scenario.name} under strace ends with {result}")
    counts, found = collections.Counter(), {}
    with open(log, errors="replace") as file:
        for line in file:
            match = _LINE.match(line if follow else "0 " + line)
            if not match:
                continue
            process, name, text = match.groups()
            counts[process, name] += 1
            number = counts[process, name]
            found.setdefault((name, number), Call(name, number, text.strip()))
    return list(found.values())


def injecting(scenario, call, what):
    """The command line that disturbs one call; children of the orchestrator are left alone."""
    # Not with --seccomp-bpf: strace 6.1 does not inject signals with it.
    follow = [] if scenario.is_orchestrator else ["-f"]
    return [
        "strace", "-qq", *follow, "-o", "/dev/null", "-e", "trace=" + call.name,
        "-e", f"inject={call.name}:{what}:when={call.number}"]
