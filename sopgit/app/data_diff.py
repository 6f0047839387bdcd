"""One version of a dataset held against another.

Tables are compared row by row, anything else by size and digest. What is
restricted is decrypted as it passes by, for a reader alone, and as often as it
is read: nothing of it is ever written to a disk.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from sopgit.adapters import age
from sopgit.adapters.streams import OnBlock
from sopgit.app.copies import find_copy
from sopgit.app.data import office_storage, reading_key
from sopgit.app.describing import description_of
from sopgit.app.headers import wanted_version
from sopgit.app.office import Office
from sopgit.app.recovery import open_manifest, write_content
from sopgit.app.storage import Storage
from sopgit.app.table_source import read_tables
from sopgit.app.versions import Version, dataset_versions, find_version
from sopgit.app.workplace import Workplace
from sopgit.core.errors import UsageError
from sopgit.core.tablechange import TableChange, compare
from sopgit.core.tablerows import Table
from sopgit.core.text import T


@dataclass(frozen=True)
class Side:
    """One of the two versions: the file's name, and the content's size in bytes and SHA-256."""

    version: Version
    file: str
    size: int
    sha256: str


@dataclass(frozen=True)
class DataDiff:
    """`sheets` tells what changed in each table, by the sheet's name; none where it is no table."""

    dataset: str
    before: Side
    after: Side
    sheets: tuple[tuple[str, TableChange], ...]

    @property
    def is_same(self) -> bool:
        """Whether both have the same content."""
        return self.before.sha256 == self.after.sha256


def diff_data(
    office: Office,
    dataset: str,
    old: int | None,
    new: int | None,
    key: Sequence[str] = (),
    limit: int | None = None,
    identity: Path | None = None,
) -> DataDiff:
    """What version `new` (None: the newest) has against `old` (None: the one before it).

    `limit` rows of each kind are kept; `identity` is the file with the key that
    opens what is restricted, None: one's own does. Raises UsageError (no such version or column, no
    identity), WrongKeyError, LostError.
    """
    place = Workplace.of(office)
    after = find_version(place, dataset, new, None, None)
    before = find_version(place, dataset, _earlier(place, after, old), None, None)
    description = description_of(place, dataset) or {}
    declared = [str(column["name"]) for column in description.get("columns", ())]
    is_restricted = before.is_restricted or after.is_restricted
    opening = reading_key(office, identity) if is_restricted else None
    with office_storage(office) as storage, ExitStack() as stack:
        sides = [_Opened(office, storage, one, opening, stack) for one in (before, after)]
        was, becomes = (read_tables(one.name, one.read, declared) for one in sides)
        sheets: list[tuple[str, TableChange]] = []
        if was is not None and becomes is not None:
            nothing = Table((), ())
            sheets = [
                (name, compare(was.get(name, nothing), becomes.get(name, nothing), key, limit))
                for name in dict.fromkeys((*was, *becomes))
            ]
        return DataDiff(dataset, sides[0].side(), sides[1].side(), tuple(sheets))


def _earlier(place: Workplace, after: Version, said: int | None) -> int:
    """The number of the version to compare with."""
    numbers = [v.version for v in dataset_versions(place) if v.dataset == after.dataset]
    earlier = [number for number in numbers if number < after.version]
    if said is None and not earlier:
        message = T("{name} has no version before {version}", name=after.dataset,
                    version=after.version)  # fmt: skip
        raise UsageError(message, T("name two with --from and --to"))
    return earlier[-1] if said is None else said


class _Opened:
    """A version whose content can be read again and again, each time with every byte checked."""

    def __init__(
        self,
        office: Office,
        storage: Storage,
        version: Version,
        identity: age.Identity | None,
        stack: ExitStack,
    ) -> None:
        wanted = wanted_version(office, version, identity)
        self._version, self._wanted, self._identity = version, wanted, identity
        self._manifest = open_manifest(wanted, identity)
        remotes = tuple(office.built_on.trusted.policy.raw["remotes"])
        self._found = stack.enter_context(find_copy(storage, wanted.object, remotes))
        self.name = self._manifest.file if self._manifest else version.file

    def read(self, on_block: OnBlock) -> None:
        """Give the whole content to `on_block`."""
        target = cast(BinaryIO, _Watched(on_block))
        write_content(self._found, self._wanted, self._manifest, self._identity, target)

    def side(self) -> Side:
        """What it is; of restricted data, as its manifest says."""
        content: Any = self._manifest or self._wanted.object
        return Side(self._version, self.name, content.size, content.sha256)


class _Watched(io.RawIOBase):
    """A file that gives what is written into it to a watcher, and keeps nothing."""

    def __init__(self, on_block: OnBlock) -> None:
        self._on_block = on_block

    def write(self, data: Any, /) -> int:
        self._on_block(bytes(data))
        return len(data)
