"""Asking on a terminal for what an act still needs; every question has an option.

Nothing is asked unless a person can see the question and answer it: stdin and
stderr are terminals and the result is not wanted as JSON.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from sopgit.app.form import Form, missing_flags
from sopgit.app.typed import Typed
from sopgit.core.dataset import AXES
from sopgit.core.procedure import Field
from sopgit.core.text import T, Text
from sopgit.render.escape import visible
from sopgit.render.i18n import _, translate

_WORDS = {
    "title": T("Title of the dataset"),
    "public": T("Class under public information law"),
    "archive": T("Class as an archive"),
    "personal": T("What it holds about persons"),
    "article": T("Article that exempts it"),
    "article_letter": T("Letter of that article"),
    "test_number": T("Number of the consequence test"),
    "test_date": T("Day of the consequence test"),
    "test_reason": T("What the test found"),
    "test_period": T("How long it stays exempt"),
}


def fill(form: Form, typed: Typed) -> Typed:
    """Ask for everything that the act needs and that was not typed."""
    missing = missing_flags(form, typed)
    if "--title" in missing:
        typed = replace(typed, title=_ask(T("Title of the case")))
    if "--producer" in missing:
        typed = replace(typed, producers=_ask_agencies(form.agencies))
    if typed.act == "return" and typed.to is None and len(form.targets) > 1:
        choice = click.Choice([str(target) for target in form.targets])
        typed = replace(typed, to=int(_ask(T("Return to step"), choice)))
    if "--reason" in missing:
        typed = replace(typed, reason=_ask(T("Reason")))
    if "--finding" in missing:
        typed = replace(typed, findings=tuple(_ask_lines(T("What the check found"))))
    if "--received-at" in missing:
        typed = replace(typed, received={**typed.received, "at": _ask(T("Received at"))})
    if "--received-from" in missing:
        typed = replace(typed, received={**typed.received, "sender": _ask(T("Received from"))})
    if "--document" in missing:
        typed = replace(typed, document=_ask(T("Document"), click.Choice(form.types)))
    return _fill_fields(form, typed)


def ask_word(word: str) -> str:
    """Ask for one of the words that say what a dataset is."""
    if word in AXES:
        return _ask(_WORDS[word], click.Choice(AXES[word]))
    return _ask(_WORDS[word], date_type if word == "test_date" else None)


def _fill_fields(form: Form, typed: Typed) -> Typed:
    kind = form.chosen(typed)
    unfilled = form.unfilled(typed)
    if kind is None or not unfilled:
        return typed
    click.echo(f"{visible(kind.title)}:", err=True)
    fields = list(typed.fields)
    for name in unfilled:
        fields += [(name, answer) for answer in _ask_field(kind.fields[name])]
    return replace(typed, fields=tuple(fields))


def _ask_field(field: Field) -> list[str]:
    label = T("  {label}", label=field.label)
    if field.kind == "list":
        return _ask_lines(label)
    if field.kind == "table":
        path = click.prompt(
            translate(
                T(
                    "  {label}: a CSV file with the columns {columns}",
                    label=field.label,
                    columns=", ".join(field.columns or {}),
                )
            ),
            type=click.Path(exists=True, dir_okay=False, path_type=Path),
            err=True,
        )
        return [f"@{path}"]
    if field.kind == "date":
        return [_ask(label, date_type)]
    answer: str = _ask(label, click.INT) if field.kind == "integer" else _ask(label)
    # What is typed at a prompt is meant as it stands.
    return ["@" + answer if answer.startswith("@") else answer]


def _ask_agencies(known: tuple[str, ...]) -> tuple[str, ...]:
    """Ask until every code is one of `known`, if any are: a slip here would cost the whole form."""
    label = T("Agencies that the data comes from ({codes})", codes=", ".join(known))
    while True:
        answer = _ask(label if known else T("Agencies that the data comes from (codes)"))
        codes = tuple(answer.replace(",", " ").split())
        strange = [code for code in codes if known and code not in known]
        if codes and not strange:
            return codes
        for code in strange:
            said = T("{code} is no agency of this office", code=code)
            click.echo(visible(translate(said)), err=True)


class _Date(click.ParamType[str]):
    name = "YYYY-MM-DD"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        try:
            return date.fromisoformat(value.strip()).isoformat()
        except ValueError:
            self.fail(_("write it like 2026-11-23"), param, ctx)


date_type = _Date()


def _ask(label: Text, kind: click.ParamType[str] | click.ParamType[int] | None = None) -> str:
    answer = click.prompt(translate(label), type=kind or str, err=True)
    return str(answer)


def _ask_lines(label: Text) -> list[str]:
    """Lines until an empty one; at least one."""
    lines = [_ask(label)]
    while True:
        more = click.prompt(_("  next (empty: done)"), default="", show_default=False, err=True)
        if not more.strip():
            return lines
        lines.append(more)
