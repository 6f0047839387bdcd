"""The one strict loader of governed YAML.

It promises: the same bytes give the same value everywhere, and no bytes raise.
It reads libyaml's *events*, since nodes hide anchors and tags. Plain scalars
are `null`, `true`, `false` and canonical integers; everything else is a
string. All errors of a file are reported at once, as far as the parser can
go on, at most `MOST_FINDINGS`. Comments are judged elsewhere.

Rules enforced here, besides those of `screen` and `characters`: `yaml-syntax`,
`yaml-one-document`, `yaml-directive`, `yaml-too-deep`, `yaml-anchor`,
`yaml-alias`, `yaml-tag`, `yaml-merge-key`, `yaml-key-not-string`,
`yaml-long-key`, `yaml-duplicate-key`, `yaml-empty-scalar`.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from typing import Any

import yaml
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from sopgit.core.characters import find_faults, quote
from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.screen import screen
from sopgit.core.text import T, Text

MAX_LEVELS = 32
MAX_KEY = 500
MOST_FINDINGS = 100

SYNTAX = Rule("yaml-syntax", "a governed file is YAML", why="what cannot be read is not judged")
ONE_DOCUMENT = Rule(
    "yaml-one-document",
    "a governed file holds exactly one document",
    why="readers differ on which document of a stream they take",
)
DIRECTIVE = Rule(
    "yaml-directive", "a file holds no directive", why="it would change how the rest is read"
)
TOO_DEEP = Rule(
    "yaml-too-deep", "lists and mappings nest at most 32 levels", why="depth exhausts readers"
)
ANCHOR = Rule("yaml-anchor", "nothing is anchored", why="anchors serve aliases alone")
ALIAS = Rule("yaml-alias", "nothing is an alias", why="one change would alter several places")
TAG = Rule("yaml-tag", "nothing is tagged", why="a tag changes what a value is to a reader")
MERGE_KEY = Rule("yaml-merge-key", "nothing is merged", why="keys would appear that nobody wrote")
KEY_NOT_STRING = Rule(
    "yaml-key-not-string", "every key is a string", why="canonical JSON has no other keys"
)
LONG_KEY = Rule(
    "yaml-long-key", "a key has at most 500 characters", why="YAML readers give up on longer keys"
)
DUPLICATE_KEY = Rule(
    "yaml-duplicate-key",
    "a key stands once in its mapping",
    why="readers differ on which of two values they take",
)
EMPTY_SCALAR = Rule(
    "yaml-empty-scalar", "nothing is left empty", why="nothing, null and empty text look alike"
)

INTEGER = re.compile("0|-?[1-9][0-9]{0,14}")
WORDS = {"null": None, "true": True, "false": False}
_AWAITED = "\0"  # the next event is a key; no key can equal it


@dataclass(frozen=True)
class Loaded:
    """The value of a document, or what is wrong with it; never both."""

    value: object
    findings: tuple[Finding, ...]


def load(data: bytes, path: str = "", line_offset: int = 0) -> Loaded:
    """Read one document of governed YAML.

    `path` and `line_offset` (lines that stand before `data` in its file) go
    into the places of the findings; lines and columns are 1-based. The value
    is made of dict (keys are str), list, str, int, bool and None; it is None
    whenever there are findings. Never raises.
    """
    screened = screen(data, path, line_offset)
    reader = _Reader(path, line_offset, list(screened.findings), screened.is_suspect)
    documents: list[Any] = []
    try:
        if screened.source or not screened.findings:
            reader.build(screened.source, documents)
            reader.check_some(documents)
    except _EnoughError:
        pass
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        reader.note_unreadable(error)
    if reader.findings:
        return Loaded(None, tuple(sorted(reader.findings, key=lambda f: (f.place, f.code))))
    return Loaded(documents[0], ())


class _EnoughError(Exception):
    """What was found so far ends the reading."""


class _Reader:
    """Builds the value of one document and collects what is wrong with it."""

    def __init__(
        self, path: str, line_offset: int, findings: list[Finding], is_suspect: bool
    ) -> None:
        self.path = path
        self.line_offset = line_offset
        self.findings = findings
        self.is_suspect = is_suspect
        self.keys: dict[str, str] = {}  # plain keys judged good, one object for each

    def build(self, source: bytes | str, documents: list[Any]) -> None:  # noqa: C901, PLR0912
        """Append what `source` holds to `documents`.

        The hot loop, long on purpose: it calls nothing where nothing is odd.
        `stack` holds the open collections around `container`, each with its
        `key`: the one that waits for its value, `_AWAITED`, or None in a list.
        """
        get_event, keys, is_suspect = CParser(source).get_event, self.keys, self.is_suspect
        stack: list[tuple[Any, str | None]] = []
        container: Any = documents
        key: str | None = None
        while True:
            event: Any = get_event()
            kind = type(event)
            if kind is ScalarEvent:
                value: Any = event.value
                is_plain = not event.style
                is_odd = (
                    event.anchor is not None
                    or event.tag is not None
                    or (is_suspect and not (value.isascii() and value.isprintable()))
                )
                if key is _AWAITED:
                    key = keys.get(value, _AWAITED) if is_plain and not is_odd else _AWAITED
                    if key is _AWAITED:
                        key = self._key(event)
                    if key in container:
                        self.note(DUPLICATE_KEY, event, T("key {key} stands twice", key=quote(key)))
                    continue
                if is_odd or value.strip() != value:
                    self._check_scalar(event)
                if is_plain:
                    # Only digits, the minus and the empty scalar, among others, lie below ":".
                    value = self._number(event) if value < ":" else WORDS.get(value, value)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                self._check_properties(event)
                if key is _AWAITED or len(stack) >= MAX_LEVELS:
                    self._check_start(event, len(stack), key)
                stack.append((container, key))
                container, key = ({}, _AWAITED) if kind is MappingStartEvent else ([], None)
                continue
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                value = container
                container, key = stack.pop()
            elif kind is AliasEvent:
                self.note(ALIAS, event, T("alias {name} stands here", name=quote(event.anchor)))
                value = None
            elif kind is StreamEndEvent:
                return
            else:
                self._check_document(event, documents)
                continue
            if key is None:
                container.append(value)
            elif key is _AWAITED:
                key = self._placeholder()
            else:
                container[key] = value
                key = _AWAITED

    def note(self, rule: Rule, event: Event, message: Text, hint: Text | None = None) -> None:
        """Keep a finding at the place of `event`; raises `_EnoughError` when there are too many."""
        line, column = _position(event)
        place = Place(self.path, line + self.line_offset, column)
        self.findings.append(rule.broken(place, message, hint))
        if len(self.findings) >= MOST_FINDINGS:
            raise _EnoughError

    def note_unreadable(self, error: yaml.YAMLError | UnicodeDecodeError) -> None:
        """Keep what made libyaml stop; its words are English in every language."""
        problem, context = getattr(error, "problem", None), getattr(error, "context", None)
        words = f"{problem}, {context}" if context else str(problem or error)
        if isinstance(error, UnicodeDecodeError):  # libyaml lets a tag's %-escapes through
            words = "a tag that is not UTF-8"
        is_directive = "directive" in words or "incompatible YAML document" in words
        at = getattr(error, "problem_mark", None)
        message = T("not readable as YAML: {problem}", problem=words)
        self.note(DIRECTIVE if is_directive else SYNTAX, Event(at), message)

    def check_some(self, documents: list[Any]) -> None:
        """Whether there was a document at all."""
        if not documents:
            self.note(ONE_DOCUMENT, Event(), T("the file holds no document"))

    def _check_document(self, event: Event, documents: list[Any]) -> None:
        if not isinstance(event, DocumentStartEvent):
            return
        if event.version or event.tags:
            self.note(DIRECTIVE, event, T("a directive stands here"), T("remove the line"))
        if documents:
            self.note(ONE_DOCUMENT, event, T("a second document begins here"))
            raise _EnoughError

    def _check_start(self, event: CollectionStartEvent, levels: int, key: str | None) -> None:
        if key is _AWAITED:
            self.note(KEY_NOT_STRING, event, T("a list or a mapping stands as a key"))
        if levels >= MAX_LEVELS:
            message = T("level {level} of nesting begins here", level=levels + 1)
            self.note(TOO_DEEP, event, message)
            raise _EnoughError

    def _check_properties(self, event: CollectionStartEvent | ScalarEvent) -> None:
        if event.anchor is not None:
            self.note(ANCHOR, event, T("anchor {name} stands here", name=quote(event.anchor)))
        if event.tag is not None:
            message = T("tag {name} stands here", name=quote(event.tag))
            self.note(TAG, event, message, T("put text that must stay text in quotes"))

    def _check_scalar(self, event: ScalarEvent) -> None:
        self._check_properties(event)
        for rule, message in find_faults(event.value):
            self.note(rule, event, message)

    def _number(self, event: ScalarEvent) -> str | int:
        if not event.value:
            hint = T("write null, or a text in quotes")
            self.note(EMPTY_SCALAR, event, T("a value is missing here"), hint)
        return int(event.value) if INTEGER.fullmatch(event.value) else str(event.value)

    def _key(self, event: ScalarEvent) -> str:
        """The key that `event` says, or a placeholder when it says none."""
        key, known = event.value, len(self.findings)
        if not (key.isascii() and key.isidentifier()):
            self._check_scalar(event)
        else:
            self._check_properties(event)
        if len(key) > MAX_KEY:
            self.note(LONG_KEY, event, T("a key has {length} characters", length=len(key)))
        if event.style:
            return key
        if not key:
            self.note(EMPTY_SCALAR, event, T("a key is missing here"))
        elif key == "<<":
            self.note(MERGE_KEY, event, T("a merge key stands here"), T("write the keys out"))
        elif key in WORDS or (key < ":" and INTEGER.fullmatch(key)):
            message = T("key {key} is not a string", key=key)
            self.note(KEY_NOT_STRING, event, message, T("put it in quotes"))
        if len(self.findings) > known:
            return self._placeholder()
        return self.keys.setdefault(key, key)

    def _placeholder(self) -> str:
        # No key in a file can equal it, and a finding was just made, so it is new.
        return f"\0{len(self.findings)}"


def mapping_of(data: bytes) -> dict[str, Any]:
    """The value of a governed file that was judged before; ValueError if it was not."""
    value = load(data).value
    if not isinstance(value, dict):
        raise ValueError("not a governed mapping")
    return value


def locate(data: bytes, pointer: tuple[str | int, ...]) -> tuple[int, int]:
    """Line and column, 1-based, of the value at `pointer` in `data`.

    `pointer` holds keys and list indexes from the root. Where the value does
    not exist, the place of its nearest ancestor that does; (1, 1) where
    nothing can be read. A second pass, since `load` keeps no marks. Never raises.
    """
    place = (1, 1)
    try:
        parser = CParser(data)
        node = parser.get_event()
        while not isinstance(node, NodeEvent | StreamEndEvent):
            node = parser.get_event()
        place = _position(node)
        for step in pointer:
            node = _child(parser, node, step)
            if node is None:
                break
            place = _position(node)
    except (yaml.YAMLError, UnicodeDecodeError):
        pass
    return place


def _position(event: Event) -> tuple[int, int]:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark else (1, 1)


def _child(parser: CParser, node: Event, step: str | int) -> NodeEvent | None:
    """The first event of the child `step` of `node`, whose own first event was just read."""
    if isinstance(node, SequenceStartEvent) and isinstance(step, int):
        for index in itertools.count():
            item = _next(parser)
            if item is None or index == step:
                return item
            _skip(parser, item)
    if isinstance(node, MappingStartEvent):
        while (key := _next(parser)) is not None:
            _skip(parser, key)
            value = _next(parser)
            if isinstance(key, ScalarEvent) and key.value == step:
                return value
            _skip(parser, value)
    return None


def _next(parser: CParser) -> NodeEvent | None:
    event = parser.get_event()
    return event if isinstance(event, NodeEvent) else None


def _skip(parser: CParser, node: NodeEvent | None) -> None:
    levels = int(isinstance(node, CollectionStartEvent))
    while levels:
        event = parser.get_event()
        levels += isinstance(event, CollectionStartEvent)
        levels -= isinstance(event, CollectionEndEvent)
