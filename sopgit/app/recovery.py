"""Bringing a stored version back: from whichever copy is good, and only when it is.

The output appears under its name only after the whole content has been checked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from sopgit.adapters import age
from sopgit.adapters.files import file_errors
from sopgit.adapters.folders import new_folder
from sopgit.adapters.objects import Seen, judge
from sopgit.adapters.outputs import new_output
from sopgit.adapters.streams import Writer, copy
from sopgit.app.copies import Found, find_copy, heal_copies
from sopgit.app.storage import Storage
from sopgit.core.agefile import HEADER_LIMIT, VERSION_LINE
from sopgit.core.errors import UsageError
from sopgit.core.manifest import Manifest, parse_manifest
from sopgit.core.objects import StoredObject
from sopgit.core.text import T

SCHEMA = "sopgit/receipt/v1"


@dataclass(frozen=True)
class Wanted:
    """A version as the ledger names it; `manifest` is its manifest.age, None for open data.

    `header` opens its data to who joined later.
    """

    dataset: str
    version: int
    object: StoredObject
    manifest: bytes | None = None
    header: bytes | None = None


@dataclass(frozen=True)
class Receipt:
    """What was recovered: from which copy, checked against which digests, and when.

    `seen` is every copy that was read, `healed` those that are good again. A receipt may lie
    where everybody can read it: of restricted data it has no SHA-256 and size of the content.
    """

    dataset: str
    version: int
    object: StoredObject
    source: str
    seen: tuple[Seen, ...]
    healed: tuple[str, ...]
    sha256: str | None
    size: int | None
    output: str
    at: str

    @property
    def value(self) -> dict[str, Any]:
        """As JSON, `sopgit/receipt/v1`."""
        seen = [{"place": c.place, "state": c.state, "detail": c.detail} for c in self.seen]
        return {"schema": SCHEMA, **asdict(replace(self, seen=())), "seen": seen}


def recover(
    storage: Storage,
    wanted: Wanted,
    remotes: Sequence[str],
    output: Path,
    identity: age.Identity | None,
    at: str,
) -> Receipt:
    """Write the version to the new file `output`, heal the bad copies met on the way.

    Raises LostError, UsageError (output exists, or restricted data would lie in
    the repository), WrongKeyError, DamagedError, DiskFullError; then there is no output.
    """
    return _bring(storage, wanted, remotes, output, identity, at, heal=True)


def get(
    storage: Storage,
    wanted: Wanted,
    remotes: Sequence[str],
    output: Path,
    identity: age.Identity | None,
    at: str,
    *,
    extract: bool = False,
) -> Receipt:
    """The same without touching any remote's copy.

    With `extract` the new `output` is the folder that was taken in as one archive.
    """
    return _bring(storage, wanted, remotes, output, identity, at, heal=False, extract=extract)


def _bring(
    storage: Storage,
    wanted: Wanted,
    remotes: Sequence[str],
    output: Path,
    identity: age.Identity | None,
    at: str,
    *,
    heal: bool,
    extract: bool = False,
) -> Receipt:
    manifest = open_manifest(wanted, identity)
    private = manifest is not None
    if private:
        storage.refuse_inside(output)
    mode = 0o600 if private else 0o644
    with (
        new_folder(output, private=private) if extract else new_output(output, mode) as file,
        find_copy(storage, wanted.object, remotes, output.parent) as found,
    ):
        plain = write_content(found, wanted, manifest, identity, file)
    healed = heal_copies(storage, wanted.object, found) if heal else ()
    return Receipt(
        dataset=wanted.dataset,
        version=wanted.version,
        object=wanted.object,
        source=found.source,
        seen=found.seen,
        healed=healed,
        sha256=None if private else plain.sha256,
        size=None if private else plain.size,
        output=str(output),
        at=at,
    )


def open_manifest(wanted: Wanted, identity: age.Identity | None) -> Manifest | None:
    """What the plaintext must be; None for open data.

    Raises UsageError without an identity, WrongKeyError, DamagedError.
    """
    if wanted.manifest is None:
        return None
    if identity is None:
        hint = T("make your keys known to this clone, or give --identity FILE")
        raise UsageError(T("{dataset} is restricted", dataset=wanted.dataset), hint)
    try:
        return parse_manifest(age.decrypt_bytes(wanted.manifest, identity))
    except ValueError as error:
        message = T("the manifest of {dataset} cannot be read", dataset=wanted.dataset)
        raise age.DamagedError(message) from error


def write_content(
    found: Found,
    wanted: Wanted,
    manifest: Manifest | None,
    identity: age.Identity | None,
    target: BinaryIO | None,
) -> age.Plain:
    """Write the content of the good copy, checked on the way, to `target`; None: nowhere."""
    stored = found.store.object_path(wanted.object.md5)
    with file_errors(stored):
        source = stored.open("rb", buffering=0)
    with source:
        if manifest is not None and identity is not None:
            under = under_header(source, wanted.header, identity)
            return age.decrypt_into(under, target, identity, manifest.sha256)
        if source.read(len(VERSION_LINE)) == VERSION_LINE:
            raise age.AgeError(T("this version is encrypted, and its manifest is missing"))
        source.seek(0)
        read = copy(source, Writer(target, md5=True))
        if judge(found.source, wanted.object, read).state != "ok":
            raise age.DamagedError(T("the copy in the cache changed while it was read"))
    return age.Plain(wanted.object.sha256, wanted.object.size)


def under_header(source: BinaryIO, header: bytes | None, identity: age.Identity) -> BinaryIO:
    """`source` from its start, under `header` where its own does not open to `identity`."""
    opens = header is None or identity.opens(source.read(HEADER_LIMIT))
    source.seek(0)
    return source if header is None or opens else age.under_header(header, source)
