"""What makes a procedure sound beyond its schema: could a case run through it?

Every purpose is walked from the first step to the last, so a procedure that
could never be finished is refused before anybody opens a case under it.

Rules enforced here: `procedure-steps`, `procedure-name-unknown`,
`procedure-return`, `procedure-reopen`, `procedure-input`, `procedure-separation`,
`procedure-reserved`, `procedure-actions`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sopgit.core.finding import Finding, Place, Rule
from sopgit.core.procedure.model import PURPOSES, Procedure, Step
from sopgit.core.text import T

STEPS = Rule(
    "procedure-steps",
    "the steps are numbered from 1, in order, without a gap",
    why="the next step is the next number",
)
NAME_UNKNOWN = Rule(
    "procedure-name-unknown",
    "a role or a document type that is named is also declared",
    why="a step for a role that nobody can hold is never done",
)
RETURN = Rule(
    "procedure-return",
    "a return leads back to an earlier step",
    why="a return that leads forward skips the steps between",
)
REOPEN = Rule(
    "procedure-reopen",
    "only the last step says where a closed case may be reopened",
    why="a case that is not closed is returned, not reopened",
)
INPUT = Rule(
    "procedure-input",
    "what a step works on can come from a step before it",
    why="a step that waits for what nobody makes is never done",
)
SEPARATION = Rule(
    "procedure-separation",
    "two steps that are kept apart both exist",
    why="a rule about a step that is not there protects nothing",
)
RESERVED = Rule(
    "procedure-reserved",
    "no document type is called dataset",
    why="among the inputs that word means data",
)
ACTIONS = Rule(
    "procedure-actions",
    "a step names actions of data, or needs data, only where data is handled",
    why="nobody could ever bring that data",
)

DATA = "dataset"


def check_procedure(value: Mapping[str, Any], path: str) -> list[Finding]:
    """What is wrong with `value`, the parsed procedure that its schema has passed."""
    place = Place(path)
    findings = [*_check_numbers(value, place), *_check_names(value, place)]
    if findings:
        return findings
    procedure = Procedure.parse(value)
    return [
        *_check_reserved(procedure, place),
        *_check_returns(procedure, place),
        *_check_separation(procedure, place),
        *_check_ways(procedure, place),
    ]


def _check_numbers(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    numbers = [step["number"] for step in value["steps"]]
    if numbers != list(range(1, len(numbers) + 1)):
        found = ", ".join(map(str, numbers))
        yield STEPS.broken(place, T("the steps are numbered {numbers}", numbers=found))


def _check_names(value: Mapping[str, Any], place: Place) -> Iterator[Finding]:
    roles, types = value["roles"], value["documents"]
    for where, name in _roles_named(value):
        if name not in roles:
            message = T("{where} names the role {name}, not declared", where=where, name=name)
            yield NAME_UNKNOWN.broken(place, message, T("declare it under roles"))
    for where, name in _types_named(value):
        if name not in types:
            message = T("{where} names the document {name}, not declared", where=where, name=name)
            yield NAME_UNKNOWN.broken(place, message, T("declare it under documents"))


def _roles_named(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for step in value["steps"]:
        yield from ((f"steps[{step['number']}].roles", name) for name in step["roles"])
    for act, entry in value["acts"].items():
        if entry["roles"] != "any":
            yield from ((f"acts.{act}", name) for name in entry["roles"])


def _types_named(value: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for step in value["steps"]:
        where = f"steps[{step['number']}]"
        for variant in (step, *step.get("by_purpose", {}).values()):
            for row in variant.get("inputs", ()):
                yield from ((f"{where}.inputs", name) for name in row if name != DATA)
            produced = variant.get("output", {}).get("documents", ())
            yield from ((f"{where}.output", name) for name in produced)
        if step["return_document"] is not None:
            yield f"{where}.return_document", step["return_document"]
    for type_name, kind in value["documents"].items():
        for name, field in kind["fields"].items():
            if "of" in field:
                yield f"documents.{type_name}.{name}", field["of"]


def _check_reserved(procedure: Procedure, place: Place) -> Iterator[Finding]:
    if DATA in procedure.documents:
        hint = T("give the document type another name")
        yield RESERVED.broken(place, T("a document type is called {name}", name=DATA), hint)


def _check_returns(procedure: Procedure, place: Place) -> Iterator[Finding]:
    for step in procedure.steps:
        for to in step.returns:
            if not procedure.has_step(to) or to >= step.number:
                message = T("step {step} returns to step {to}", step=step.number, to=to)
                yield RETURN.broken(place, message, T("name an earlier step"))
        for to in step.reopens:
            if step.number != procedure.last or not procedure.has_step(to):
                message = T("step {step} reopens to step {to}", step=step.number, to=to)
                hint = T("only step {last} may, to a step there is", last=procedure.last)
                yield REOPEN.broken(place, message, hint)
        if step.return_document and not step.returns and not step.reopens:
            message = T("step {step} has a return paper and returns nowhere", step=step.number)
            yield RETURN.broken(place, message)


def _check_separation(procedure: Procedure, place: Place) -> Iterator[Finding]:
    for pair in procedure.separation:
        for number in pair.steps:
            if not procedure.has_step(number):
                message = T("separation names step {step}, which is not there", step=number)
                yield SEPARATION.broken(place, message)


def _check_ways(procedure: Procedure, place: Place) -> list[Finding]:
    """Walk the steps once for every purpose; what all purposes share is said once."""
    found: dict[tuple[str, str], Finding] = {}
    for purpose in PURPOSES:
        steps = [procedure.step(step.number, purpose) for step in procedure.steps]
        for finding in (*_check_inputs(steps, place), *_check_data(steps, place)):
            found.setdefault((finding.code, str(finding.message)), finding)
    return list(found.values())


def _check_inputs(steps: list[Step], place: Place) -> Iterator[Finding]:
    made: set[str] = set()
    for step in steps:
        within = {DATA} if step.handles_data else set()
        for row in step.inputs:
            if not (made | within) & set(row):
                names = " / ".join(row)
                message = T("step {step} waits for {inputs}", step=step.number, inputs=names)
                yield INPUT.broken(place, message, T("no step before it makes one of these"))
        made |= {*step.documents, *within}


def _check_data(steps: list[Step], place: Place) -> Iterator[Finding]:
    for step in steps:
        if (step.needs_dataset and not step.handles_data) or (
            step.actions and not step.needs_dataset
        ):
            message = T("step {step} asks for data that it cannot take", step=step.number)
            hint = T("set handles_data and output.dataset to true")
            yield ACTIONS.broken(place, message, hint)
