"""Governed bytes before a parser sees them: size, encoding, characters.

libyaml stops at the first byte it does not like and guesses encodings from
byte order marks. So bytes are judged here first, and where something is wrong
the parser gets a mended text, so that what else is wrong is found too.

Rules enforced here: `yaml-too-large`, `yaml-not-utf-8`,
`yaml-byte-order-mark`, and `yaml-character` for what stands in the file as
such (escaped characters are the loader's).
"""

from __future__ import annotations

from dataclasses import dataclass

from sopgit.core.characters import BLANKS, CHARACTER, FORBIDDEN, show
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.text import T, Text

MAX_BYTES = 1024 * 1024

TOO_LARGE = Rule(
    "yaml-too-large",
    "a governed file holds at most 1 MiB",
    why="a guard must not be made to read without end",
)
NOT_UTF_8 = Rule("yaml-not-utf-8", "a governed file is UTF-8", why="other bytes mean many texts")
BYTE_ORDER_MARK = Rule(
    "yaml-byte-order-mark",
    "a governed file has no byte order mark",
    why="the mark is invisible and changes the digest",
)

_SAFE_ASCII = bytes([0x0A, *range(0x20, 0x7F)])
_MARK = "\ufeff"
_HINTS = {
    "\t": T("use blanks instead of the tab"),
    "\r": T("save the file with Unix line ends (LF)"),
}


@dataclass(frozen=True)
class Screened:
    """What the parser shall read, whether to look at its characters again, what is wrong."""

    source: bytes | str
    is_suspect: bool  # a string in it may hold more than printable ASCII
    findings: tuple[Finding, ...] = ()


def screen(data: bytes, path: str = "", line_offset: int = 0) -> Screened:
    """Judge `data`; each forbidden character is found once, where it stands first."""
    if len(data) > MAX_BYTES:
        message = T("the file holds {size} bytes, {most} at most", size=len(data), most=MAX_BYTES)
        hint = T("put long content into files beside it")
        return Screened(b"", False, (TOO_LARGE.broken(Place(path), message, hint),))
    rest = data.translate(None, _SAFE_ASCII)
    if not rest:
        return Screened(data, b"\\" in data)
    try:
        data.decode("utf-8")
        if not FORBIDDEN.search(rest.decode("utf-8")):
            return Screened(data, True)
    except UnicodeDecodeError:
        pass
    return _mend(data, path, line_offset)


def _mend(data: bytes, path: str, line_offset: int) -> Screened:
    findings: list[Finding] = []

    def note(rule: Rule, before: str, message: Text, hint: Text | None = None) -> None:
        line = before.count("\n") + 1 + line_offset
        place = Place(path, line, len(before) - before.rfind("\n"))
        findings.append(rule.broken(place, message, hint))

    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = T("byte 0x{byte:02x} is not UTF-8", byte=data[error.start])
        note(NOT_UTF_8, data[: error.start].decode("utf-8"), message, T("save the file as UTF-8"))
        text = data.decode("utf-8", "replace")
    if text.startswith(_MARK):
        text = text[1:]
        note(BYTE_ORDER_MARK, "", T("the file begins with a byte order mark"), T("save it without"))
    for character in sorted(set(FORBIDDEN.findall(text))):
        message = T("the character {name} stands here", name=show(character))
        note(CHARACTER, text[: text.index(character)], message, _HINTS.get(character))
    mended = FORBIDDEN.sub(lambda found: " " if found.group() in BLANKS else "\ufffd", text)
    return Screened(mended, True, tuple(findings))
