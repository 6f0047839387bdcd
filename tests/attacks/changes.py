"""Single changes of what an office signed: of bytes, of words, of which file says what.

All take the `Random` that draws; the same draws give the same changes.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from sopgit.core.growth import HEADER, split_events
from sopgit.core.paths import is_case_file
from sopgit.core.strict_yaml import load
from sopgit.core.writer import KEY_ORDER, emit, emit_item
from tests.attacks.mounting import Files

Path = tuple[str | int, ...]

# One change of bytes.


LETTERS = b"0123456789abcXYZ -:#'\"\n\t.{}[]&*!|>%@`\x00\xff"
ADDED = (
    b" ", b"\n", b"#", b"x", b"# x\n", b"- x\n", b"  x: 1\n", b"\r", b"---\n", b"...\n",
    b"\xc2\x85", b"\0",
)  # fmt: skip


def flip(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + bytes([data[at] ^ 1 << random.randrange(8)]) + data[at + 1 :]


def letter(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    return (
        data[:at]
        + bytes([random.choice(b"0123456789abcXYZ -:#'\"\n\t.{}[]&*!|>%@`\x00\xff")])
        + data[at + 1 :]
    )


def insert(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data) + 1)
    added = random.choice(
        [
            b" ",
            b"\n",
            b"#",
            b"x",
            b"# x\n",
            b"- x\n",
            b"  x: 1\n",
            b"\r",
            b"---\n",
            b"...\n",
            b"\xc2\x85",
            b"\0",
        ]
    )
    return data[:at] + added + data[at:]


def cut(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    return data[:at] + data[at + random.randrange(1, 40) :]


def end(random: Random, data: bytes) -> bytes:
    return data[: random.randrange(len(data))]


def again(random: Random, data: bytes) -> bytes:
    at = random.randrange(len(data))
    piece = data[at : at + random.randrange(1, 400)]
    return data[: at + len(piece)] + piece + data[at + len(piece) :]


def line_gone(random: Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    del lines[random.randrange(len(lines))]
    return b"".join(lines)


def line_twice(random: Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    at = random.randrange(len(lines))
    return b"".join([*lines[:at], lines[at], *lines[at:]])


def lines_swapped(random: Random, data: bytes) -> bytes:
    lines = data.splitlines(keepends=True)
    one, other = random.randrange(len(lines)), random.randrange(len(lines))
    lines[one], lines[other] = lines[other], lines[one]
    return b"".join(lines)


BYTES: tuple[Callable[[Random, bytes], bytes], ...] = (
    flip, letter, insert, cut, end, again, line_gone, line_twice, lines_swapped,
)  # fmt: skip


# One change of what a governed file says, spelt as the writer spells it.


def leaves(value: object, way: Path = ()) -> Iterator[Path]:
    """The way to every value below `value`."""
    if isinstance(value, dict | list):
        for key in value if isinstance(value, dict) else range(len(value)):
            yield (*way, key)
            yield from leaves(value[key], (*way, key))


def bend(random: Random, value: object) -> object:
    """Another value in place of `value`."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + random.choice([-1, 1, 1000])
    if isinstance(value, str) and value:
        at = random.randrange(len(value))
        return value[:at] + random.choice("0189abzX-") + value[at + 1 :]
    if isinstance(value, list):
        return random.choice([value[1:], value + value[:1], value[::-1]])
    if isinstance(value, dict):
        return dict(list(value.items())[1:])
    return random.choice([None, 0, 1, "x", [], True])


def change_field(random: Random, value: Any) -> Any:
    """One value below `value` bent, dropped, doubled or given a neighbour."""
    changed = copy.deepcopy(value)
    way = random.choice(list(leaves(changed)))
    holder = changed
    for key in way[:-1]:
        holder = holder[key]
    last, how = way[-1], random.randrange(4)
    if how == 0:
        del holder[last]
    elif how == 1 and isinstance(holder, dict):
        holder[random.choice(KEY_ORDER)] = holder[last]
    elif how == 1:
        holder.append(holder[last])
    else:
        holder[last] = bend(random, holder[last])
    return changed


def change_events(random: Random, events: list[Any], known: int) -> list[Any]:
    """One event dropped, doubled or put elsewhere, or one field of one event changed.

    Rather one of those that are new, beyond the `known` ones.
    """
    first = known if random.random() < 0.8 and known < len(events) else 0
    at, how = random.randrange(first, len(events)), random.choice([0, 1, 2, 3, 3, 3, 3])
    rest = [*events[:at], *events[at + 1 :]]
    if how == 0:
        return rest
    if how == 1:
        return [*events[: at + 1], *events[at:]]
    if how == 2:
        where = random.randrange(len(rest) + 1)
        return [*rest[:where], events[at], *rest[where:]]
    return [*events[:at], change_field(random, events[at]), *events[at + 1 :]]


def change_words(random: Random, path: str, data: bytes, old: bytes | None) -> bytes | None:
    """`data` again with one thing said otherwise; None if that cannot be spelt."""
    try:
        if is_case_file(path):
            known = len(split_events(old, path).events) if old else 0
            events = [dict(event) for event in split_events(data, path).events]
            events = change_events(random, events, known)
            return HEADER + b"".join(map(emit_item, events))
        value = load(data, path).value
        return emit(change_field(random, value)) if isinstance(value, dict) else None
    except ValueError:
        return None


# One change of which file says what.


def rename(random: Random, path: str) -> str:
    at = random.randrange(len(path))
    how = random.randrange(3)
    if how == 0:
        return path[:at] + random.choice("abcz0129-_./A") + path[at + 1 :]
    if how == 1:
        return path[:at] + path[at + 1 :]
    return random.choice(["docs/", "cases/", "records/2026/", "", ".sopgit/", "x/"]) + path


def move_event(random: Random, files: dict[str, bytes | None], all_files: Files) -> None:
    """An event of one case is appended to another."""
    cases = [path for path in all_files if is_case_file(path)]
    if not cases:
        return
    source, target = random.choice(cases), random.choice(cases)
    event = random.choice(split_events(all_files[source] or b"").events)
    files[target] = (all_files[target] or b"") + emit_item(event)


def change_place(random: Random, files: dict[str, bytes | None], all_files: Files) -> None:
    """One file is renamed, copied, dropped, or two files change their contents."""
    path, other = random.choice(sorted(all_files)), random.choice(sorted(all_files))
    how = random.randrange(5)
    if how == 0:
        files[path] = None
    elif how == 1:
        files[rename(random, path)] = all_files[path]
        files[path] = None
    elif how == 2:
        files[rename(random, path)] = all_files[path]
    elif how == 3:
        files[path] = all_files[other]
    else:
        files[path], files[other] = all_files[other], all_files[path]
