"""An office of everything that governed files can be, landing by landing.

`history` keeps for every landing what was trusted before it, so that a change
of any landing can be judged where it would have come in.
"""

from __future__ import annotations

import base64
import copy
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sopgit.app.draft import Draft
from sopgit.app.landings import landing_of_files
from sopgit.core.finding import Allowed, Verdict
from sopgit.core.lineage import sha256
from sopgit.core.mainline import admit
from sopgit.core.paths import AGENCIES, POLICY, PathClass, path_class
from sopgit.core.statement import RECORD_NAMESPACE, event_bytes, record_path
from sopgit.core.strict_yaml import load
from sopgit.core.trusted import Trusted
from sopgit.core.writer import emit
from tests import acts
from tests.attacks.mounting import Files
from tests.attacks.policies import propose, together, with_role
from tests.attacks.test_cases import OTHER
from tests.attacks.test_data import age_file, sealed
from tests.simulator import Simulator, signer


@dataclass(frozen=True)
class Step:
    """What was trusted, and what then landed; the last step brings nothing."""

    trusted: Trusted
    files: Files

    def judge(self, files: Files) -> Verdict:
        return admit(landing_of_files(self.trusted, files, "mutant"), self.trusted)

    def governed(self, files: Files) -> dict[str, object]:
        """What the tree says once `files` have landed: bytes, or what they mean."""
        tree = {path: self.trusted.tree.get(path) for path in self.trusted.tree.paths("")}
        tree.update(files)
        return {
            path: meaning(path, data)
            for path, data in tree.items()
            if data is not None and kind_of(path) is not PathClass.FREE
        }


@dataclass
class Recorder(Simulator):
    """A simulator that remembers every landing."""

    steps: list[Step] = field(default_factory=list)

    def land_files(self, files: Files) -> Allowed:
        self.steps.append(self.step(files))
        return super().land_files(files)

    def step(self, files: Files) -> Step:
        shared = {id(self.schemas): self.schemas, id(self.trusted.tree): self.trusted.tree}
        return Step(copy.deepcopy(self.trusted, shared), dict(files))


def kind_of(path: str) -> PathClass | None:
    return path_class(path, ("README.md", "docs/"))


def meaning(path: str, data: bytes) -> object:
    """The bytes of cases and records; the parsed content of all else that is YAML.

    In which order roots have signed a policy carries no meaning.
    """
    if path.endswith(".yaml") and kind_of(path) not in (PathClass.CASE, PathClass.RECORD):
        value = load(data, path).value
        if path == POLICY and isinstance(value, dict):
            signed = sorted(value["signatures"], key=lambda entry: (entry["by"], entry["sig"]))
            return emit({**value, "signatures": signed})
        return value
    return data


@cache
def history() -> tuple[Step, ...]:
    """An office with every kind of file, in landings of one statement each."""
    roles = {"kasi": ["agus"], "pengelola_ti": ["siti"], "administrator_server": ["budi"]}
    shipped = Simulator.shipped()
    office = Recorder(shipped.procedures, roles, shipped.people)
    office.land_files({"README.md": b"# Kantor\n", "docs/a.md": b"# A\n"})
    office.land_files(settings(office, {"tapem": {"name": "Tapem"}, "dinsos": {"name": "Dinsos"}}))
    path = acts.straight(office, 6)
    office.act("agus", None, OTHER)
    scan = b"%PDF-1.7\n"
    listed = [{"path": "scan.pdf", "old": None, "new": sha256(scan)}]
    noted = office.event("budi", path, Draft("note", reason="scan"), files=listed)
    office.land_files({**office.files(noted, path), f"{path.rpartition('/')[0]}/scan.pdf": scan})
    both = {**acts.CASE, "title": "Register", "producers": ["tapem", "dinsos"]}
    register = office.act("agus", None, Draft("open", case=both, document=acts.OPEN.document))
    office.act("siti", register, acts.LETTER)
    office.land_files(sealed(office, register))
    said, files = acts.version(2, b"kode,nama\n1,a\n", office)
    event = office.event("budi", register, acts.NOTES, **said)
    office.land_files(together(office.files(event, register), files))
    office.act("budi", register, acts.REPORT)
    office.act("agus", register, acts.RETURN)
    office.land_files(restricted(office))
    office.land_files(propose(office, roles=with_role(office, "kasi", "agus", "dewi")))
    office.act("siti", path, acts.FINISH)
    office.act("siti", path, acts.CONCEPT)
    office.land_files(propose(office, "agus", "budi", grace=7))
    return (*office.steps, office.step({}))


def restricted(office: Simulator) -> dict[str, bytes | None]:
    """A restricted case, whose words lie in an age file."""
    body = age_file(40, b"body")
    case = {**acts.CASE, "title": "Rahasia", "restricted": True}
    listed = [{"path": "body-1.age", "old": None, "new": sha256(body)}]
    draft = Draft("open", case=case, document={"fields": {}})
    files = office.files(office.event("agus", None, draft, files=listed))
    return {**files, f"{next(iter(files)).rpartition('/')[0]}/body-1.age": body}


def settings(office: Simulator, agencies: Mapping[str, Any]) -> dict[str, bytes | None]:
    """The agencies under a record of the kasi."""
    data = emit({"schema": "sopgit/agencies/v1", "agencies": dict(agencies)})
    record: dict[str, Any] = {
        "schema": "sopgit/record/v1",
        "repository": office.policy["repository"],
        "kind": "settings",
        "base": office.trusted.tip,
        "at": office.tick().isoformat(),
        "by": "agus",
        "role": "kasi",
        "files": [{"path": AGENCIES, "old": None, "new": sha256(data)}],
    }
    raw = signer("agus").sign(RECORD_NAMESPACE, event_bytes(record))
    record["sig"] = base64.b64encode(raw).decode()
    return {AGENCIES: data, record_path(record): emit(record)}
