"""A procedure as values: steps, document types, who is kept apart.

Nothing here knows a step's number, a role's name or a document's type; a
step's differences by purpose are already merged where a `Step` is handed out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

PURPOSES = ("store", "update", "recover")

FieldKind = Literal["text", "date", "integer", "list", "table", "revision"]
Part = Literal["head", "addressee", "body", "copies"]
Clock = Literal["on_entry", "on_receipt"]
Unit = Literal["jam", "hari"]


def _ordered(entries: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """By `order`, then as they stand: the one spelling of a file sorts a mapping's keys."""
    return sorted(entries.items(), key=lambda entry: entry[1].get("order", 0))


@dataclass(frozen=True)
class Field:
    """One thing that a document of a type says.

    `columns` gives a table's labels by name; `of` the document type whose
    revision (the seq of an event) a `revision` names.
    """

    kind: FieldKind
    label: str
    required: bool = False
    long: bool = False
    part: Part = "body"
    columns: Mapping[str, str] | None = None
    of: str | None = None

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Field:
        """From a field as the schema has passed it; what is not said has the defaults above."""
        columns = value.get("columns")
        return cls(
            kind=value["kind"],
            label=value["label"],
            required=value.get("required", False),
            long=value.get("long", False),
            part=value.get("part", "body"),
            columns=columns and {name: column["label"] for name, column in _ordered(columns)},
            of=value.get("of"),
        )


@dataclass(frozen=True)
class DocumentType:
    """A kind of official paper; `fields` in the order in which they are printed."""

    name: str
    title: str
    fields: Mapping[str, Field]

    @classmethod
    def parse(cls, name: str, value: Mapping[str, Any]) -> DocumentType:
        """From a document type as the schema has passed it."""
        fields = {key: Field.parse(field) for key, field in _ordered(value["fields"])}
        return cls(name, value["title"], fields)


@dataclass(frozen=True)
class StandardTime:
    """How long a step may take: working hours (`jam`) or working days (`hari`)."""

    value: int
    unit: Unit


@dataclass(frozen=True)
class Step:
    """One step, for one purpose.

    `inputs`: of every row one entry must be in the case, a document type or the
    word `dataset`. `documents`: the act carries one of them. `actions`: with
    `needs_dataset`, the actions of which the data must be one; empty for any.
    """

    number: int
    name: str
    short: str
    roles: tuple[str, ...]
    inputs: tuple[tuple[str, ...], ...]
    documents: tuple[str, ...]
    needs_dataset: bool
    actions: tuple[str, ...]
    standard_time: StandardTime
    clock: Clock
    returns: tuple[int, ...]
    reopens: tuple[int, ...]
    return_document: str | None
    handles_data: bool
    review: bool
    symbol: str

    @classmethod
    def parse(cls, value: Mapping[str, Any], purpose: str | None = None) -> Step:
        """From a step as the schema has passed it, with what differs for `purpose`."""
        merged = {**value, **value.get("by_purpose", {}).get(purpose, {})}
        output, time = merged["output"], merged["standard_time"]
        return cls(
            number=merged["number"],
            name=merged["name"],
            short=merged["short"],
            roles=tuple(merged["roles"]),
            inputs=tuple(tuple(row) for row in merged["inputs"]),
            documents=tuple(output["documents"]),
            needs_dataset=output["dataset"],
            actions=tuple(output.get("actions", ())),
            standard_time=StandardTime(time["value"], time["unit"]),
            clock=merged["clock"],
            returns=tuple(target["to"] for target in merged["returns"]),
            reopens=tuple(target["to"] for target in merged["reopens"]),
            return_document=merged["return_document"],
            handles_data=merged["handles_data"],
            review=merged["review"],
            symbol=merged["symbol"],
        )


@dataclass(frozen=True)
class Separation:
    """Two steps that the same person may not both do, or should not."""

    steps: tuple[int, int]
    severity: Literal["error", "warning"]


@dataclass(frozen=True)
class Procedure:
    """A whole procedure; `raw` is the parsed file as it stands.

    `role_titles` gives the title by role; `note_roles` is None where any role
    may write a note.
    """

    raw: Mapping[str, Any]
    name: str
    identity: Mapping[str, Any]
    role_titles: Mapping[str, str]
    steps: tuple[Step, ...]
    documents: Mapping[str, DocumentType]
    separation: tuple[Separation, ...]
    note_roles: tuple[str, ...] | None
    cancel_roles: tuple[str, ...]
    _by_purpose: Mapping[tuple[int, str], Step]

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Procedure:
        """From a value that the schema and `check_procedure` have passed."""
        acts = value["acts"]
        noters = acts["note"]["roles"]
        return cls(
            raw=value,
            name=value["name"],
            identity=value["identity"],
            role_titles={name: role["title"] for name, role in _ordered(value["roles"])},
            steps=tuple(Step.parse(step) for step in value["steps"]),
            documents={
                name: DocumentType.parse(name, kind) for name, kind in value["documents"].items()
            },
            separation=tuple(
                Separation((pair["steps"][0], pair["steps"][1]), pair["severity"])
                for pair in value["separation"]
            ),
            note_roles=None if noters == "any" else tuple(noters),
            cancel_roles=tuple(acts["cancel"]["roles"]),
            _by_purpose={
                (step["number"], purpose): Step.parse(step, purpose)
                for step in value["steps"]
                for purpose in step.get("by_purpose", {})
            },
        )

    @property
    def roles(self) -> tuple[str, ...]:
        """Every role that the procedure names."""
        return tuple(self.role_titles)

    @property
    def first(self) -> int:
        """The number of the first step."""
        return 1

    @property
    def last(self) -> int:
        """The number of the last step."""
        return len(self.steps)

    def has_step(self, number: int) -> bool:
        """Whether there is a step `number`."""
        return 1 <= number <= len(self.steps)

    def step(self, number: int, purpose: str | None = None) -> Step:
        """Step `number` as it is for a case of this purpose; KeyError when there is none."""
        if not self.has_step(number):
            raise KeyError(f"{self.name} has no step {number}")
        return self._by_purpose.get((number, purpose or ""), self.steps[number - 1])

    def next(self, number: int) -> int | None:
        """The step after step `number`; None after the last."""
        return number + 1 if number < self.last else None
