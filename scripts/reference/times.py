"""Time zones from Python's zoneinfo and due times from croniter (PyPI, 7.0): Tests/Reference/time-zones.json, cron.json.

Run: python3 scripts/reference/times.py
The tz files themselves are in the reference (base64), so that the test does not depend on the machine's database.
"""
import base64
import io
import json
import pathlib
import random
from bisect import bisect_left
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from croniter import croniter

FOLDER = pathlib.Path(__file__).resolve().parents[2] / "Tests" / "Reference"
DATABASE = pathlib.Path("/usr/share/zoneinfo")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
# Daylight saving of 30 minutes and of two hours, negative in winter, a day that was skipped, quarters of an hour.
ZONES = [
    "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Europe/Dublin",
    "Africa/Casablanca", "Pacific/Apia", "Asia/Kathmandu", "America/St_Johns", "Antarctica/Troll", "Asia/Tokyo",
]


def offset(zone, second):
    local = (EPOCH + timedelta(seconds=second)).astimezone(zone)
    return int(local.utcoffset().total_seconds()), local.tzname()


def changes(zone, first, last):
    """The seconds at which a zone changes, by bisection between days."""
    found, day = [], 86400
    for start in range(first, last, day):
        low, high = start, start + day
        if offset(zone, low) == offset(zone, high):
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset(zone, middle) == offset(zone, low) else (low, middle)
        found.append(high)
    return found


def first_showing(zone, wall, moments):
    """The first second at which the clocks show `wall` or later."""
    start = wall - 26 * 3600
    pieces = [start] + [m for m in moments if start < m < wall + 26 * 3600]
    for place, piece in enumerate(pieces):
        candidate = max(piece, wall - offset(zone, piece)[0])
        if place + 1 == len(pieces) or candidate < pieces[place + 1]:
            return candidate


def zone_reference(name, rng):
    file = (DATABASE / name).read_bytes()
    zone = ZoneInfo.from_file(io.BytesIO(file), key=name)
    year = int(365.2425 * 86400)
    moments = changes(zone, 25 * year // 86400 * 86400, 90 * year)
    seconds = [rng.randrange(-60 * year, 130 * year) for _ in range(60)]
    seconds += [m + d for m in rng.sample(moments, min(len(moments), 24)) for d in (-1, 0, 1)]
    walls = []
    for moment in rng.sample(moments, min(len(moments), 16)):
        for delta in (-3600, -1800, -60, 0, 60, 1800, 3540, 3600, 5400):
            wall = (moment + offset(zone, moment)[0]) // 60 * 60 + delta
            walls.append([wall, first_showing(zone, wall, moments)])
    return {
        "name": name, "file": base64.b64encode(file).decode(),
        "offsets": [[s, *offset(zone, s)] for s in sorted(seconds)], "walls": walls,
    }


def field(rng, low, high, names=()):
    def value():
        return rng.randint(low, high)

    kind = rng.random()
    if kind < 0.35:
        return "*"
    if kind < 0.5:
        return f"*/{rng.randint(2, max(2, (high - low) // 2))}"
    if kind < 0.7:
        chosen = value()
        return names[chosen - low] if names and rng.random() < 0.5 else str(chosen)
    if kind < 0.85:
        # Croniter takes 3-3 for the whole range; to Vixie's cron it is 3.
        start = rng.randint(low, high - 1)
        end = rng.randint(start + 1, high)
        step = f"/{rng.randint(1, 5)}" if rng.random() < 0.4 else ""
        return f"{start}-{end}{step}"
    return ",".join(str(v) for v in sorted({value() for _ in range(rng.randint(2, 4))}))


def cron_reference(rng):
    months = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
    days = "SUN MON TUE WED THU FRI SAT".split()
    fixed = ["0 0 29 2 *", "0 0 29 2 MON", "*/5 * * * *", "0 0 * * 7", "30 4 1,15 * 5", "0 0 31 * *", "59 23 31 12 *"]
    rows = []
    while len(rows) < 600:
        if len(rows) < len(fixed):
            text = fixed[len(rows)]
        else:
            fields = [field(rng, 0, 59), field(rng, 0, 23), field(rng, 1, 31), field(rng, 1, 12, months),
                      field(rng, 0, 6, days)]
            # Croniter takes */n in a day field for a restriction, Vixie's cron for a star.
            if fields[2].startswith("*/") or fields[4].startswith("*/"):
                continue
            text = " ".join(fields)
        start = datetime(2000, 1, 1) + timedelta(minutes=rng.randrange(50 * 365 * 1440), seconds=rng.randrange(60))
        try:
            following = croniter(text, start, max_years_between_matches=60)
            times = [following.get_next(datetime) for _ in range(6)]
        except Exception:
            continue
        seconds = [int((t - datetime(1970, 1, 1)).total_seconds()) for t in [start] + times]
        rows.append([text, *seconds])
    return rows


def lines(items):
    return "[\n" + ",\n".join(json.dumps(item) for item in items) + "\n]\n"


if __name__ == "__main__":
    rng = random.Random(6)
    (FOLDER / "time-zones.json").write_text(lines([zone_reference(name, rng) for name in ZONES]))
    (FOLDER / "cron.json").write_text(lines(cron_reference(rng)))
