"""One judgement in a process of its own, which prints what it cost as JSON.

`cold CLONE TIP` judges from genesis and keeps the verdict in the cache;
`landing CLONE TIP` takes the landing TIP on what the cache knows of its parent.
"""

from __future__ import annotations

import json
import resource
import statistics
import sys
import time
from pathlib import Path

from sopgit.adapters.private import cache_folder
from sopgit.app.landings import read_landing
from sopgit.app.ledger import outcome_of
from sopgit.app.office import Office
from sopgit.app.read_ahead import default_processes
from sopgit.app.verified import verify_on
from sopgit.core.finding import Allowed
from sopgit.core.mainline import admit

_TIMES = 31


def cold(clone: Path, tip: str) -> dict[str, float]:
    """Judge all; megabytes are of this process, and with `workers` an upper bound of all."""
    office = Office.open(clone, clone)
    cache, anchor = cache_folder(), office.anchor
    assert cache is not None
    assert anchor is not None
    start = time.perf_counter()
    history = verify_on(cache, office.repo, tip, anchor, office.schemas)
    seconds = time.perf_counter() - start
    assert isinstance(outcome_of(history), Allowed)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    worker = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    return {
        "seconds": seconds,
        "landings": history.trusted.landings,
        "megabytes": own,
        "all": own + worker * default_processes(),
    }


def landing(clone: Path, tip: str) -> dict[str, float]:
    """Judge one landing, every time by a repository opened anew, with nothing in memory."""
    taken = []
    for _ in range(_TIMES):
        office = Office.open(clone, clone)
        parent = office.repo.parents(tip)[0]
        history = office.verify(parent)
        assert history.settled.judged == 0
        fresh = Office.open(clone, clone).repo
        start = time.perf_counter()
        step, _tree = read_landing(fresh, fresh.tree_of(parent), tip)
        outcome = admit(step, history.trusted)
        taken.append(time.perf_counter() - start)
        assert isinstance(outcome, Allowed)
    return {"seconds": statistics.median(taken)}


if __name__ == "__main__":
    name, where, commit = sys.argv[1:]
    print(json.dumps({"cold": cold, "landing": landing}[name](Path(where), commit)))
