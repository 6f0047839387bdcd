"""Which characters governed text may hold, judged alike for ever.

The answer must not change with the Python that asks. So classes of characters
are written out here, and normal form is judged with the tables of Unicode 3.2,
under which a character of a later version is a plain starter. Python's
`ucd_3_2_0` does not go that far: it composes and reorders characters that
Unicode 3.2 did not know by the newest tables it has (measured: U+11099 with
U+110BA), so they are taken out before it is asked.

Rules enforced here: `yaml-character`, `yaml-not-normal`, `yaml-blank-ends`.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterator

from sopgit.core.finding import Rule
from sopgit.core.text import T, Text

CHARACTER = Rule(
    "yaml-character",
    "no control, bidirectional or non-character stands in governed text",
    why="they make a text look different from what is signed",
)
NOT_NORMAL = Rule(
    "yaml-not-normal",
    "text is in normal form C of Unicode 3.2",
    why="two spellings that look alike would have two digests",
)
BLANK_ENDS = Rule(
    "yaml-blank-ends",
    "a string neither begins nor ends with a blank or a line break",
    why="nobody sees it, and a name with it would differ from the name without",
)

# Written out: `str.strip()` alone would follow the Unicode version of the Python at hand.
BLANKS = "\t\n\v\f\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
BLANKS += "\u200a\u2028\u2029\u202f\u205f\u3000"

# The line feed is the one control character that text may hold.
_CONTROLS = "\x00-\x09\x0b-\x1f\x7f-\x9f"
_DIRECTIONS = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"
# What YAML 1.1 reads as a line break, byte order marks, surrogates, what is no character.
_BREAKERS = "\u2028\u2029\ufeff\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff"
_PLANE_ENDS = "".join(
    chr(plane + 0xFFFE) + chr(plane + 0xFFFF) for plane in range(2**16, 17 * 2**16, 2**16)
)

FORBIDDEN = re.compile(f"[{_CONTROLS}{_DIRECTIONS}{_BREAKERS}{_PLANE_ENDS}]")

# Below U+0300 nothing combines, and every character is in normal form C. Said by what it is
# not: the range up to U+10FFFF costs 4 ms to compile.
_COMBINABLE = re.compile("[^\x00-\u02ff]")
_UNICODE = unicodedata.ucd_3_2_0
_STARTER = "\ufffd"
_SAMPLE = 40


def find_faults(text: str) -> Iterator[tuple[Rule, Text]]:
    """The rules of characters that the string `text` breaks, each with its message."""
    found = FORBIDDEN.search(text)
    if found:
        name = show(found.group())
        yield CHARACTER, T("{text} holds the character {name}", text=quote(text), name=name)
    if not is_normal(text):
        yield NOT_NORMAL, T("{text} is not in Unicode normal form C", text=quote(text))
    if text.strip(BLANKS) != text:
        yield BLANK_ENDS, T("{text} begins or ends with a blank", text=quote(text))


def is_normal(text: str) -> bool:
    """Whether `text` is in normal form C by the tables of Unicode 3.2."""
    if text.isascii() or not _COMBINABLE.search(text):
        return True
    unknown = {ord(c): _STARTER for c in set(text) if _UNICODE.category(c) == "Cn"}
    known = text.translate(unknown) if unknown else text
    return _UNICODE.normalize("NFC", known) == known


def show(character: str) -> str:
    """A character by its number, `U+202E`, so that no message is turned around by it."""
    return f"U+{ord(character):04X}"


def quote(text: str) -> str:
    """`text` in quotes, shortened, ASCII alone: safe to stand in any message."""
    return json.dumps(text if len(text) <= _SAMPLE else text[: _SAMPLE - 3] + "...")
