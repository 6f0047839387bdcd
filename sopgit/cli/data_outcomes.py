"""What came of an intake, told: of one file in full, of many in one summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sopgit.app.datasets import Added, Failed, Outcome
from sopgit.app.receiving import Unchanged
from sopgit.app.workplace import ActRefused
from sopgit.cli.session import Session
from sopgit.core.finding import Refused
from sopgit.core.text import T, Text
from sopgit.render import terminal
from sopgit.render.datasets import copy_objects, told_added, told_copy
from sopgit.render.exit_codes import ExitCode
from sopgit.render.findings import as_objects, as_text
from sopgit.render.i18n import translate
from sopgit.render.output import show_json


def tell_one(session: Session, case: str, outcome: Outcome) -> ExitCode:
    """One file; raises what refused it or failed."""
    if isinstance(outcome, Refused):
        raise ActRefused(outcome)
    if isinstance(outcome, Failed):
        raise outcome.error
    if session.is_json:
        show_json({"schema": "sopgit/intake/v1", **_object(outcome)})
        return ExitCode.FINE
    if isinstance(outcome, Unchanged):
        terminal.out([translate(_told_unchanged(outcome))])
        return ExitCode.FINE
    told = [told_added(outcome.entry, outcome.manifest), *map(told_copy, outcome.copies)]
    if any(path.endswith("/manifest.age") for path in outcome.item.files):
        told.insert(1, T("  encrypted before it was written; only its readers can open it"))
    terminal.out(map(translate, [*told, _following(case, [outcome])]))
    return ExitCode.FINE


def tell_several(
    session: Session, case: str, names: Sequence[str], outcomes: Sequence[Outcome]
) -> ExitCode:
    """Each of many files, and how many of each kind; 1 where one is refused, 3 where one failed."""
    if session.is_json:
        each = [
            {"dataset": name, **_object(outcome)}
            for name, outcome in zip(names, outcomes, strict=True)
        ]
        show_json({"schema": "sopgit/intakes/v1", "deliveries": each})
    else:
        for name, outcome in zip(names, outcomes, strict=True):
            _tell_line(session, name, outcome)
        kinds = Counter(map(type, outcomes))
        terminal.out(
            map(
                translate,
                [
                    T(
                        "{added} added, {unchanged} unchanged, {refused} refused, {failed} failed",
                        added=kinds[Added],
                        unchanged=kinds[Unchanged],
                        refused=kinds[Refused],
                        failed=kinds[Failed],
                    ),
                    _following(case, outcomes),
                ],
            )
        )
    if any(isinstance(outcome, Refused) for outcome in outcomes):
        return ExitCode.REFUSED
    is_failed = any(isinstance(outcome, Failed) for outcome in outcomes)
    return ExitCode.WORLD if is_failed else ExitCode.FINE


def _tell_line(session: Session, name: str, outcome: Outcome) -> None:
    if isinstance(outcome, Refused):
        terminal.error(T("{name} is refused, and nothing of it was kept", name=name))
        terminal.err(as_text(outcome.findings))
    elif isinstance(outcome, Failed):
        message = T("{name}: {message}", name=name, message=outcome.error.message)
        terminal.error(message, outcome.error.hint)
    elif session.speaks:
        told = (
            _told_unchanged(outcome)
            if isinstance(outcome, Unchanged)
            else told_added(outcome.entry, outcome.manifest)
        )
        bad = [] if isinstance(outcome, Unchanged) else outcome.copies
        lines = [told, *(told_copy(copy) for copy in bad if copy.state != "ok")]
        terminal.out(map(translate, lines))


def _object(outcome: Outcome) -> dict[str, Any]:
    if isinstance(outcome, Refused):
        return {"entry": None, "findings": as_objects(outcome.findings)}
    if isinstance(outcome, Failed):
        return {"entry": None, "error": translate(outcome.error.message)}
    if isinstance(outcome, Unchanged):
        return {"entry": None, "unchanged": outcome.version}
    return {"entry": dict(outcome.entry), "copies": copy_objects(outcome.copies)}


def _told_unchanged(unchanged: Unchanged) -> Text:
    return T(
        "nothing new: this is version {version} of {name}",
        version=unchanged.version,
        name=unchanged.dataset,
    )


def _following(case: str, outcomes: Sequence[Outcome]) -> Text:
    added = [outcome for outcome in outcomes if isinstance(outcome, Added)]
    if any(copy.state != "ok" for outcome in added for copy in outcome.copies):
        return T("next: sopgit data push {case}, when all remotes are there", case=case)
    return T("next: sopgit complete {case}, or sopgit note {case}", case=case)
