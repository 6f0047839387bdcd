"""What a drill brought back, in words, for JSON, and as an exit code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sopgit.core.drill import Drilled, Trial
from sopgit.core.text import T, Text
from sopgit.core.words import OUTCOMES
from sopgit.render.exit_codes import ExitCode

SCHEMA = "sopgit/drill/v1"

_KEYS = {
    "none": T("open data"),
    "reader": T("a reader's key"),
    "recovery": T("the recovery key"),
}


def told_trial(trial: Trial) -> Text:
    """One line on one version from one remote."""
    facts = {
        "dataset": trial.version.dataset,
        "version": trial.version.version,
        "place": trial.place,
        "key": _KEYS[trial.key],
    }
    if trial.outcome == "passed":
        return T(
            "{dataset} version {version} from {place}, {key}: back in {seconds} s, {size} bytes, "
            "{days} days old",
            seconds=f"{trial.seconds:.1f}",
            size=trial.version.object.size,
            days=trial.days,
            **facts,
        )
    state = OUTCOMES.get(trial.outcome, T("failed"))
    why = T("{state} ({detail})", state=state, detail=trial.why) if trial.why else state
    return T("{dataset} version {version} from {place}, {key}: {why}", why=why, **facts)


def told_drill(drilled: Drilled, record: str | None) -> Iterator[Text]:
    """The sum of it, and where it is recorded."""
    passed = [trial for trial in drilled.trials if trial.outcome == "passed"]
    yield T(
        "{passed} of {count} came back, in {seconds} s; drawn by seed {seed}",
        passed=len(passed),
        count=len(drilled.trials),
        seconds=f"{sum(trial.seconds for trial in drilled.trials):.1f}",
        seed=drilled.seed,
    )
    if drilled.key == "reader":
        yield T("the recovery key has opened nothing: try it with --recovery-key FILE")
    if record is not None:
        yield T("recorded in {path}; send it with sopgit sync", path=record)


def drill_object(drilled: Drilled, record: str | None) -> dict[str, Any]:
    """For JSON."""
    return {
        "schema": SCHEMA,
        "begun": drilled.begun,
        "ended": drilled.ended,
        "seed": drilled.seed,
        "clone": drilled.clone,
        "key": drilled.key,
        "passed": drilled.has_passed,
        "trials": [
            {
                "dataset": trial.version.dataset,
                "version": trial.version.version,
                "object": trial.version.object.value,
                "remote": trial.place,
                "key": trial.key,
                "outcome": trial.outcome,
                "seconds": round(trial.seconds, 3),
                "days": trial.days,
                "detail": trial.detail,
            }
            for trial in drilled.trials
        ],
        "record": record,
    }


def exit_code_of_drill(drilled: Drilled) -> ExitCode:
    """1: something did not come back; 3: nothing was wrong but that a remote was away."""
    outcomes = {trial.outcome for trial in drilled.trials} - {"passed"}
    if not outcomes:
        return ExitCode.FINE
    return ExitCode.WORLD if outcomes == {"unreachable"} else ExitCode.REFUSED
