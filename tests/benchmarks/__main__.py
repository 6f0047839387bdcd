"""`make bench`: how long verification and data take, side by side with what people know.

BENCH_FULL=1 adds 10,000 cases and makes the large file 1 GiB, BENCH_ONLY=ledger or data leaves the
other out, BENCH_DIR=FOLDER keeps the made repositories for the next run. Figures of a busy machine
are worth little; ratios suffer less, and those of the cores' seconds least.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from sopgit.app.demo import samples
from sopgit.app.draft import Ground, compose
from sopgit.app.office import Office
from sopgit.core.growth import HEADER
from sopgit.core.statement import EVENT_NAMESPACE, case_folder, event_bytes
from sopgit.core.writer import emit_item
from tests import acts
from tests.benchmarks.data import data_rows
from tests.benchmarks.maker import git, make_office, signer
from tests.benchmarks.signed import signed_commits
from tests.benchmarks.timing import HEAD, PROJECT, Row, clock, run, side_by_side, sopgit
from tests.offices import KASI

FEW, SOME = 10, 500
SIZES = (SOME, 2_000, *([10_000] if os.environ.get("BENCH_FULL") else []))
SIGNED = 400


def main() -> None:
    """Print the table, a row as soon as it is known."""
    kept = os.environ.get("BENCH_DIR")
    known = {"ledger": rows, "data": data_rows}
    only = os.environ.get("BENCH_ONLY")
    parts = [known[only]] if only else list(known.values())
    root = Path(kept or tempfile.mkdtemp(prefix="sopgit-bench-")).absolute()
    os.environ["XDG_CACHE_HOME"] = str(root / "cache")
    os.environ["PYTHONPATH"] = str(PROJECT)
    shutil.rmtree(root / "cache", ignore_errors=True)
    try:
        print(HEAD, flush=True)
        for part in parts:
            for row in part(root):
                print(row, flush=True)
        print(
            f"\n%G? was measured on {SIGNED} commits and scaled to as many as there are landings;"
            "\nmemory: the judging process, and with its workers at most (shared pages counted)."
        )
    finally:
        if not kept:
            shutil.rmtree(root)


def rows(root: Path) -> Iterator[Row]:
    per_commit = signed_commits(root / "signed", SIGNED)
    clones = {n: make_office(root / str(n), n) for n in (FEW, *SIZES)}
    # The newest commit changes the policy; the one before it is an act.
    tips = {n: git(clone, "rev-parse", "main~1").decode().strip() for n, clone in clones.items()}
    for n, clone in clones.items():
        parent = git(clone, "rev-parse", "main~2").decode().strip()
        before = per_commit()
        cost = judging("cold", clone, parent)
        git_s = (before + per_commit()) / 2 * cost["landings"]
        if n == FEW:
            continue
        yield Row(f"verify {n} cases cold", cost["seconds"], "git log %G?", git_s, ">= 20", True)
        yield Row(f"memory of that, {n} cases", cost["megabytes"], "limit", 300, "<= 1", unit="MB")
        yield Row("  with all its workers", cost["all"], "limit", 300, "", unit="MB")
        if n > SOME:
            what, other = f"one landing among {n}", f"one among {SOME}"
            pair = [(clones[m], tips[m]) for m in (n, SOME)]
            turns = [[judging("landing", *one)["seconds"] for one in pair] for _ in range(3)]
            ours, theirs = (statistics.median(column) for column in zip(*turns, strict=True))
            yield Row(what, ours, other, theirs, "<= 1.25")
        yield push(root, clone, n, parent, tips[n])
        yield commit(clones[FEW], clone, n)
        yield from inbox(clone, n)
        yield from check(clone, n)


def judging(what: str, clone: Path, tip: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.judging", what, str(clone), tip]
    found: dict[str, Any] = json.loads(run(command, PROJECT))
    return found


def push(root: Path, clone: Path, n: int, old: str, new: str) -> Row:
    """The server's hook on a push of one landing, its parent verified before."""
    server = root / f"{n}.git"
    if not server.exists():
        git(root, "clone", "-q", "--bare", str(clone), str(server))
        (server / "sopgit").mkdir()
        shutil.copy(clone / ".git/sopgit/anchor.json", server / "sopgit/anchor.json")
    line = f"{old} {new} refs/heads/main\n"
    ours, theirs = side_by_side(
        lambda: sopgit(server, "hook", "pre-receive", stdin=line, env={"GIT_DIR": "."}),
        lambda: git(clone, "status"),
    )
    return Row(f"verify one push, {n} cases", ours, "git status", theirs, "<= 1.5 at 10000")


def commit(few: Path, clone: Path, n: int) -> Row:
    """The client's hook on a case just opened."""
    for folder in (few, clone):
        git(folder, "reset", "-q", "--hard")
        path, data = opened(folder)
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
        git(folder, "add", path)
    ours, theirs = side_by_side(
        lambda: sopgit(clone, "hook", "pre-commit"), lambda: sopgit(few, "hook", "pre-commit")
    )
    for folder in (few, clone):
        git(folder, "reset", "-q", "--hard")
    return Row(f"pre-commit of one case among {n}", ours, f"among {FEW}", theirs, "<= 1.1")


def opened(clone: Path) -> tuple[str, bytes]:
    """A case that somebody is about to commit."""
    office = Office.open(clone, clone)
    trusted = office.trusted
    reference = next(iter(trusted.policy.raw["procedures"]))
    procedure = trusted.procedure(reference)
    assert procedure is not None
    person, at = samples.CLONES[KASI], datetime.fromisoformat(trusted.newest)
    ground = Ground(trusted, None, reference, procedure, person, trusted.tip, at)
    event = compose(acts.OPEN, ground)
    raw = signer(person).sign(EVENT_NAMESPACE, event_bytes(event))
    event["sig"] = base64.b64encode(raw).decode()
    return f"{case_folder(event)}/case.yaml", HEADER + emit_item(event)


def inbox(clone: Path, n: int) -> Iterator[Row]:
    """What waits, first without and then with what is kept of the open cases."""
    first = clock(lambda: sopgit(clone, "inbox"))
    yield Row(f"first inbox on {n} cases", first, "limit", 5, "<= 1 at 10000")
    ours, theirs = side_by_side(
        lambda: sopgit(clone, "inbox"),
        lambda: run([sys.executable, "-m", "dvc", "--version"], clone),
    )
    yield Row(f"inbox on {n} cases", ours, "dvc --version", theirs, "<= 0.5 at 10000")


def check(clone: Path, n: int) -> Iterator[Row]:
    """All files of an office by every rule, against the schema alone; where the other is there."""
    other = Path(sys.executable).with_name("check-jsonschema")
    if not other.exists():
        print("(check-jsonschema is not installed: pip install -e '.[benchmark]')", flush=True)
        return
    files = [str(path) for path in sorted(clone.glob("cases/*/*/*/case.yaml"))]
    schema = str(PROJECT / "schemas" / "case.schema.json")
    theirs = clock(lambda: run([str(other), "--schemafile", schema, *files], clone))
    ours = clock(lambda: sopgit(clone, "check", "."))
    yield Row(f"check {n} cases as files", ours, "check-jsonschema", theirs, ">= 8", True)


if __name__ == "__main__":
    main()
