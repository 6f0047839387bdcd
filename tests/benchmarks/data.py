"""Data: a large restricted file and many small ones, beside the same done by hand.

What ours does and the hand does not: the disk is synced, the file proved by
decryption, every copy read back, every byte hashed when it comes back.
"""

from __future__ import annotations

import os
import shutil
import statistics
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.benchmarks.data_office import RESTRICTED, Cost, Desk, Hand
from tests.benchmarks.timing import Row

MEGABYTES = 1024 if os.environ.get("BENCH_FULL") else 256
TURNS = 3
MANY, BY_HAND = 300, 300 if os.environ.get("BENCH_FULL") else 20
SMALL = 27_000


def data_rows(root: Path) -> Iterator[Row]:
    """The rows, each as soon as it is known; what is made below `root` goes with them."""
    root = root / "data"
    root.mkdir(parents=True)
    try:
        for kind in ("any", "table"):
            yield from large(root / kind, kind)
        yield from many(root / "many")
    finally:
        shutil.rmtree(root)


def large(root: Path, kind: str) -> Iterator[Row]:
    """Intake without and with a remote, recovery, and memory."""
    root.mkdir()
    source = large_file(root, kind)
    (root / "small.dat").write_bytes(b"x")
    told = f"{MEGABYTES} MiB, {kind}"
    for remotes in (0, 1):
        desk, hand = (
            Desk(root / f"desk-{remotes}", remotes),
            Hand(root / f"hand-{remotes}", remotes),
        )
        least = desk.take_in("kecil", root / "small.dat")
        pairs: list[tuple[Cost, Cost]] = []
        for turn in range(TURNS):
            name = f"besar-{turn}"
            theirs = hand.take_in(name, source, push=remotes > 0)
            pairs.append((desk.take_in(name, source), theirs))
        against = "age, dvc add" + ", push" * remotes
        yield from side_by_side(f"intake {told}", pairs, against, "" if remotes else "<= 1", least)
    desk.sopgit("note", desk.case, "--reason", "diterima")
    pairs = [bring_back(desk, hand, root / "back") for _ in range(TURNS)]
    yield from side_by_side(f"recover {told}", pairs, "dvc pull, age -d", "<= 1.5", least)


def bring_back(desk: Desk, hand: Hand, output: Path) -> tuple[Cost, Cost]:
    theirs = hand.bring_back("besar-0", output)
    output.unlink()
    desk.forget()
    ours = desk.measure("data", "recover", "bps-rekaan/besar-0", "--output", str(output))
    output.unlink()
    return ours, theirs


def side_by_side(
    what: str, pairs: list[tuple[Cost, Cost]], against: str, floor: str, least: Cost
) -> Iterator[Row]:
    """Seconds, seconds of all cores, and ours in memory above what `least` took."""
    ours, theirs = zip(*pairs, strict=True)
    yield Row(what, median(ours, "seconds"), against, median(theirs, "seconds"), floor)
    yield Row("  all cores", median(ours, "cores"), against, median(theirs, "cores"), "")
    grown = max(cost.megabytes for cost in ours) - least.megabytes
    yield Row("  memory above start-up", grown, "limit", 64, "<= 1", unit="MB")


def median(costs: Sequence[Cost], name: str) -> float:
    return float(statistics.median(getattr(cost, name) for cost in costs))


def large_file(root: Path, kind: str) -> Path:
    """Random bytes, or a table of persons that are none."""
    path = root / ("besar.csv" if kind == "table" else "besar.dat")
    with path.open("wb") as file:
        if kind == "table":
            file.write(b"no,nama,desa,nilai\n")
        for block in range(MEGABYTES):
            if kind == "any":
                file.write(os.urandom(1024 * 1024))
                continue
            rows = (f"{block}{n:05},Rekaan {n},Desa {n % 97},{n * 7}\n" for n in range(31_000))
            file.write("".join(rows).encode())
    return path


def many(root: Path) -> Iterator[Row]:
    """Small restricted files: one command, a command each, and by hand."""
    desk, hand = Desk(root / "desk", 0), Hand(root / "hand", 0)
    files = []
    for number in range(MANY):
        path = root / f"kecil-{number}.csv"
        path.write_bytes(b"no,nilai\n" + f"{number},{'x' * 20}\n".encode() * (SMALL // 30))
        files.append(path)
    some = list(enumerate(files[:BY_HAND]))
    by_hand = sum(hand.take_in(f"d{n}", file, push=False).seconds for n, file in some)
    singly = sum(desk.take_in(f"e{n}", file).seconds for n, file in some)
    (root / "list.csv").write_text(
        "dataset,file\n" + "".join(f"bps-rekaan/d{n},{file}\n" for n, file in enumerate(files))
    )
    words = ("data", "add", "--from", str(root / "list.csv"), "--case", desk.case, *RESTRICTED)
    ours = desk.measure(*words)
    scale = MANY / BY_HAND
    what = f"{MANY} small restricted, one command"
    yield Row(what, ours.seconds, "age, dvc add", by_hand * scale, ">= 50", True)
    yield Row("  the same", ours.seconds, "a command each", singly * scale, "", True)
