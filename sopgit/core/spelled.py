"""The short way to read what the canonical writer rendered.

To read YAML costs more than all rules together, and nearly every governed file
stands in the writer's one spelling. So what a text says is guessed here, line by
line and knowing little of YAML; then the writer renders the guess. If that gives
the same bytes, the guess is what the strict loader would read, since what the
writer renders reads back as the same value. Nothing rests on the guess. All
else is left to `strict_yaml`, which also says what is wrong; a test holds the
two ways to one answer.
"""

from __future__ import annotations

import json
import re
from typing import Any

from sopgit.core.screen import MAX_BYTES
from sopgit.core.strict_yaml import WORDS
from sopgit.core.writer import emit, emit_item

# Indentation and dashes; then a key and perhaps its value, or an item.
_LINE = re.compile(
    r'( *)((?:- )*)(?:([A-Za-z][A-Za-z0-9 _./@+-]*+|"(?:[^"\\\n]|\\.)*+"):(?: (.+))?|(.+))\n'
)
_EMPTY: dict[str, type] = {"[]": list, "{}": dict}
_STEP = 2
_ITEM = "- "
"""What waits for its value is an item of a list; no key is spelt like this."""


def read_items(data: bytes) -> tuple[list[dict[str, Any]], list[bytes]] | None:
    """The mappings that `data` lists and how each is spelt; None: ask the loader.

    `data` are items of a list in a top mapping, one `writer.emit_item` after another.
    """
    items = _guess(data)
    if type(items) is not list or not all(type(item) is dict for item in items):
        return None
    try:
        spelt = [emit_item(item) for item in items]
    except ValueError:
        return None
    return (items, spelt) if b"".join(spelt) == data else None


def read_mapping(data: bytes) -> dict[str, Any] | None:
    """The document that `data` is, as `writer.emit` renders it; None: ask the loader."""
    value = _guess(data)
    try:
        return value if type(value) is dict and emit(value) == data else None
    except ValueError:
        return None


def _guess(data: bytes) -> object:
    if len(data) > MAX_BYTES or not data.endswith(b"\n"):
        return None
    try:
        return _read(data.decode("utf-8"))
    except (ValueError, LookupError):
        return None


def _read(text: str) -> object:  # noqa: C901, PLR0912
    """What `text` probably says; ValueError or LookupError where it makes no sense.

    The hot loop, long on purpose. `waiting` is the key in `container` whose value
    comes next, or `_ITEM`, or None; `stack` holds the collections around
    `container`, each with its `column`.
    """
    container: Any = []
    root, column, resume = container, -_STEP, 0
    waiting: str | None = _ITEM
    stack: list[tuple[Any, int]] = []
    lines = text.split("\n")
    for number, (pad, dashes, key, value, item) in enumerate(_LINE.findall(text), 1):
        if number <= resume:
            continue
        at = len(pad)
        for _ in range(0, len(dashes), _STEP):
            if waiting is not None:
                stack.append((container, column))
                container, column = _begin([], container, waiting), at
            else:
                while column != at or type(container) is not list:
                    container, column = stack.pop()
            waiting, at = _ITEM, at + _STEP
        if key:
            if waiting is not None:
                stack.append((container, column))
                container, column = _begin({}, container, waiting), at
            while column != at or type(container) is not dict:
                container, column = stack.pop()
            waiting = json.loads(key) if key[0] == '"' else key
            if not value:
                continue
        elif waiting is _ITEM:
            at -= _STEP
        else:
            raise ValueError("a value without a place")
        said: Any = value or item
        if said[0] == '"':
            said = json.loads(said) if "\\" in said else said[1:-1]
        elif said[0] < ":":  # of what the writer leaves plain, integers alone
            said = int(said)
        elif said == "|-":
            resume = _end_of_block(lines, number, " " * (at + _STEP))
            said = "\n".join([line[at + _STEP :] for line in lines[number:resume]])
        elif said in _EMPTY:
            said = _EMPTY[said]()
        else:
            said = WORDS.get(said, said)
        if key:
            container[waiting] = said
        else:
            container.append(said)
        waiting = None
    return root[0]


def _begin(new: Any, container: Any, waiting: str) -> Any:
    """`new`, a collection, put where a value is waited for."""
    if waiting is _ITEM:
        container.append(new)
    else:
        container[waiting] = new
    return new


def _end_of_block(lines: list[str], start: int, pad: str) -> int:
    """The index of the first line from `start` on that is not indented by `pad`."""
    while lines[start].startswith(pad):
        start += 1
    return start
