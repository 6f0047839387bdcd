"""What an office prints on its papers about itself: letterhead and place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SEAT = re.compile(r"(?:kabupaten|kota|provinsi)\s+(?:administrasi\s+)?(.+)", re.IGNORECASE)


@dataclass(frozen=True)
class Letterhead:
    """The head of the paper, from the government down to the telephone number."""

    parent: str | None
    name: str
    address: str | None
    lines: tuple[str, ...] = ()


def letterhead_of(office: Mapping[str, Any]) -> Letterhead:
    """Lines of `letterhead` that repeat parent, name or address are printed once."""
    parent, name, address = office.get("parent"), office["name"], office.get("address")
    said = {value.casefold() for value in (parent, name, address) if value}
    lines = office.get("letterhead") or ()
    return Letterhead(
        parent or None,
        name,
        address or None,
        tuple(line for line in lines if line.casefold() not in said),
    )


def place_of(office: Mapping[str, Any]) -> str | None:
    """Where papers are signed: the office's `place`, else its government's name.

    `Pemerintah Kabupaten Pringsewu` signs in Pringsewu; a government that
    names no district, city or province signs without a place.
    """
    if office.get("place"):
        return str(office["place"])
    found = SEAT.search(office.get("parent") or "")
    return found.group(1).strip() if found else None
