"""Under which header a stored version is read: its own, or a newer one that a rekey record made.

Of a version's data the newer header stands at `headers/data-N.hdr`. A manifest
got its new header in place as long as its version was the newest, and after
that at `headers/manifest-N.hdr`. The own header comes first: whoever it opens
to needs no other, whatever became of those.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Protocol

from sopgit.adapters.age import Identity
from sopgit.adapters.git import CommitTree
from sopgit.app.landings import trees_of
from sopgit.app.office import Office
from sopgit.app.recovery import Wanted
from sopgit.core.dataset import dataset_folder, manifest_path
from sopgit.core.errors import UsageError
from sopgit.core.lineage import sha256
from sopgit.core.objects import StoredObject
from sopgit.core.paths import header_path
from sopgit.core.rewrap import payload_of
from sopgit.core.text import T


class Told(Protocol):
    """A version as an event told it; `manifest` is the digest of its manifest.age."""

    @property
    def dataset(self) -> str: ...
    @property
    def version(self) -> int: ...
    @property
    def object(self) -> StoredObject: ...
    @property
    def manifest(self) -> str | None: ...


def wanted_version(office: Office, version: Told, identity: Identity | None) -> Wanted:
    """What is to be brought back, with what opens it to `identity`, if anything does.

    Raises UsageError where the history does not hold its manifest.
    """
    if version.manifest is None:
        return Wanted(version.dataset, version.version, version.object)
    known = list(manifests(office, version))
    readable = (data for data in known if identity is not None and identity.opens(data))
    path = header_path(dataset_folder(version.dataset), "data", version.version)
    header = office.built_on.trusted.tree.get(path)
    manifest = next(readable, known[0])
    return Wanted(version.dataset, version.version, version.object, manifest, header)


def manifests(office: Office, version: Told) -> Iterator[bytes]:
    """The manifest of a restricted `version` as its event listed it, then under newer headers."""
    path, repo = manifest_path(version.dataset), office.repo
    later: dict[str, bytes] = {}
    for _, tree in trees_of(repo, repo.first_parents(office.built_on.tip)):
        data = CommitTree(repo, tree).get(path)
        if data is None:
            continue
        if sha256(data) == version.manifest:
            break
        later[sha256(data) or ""] = data
    else:
        raise UsageError(
            T("the manifest of version {version} is not in the history", version=version.version)
        )
    yield data
    payload = payload_of(data)
    folder = dataset_folder(version.dataset)
    header = office.built_on.trusted.tree.get(header_path(folder, "manifest", version.version))
    if header is not None:
        yield header + payload
    yield from (other for other in later.values() if _has_payload(other, payload))


def _has_payload(data: bytes, payload: bytes) -> bool:
    """Whether `data` is an age file with this payload; a landing that was refused brings any."""
    try:
        return payload_of(data) == payload
    except ValueError:
        return False
