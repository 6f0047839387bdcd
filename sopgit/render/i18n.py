"""The language in force, and every sentence in it.

- The source language is English; other languages are gettext catalogues in
  `sopgit/locale/CODE/LC_MESSAGES/sopgit.mo`, made by `make messages`.
- `translate` turns a `Text` into words. It never fails: a sentence that is
  not in the catalogue, or whose translation has broken holes, is English.
- Values are other people's words and are shown escaped; only the sentence
  itself, which is ours, may have line breaks.
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Mapping
from datetime import date, time
from pathlib import Path

from sopgit.core.text import Text
from sopgit.render.escape import visible

DOMAIN = "sopgit"
SOURCE_LANGUAGE = "en"
LOCALE_DIR = Path(__file__).parent.parent / "locale"

# gettext's own order; LANGUAGE is a list and counts only where a locale is set.
_LOCALE_VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


class _InForce:
    """The one piece of state: which language speaks."""

    code: str = SOURCE_LANGUAGE
    catalogue: gettext.NullTranslations = gettext.NullTranslations()


def languages() -> tuple[str, ...]:
    """The codes that `--lang` takes: English and each catalogue that is there."""
    found = LOCALE_DIR.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")
    return (SOURCE_LANGUAGE, *sorted(path.parent.parent.name for path in found))


def choose_language(option: str | None, office: str | None, environ: Mapping[str, str]) -> str:
    """The first that names a language we have: `--lang`, the office's, the locale's."""
    known = languages()
    for wish in (option, office, *_locale_wishes(environ)):
        code = (wish or "").replace("-", "_").split("_")[0].split(".")[0].lower()
        if code in known:
            return code
    return SOURCE_LANGUAGE


def _locale_wishes(environ: Mapping[str, str]) -> list[str]:
    locale = next((environ[name] for name in _LOCALE_VARIABLES if environ.get(name)), "")
    if locale.split(".")[0] in {"", "C", "POSIX"}:
        return []
    return [*environ.get("LANGUAGE", "").split(":"), locale]


def set_language(code: str) -> None:
    """Let `code` speak from here on; English where there is no such catalogue."""
    _InForce.code = code if code in languages() else SOURCE_LANGUAGE
    _InForce.catalogue = (
        gettext.NullTranslations()
        if _InForce.code == SOURCE_LANGUAGE
        else gettext.translation(DOMAIN, LOCALE_DIR, [_InForce.code], fallback=True)
    )
    # Click asks gettext for its own words, and gettext goes by the environment.
    os.environ["LANGUAGE"] = _InForce.code
    gettext.bindtextdomain(DOMAIN, LOCALE_DIR)
    gettext.textdomain(DOMAIN)


def language() -> str:
    """The code of the language in force."""
    return _InForce.code


def _(message: str) -> str:
    """`message` in the language in force; for help texts, which have no holes."""
    # gettext keeps the catalogue's header under the empty message.
    return _InForce.catalogue.gettext(message) if message else ""


def translate(text: Text) -> str:
    """`text` in the language in force, its holes filled."""
    translated = _(text.message)
    if not text.args:
        return translated
    args = {name: _shown(value) for name, value in text.args.items()}
    for pattern in (translated, text.message):
        try:
            return pattern.format(**args)
        except (AttributeError, IndexError, KeyError, TypeError, ValueError):
            continue
    # Even the source is broken: a bug, but no reason to hide what went wrong.
    return f"{text.message} {args}"


def _shown(value: object) -> object:
    """`value` as a hole takes it: numbers and times keep their format, the rest is escaped."""
    match value:
        case Text():
            return translate(value)
        case str():
            return visible(value)
        case int() | float() | date() | time():
            return value
        case None:
            return "-"
        case list() | tuple() | set() | frozenset():
            items = sorted(value, key=str) if isinstance(value, set | frozenset) else value
            return ", ".join(str(_shown(item)) for item in items)
        case _:
            return visible(str(value))
