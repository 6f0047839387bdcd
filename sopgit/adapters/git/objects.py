"""Raw objects through libgit2, which checks each one against its id."""

from __future__ import annotations

import re

import pygit2
from pygit2.enums import ObjectType

from sopgit.core.errors import SopgitError
from sopgit.core.text import T

_OID = re.compile(r"[0-9a-f]{40}")
_SMALL, _MOST_RECENT = 64 * 1024, 64

# Packs are looked at through windows: else all of a large one counts as memory in use.
pygit2.settings.mwindow_size = 16 * 1024 * 1024
pygit2.settings.mwindow_mapped_limit = 96 * 1024 * 1024
_NAMES = {ObjectType.COMMIT: "commit", ObjectType.TREE: "tree", ObjectType.BLOB: "blob"}


class MissingObjectError(SopgitError):
    """An object is absent, damaged, or of another kind than its use says."""


class ObjectStore:
    """Reads and writes objects; what `sopgit.core.gitobjects.Objects` asks for."""

    def __init__(self, odb: pygit2.Odb) -> None:
        self._odb = odb
        self._recent: dict[str, bytes] = {}  # a file that grows is read as new, then as old

    def commit(self, oid: str) -> bytes:
        """The raw commit `oid`."""
        return self._read(oid, ObjectType.COMMIT)

    def tree(self, oid: str) -> bytes:
        """The raw tree `oid`."""
        return self._read(oid, ObjectType.TREE)

    def blob(self, oid: str) -> bytes:
        """The bytes of the file `oid`."""
        found = self._recent.pop(oid, None)
        data = self._read(oid, ObjectType.BLOB) if found is None else found
        if len(data) <= _SMALL:
            self._recent[oid] = data
            if len(self._recent) > _MOST_RECENT:
                del self._recent[next(iter(self._recent))]
        return data

    def size(self, oid: str) -> int:
        """How many bytes the object `oid` holds, without reading them."""
        if not _OID.fullmatch(oid):
            raise MissingObjectError(T("{oid} is no object id", oid=oid))
        try:
            return int(self._odb.read_header(oid)[1])
        except (KeyError, ValueError, OSError, pygit2.GitError) as error:
            raise MissingObjectError(
                T("the object {oid} is missing or damaged", oid=oid[:12]),
                T("fetch it again, or look closer with: git fsck"),
            ) from error

    def write_commit(self, raw: bytes) -> str:
        """Store a raw commit; its id."""
        return self._write(ObjectType.COMMIT, raw)

    def write_tree(self, raw: bytes) -> str:
        """Store a raw tree; its id."""
        return self._write(ObjectType.TREE, raw)

    def write_blob(self, data: bytes) -> str:
        """Store a file's bytes; their id."""
        return self._write(ObjectType.BLOB, data)

    def _read(self, oid: str, wanted: ObjectType) -> bytes:
        # libgit2 would take a shortened id and read whatever it finds.
        if not _OID.fullmatch(oid):
            raise MissingObjectError(T("{oid} is no object id", oid=oid))
        try:
            kind, data = self._odb.read(oid)
        except (KeyError, ValueError, OSError, pygit2.GitError) as error:
            raise MissingObjectError(
                T("the {kind} {oid} is missing or damaged", kind=_NAMES[wanted], oid=oid[:12]),
                T("fetch it again, or look closer with: git fsck"),
            ) from error
        if kind != wanted:
            raise MissingObjectError(T("{oid} is no {kind}", oid=oid[:12], kind=_NAMES[wanted]))
        return data

    def _write(self, kind: ObjectType, data: bytes) -> str:
        try:
            return str(self._odb.write(kind, data))
        except (ValueError, OSError, pygit2.GitError) as error:
            raise SopgitError(
                T("Git cannot store an object: {reason}", reason=str(error)),
                T("see that there is room on the disk, and that its folder can be written"),
            ) from error
