"""What a scrub found, in words, for JSON, and as an exit code."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from sopgit.core.scrub import Reading, Scrubbed
from sopgit.core.text import T, Text
from sopgit.core.words import OUTCOMES
from sopgit.render.exit_codes import ExitCode

SCHEMA = "sopgit/scrub/v1"


def told_reading(reading: Reading) -> Text:
    """One line on a copy that was not good."""
    copy = reading.copy
    facts = {
        "dataset": copy.dataset,
        "version": copy.version,
        "place": copy.place,
        "state": OUTCOMES[reading.outcome],
    }
    if reading.why:
        return T(
            "{dataset} version {version}, copy on {place}: {state} ({detail})",
            detail=reading.why,
            **facts,
        )
    return T("{dataset} version {version}, copy on {place}: {state}", **facts)


def told_scrub(scrubbed: Scrubbed, records: Sequence[str]) -> Iterator[Text]:
    """The counts by place, what is left, and where it is recorded."""
    for place, counts in _counts(scrubbed).items():
        yield T(
            "{place}: {ok} good, {missing} missing, {damaged} damaged, {unreachable} out of reach, "
            "{healed} healed",
            place=place,
            **{name: counts[name] for name in OUTCOMES},
        )
    if not scrubbed.readings:
        yield T("there was nothing to read")
    if scrubbed.left:
        yield T("{count} copies are left for the next time", count=scrubbed.left)
    if any(reading.outcome in {"damaged", "missing"} for reading in scrubbed.bad):
        yield T("replace them from good copies with: sopgit data scrub --heal")
    yield from (T("recorded in {path}; send it with sopgit sync", path=path) for path in records)


def scrub_object(scrubbed: Scrubbed, records: Sequence[str]) -> dict[str, Any]:
    """For JSON."""
    return {
        "schema": SCHEMA,
        "begun": scrubbed.begun,
        "ended": scrubbed.ended,
        "left": scrubbed.left,
        "places": {
            place: {name: counts[name] for name in (*OUTCOMES, "bytes")}
            for place, counts in _counts(scrubbed).items()
        },
        "bad": [
            {
                "dataset": one.copy.dataset,
                "version": one.copy.version,
                "place": one.copy.place,
                "object": one.copy.object.value,
                "outcome": one.outcome,
                "detail": one.detail,
            }
            for one in scrubbed.bad
        ],
        "records": list(records),
    }


def _counts(scrubbed: Scrubbed) -> dict[str, Counter[str]]:
    """How many of each outcome by place; `bytes` are those of the good copies."""
    places: dict[str, Counter[str]] = {}
    for reading in scrubbed.readings:
        counts = places.setdefault(reading.copy.place, Counter())
        counts[reading.outcome] += 1
        if reading.outcome == "ok":
            counts["bytes"] += reading.copy.object.size
    return dict(sorted(places.items()))


def exit_code_of_scrub(scrubbed: Scrubbed) -> ExitCode:
    """1: a copy is damaged or missing; 3: none is, but one could not be read."""
    outcomes = {reading.outcome for reading in scrubbed.readings}
    if outcomes & {"damaged", "missing"}:
        return ExitCode.REFUSED
    return ExitCode.WORLD if "unreachable" in outcomes else ExitCode.FINE
