"""The catalogues: complete, compiled, and faithful to the holes of the source."""

from __future__ import annotations

import io
import string
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from sopgit.render.i18n import LOCALE_DIR

CATALOGUES = sorted(LOCALE_DIR.glob("*/LC_MESSAGES/sopgit.po"))
# The keywords and files of `make messages`.
KEYWORDS = {"T": None, "_": None}

pytestmark = pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])


def _read(path: Path) -> Catalog:
    return read_po(io.BytesIO(path.read_bytes()))


def _sources(project: Path) -> set[str]:
    found = extract_from_dir(project / "sopgit", keywords=KEYWORDS)
    return {str(message) for _, _, message, _, _ in found if message}


def _holes(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


def test_it_holds_every_message_of_the_source_and_no_other(path: Path, project: Path) -> None:
    held = {str(message.id) for message in _read(path) if message.id}
    assert held == _sources(project), "run: make messages"


def test_its_compiled_form_is_up_to_date(path: Path) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, _read(path))
    assert path.with_suffix(".mo").read_bytes() == compiled.getvalue(), "run: make messages"


def test_its_translations_have_the_holes_of_their_source(path: Path) -> None:
    wrong = [
        str(message.id)
        for message in _read(path)
        if message.id and message.string and _holes(str(message.id)) != _holes(str(message.string))
    ]
    assert wrong == []


def test_nothing_in_it_is_fuzzy(path: Path) -> None:
    assert [message.id for message in _read(path) if message.id and message.fuzzy] == []
