"""Points of a campaign spread over processes, each with a workspace of its own."""

import itertools
import multiprocessing
import os

from .workspace import Workspace, adopt_orphans, end_orphans

_number = itertools.count()
_own = None


def _enter(root):
    global _own
    adopt_orphans()
    _own = Workspace(f"{root}/worker-{os.getpid()}")


def _work(task):
    function, arguments = task
    try:
        return function(_own, *arguments)
    finally:
        end_orphans()


def spread(root, function, points, count=None):
    """Calls `function(workspace, *point)` for every point and gives what comes back, in any order."""
    count = count or max(os.cpu_count() or 1, 1)
    context = multiprocessing.get_context("fork")
    folder = f"{root}/{next(_number)}"
    os.makedirs(folder)
    with context.Pool(count, _enter, (folder,)) as pool:
        yield from pool.imap_unordered(_work, [(function, point) for point in points], chunksize=1)
        # Leaving the block would end them with a signal, which one that is blocked would never hear of.
        pool.close()
        pool.join()


def sample(items, limit):
    """At most `limit` of the items, evenly spread."""
    if limit is None or limit >= len(items):
        return items
    return [items[index * len(items) // limit] for index in range(limit)]
