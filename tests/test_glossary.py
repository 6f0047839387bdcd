"""Every word of the formats is explained in `schemas/README.md`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

SCHEMAS = Path(__file__).resolve().parents[1] / "schemas"

ACTS = ("open", "complete", "return", "amend", "note", "cancel")
RECORDS = ("drill", "scrub", "disclosure", "rekey", "settings", "declassify")
THINGS = ("case", "event", "step", "landing", "lap", "statement", "record", "procedure", "policy")
PEOPLE = ("person", "role", "acting", "producer", "wali data")
RESULTS = ("document", "dataset", "version", "finding", "verdict", "mainline", "anchor")


def glossary() -> list[str]:
    _, _, text = (SCHEMAS / "README.md").read_text("utf-8").partition("## Glossary")
    return re.findall(r"^\| `([^`]+)` \|", text, re.MULTILINE)


def words_of(schema: Any) -> Iterator[str]:
    """Every value that an enum or a const of `schema` names."""
    if isinstance(schema, list):
        for item in schema:
            yield from words_of(item)
    elif isinstance(schema, dict):
        for keyword, value in schema.items():
            if keyword == "enum" and isinstance(value, list):
                yield from map(str, value)
            elif keyword == "const" and not isinstance(value, dict):
                yield json.dumps(value) if isinstance(value, bool) else str(value)
            else:
                yield from words_of(value)


@pytest.mark.parametrize("path", sorted(SCHEMAS.glob("*.schema.json")), ids=lambda path: path.stem)
def test_every_value_that_a_schema_lists_is_in_the_glossary(path: Path) -> None:
    words = set(words_of(json.loads(path.read_text("utf-8"))))
    assert words
    assert words - set(glossary()) == set()


def test_every_word_of_the_design_is_in_the_glossary() -> None:
    words = {*ACTS, *RECORDS, *THINGS, *PEOPLE, *RESULTS}
    assert words - set(glossary()) == set()


def test_a_word_has_one_row() -> None:
    terms = glossary()
    assert sorted(terms) == sorted(set(terms))


def test_a_row_has_a_gloss_and_a_source() -> None:
    _, _, text = (SCHEMAS / "README.md").read_text("utf-8").partition("## Glossary")
    for line in re.findall(r"^\| `.*$", text, re.MULTILINE):
        term, gloss, _indonesian, source = (cell.strip() for cell in line.strip("|").split("|"))
        assert gloss, term
        assert source, term
