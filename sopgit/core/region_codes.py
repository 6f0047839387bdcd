"""Codes of provinces, regencies, districts and villages, in the two codings in use.

The Home Ministry writes `18.10.01.1001` or `1810011001`, the statistics office
(BPS) `1810040` and `1810040001`; a district is 6 digits in one and 7 in the
other. The codings number the same places differently, so a column says which
one it has. No list is shipped: regions change by law, and a list can be given.
"""

from __future__ import annotations

import re
from collections.abc import Collection

CODINGS = ("kemendagri", "bps")

_PROVINCE = r"(?:1[1-9]|21|3[1-6]|5[1-3]|6[1-5]|7[1-6]|8[12]|9[1-7])"
# A village of the Home Ministry begins with 1 (kelurahan), 2 (desa) or 3 (desa adat).
_CODES = {
    "kemendagri": re.compile(
        rf"{_PROVINCE}(?:\d\d(?:\d\d(?:[1-3]\d{{3}})?)?)?"
        rf"|{_PROVINCE}(?:\.\d\d(?:\.\d\d(?:\.[1-3]\d{{3}})?)?)?"
    ),
    "bps": re.compile(rf"{_PROVINCE}(?:\d\d(?:\d{{3}}(?:\d{{3}})?)?)?"),
}


def is_region_code(text: str, coding: str, known: Collection[str] = ()) -> bool:
    """Whether `text` is a code of `coding` by its structure, and among `known` if that is given.

    `known` holds codes without dots.
    """
    if not _CODES[coding].fullmatch(text):
        return False
    return not known or text.replace(".", "") in known


def other_coding(text: str, coding: str) -> str | None:
    """The coding that `text` fits instead, if there is one."""
    return next((name for name in CODINGS if name != coding and _CODES[name].fullmatch(text)), None)
