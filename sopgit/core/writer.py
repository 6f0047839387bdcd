"""The canonical writer: one spelling for each value, part of the format.

It promises that it is concatenative (a case file is its header followed by
`emit_item` of every event), that what it writes reads back as the same value,
and that an ordinary YAML 1.1 reader reads every string alike. What governed
YAML cannot say raises `ValueError`: invalid objects cannot be written.

A string is plain only where no reader could take it for anything else; a
literal block where it has line breaks and no line is empty or begins or ends
with a blank; else in JSON quotes with characters beyond ASCII as they are.
(Their escapes would not do: JSON writes those beyond U+FFFF as surrogates,
which YAML refuses. The characters that YAML would need escaped, U+0085,
U+2028, U+2029, U+FEFF, are refused by `characters` altogether.)

Rules enforced here: `yaml-not-canonical`.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache

from sopgit.core.characters import BLANKS, find_faults, quote
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.screen import MAX_BYTES
from sopgit.core.strict_yaml import MAX_KEY, MAX_LEVELS
from sopgit.core.text import T, Text

NOT_CANONICAL = Rule(
    "yaml-not-canonical",
    "a governed file is exactly what the canonical writer renders",
    why="a comment or another spelling would say something that nobody signed",
)

# One order for every governed file; keys that are not here follow by code point.
_ORDER = """
schema repository rules events seq prev type number date signatory name nip position
capacity path md5 sha256 size threshold public exclusion archive personal article open
parent address region_code timezone language letterhead producer title producers purpose
restricted begun fields description classification identity short value unit coding label
order kind dataset version previous base flow office people retired roles steps documents
separation acts at by role acting roots procedures encrypt readers act step to procedure
case document keys recipients person from until hours periods holidays workdays years
action object copies remotes recovery_recipients wali_data records grace numbers protected
free disowned void trial signatures remote outcome seconds days detail versions medium sender
created revised effective approved_by legal_basis qualifications related equipment warning
inputs output by_purpose standard_time clock returns reopens return_document handles_data
review symbol required long part columns of files datasets cases received old new letter test
key seed clone read results drafted_by reason findings sig period custodian severity source monday
tuesday wednesday thursday friday saturday sunday agencies contact store update recover place
pattern
"""
KEY_ORDER = tuple(_ORDER.split())

_RANK = {key: rank for rank, key in enumerate(KEY_ORDER)}
_LAST = len(KEY_ORDER)
_MAX_INTEGER = 10**15 - 1

# Not among YAML 1.1's words in any case; begins with a letter, so it is no number, date or `<<`.
_PLAIN = re.compile(
    "(?!(?i:y|n|yes|no|on|off|true|false|null)\\Z)[A-Za-z](?:[A-Za-z0-9 _./@+-]*[A-Za-z0-9_./@+-])?"
)
_quoted = json.encoder.encode_basestring  # what `json.dumps` does where ASCII is not asked for

_STRING = frozenset({str})
_FEW = 64  # so many keys at most has a mapping whose layout is remembered


def emit(value: Mapping[str, object]) -> bytes:
    """The one spelling of a whole document, UTF-8.

    `value` holds dict (keys are str), list, tuple, str, int, bool and None.
    Raises `ValueError` for what governed YAML cannot say: other kinds,
    integers of more than 15 digits, strings that `characters` refuses, keys
    of more than 500 characters, more than 32 levels, more than 1 MiB.
    """
    if not isinstance(value, Mapping):
        raise ValueError("a document is a mapping")
    lines: list[str] = []
    if value:
        _write_mapping(lines, value, "", "", 1)
    else:
        lines.append("{}\n")
    return _join(lines)


def emit_item(value: object) -> bytes:
    """One item of a list that stands in the top mapping, its dash in column 0.

    `emit({"schema": s, "events": events})` is the header followed by
    `emit_item` of each event. Raises `ValueError` as `emit` does.
    """
    lines: list[str] = []
    _write_sequence(lines, (value,), "", "", 2)
    return _join(lines)


def _join(lines: list[str]) -> bytes:
    data = "".join(lines).encode("utf-8")
    if len(data) > MAX_BYTES:
        raise ValueError(f"{len(data)} bytes are more than a governed file may hold")
    return data


def _write_mapping(
    lines: list[str], mapping: Mapping[str, object], pad: str, lead: str, level: int
) -> None:
    """Append `mapping`; `lead` stands before its first key, `pad` before the others."""
    _check_level(level)
    is_known = len(mapping) <= _FEW and _STRING.issuperset(map(type, mapping))
    for key, head in (_known_layout if is_known else _layout)(tuple(mapping)):
        value = mapping[key]
        if type(value) is str:
            lines.append(f"{lead}{head} {_string(value, pad)}\n")
        elif value and isinstance(value, dict):
            lines.append(f"{lead}{head}\n")
            _write_mapping(lines, value, pad + "  ", pad + "  ", level + 1)
        elif value and isinstance(value, list | tuple):
            lines.append(f"{lead}{head}\n")
            _write_sequence(lines, value, pad, pad, level + 1)
        else:
            lines.append(f"{lead}{head} {_scalar(value, level)}\n")
        lead = pad


def _write_sequence(
    lines: list[str], items: Sequence[object], pad: str, lead: str, level: int
) -> None:
    _check_level(level)
    for item in items:
        if type(item) is str:
            lines.append(f"{lead}- {_string(item, pad)}\n")
        elif item and isinstance(item, dict):
            _write_mapping(lines, item, pad + "  ", lead + "- ", level + 1)
        elif item and isinstance(item, list | tuple):
            _write_sequence(lines, item, pad + "  ", lead + "- ", level + 1)
        else:
            lines.append(f"{lead}- {_scalar(item, level)}\n")
        lead = pad


def _check_level(level: int) -> None:
    if level > MAX_LEVELS:
        raise ValueError(f"more than {MAX_LEVELS} levels of nesting")


def _layout(keys: tuple[str, ...]) -> list[tuple[str, str]]:
    """The keys of a mapping in their order, each with what stands before its value."""
    return [(key, f"{_key(key)}:") for key in sorted(keys, key=_rank)]


_known_layout = lru_cache(maxsize=_FEW * 8)(_layout)


def _rank(key: object) -> tuple[int, str]:
    if type(key) is not str:
        raise ValueError(f"the key {key!r} is not a string")
    return _RANK.get(key, _LAST), key


def _key(key: str) -> str:
    if key in _RANK:
        return key
    if len(key) > MAX_KEY:
        raise ValueError(f"a key has {len(key)} characters, {MAX_KEY} at most")
    if _PLAIN.fullmatch(key):
        return key
    _check_string(key)
    return _quoted(key)


def _scalar(value: object, level: int) -> str:
    """What stands after a key or a dash: a scalar that is no string, or an empty collection."""
    kind = type(value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int and -_MAX_INTEGER <= value <= _MAX_INTEGER:  # type: ignore[operator]
        return str(value)
    if isinstance(value, dict | list | tuple) and not value:
        _check_level(level + 1)
        return "{}" if isinstance(value, dict) else "[]"
    raise ValueError(f"governed YAML cannot say {kind.__name__} {str(value)[:40]!r}")


def _string(text: str, pad: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    _check_string(text)
    if "\n" in text:
        lines = text.split("\n")
        if all(line and line.strip(BLANKS) == line for line in lines):
            return "|-" + "".join(f"\n{pad}  {line}" for line in lines)
    return _quoted(text)


def _check_string(text: str) -> None:
    if text.isascii() and text.isprintable() and text.strip() == text:
        return
    for _, message in find_faults(text):
        raise ValueError(str(message))


def check_canonical(
    data: bytes, value: object, path: str = "", line_offset: int = 0
) -> list[Finding]:
    """Whether `data` is what the writer renders for `value`; the first line that is not.

    `value` is what was loaded from `data`: a mapping for a whole document, a
    list for items that stand `line_offset` lines down in their file.
    """
    try:
        items = value if isinstance(value, list) else ()
        rendered = emit(value) if isinstance(value, Mapping) else b"".join(map(emit_item, items))
    except ValueError as error:
        message = T("the writer refuses the content: {reason}", reason=str(error))
        return [NOT_CANONICAL.broken(Place(path), message)]
    if rendered == data:
        return []
    wanted, found = rendered.split(b"\n"), data.split(b"\n")
    same = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(wanted, found, strict=False))
    at = sum(1 for _ in same)
    message = T(
        "this line is {found}, and has to be {wanted}",
        found=_show_line(found, at),
        wanted=_show_line(wanted, at),
    )
    hint = T("only sopgit writes this file; take the last version back and repeat the command")
    return [NOT_CANONICAL.broken(Place(path, at + 1 + line_offset, 1), message, hint)]


def _show_line(lines: list[bytes], index: int) -> str | Text:
    """A line in quotes; past the last line break, the end of the file."""
    if index < len(lines) - 1 or (index < len(lines) and lines[index]):
        return quote(lines[index].decode("utf-8", "replace"))
    return T("the end of the file")
