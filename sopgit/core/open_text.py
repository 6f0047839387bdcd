"""Words that everybody with a clone can read: acts, records, pages, a commit's message.

A NIK or KK is refused there: it names a citizen, and no official paper in the
open needs it. A tax number or a mobile number only warns, for a letter may
name a company or whom to call. A NIP and an e-mail address are not looked
for: they stand under every official paper and in every commit.

Rules enforced here: `personal-data-open`.
"""

from __future__ import annotations

from sopgit.core.finding import Finding, Place
from sopgit.core.personal import (
    LABELS,
    NIK,
    NPWP,
    PERSONAL_DATA_OPEN,
    PHONE,
    Number,
    find_numbers,
    may_hold,
)
from sopgit.core.text import T


def check_open_text(text: str, place: Place) -> list[Finding]:
    """One finding for each kind: where its first number is, how many, and masked examples.

    `text` begins at `place`, on its first line if none is named.
    """
    if not may_hold(text.encode("utf-8", "replace")):
        return []
    found: dict[str, list[Number]] = {}
    for number in find_numbers(text):
        is_told = number.kind in (NIK, PHONE) or (number.kind == NPWP and number.is_sure)
        if is_told and number.kind is not None:
            found.setdefault(number.kind, []).append(number)
    return [_told(kind, numbers, text, place) for kind, numbers in found.items()]


def _told(kind: str, numbers: list[Number], text: str, place: Place) -> Finding:
    line = (place.line or 1) + text.count("\n", 0, numbers[0].start)
    examples = ", ".join(dict.fromkeys(number.masked for number in numbers[:3]))
    message = T(
        "this open text holds {kind}: {count}, like {examples}",
        kind=LABELS[kind],
        count=len(numbers),
        examples=examples,
    )
    hint = T("take it out, or keep it in a restricted case")
    rule = PERSONAL_DATA_OPEN.broken if kind == NIK else PERSONAL_DATA_OPEN.doubted
    return rule(Place(place.path, line, 1, place.commit), message, hint)
