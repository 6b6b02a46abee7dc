"""Rows of figures, and what went wrong in words."""

import sys
import time


class Tally:
    """What came of one campaign."""

    def __init__(self, name, what):
        self.name, self.what = name, what
        self.points = self.torn = self.by_hand = self.differing = self.other = 0
        self.notes = {}
        self.began = time.monotonic()
        self.seconds = 0.0

    def note(self, kind, words):
        """Counts a point that went wrong; the first of each kind are printed."""
        setattr(self, kind, getattr(self, kind) + 1)
        print(f"{self.name}: {words}", file=sys.stderr, flush=True)

    def count(self, key, by=1):
        """Counts something that is worth a word and no failure."""
        self.notes[key] = self.notes.get(key, 0) + by

    def finish(self):
        self.seconds = time.monotonic() - self.began
        return self

    @property
    def failures(self):
        return self.torn + self.by_hand + self.differing + self.other


COLUMNS = ["campaign", "points", "torn", "by hand", "differing", "wrong", "seconds"]


def table(tallies):
    rows = [COLUMNS] + [
        [t.name, f"{t.points:,}", str(t.torn), str(t.by_hand), str(t.differing), str(t.other), f"{t.seconds:,.0f}"]
        for t in tallies]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    lines = []
    for row, tally in zip(rows, [None, *tallies]):
        cells = [row[0].ljust(widths[0])] + [cell.rjust(width) for cell, width in zip(row[1:], widths[1:])]
        words = [tally.what] if tally else ["what was done"]
        words += [f"{count:,} {what}" for what, count in sorted(tally.notes.items())] if tally else []
        lines.append("  ".join(cells) + "  " + ", ".join(words))
    return "\n".join(lines)
