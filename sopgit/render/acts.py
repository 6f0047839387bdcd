"""What was done, where the case stands now, and what to type next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any, Protocol

from sopgit.core.case import CaseState
from sopgit.core.finding import Finding
from sopgit.core.text import T, Text
from sopgit.render import terminal
from sopgit.render.cases import CaseView, as_object, told_act, told_standing
from sopgit.render.findings import as_annotations, as_objects, as_text
from sopgit.render.i18n import translate
from sopgit.render.output import show_json


class Done(Protocol):
    """An act that was committed."""

    @property
    def event(self) -> Mapping[str, Any]: ...
    @property
    def state(self) -> CaseState: ...
    @property
    def commit(self) -> str: ...
    @property
    def warnings(self) -> Sequence[Finding]: ...


def show_done(
    done: Done,
    view: CaseView | None,
    people: Sequence[str],
    zone: tzinfo,
    following: Text | None,
    form: str,
    *,
    quiet: bool,
) -> None:
    """Say what an act came to; warnings on stderr, the case's id alone when `quiet`."""
    if form == "json":
        show_json(_object(done, view))
        return
    warn = as_annotations if form == "github" else as_text
    terminal.err(warn(done.warnings))
    if quiet:
        terminal.out([done.state.id])
        return
    said = [told_act(done.event, done.state.id)]
    if view is not None:
        said.append(told_standing(view, people, zone))
    if following is not None:
        said.append(T("next: {command}", command=following))
    terminal.out(map(translate, said))


def _object(done: Done, view: CaseView | None) -> dict[str, Any]:
    return {
        "schema": "sopgit/act/v1",
        "id": done.state.id,
        "folder": done.state.folder,
        "commit": done.commit,
        "event": done.event,
        "case": as_object(view) if view else None,
        "warnings": as_objects(done.warnings),
    }
