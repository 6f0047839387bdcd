"""Which styles of a workbook show a number as a day: only they tell a date from a number."""

from __future__ import annotations

import re

from sopgit.adapters.workbook_parts import Parts

# The formats that a workbook need not spell out.
_BUILT_IN = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
# What stands in a format without being one: quoted words, colours and places, escaped letters.
_WORDS = re.compile(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.')
_CLOCK = re.compile("[dmyhs]", re.IGNORECASE)


def date_styles(parts: Parts) -> frozenset[int]:
    """The numbers of the styles whose cells hold days or times."""
    formats: dict[str, str] = {}
    styles: list[str] = []
    inside = False

    def start(tag: str, values: dict[str, str]) -> None:
        nonlocal inside
        if tag == "numFmt":
            formats[values.get("numFmtId", "")] = values.get("formatCode", "")
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            styles.append(values.get("numFmtId", "0"))

    def end(tag: str) -> None:
        nonlocal inside
        inside = inside and tag != "cellXfs"

    def ignore(_text: str) -> None:
        """Styles have no text."""

    parts.parse("xl/styles.xml", start, end, ignore)
    dates = {name for name, form in formats.items() if _CLOCK.search(_WORDS.sub("", form))}
    dates |= {str(name) for name in _BUILT_IN} - formats.keys()
    return frozenset(number for number, name in enumerate(styles) if name in dates)
