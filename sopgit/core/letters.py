"""Letter numbers: their pattern, and the next one to use.

A pattern is literal text with at most one `{n}` (the running number, no
leading zero) and at most one `{year}` (the four digits of the document's
date), for example `000.9/{n}/D.12/{year}`. The number counts anew each year.

Rules enforced here: `letter-number`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.text import T

LETTER_NUMBER = Rule(
    "letter-number",
    "a document's number fits the office's pattern for its type",
    why="the register of letters is only whole when every number has one form",
)
_HOLES = {"{n}": r"([1-9][0-9]{0,8})", "{year}": r"([0-9]{4})"}


@lru_cache(maxsize=256)
def _expression(pattern: str) -> re.Pattern[str]:
    parts = re.split(r"(\{n\}|\{year\})", pattern)
    return re.compile("".join(_HOLES.get(part) or re.escape(part) for part in parts))


def is_pattern(pattern: str) -> bool:
    """Whether `pattern` has exactly one `{n}`, at most one `{year}` and no other brace."""
    rest = pattern.replace("{n}", "").replace("{year}", "")
    return (
        pattern.count("{n}") == 1
        and pattern.count("{year}") <= 1
        and not {"{", "}"} & set(rest)
        and "{n}{year}" not in pattern
        and "{year}{n}" not in pattern
    )


def _holes(pattern: str, number: str) -> dict[str, str] | None:
    match = _expression(pattern).fullmatch(number)
    if match is None:
        return None
    return dict(zip(re.findall(r"\{(n|year)\}", pattern), match.groups(), strict=True))


def check_number(document: Mapping[str, Any], pattern: str | None, place: Place) -> list[Finding]:
    """Compare the document's number with the pattern of its type, if it has one."""
    if pattern is None:
        return []
    holes = _holes(pattern, document["number"])
    if holes is None or holes.get("year", document["date"][:4]) != document["date"][:4]:
        message = T(
            "number {number} does not fit the pattern {pattern} of {type} dated {date}",
            number=document["number"],
            pattern=pattern,
            type=document["type"],
            date=document["date"],
        )
        return [LETTER_NUMBER.broken(place, message, T("leave the number out to get the next"))]
    return []


def next_number(pattern: str, used: Iterable[str], year: str) -> str:
    """The number after the highest that `used` holds for `year` under `pattern`."""
    highest = 0
    for number in used:
        holes = _holes(pattern, number)
        if holes is not None and holes.get("year", year) == year:
            highest = max(highest, int(holes["n"]))
    return pattern.replace("{n}", str(highest + 1)).replace("{year}", year)
