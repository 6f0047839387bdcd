"""The policy: who holds which role with which keys, and what the office allows.

`Policy.parse` takes a value that the schema and `check_policy` have accepted;
who may change it is judged in `policy_change`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from sopgit.core.moments import find_zone
from sopgit.core.sshsig import PublicKey, parse_public_key


@dataclass(frozen=True)
class Acting:
    """A role held for a time by letter (Plt., Plh.); both days included."""

    role: str
    person: str
    first_day: date
    last_day: date
    letter: str

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Acting:
        return cls(
            value["role"],
            value["person"],
            date.fromisoformat(value["from"]),
            date.fromisoformat(value["until"]),
            value["letter"],
        )


@dataclass(frozen=True)
class Policy:
    """One version of the policy; `raw` is the parsed file as it stands."""

    raw: Mapping[str, Any]

    @classmethod
    def parse(cls, value: Mapping[str, Any]) -> Policy:
        return cls(value)

    @property
    def version(self) -> int:
        return int(self.raw["version"])

    @property
    def repository(self) -> str:
        return str(self.raw["repository"])

    @property
    def trial(self) -> bool:
        return bool(self.raw.get("trial", False))

    @property
    def people(self) -> Mapping[str, Mapping[str, Any]]:
        return self.raw["people"]  # type: ignore[no-any-return]

    @property
    def free(self) -> tuple[str, ...]:
        return tuple(self.raw["free"])

    @property
    def timezone(self) -> str:
        return str(self.raw["office"]["timezone"])

    @property
    def protected(self) -> dict[str, str]:
        """Digest by path, the procedures' files among them."""
        files = dict(self.raw["protected"])
        for reference in self.raw["procedures"]:
            files[procedure_path(reference)] = reference.partition("@")[2]
        return files

    @property
    def threshold(self) -> int:
        return int(self.raw["roots"]["threshold"])

    @property
    def roots(self) -> tuple[str, ...]:
        return tuple(self.raw["roots"]["people"])

    @cached_property
    def disowned(self) -> frozenset[str]:
        """The digests of the events that were made with a stolen key."""
        return frozenset(self.raw["disowned"])

    @cached_property
    def _keys(self) -> dict[str, tuple[PublicKey, ...]]:
        return {
            name: tuple(parse_public_key(line) for line in person["keys"])
            for name, person in self.people.items()
        }

    def keys(self, person: str) -> tuple[PublicKey, ...]:
        """The signing keys of `person`; none for somebody unknown."""
        return self._keys.get(person, ())

    def person_of(self, key: PublicKey) -> str | None:
        """Whose key this is."""
        return next((name for name, keys in self._keys.items() if key in keys), None)

    def is_holder(self, person: str, role: str) -> bool:
        """Whether `person` holds `role` in their own right."""
        return person in self.raw["roles"].get(role, ())

    @cached_property
    def grants(self) -> tuple[Acting, ...]:
        return tuple(Acting.parse(value) for value in self.raw["acting"])

    def grant(self, person: str, role: str, letter: str, day: date, newest: date) -> Acting | None:
        """The acting grant under `letter` that covers `day`.

        `newest` is the newest day that the mainline has seen: a grant is dead
        once the ledger itself is more than `grace` days past its end, so that
        an act cannot be dated back into it for ever.
        """
        grace = timedelta(days=int(self.raw["grace"]))
        for acting in self.grants:
            named = (acting.person, acting.role, acting.letter) == (person, role, letter)
            if (
                named
                and acting.first_day <= day <= acting.last_day
                and newest <= acting.last_day + grace
            ):
                return acting
        return None

    def has_role(self, person: str, role: str, letter: str | None, at: str, newest: str) -> bool:
        """Whether `person` holds `role` at `at`: in their own right, or acting under `letter`."""
        if letter is None:
            return self.is_holder(person, role)
        day = self.day(datetime.fromisoformat(at))
        seen = max(day, self.day(datetime.fromisoformat(newest))) if newest else day
        return self.grant(person, role, letter, day, seen) is not None

    def day(self, moment: datetime) -> date:
        """The office's day at `moment` (aware), in whatever zone that is said."""
        return moment.astimezone(find_zone(self.timezone)).date()

    def roles_of(self, person: str) -> tuple[str, ...]:
        """Every role that `person` holds in their own right, in the policy's order."""
        return tuple(role for role, people in self.raw["roles"].items() if person in people)

    def procedure_state(self, reference: str) -> str | None:
        """`open`, `finish`, or None for a procedure under which nothing may be done."""
        return self.raw["procedures"].get(reference)  # type: ignore[no-any-return]

    def number_pattern(self, document_type: str) -> str | None:
        entry = self.raw["numbers"].get(document_type)
        return None if entry is None else str(entry["pattern"])


def procedure_path(reference: str) -> str:
    """Where the file of `NAME@SHA256` lies."""
    name, _, sha256 = reference.partition("@")
    return f".sopgit/procedures/{name}-{sha256[:10]}.yaml"
