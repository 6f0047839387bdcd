"""The kinds of content that the body of a paper is made of, and nothing else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True)
class Prose:
    """Running text, one entry for each paragraph."""

    paragraphs: tuple[str, ...]
    kind: Literal["prose"] = "prose"


@dataclass(frozen=True)
class Items:
    """A numbered list."""

    items: tuple[str, ...]
    kind: Literal["items"] = "items"


@dataclass(frozen=True)
class Table:
    """A table whose header is repeated on every page; each row is as long as the header."""

    header: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    kind: Literal["table"] = "table"


@dataclass(frozen=True)
class Rows:
    """Aligned `label : value`; a value may have several lines."""

    rows: tuple[tuple[str, tuple[str, ...]], ...]
    kind: Literal["rows"] = "rows"


Content = Prose | Items | Table | Rows


@dataclass(frozen=True)
class Section:
    """One piece of the body, under a heading or under none."""

    label: str | None
    content: Content


def lines_of(text: str) -> list[str]:
    """The lines of `text` that hold anything."""
    return [line.strip() for line in text.splitlines() if line.strip()]
