"""Where the messages of the catalogues come from: the extractors of `make messages`.

`tests/messages.cfg` says which of them reads what:

- the package: what `T("...")` and `_("...")` are given, found in the syntax
  tree, since Babel's own reading misses what stands inside an f-string;
- the schemas: the `description` beside a `pattern`, which a finding quotes;
- `click.pot`: what Click says by itself, as far as a person meets it.
"""

from __future__ import annotations

import ast
import json
from collections.abc import Collection, Iterator
from typing import IO

from babel.messages.pofile import read_po

# Line, function, its arguments, comments: what Babel wants of an extractor.
Found = tuple[int, str, str | tuple[str, ...], list[str]]


def from_python(
    file: IO[bytes], keywords: Collection[str], comment_tags: object, options: object
) -> Iterator[Found]:
    """The literals that are marked in a module, its f-strings included."""
    for node in ast.walk(ast.parse(file.read())):
        match node:
            case ast.Call(func=ast.Name(id=name), args=[ast.Constant(value=str(said)), *_]):
                if name in keywords:
                    yield node.lineno, name, said, []


def from_schema(
    file: IO[bytes], keywords: object, comment_tags: object, options: object
) -> Iterator[Found]:
    """What a value should be, wherever a schema says so beside a pattern."""
    for said in _described(json.load(file)):
        yield 1, "T", said, []


def _described(schema: object) -> Iterator[str]:
    if isinstance(schema, dict):
        if "pattern" in schema and isinstance(schema.get("description"), str):
            yield schema["description"]
        schema = list(schema.values())
    if isinstance(schema, list):
        for part in schema:
            yield from _described(part)


def from_template(
    file: IO[bytes], keywords: object, comment_tags: object, options: object
) -> Iterator[Found]:
    """The messages of a template, with their plurals."""
    for message in read_po(file):
        if isinstance(message.id, tuple | list):
            yield 1, "ngettext", tuple(message.id), []
        elif message.id:
            yield 1, "T", message.id, []
