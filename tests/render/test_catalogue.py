"""The catalogues: complete, compiled, and faithful to the shape of the source."""

from __future__ import annotations

import io
import string
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from sopgit.render.i18n import LOCALE_DIR
from tests.messages import from_template

CATALOGUES = sorted(LOCALE_DIR.glob("*/LC_MESSAGES/sopgit.po"))
# The keywords of `make messages`.
KEYWORDS = {"T": None, "_": None, "ngettext": (1, 2)}

# A message in the forms it has: one, or the singular and the plurals.
Forms = tuple[str, ...]

every_catalogue = pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])


def _read(path: Path) -> Catalog:
    return read_po(io.BytesIO(path.read_bytes()))


def _forms(text: object) -> Forms:
    return tuple(map(str, text)) if isinstance(text, tuple | list) else (str(text or ""),)


def _translations(path: Path) -> Iterator[tuple[Forms, Forms]]:
    """Each message of a catalogue and what it is in the other language."""
    for message in _read(path):
        if message.id:
            yield _forms(message.id), _forms("" if message.fuzzy else message.string)


def _translated(path: Path) -> list[tuple[Forms, Forms]]:
    return [pair for pair in _translations(path) if all(pair[1])]


def _sources(project: Path) -> set[Forms]:
    with (project / "tests/messages.cfg").open(encoding="utf-8") as file:
        methods, options = parse_mapping_cfg(file)  # type: ignore[no-untyped-call]
    found = extract_from_dir(project, methods, options, keywords=KEYWORDS)
    return {_forms(message) for _, _, message, _, _ in found if message}


def _holes(form: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(form) if name is not None}


def _shape(form: str) -> tuple[int, str, int]:
    """What a screen is laid out by: blanks in front, the mark at the end, lines."""
    mark = form[-1:] if form[-1:] in {".", ":"} else ""
    return len(form) - len(form.lstrip(" ")), mark, form.count("\n")


@every_catalogue
def test_it_holds_every_message_of_the_source_and_no_other(path: Path, project: Path) -> None:
    held = {source for source, _ in _translations(path)}
    assert held == _sources(project), "run: make messages"


@every_catalogue
def test_its_compiled_form_is_up_to_date(path: Path) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, _read(path))
    assert path.with_suffix(".mo").read_bytes() == compiled.getvalue(), "run: make messages"


@every_catalogue
def test_every_message_is_translated_and_no_translation_is_a_guess(path: Path) -> None:
    left = [source[0] for source, translated in _translations(path) if not all(translated)]
    assert left == [], "translate these, then run: make messages"


@every_catalogue
def test_its_translations_have_the_holes_of_their_source(path: Path) -> None:
    wrong = []
    for source, translated in _translated(path):
        holes = set[str]().union(*map(_holes, source))
        # One form of a plural need not say the number.
        is_same = [
            _holes(form) == holes or len(source) > 1 > len(_holes(form) - holes)
            for form in translated
        ]
        wrong += [] if all(is_same) else [source[0]]
    assert wrong == []


@every_catalogue
def test_its_translations_have_the_shape_of_their_source(path: Path) -> None:
    # The forms of a plural may differ among themselves.
    single = [pair for pair in _translated(path) if len(pair[0]) == 1]
    wrong = [source[0] for source, said in single if _shape(source[0]) != _shape(said[0])]
    assert wrong == []


def test_what_click_is_said_to_say_stands_in_click() -> None:
    files = Path(click.__file__).parent.glob("*.py")
    source = "".join(file.read_text(encoding="utf-8") for file in files)
    with (LOCALE_DIR / "click.pot").open("rb") as file:
        messages = [forms for _, _, forms, _ in from_template(file, (), (), {})]
    said = [form.replace("\n", r"\n").replace("\t", r"\t") for m in messages for form in _forms(m)]
    assert said
    assert [form for form in said if f'"{form}"' not in source] == []
