"""Reading the landings to come in other processes, while this one judges.

A landing's case files are compared, parsed and their signatures tried by
workers, each taking every n-th stretch of the chain; judging goes on here, in
order, over what they send. They can only save work: a landing that shows
anything odd is not sent, and is read again here, where the finding arises. So
the verdict is that of one process, which a test compares. A worker that dies
leaves its landings to this process.

Threads would not do: nearly all of the work holds Python's lock.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sopgit.adapters.git import Repository
from sopgit.app.blobs import check_sizes
from sopgit.core.errors import SopgitError
from sopgit.core.gitobjects import Change, parse_commit
from sopgit.core.lineage import FileChange
from sopgit.core.paths import POLICY, is_case_file
from sopgit.core.policy import Policy
from sopgit.core.preread import Preread, preread
from sopgit.core.schema import Schemas
from sopgit.core.strict_yaml import mapping_of

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

FEWEST = 300
"""Below so many landings other processes cost more than they bring."""
STRETCH = 50
MOST_PROCESSES = 8


@dataclass(frozen=True)
class Ahead:
    """A commit read without a finding: its trees and parents, what it changes, its case files."""

    old_tree: str
    new_tree: str
    parents: tuple[str, ...]
    changes: Mapping[str, Change]
    preread: Mapping[str, Preread]


class StoredChange(FileChange):
    """A change whose bytes are read from the repository when somebody asks for them."""

    _repo: Repository
    _change: Change

    def __init__(self, repo: Repository, change: Change) -> None:
        object.__setattr__(self, "_repo", repo)
        object.__setattr__(self, "_change", change)

    @property
    def is_addition(self) -> bool:
        return self._change.old is None

    def __getattr__(self, name: str) -> Any:
        if name not in {"old", "new"}:
            raise AttributeError(name)
        oid = getattr(self._change, name)
        data = None if oid is None else self._repo.objects.blob(oid)
        object.__setattr__(self, name, data)
        return data


def default_processes() -> int:
    """How many processes to use: one for each processor that is ours, one where none can fork."""
    if sys.platform != "linux" or threading.active_count() > 1:
        return 1
    return min(len(os.sched_getaffinity(0)), MOST_PROCESSES)


def read_ahead(
    repo: Repository, before: str, commits: Sequence[str], schemas: Schemas, processes: int
) -> Iterator[tuple[str, Ahead | None]]:
    """Each of `commits`, in order, with what could be read of it; `before` is the first's parent.

    With one process nothing is read ahead.
    """
    if processes < 2 or len(commits) < FEWEST:
        yield from ((commit, None) for commit in commits)
        return
    chain = [before, *commits]
    starts = range(0, len(commits), STRETCH)
    with _workers(_Reader(repo, schemas), chain, starts, processes) as pipes:
        for index, start in enumerate(starts):
            stretch = commits[start : start + STRETCH]
            read = _receive(pipes, index % processes, len(stretch))
            yield from zip(stretch, read, strict=True)


def _receive(pipes: list[Connection | None], index: int, count: int) -> list[Ahead | None]:
    pipe = pipes[index]
    try:
        if pipe is not None:
            found: list[Ahead | None] = pipe.recv()
            return found
    except (EOFError, OSError):
        pipes[index] = None
    return [None] * count


@contextmanager
def _workers(
    reader: _Reader, chain: Sequence[str], starts: Sequence[int], processes: int
) -> Iterator[list[Connection | None]]:
    """The ends to read from, one for each worker; the workers end with the block."""
    # It takes 16 ms to load, which a hook that judges one landing need not pay.
    import multiprocessing  # noqa: PLC0415

    context = multiprocessing.get_context("fork")
    workers, pipes = [], []
    gc.collect()
    gc.freeze()  # so that no worker copies what it never changes
    for number in range(processes):
        ours, theirs = context.Pipe(duplex=False)
        own = starts[number::processes]
        worker = context.Process(target=_work, args=(reader, chain, own, theirs), daemon=True)
        worker.start()
        theirs.close()
        workers.append(worker)
        pipes.append(ours)
    try:
        yield list(pipes)
    finally:
        gc.unfreeze()
        for pipe in pipes:
            pipe.close()
        for worker in workers:
            worker.terminate()
            worker.join()


def _work(reader: _Reader, chain: Sequence[str], starts: Sequence[int], pipe: Connection) -> None:
    """What a worker does: send each stretch of its own as a list; stop when nobody listens."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever interrupts us ends the workers too
    gc.disable()  # what a worker reads holds no cycles, and is gone with its stretch
    with closing(pipe):
        for start in starts:
            steps = zip(chain[start : start + STRETCH], chain[start + 1 :], strict=False)
            try:
                pipe.send([reader.read(old, new) for old, new in steps])
            except BrokenPipeError:
                return


@dataclass
class _Reader:
    """Reads landings by themselves; `policy` is the one in force at the commit read last."""

    repo: Repository
    schemas: Schemas
    last: str = ""
    tree: str = ""
    policy: Policy | None = None

    def read(self, before: str, commit: str) -> Ahead | None:
        """The landing of `commit` on `before`; None when it must be read where it is judged."""
        try:
            return self._read(before, commit)
        except (SopgitError, ValueError, LookupError, TypeError):
            self.last = ""
            return None

    def _read(self, before: str, commit: str) -> Ahead | None:
        if before != self.last:
            self.tree, self.policy = self.repo.tree_of(before), None
        old_tree, self.last = self.tree, ""
        read = parse_commit(self.repo.objects.commit(commit))
        changed, findings = self.repo.walk.diff(old_tree, read.tree)
        if findings or check_sizes(self.repo, changed):
            return None
        self.policy = self.policy or self._policy(old_tree)
        kept = {}
        for path, change in changed.items():
            if is_case_file(path):
                data = StoredChange(self.repo, change)
                found = preread(path, data, self.schemas, self.policy)
                if not found.growth.findings:
                    kept[path] = found
        self.last, self.tree = commit, read.tree
        if POLICY in changed:
            self.policy = None
        return Ahead(old_tree, read.tree, read.parents, changed, kept)

    def _policy(self, tree: str) -> Policy:
        entry = self.repo.walk.find(tree, POLICY)
        oid = entry.oid if entry else ""
        return Policy.parse(mapping_of(self.repo.objects.blob(oid)))
