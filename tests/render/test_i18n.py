"""The language in force: how it is chosen, and that a sentence always comes out."""

from __future__ import annotations

import gettext
from datetime import UTC, datetime
from pathlib import PurePosixPath

import pytest

from sopgit.core.text import T, Text
from sopgit.render import i18n


class _Catalogue(gettext.NullTranslations):
    """A catalogue with the given translations and no others."""

    def __init__(self, **translations: str) -> None:
        super().__init__()
        self.translations = translations

    def gettext(self, message: str) -> str:
        return self.translations.get(message, message)


def _speaking(monkeypatch: pytest.MonkeyPatch, **translations: str) -> None:
    monkeypatch.setattr(i18n._InForce, "catalogue", _Catalogue(**translations))


@pytest.mark.parametrize(
    ("option", "office", "environ", "code"),
    [
        ("id", "en", {}, "id"),
        ("en", "id", {"LANG": "id_ID.UTF-8"}, "en"),
        (None, "id", {"LANG": "en_US.UTF-8"}, "id"),
        (None, None, {"LANG": "id_ID.UTF-8"}, "id"),
        (None, None, {"LC_ALL": "C.UTF-8", "LANG": "id_ID.UTF-8"}, "en"),
        (None, None, {"LANG": "de_DE.UTF-8", "LANGUAGE": "de:id"}, "id"),
        (None, None, {"LANG": "C", "LANGUAGE": "id"}, "en"),
        (None, "su", {}, "en"),
        (None, None, {}, "en"),
    ],
)
def test_the_language_is_the_option_s_then_the_office_s_then_the_locale_s(
    option: str | None, office: str | None, environ: dict[str, str], code: str
) -> None:
    assert i18n.choose_language(option, office, environ) == code


@pytest.mark.usefixtures("language")
def test_a_language_without_a_catalogue_is_english() -> None:
    i18n.set_language("xx")
    assert i18n.language() == "en"


def test_the_catalogue_s_header_is_no_message(monkeypatch: pytest.MonkeyPatch) -> None:
    _speaking(monkeypatch, **{"": "Project-Id-Version: x"})
    assert i18n._("") == ""


def test_the_sentence_and_the_texts_in_its_holes_are_translated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _speaking(monkeypatch, **{"{who} has no {what}": "{what} {who} tidak ada", "key": "kunci"})
    assert i18n.translate(T("{who} has no {what}", who="budi", what=T("key"))) == (
        "kunci budi tidak ada"
    )


@pytest.mark.parametrize("broken", ["{whom} pergi", "{who pergi", "{} pergi", "{who:d} pergi"])
def test_a_broken_translation_falls_back_to_english(
    monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    _speaking(monkeypatch, **{"{who} left": broken})
    assert i18n.translate(T("{who} left", who="budi")) == "budi left"


def test_even_a_broken_source_sentence_comes_out() -> None:
    assert "budi" in i18n.translate(Text("{whom} left", {"who": "budi"}))


def test_braces_are_kept_where_there_are_no_holes_to_fill() -> None:
    assert i18n.translate(T("write it like 000.9/{n}")) == "write it like 000.9/{n}"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("\x1b[2J\n", r"\x1b[2J\n"),
        (PurePosixPath("a\tb"), r"a\tb"),
        (7, "7"),
        (None, "-"),
        (["a", "b\n"], r"a, b\n"),
        ({"b", "a"}, "a, b"),
    ],
)
def test_a_value_is_shown_as_other_people_s_words(value: object, shown: str) -> None:
    assert i18n.translate(T("{x}", x=value)) == shown


def test_numbers_and_times_keep_their_formats() -> None:
    at = datetime(2024, 7, 26, 13, 30, tzinfo=UTC)
    assert i18n.translate(T("{at:%d %H:%M} {n:03d}", at=at, n=7)) == "26 13:30 007"


def test_our_own_line_breaks_stay() -> None:
    assert i18n.translate(T("first\nsecond {x}", x="a\nb")) == "first\nsecond a\\nb"
