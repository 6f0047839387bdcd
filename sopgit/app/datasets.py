"""Taking data in: read once, encrypt what is restricted, store, push, prove, remember.

The order is what makes it safe. A restricted file is encrypted before anything
is written below the repository; an object is on the disk before it has its
name; it is pending before it is pushed, so that a remote that is away delays
and loses nothing; a copy counts only when it has been read back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from sopgit.adapters import age
from sopgit.adapters.files import steady_file
from sopgit.adapters.objects import Seen
from sopgit.adapters.streams import OnBlock, OnProgress, observer
from sopgit.app.doubts import judge_scan
from sopgit.app.pending import Pending, read_pending, write_pending
from sopgit.app.previous import Previous
from sopgit.app.scan import Known, Scan, content_scan
from sopgit.app.storage import Storage
from sopgit.core.dataset import (
    Dataset,
    dataset_path,
    file_name,
    is_restricted,
    manifest_path,
    pointer_path,
)
from sopgit.core.finding import Finding, Refused
from sopgit.core.losses import TableFacts
from sopgit.core.manifest import Manifest, manifest_bytes
from sopgit.core.objects import StoredObject
from sopgit.core.pointer import RESTRICTED_NAME, pointer_bytes


@dataclass(frozen=True)
class Intake:
    """What is to be taken in, and for whom.

    `description` is the dataset.yaml that will be committed; `encrypt_rule` the
    policy's; `recipients` the readers' keys `age1...`, recovery keys among
    them; `identity` one's own, for the trial decryption and to tell that
    nothing changed; `remotes` the names of all that must hold a copy. `reason`
    answers the scan's warnings; `known_codes` are regions by coding. `scan`
    takes the place of the scan that fits the file.
    """

    case: str
    dataset: Dataset
    description: bytes
    source: Path
    encrypt_rule: Mapping[str, Sequence[str]]
    remotes: Sequence[str]
    recipients: Sequence[str] = ()
    identity: age.Identity | None = None
    previous: Previous | None = None
    reason: str | None = None
    known_codes: Known | None = None
    scan: Callable[[str], Scan] | None = None

    @property
    def is_restricted(self) -> bool:
        """Whether the class requires encryption."""
        return is_restricted(self.dataset.classification, self.encrypt_rule)

    @property
    def name(self) -> str:
        """The file's name, as text."""
        return self.source.name.encode("utf-8", "replace").decode()

    def start_scan(self) -> Scan:
        """The scan that watches the bytes pass by."""
        if self.scan is not None:
            return self.scan(self.name)
        columns, is_open = self.dataset.columns, not self.is_restricted
        return content_scan(self.name, columns, self.known_codes, is_open=is_open)


@dataclass(frozen=True)
class Added:
    """A new version waits for the next act; `copies` tells each remote's state.

    `warnings` are what the entry's reason answers.
    """

    entry: Mapping[str, Any]
    pending: Pending
    copies: tuple[Seen, ...]
    manifest: Manifest
    warnings: tuple[Finding, ...] = ()


@dataclass(frozen=True)
class Unchanged:
    """The content is that of `version` already; nothing was kept."""

    dataset: str
    version: int


def add(
    storage: Storage, intake: Intake, on_progress: OnProgress | None = None
) -> Added | Unchanged | Refused:
    """Take one file in. Refused: the scan found what may not be stored, or doubts it and no
    reason is given; nothing was kept.

    Raises UsageError (the source is no file, or lies where it may not),
    DiskFullError, FileError, AgeError; then nothing was kept either.
    """
    if intake.is_restricted:
        storage.refuse_inside(intake.source)
    scan = intake.start_scan()
    with storage.store.workspace() as folder:
        path = folder / "object"
        with steady_file(intake.source) as source:
            watch = observer(scan.feed, on_progress)
            stored, sha256, size = _receive(storage, intake, source, path, watch)
        found = scan.findings()
        manifest = Manifest(intake.name, sha256, size, scan.rows, scan.columns)
        if intake.previous is not None and _is_unchanged(intake, stored, manifest):
            return Unchanged(intake.dataset.id, intake.previous.version)
        judged = judge_scan(found, manifest, _before(storage, intake), intake.reason)
        if isinstance(judged, Refused):
            return judged
        files = _files(intake, stored, manifest)
        storage.store.keep(path, stored)
    return _remember(storage, intake, stored, files, manifest, judged.warnings)


def _before(storage: Storage, intake: Intake) -> TableFacts:
    previous = intake.previous
    return previous.facts(storage.store, intake.identity) if previous else TableFacts()


def _receive(
    storage: Storage,
    intake: Intake,
    source: BinaryIO,
    path: Path,
    on_block: OnBlock,
) -> tuple[StoredObject, str, int]:
    """Bring the source to `path` as it will be stored; with the plaintext's SHA-256 and size."""
    if not intake.is_restricted:
        kept = storage.store.receive(source, path, on_block)
        return kept, kept.sha256, kept.size
    mine = intake.identity
    if mine is not None and mine.public not in intake.recipients:
        mine = None  # who takes data in need not be one of its readers
    stored = age.encrypt(source, path, intake.recipients, identity=mine, on_block=on_block)
    return stored.object, stored.plain_sha256, stored.plain_size


def _is_unchanged(intake: Intake, stored: StoredObject, manifest: Manifest) -> bool:
    previous = intake.previous
    if previous is None or previous.was_restricted != intake.is_restricted:
        return False
    if not intake.is_restricted:
        return previous.object == stored
    last = previous.manifest(intake.identity)
    return last is not None and (last.sha256, last.size) == (manifest.sha256, manifest.size)


def _files(intake: Intake, stored: StoredObject, manifest: Manifest) -> dict[str, bytes | None]:
    """What the act will commit; None for what no longer belongs to the dataset."""
    dataset, restricted = intake.dataset, intake.is_restricted
    name = RESTRICTED_NAME if restricted else file_name(dataset, manifest.file)
    files: dict[str, bytes | None] = {
        dataset_path(dataset.id): intake.description,
        pointer_path(dataset.id, restricted, name): pointer_bytes(stored.md5, stored.size, name),
    }
    sealed = manifest_path(dataset.id)
    if restricted:
        files[sealed] = age.encrypt_bytes(manifest_bytes(manifest), intake.recipients)
    if intake.previous is not None:
        stale = [*intake.previous.pointers, *({sealed} & intake.previous.files.keys())]
        files |= {path: None for path in stale if path not in files}
    return files


def _remember(
    storage: Storage,
    intake: Intake,
    stored: StoredObject,
    files: Mapping[str, bytes | None],
    manifest: Manifest,
    warnings: tuple[Finding, ...],
) -> Added:
    previous = intake.previous
    action = "store" if previous is None else "update"
    if previous is not None and previous.was_restricted != intake.is_restricted:
        action = "reclass"
    entry: dict[str, Any] = {
        "dataset": intake.dataset.id,
        "version": 1 if previous is None else previous.version + 1,
        "action": action,
        "object": stored.value,
        "copies": [],
    }
    if warnings and intake.reason:
        entry["reason"] = intake.reason
    pending = read_pending(storage.state, intake.case).joined(entry, files)
    write_pending(storage.state, intake.case, pending)
    seen = storage.prove_all(stored, intake.remotes)
    entry["copies"] = [copy.place for copy in seen if copy.state == "ok"]
    pending = pending.with_copies(entry, entry["copies"])
    write_pending(storage.state, intake.case, pending)
    return Added(entry, pending, seen, manifest, warnings)


def push(storage: Storage, case: str, remotes: Sequence[str]) -> dict[str, tuple[Seen, ...]]:
    """Finish what `add` could not push; the state of each copy by dataset."""
    pending = read_pending(storage.state, case)
    result = {}
    for entry in pending.datasets:
        name = str(entry["dataset"])
        seen = storage.prove_all(StoredObject.parse(entry["object"]), remotes)
        result[name] = seen
        proved = [copy.place for copy in seen if copy.state == "ok"]
        pending = pending.with_copies(entry, proved)
        write_pending(storage.state, case, pending)
    return result
