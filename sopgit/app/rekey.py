"""Opening what is stored to the present readers: new headers under `rekey` records.

Nothing is encrypted or uploaded again. It opens what joiners could not read;
it takes nothing from those who left, for their old headers stay in the history
and in what they have copied.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sopgit.adapters.age import Identity
from sopgit.app.data import office_storage
from sopgit.app.headers import manifests
from sopgit.app.office import Office
from sopgit.app.openings import Opening, read_openings
from sopgit.app.readers import readers
from sopgit.app.records import Entered, enter_record
from sopgit.app.storage import Storage
from sopgit.app.versions import Version, dataset_versions
from sopgit.app.workplace import Workplace
from sopgit.core.agefile import HEADER_LIMIT
from sopgit.core.dataset import dataset_folder, manifest_path
from sopgit.core.errors import UsageError
from sopgit.core.paths import header_path
from sopgit.core.readers import is_closed, reader_names
from sopgit.core.rewrap import payload_of
from sopgit.core.text import T

_MOST = 2000
"""So many files fit into one record."""


@dataclass(frozen=True)
class Rekeyed:
    """The records that were entered, the files with new headers, and what could not get one.

    `closed` are files that the own key does not open; `away` have no copy at hand.
    """

    entered: tuple[Entered, ...]
    people: tuple[str, ...]
    files: tuple[str, ...]
    closed: tuple[str, ...]
    away: tuple[str, ...]


@dataclass
class _Work:
    """New bytes by path, made with `identity` for `keys`."""

    identity: Identity
    keys: Sequence[str]
    files: dict[str, bytes] = field(default_factory=dict)
    closed: list[str] = field(default_factory=list)
    away: list[str] = field(default_factory=list)

    def rewrap(self, path: str, heads: Sequence[bytes | None], payload: bytes = b"") -> None:
        """A new header before `payload`, made from the first of `heads` that opens."""
        known = [head for head in heads if head is not None]
        for head in known:
            if self.identity.opens(head):
                self.files[path] = self.identity.rewrap(head, self.keys) + payload
                return
        (self.closed if known else self.away).append(path)


def rekey(office: Office, datasets: Sequence[str], now: datetime, acting: str | None) -> Rekeyed:
    """Give everything that opens to others than the present readers a new header.

    `datasets` limits it to those; otherwise restricted cases are done too.
    Raises `UsageError`, `ActRefused`.
    """
    place = Workplace.of(office)
    policy = place.trusted.policy
    identity = office.me.read_identity()
    if identity is None:
        raise UsageError(
            T("only somebody who can read the data can open it to others"),
            T("set up your age key: sopgit key new"),
        )
    work = _Work(identity, readers(policy, now.isoformat()))
    landed = Workplace(place.trusted, {}, place.trusted.tree)  # of what waits, nobody needs headers
    versions = [version for version in dataset_versions(landed) if version.is_restricted]
    unknown = set(datasets) - {version.dataset for version in versions}
    if unknown:
        message = T("no restricted dataset is called {name}", name=min(unknown))
        raise UsageError(message, T("see: sopgit data list"))
    chosen = [version for version in versions if not datasets or version.dataset in datasets]
    openings = read_openings(office)
    with office_storage(office) as storage:
        for version in chosen:
            _do_version(office, place, storage, version, openings.versions, work)
    if not datasets:
        for path, known in openings.files.items():
            data = place.trusted.tree.get(path)
            if data is None or not is_closed(path, place.trusted.case):
                continue
            if _is_stale(known, work.keys):
                work.rewrap(path, [data], payload_of(data))
    people = reader_names(policy, policy.day(now))
    entered = tuple(_enter(office, work, people, now, acting))
    return Rekeyed(entered, people, tuple(work.files), tuple(work.closed), tuple(work.away))


def _is_stale(openings: Sequence[Opening], keys: Sequence[str]) -> bool:
    return not openings or openings[-1].keys != set(keys)


def _do_version(
    office: Office,
    place: Workplace,
    storage: Storage,
    version: Version,
    openings: dict[str, list[Opening]],
    work: _Work,
) -> None:
    tree, folder = place.trusted.tree, dataset_folder(version.dataset)
    data, manifest = (header_path(folder, kind, version.version) for kind in ("data", "manifest"))
    if _is_stale(openings.get(data, ()), work.keys):
        remotes = tuple(place.trusted.policy.raw["remotes"])
        work.rewrap(data, [tree.get(data), storage.head(version.object, remotes, HEADER_LIMIT)])
    if not _is_stale(openings.get(manifest, ()), work.keys):
        return
    known = list(manifests(office, version))
    payload, lying = payload_of(known[0]), tree.get(manifest_path(version.dataset))
    if lying is not None and payload_of(lying) == payload:
        work.rewrap(manifest_path(version.dataset), known, payload)
    else:
        work.rewrap(manifest, known)


def _enter(
    office: Office, work: _Work, people: Sequence[str], now: datetime, acting: str | None
) -> Iterator[Entered]:
    paths = sorted(work.files)
    for start in range(0, len(paths), _MOST):
        files = {path: work.files[path] for path in paths[start : start + _MOST]}
        subject = f"Open {len(files)} encrypted files to the present readers"
        said = {"people": list(people)}
        yield enter_record(office, "rekey", said, subject, now, files=files, acting=acting)
        office = Office.open(office.repo.workdir or office.repo.gitdir, office.home)
