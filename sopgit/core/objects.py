"""A stored object: the bytes that a version of a dataset is, named by their digests."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

CopyState = Literal["ok", "missing", "damaged", "unreachable"]

_MD5 = re.compile(r"[0-9a-f]{32}")


@dataclass(frozen=True)
class StoredObject:
    """MD5 (DVC's name for it), SHA-256 (what is trusted) and size in bytes of what is stored."""

    md5: str
    sha256: str
    size: int

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> StoredObject:
        """From an event's `object`."""
        return cls(str(value["md5"]), str(value["sha256"]), int(value["size"]))

    @property
    def value(self) -> dict[str, Any]:
        """As an event's `object`."""
        return {"md5": self.md5, "sha256": self.sha256, "size": self.size}


def object_name(md5: str) -> str:
    """The object's path below a cache or a remote, in DVC's documented layout.

    ValueError for anything but an MD5 digest, so that no path is ever built from foreign text.
    """
    if not _MD5.fullmatch(md5):
        raise ValueError(f"no MD5 digest: {md5!r}")
    return f"files/md5/{md5[:2]}/{md5[2:]}"
