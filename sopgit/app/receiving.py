"""One file of an intake: read once, scanned, encrypted where it must be, and judged.

What comes of it lies in a workspace only; nothing is kept before it is decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO

from sopgit.adapters import age
from sopgit.adapters.files import steady_file
from sopgit.adapters.folders import SUFFIX, steady_folder
from sopgit.adapters.streams import OnBlock, both
from sopgit.app.doubts import judge_scan
from sopgit.app.journal import Finished
from sopgit.app.pending import Item
from sopgit.app.previous import Previous
from sopgit.app.scan import Known, Scan, content_scan
from sopgit.app.scan_folder import FolderScan
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
    answers the scan's warnings; `known_codes` are regions by coding.
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

    @property
    def is_restricted(self) -> bool:
        """Whether the class requires encryption."""
        return is_restricted(self.dataset.classification, self.encrypt_rule)

    @property
    def name(self) -> str:
        """The file's name, as text; a folder's archive has its name."""
        name = self.source.absolute().name.encode("utf-8", "replace").decode()
        return name + SUFFIX if self.is_folder else name

    @cached_property
    def is_folder(self) -> bool:
        """Whether the source is a folder, which becomes one archive."""
        return self.source.is_dir() and not self.source.is_symlink()

    @contextmanager
    def open(self) -> Iterator[tuple[BinaryIO, Scan]]:
        """The bytes for one reading, and the scan that watches them pass by."""
        columns, is_open = self.dataset.columns, not self.is_restricted
        if self.is_folder:
            folder = FolderScan(self.name, columns, self.known_codes, is_open=is_open)
            with steady_folder(self.source, folder) as archive:
                yield archive, folder
            return
        scan = content_scan(self.name, columns, self.known_codes, is_open=is_open)
        with steady_file(self.source) as file:
            yield file, scan


@dataclass(frozen=True)
class Received:
    """A file that may be taken in; `warnings` are what the entry's reason answers.

    `is_new` is false where the same content waits for the act already, as `item` has it.
    """

    finished: Finished
    manifest: Manifest
    warnings: tuple[Finding, ...] = ()
    is_new: bool = True


@dataclass(frozen=True)
class Unchanged:
    """The content is that of `version` already; nothing was kept."""

    dataset: str
    version: int


def receive(
    storage: Storage,
    intake: Intake,
    path: Path,
    waiting: Item | None = None,
    on_block: OnBlock | None = None,
) -> Received | Unchanged | Refused:
    """Bring one file to `path` in a workspace as it will be stored, not synced yet.

    `waiting` is what waits for the case's next act as a version of the same
    dataset; `on_block` gets each block of the source. Refused: the scan found
    what may not be stored, or doubts it and no reason is given. Raises
    UsageError (the source is no file, or lies where it may not), DiskFullError,
    FileError, AgeError.
    """
    if intake.is_restricted:
        storage.refuse_inside(intake.source)
    with intake.open() as (source, scan):
        stored, sha256, size = _bring(storage, intake, source, path, both(scan.feed, on_block))
    found = scan.findings()
    manifest = Manifest(intake.name, sha256, size, scan.rows, scan.columns)
    if intake.previous is not None and _is_unchanged(intake, intake.previous, stored, manifest):
        path.unlink()
        return Unchanged(intake.dataset.id, intake.previous.version)
    judged = judge_scan(found, manifest, _before(storage, intake), intake.reason)
    if isinstance(judged, Refused):
        path.unlink()
        return judged
    entry = _entry(intake, stored, judged.warnings)
    waits = waiting is not None and _waits_already(intake, waiting, stored, manifest, entry)
    if waiting is not None and waits and _is_kept(storage, waiting):
        path.unlink()
        return Received(Finished(path, waiting), manifest, judged.warnings, is_new=False)
    item = Item(entry, _files(intake, stored, manifest))
    return Received(Finished(path, item), manifest, judged.warnings)


def _bring(
    storage: Storage, intake: Intake, source: BinaryIO, path: Path, on_block: OnBlock
) -> tuple[StoredObject, str, int]:
    """The stored object, and the plaintext's SHA-256 and size."""
    if not intake.is_restricted:
        kept = storage.store.receive(source, path, on_block, settled=False)
        return kept, kept.sha256, kept.size
    mine = intake.identity
    if mine is not None and mine.public not in intake.recipients:
        mine = None  # who takes data in need not be one of its readers
    stored = age.encrypt(
        source, path, intake.recipients, identity=mine, on_block=on_block, settled=False
    )
    return stored.object, stored.plain_sha256, stored.plain_size


def _before(storage: Storage, intake: Intake) -> TableFacts:
    previous = intake.previous
    return previous.facts(storage.store, intake.identity) if previous else TableFacts()


def _is_unchanged(
    intake: Intake, previous: Previous, stored: StoredObject, manifest: Manifest
) -> bool:
    """Whether content and description are those of a version that is known."""
    described = previous.files.get(dataset_path(intake.dataset.id))
    if previous.was_restricted != intake.is_restricted or described != intake.description:
        return False
    if not intake.is_restricted:
        return previous.object == stored
    last = previous.manifest(intake.identity)
    return last is not None and (last.sha256, last.size) == (manifest.sha256, manifest.size)


def _waits_already(
    intake: Intake,
    waiting: Item,
    stored: StoredObject,
    manifest: Manifest,
    entry: Mapping[str, Any],
) -> bool:
    """Whether `waiting` would say the same, were it taken in again."""
    held = waiting.entry
    files = {path: data for path, data in waiting.files.items() if data is not None}
    known = Previous(int(held["version"]), StoredObject.parse(held["object"]), files)
    rest = {"object": None, "copies": None}
    return {**held, **rest} == {**entry, **rest} and _is_unchanged(intake, known, stored, manifest)


def _is_kept(storage: Storage, waiting: Item) -> bool:
    """Whether the cache still has what waits, every byte."""
    return storage.store.look(StoredObject.parse(waiting.entry["object"])).state == "ok"


def _entry(intake: Intake, stored: StoredObject, warnings: Sequence[Finding]) -> dict[str, Any]:
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
    return entry


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
