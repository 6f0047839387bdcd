"""What a violation of a JSON Schema says to a person.

One short sentence for each violation, about the smallest thing that is wrong;
never a dump of the whole file. What a value should have been is the schema's
own `description`, so the sentence and the schema cannot part.

Rules enforced here: `schema-missing-key`, `schema-unknown-key`, `schema-type`,
`schema-value`, `schema-spelling`, `schema-length`, `schema-range`,
`schema-repeated`, `schema-choice`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import reduce
from typing import Any

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.text import T, Text

Path = tuple[str | int, ...]
PlaceOf = Callable[[Path], Place]

MISSING_KEY = Rule(
    "schema-missing-key",
    "every key that the format requires stands there",
    why="a statement with a gap means something else to each reader",
)
UNKNOWN_KEY = Rule(
    "schema-unknown-key",
    "no key stands where the format knows none",
    why="what nobody reads could still be signed",
)
WRONG_TYPE = Rule(
    "schema-type",
    "a value has the type that the format names",
    why="a number read as text, or text as a number, is another value",
)
WRONG_VALUE = Rule(
    "schema-value",
    "a value is one of those that the format lists",
    why="a word that no rule knows is a word that no rule judges",
)
WRONG_SPELLING = Rule(
    "schema-spelling",
    "a value has the one spelling that the format allows",
    why="two spellings of one thing make two things",
)
WRONG_LENGTH = Rule(
    "schema-length",
    "a text, list or mapping is neither too short nor too long",
    why="an empty answer is none, and one without end is an attack",
)
OUT_OF_RANGE = Rule(
    "schema-range",
    "a number lies within its bounds",
    why="a step 0 or a negative size exists nowhere",
)
REPEATED = Rule(
    "schema-repeated",
    "an entry stands once in its list",
    why="who is listed twice would count twice",
)
CHOICE = Rule(
    "schema-choice",
    "of keys that exclude or replace each other the right number stands there",
    why="an act that says nothing, or two things, cannot be judged",
)


@dataclass(frozen=True)
class Violation:
    """One keyword that failed: its value, the schema around it, and the instance at `path`.

    `keyword` is empty where the schema allows nothing at all.
    """

    keyword: str
    expected: Any
    schema: Mapping[str, Any]
    instance: Any
    path: Path


def findings_of(violation: Violation, place_of: PlaceOf) -> Iterator[Finding]:
    """One finding for each single thing wrong; most violations hold one."""
    if violation.keyword == "required":
        yield from _missing(violation, place_of)
    elif violation.keyword == "additionalProperties":
        yield from _unknown(violation, place_of)
    else:
        rule, say = _WORDS.get(violation.keyword, (WRONG_VALUE, _not_expected))
        yield rule.broken(place_of(violation.path), say(violation))


def shown(value: object, limit: int = 60) -> str:
    """`value` as JSON on one line, cut to `limit` characters."""
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def named(path: Path) -> str:
    """The way to a value, as in `document.fields` or `findings[2]`, counted from 1."""
    name = ""
    for part in path:
        name += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if name else part
    return name or "-"


def _missing(violation: Violation, place_of: PlaceOf) -> Iterator[Finding]:
    for key in violation.expected:
        if key not in violation.instance:
            message = T("{name} is missing", name=named((*violation.path, key)))
            yield MISSING_KEY.broken(place_of(violation.path), message)


def _unknown(violation: Violation, place_of: PlaceOf) -> Iterator[Finding]:
    known = tuple(violation.schema.get("properties", ()))
    patterns = tuple(violation.schema.get("patternProperties", ()))
    for key in violation.instance:
        if key in known or any(re.search(pattern, key) for pattern in patterns):
            continue
        path = (*violation.path, key)
        message = T("{name} may not stand here", name=named(path))
        yield UNKNOWN_KEY.broken(place_of(path), message, _key_hint(key, known, patterns))


def _key_hint(key: str, known: tuple[str, ...], patterns: tuple[str, ...]) -> Text:
    near = get_close_matches(key, known, n=1)
    if near:
        return T("did you mean {key}", key=near[0])
    if known:
        return T("known here: {keys}", keys=", ".join(known))
    return T("a key here fits {patterns}", patterns=" ".join(patterns))


def _not_of_type(violation: Violation) -> Text:
    expected = violation.expected
    types = [expected] if isinstance(expected, str) else expected
    return T(
        "{name} is {value}, not {types}",
        name=named(violation.path),
        value=shown(violation.instance),
        types=_either([_TYPES.get(name, T("null")) for name in types]),
    )


def _either(words: Sequence[Text]) -> Text:
    return reduce(lambda one, other: T("{one} / {other}", one=one, other=other), words)


def _not_listed(violation: Violation) -> Text:
    listed = [violation.expected] if violation.keyword == "const" else violation.expected
    return T(
        "{name} is {value}, not {values}",
        name=named(violation.path),
        value=shown(violation.instance),
        values=" / ".join(shown(value) for value in listed),
    )


def _not_spelled(violation: Violation) -> Text:
    what = violation.schema.get("description")
    return T(
        "{name} is {value}, not {what}",
        name=named(violation.path),
        value=shown(violation.instance),
        what=T(what) if what else T("text that fits {pattern}", pattern=violation.expected),
    )


def _too_short(violation: Violation) -> Text:
    message = T("{name} has {size} {unit}, {limit} are needed", **_sizes(violation))
    return message if violation.instance else T("{name} is empty", name=named(violation.path))


def _too_long(violation: Violation) -> Text:
    return T("{name} has {size} {unit}, at most {limit} are allowed", **_sizes(violation))


def _sizes(violation: Violation) -> dict[str, object]:
    unit = T("characters") if violation.keyword.endswith("Length") else T("entries")
    size, limit = len(violation.instance), violation.expected
    return {"name": named(violation.path), "size": size, "unit": unit, "limit": limit}


def _too_small(violation: Violation) -> Text:
    return T("{name} is {value}, less than {limit}", **_bounds(violation))


def _too_great(violation: Violation) -> Text:
    return T("{name} is {value}, more than {limit}", **_bounds(violation))


def _bounds(violation: Violation) -> dict[str, object]:
    value, limit = violation.instance, violation.expected
    return {"name": named(violation.path), "value": value, "limit": limit}


def _twice(violation: Violation) -> Text:
    seen: list[object] = []
    for entry in violation.instance:
        if entry in seen:
            return T("{name} lists {value} twice", name=named(violation.path), value=shown(entry))
        seen.append(entry)
    return T("{name} lists an entry twice", name=named(violation.path))


def _not_chosen(violation: Violation) -> Text:
    keys = " / ".join(key for branch in violation.expected for key in branch.get("required", ()))
    if violation.keyword == "oneOf":
        return T("{name} needs exactly one of {keys}", name=named(violation.path), keys=keys)
    return T("{name} needs at least one of {keys}", name=named(violation.path), keys=keys)


def _not_allowed(violation: Violation) -> Text:
    return T("{name} may not stand here", name=named(violation.path))


def _not_expected(violation: Violation) -> Text:
    return T(
        "{name} may not be {value}", name=named(violation.path), value=shown(violation.instance)
    )


_TYPES = {
    "string": T("text"),
    "integer": T("a whole number"),
    "boolean": T("true / false"),
    "object": T("a mapping"),
    "array": T("a list"),
}

_WORDS: Mapping[str, tuple[Rule, Callable[[Violation], Text]]] = {
    "": (UNKNOWN_KEY, _not_allowed),
    "type": (WRONG_TYPE, _not_of_type),
    "enum": (WRONG_VALUE, _not_listed),
    "const": (WRONG_VALUE, _not_listed),
    "not": (WRONG_VALUE, _not_expected),
    "pattern": (WRONG_SPELLING, _not_spelled),
    **dict.fromkeys(("minLength", "minItems", "minProperties"), (WRONG_LENGTH, _too_short)),
    **dict.fromkeys(("maxLength", "maxItems", "maxProperties"), (WRONG_LENGTH, _too_long)),
    "minimum": (OUT_OF_RANGE, _too_small),
    "maximum": (OUT_OF_RANGE, _too_great),
    "uniqueItems": (REPEATED, _twice),
    "anyOf": (CHOICE, _not_chosen),
    "oneOf": (CHOICE, _not_chosen),
}
