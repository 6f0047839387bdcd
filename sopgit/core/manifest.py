"""What is known of a restricted file and may not stand in the clear: its manifest.

Git holds the manifest as `manifest.age`, encrypted to the data's own readers.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from sopgit.core.canonical import canonical, read_object

SCHEMA = "sopgit/manifest/v1"


@dataclass(frozen=True)
class Manifest:
    """File name, rows, column names, SHA-256 and size of the plaintext; None: not a table."""

    file: str
    sha256: str
    size: int
    rows: int | None = None
    columns: tuple[str, ...] | None = None


def manifest_bytes(manifest: Manifest) -> bytes:
    """The manifest as canonical JSON and a line end."""
    value: dict[str, Any] = {"schema": SCHEMA, **asdict(manifest)}
    return canonical(value) + b"\n"


def parse_manifest(data: bytes) -> Manifest:
    """The manifest; ValueError for anything else."""
    try:
        value = read_object(data)
    except ValueError as error:
        raise ValueError("the manifest is not JSON") from error
    if value.get("schema") != SCHEMA:
        raise ValueError("the manifest is not of a known schema")
    columns = value.get("columns")
    try:
        return Manifest(
            file=str(value["file"]),
            sha256=str(value["sha256"]),
            size=int(value["size"]),
            rows=None if value.get("rows") is None else int(value["rows"]),
            columns=None if columns is None else tuple(str(column) for column in columns),
        )
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise ValueError("the manifest lacks a field") from error
