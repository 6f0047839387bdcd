"""What a rekey record may land, and one mutation after another that it may not."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import pytest

from sopgit.adapters import age
from sopgit.app.draft import Draft
from sopgit.app.landings import landing_of_files
from sopgit.core.finding import Allowed, Refused
from sopgit.core.lineage import sha256
from sopgit.core.mainline import admit
from sopgit.core.rewrap import header_of, payload_of
from sopgit.core.statement import RECORD_NAMESPACE, event_bytes, record_path
from sopgit.core.writer import emit
from tests import acts
from tests.attacks.policies import propose
from tests.attacks.test_data import REGISTER, sealed
from tests.simulator import Simulator, signer

Files = Mapping[str, bytes | None]
KEYS = {name: age.new_identity() for name in ("agus", "budi", "recovery", "stranger")}
READERS = [KEYS[name][1] for name in ("agus", "budi", "recovery")]
MANIFEST = age.encrypt_bytes(b"{}\n", [KEYS["budi"][1]])
OTHER = age.encrypt_bytes(b"{}\n", READERS)
BUDI = age.Identity(KEYS["budi"][0])
DATA = age.encrypt_bytes(b"isi", [KEYS["budi"][1]])
IN_PLACE, HEADER = f"{REGISTER}/manifest.age", f"{REGISTER}/headers/data-1.hdr"


@pytest.fixture(scope="module")
def office() -> Simulator:
    """One restricted dataset, opened to budi alone; agus and a sealed key are to read it too."""
    office = Simulator.shipped()
    people = {name: dict(entry) for name, entry in office.policy["people"].items()}
    for name in ("agus", "budi"):
        people[name]["recipients"] = [{"kind": "x25519", "key": KEYS[name][1]}]
    sealed_key = {"kind": "x25519", "key": KEYS["recovery"][1], "custodian": "Sekretaris"}
    kinds = ("settings", "rekey", "declassify")
    office.land_files(
        propose(
            office,
            people=people,
            recovery_recipients=[sealed_key],
            records={kind: list(office.policy["roles"]) for kind in kinds},
        )
    )
    case = {**acts.CASE, "producers": ["tapem", "dinsos"]}
    path = office.act("agus", None, Draft("open", case=case, document=acts.OPEN.document))
    office.act("siti", path, acts.LETTER)
    office.land_files(sealed(office, path, manifest__age=MANIFEST))
    return office


def opened(data: bytes, *keys: str) -> bytes:
    """The file again under a header for `keys`; the policy's readers if none are named."""
    return BUDI.rewrap(data, keys or READERS) + payload_of(data)


def record(office: Simulator, brought: Files, kind: str = "rekey", **said: Any) -> Files:
    """What is `brought`, under a record of agus that lists it."""
    listed = [
        {"path": path, "old": sha256(office.trusted.tree.get(path)), "new": sha256(data)}
        for path, data in sorted(brought.items())
    ]
    value: dict[str, Any] = {
        "schema": "sopgit/record/v1",
        "repository": office.policy["repository"],
        "kind": kind,
        "base": office.trusted.tip,
        "at": office.tick().isoformat(),
        "by": "agus",
        "role": "kasi",
        "files": listed,
        **({"people": ["agus", "budi"]} if kind == "rekey" else {}),
        **said,
    }
    raw = signer(value["by"]).sign(RECORD_NAMESPACE, event_bytes(value))
    value["sig"] = base64.b64encode(raw).decode()
    return {record_path(value): emit(value), **brought}


def codes(office: Simulator, files: Files) -> set[str]:
    """Why these files may not land now; nothing if they may."""
    outcome = admit(landing_of_files(office.trusted, files, "test"), office.trusted)
    found = outcome.findings if isinstance(outcome, Refused) else ()
    assert bool(found) is not isinstance(outcome, Allowed)
    return {finding.code for finding in found if finding.severity == "error"}


GOOD: Files = {IN_PLACE: opened(MANIFEST), HEADER: header_of(opened(DATA))}


def test_new_headers_land(office: Simulator) -> None:
    assert codes(office, record(office, GOOD)) == set()


MUTATED: dict[str, tuple[Files, str]] = {
    "another payload": ({IN_PLACE: OTHER}, "rekey-files"),
    "a byte more": ({IN_PLACE: opened(MANIFEST) + b"x" * 16}, "rekey-files"),
    "in the clear": ({IN_PLACE: b"{}\n"}, "age-form"),
    "a manifest that goes": ({IN_PLACE: None}, "rekey-files"),
    "a reader too few": ({HEADER: header_of(opened(DATA, *READERS[:2]))}, "rekey-readers"),
    "a reader too many": (
        {HEADER: header_of(opened(DATA, *READERS, KEYS["stranger"][1]))},
        "rekey-readers",
    ),
    "a payload after a header": ({HEADER: opened(DATA)}, "age-form"),
    "no header": ({HEADER: b"age-encryption.org/v1\n"}, "age-form"),
    "a header that goes": ({HEADER: None}, "rekey-files"),
    "a header of no version": (
        {f"{REGISTER}/headers/data-2.hdr": header_of(opened(DATA))},
        "version-order",
    ),
    "a pointer": ({f"{REGISTER}/data.age.dvc": b"outs:\n"}, "schema-spelling"),
    "a description": ({f"{REGISTER}/dataset.yaml": b"x"}, "schema-spelling"),
}


@pytest.mark.parametrize("how", MUTATED)
def test_anything_else_does_not(office: Simulator, how: str) -> None:
    change, code = MUTATED[how]
    assert code in codes(office, record(office, {**GOOD, **change}))


@pytest.mark.parametrize("people", [["budi"], ["agus", "budi", "siti"], []])
def test_it_names_the_readers_of_the_policy(office: Simulator, people: list[str]) -> None:
    assert codes(office, record(office, GOOD, people=people)) == {"rekey-readers"}


def test_a_header_that_no_record_lists_is_refused(office: Simulator) -> None:
    files = record(office, {IN_PLACE: GOOD[IN_PLACE]})
    assert codes(office, {**files, HEADER: GOOD[HEADER]}) == {"file-unlisted"}


def test_another_record_lists_no_header(office: Simulator) -> None:
    said = {"person": "siti", "reason": "x", "datasets": []}
    assert codes(office, record(office, {}, "disclosure", **said)) == {"record-role"}
    files = record(office, GOOD, "disclosure", **said)
    assert codes(office, files) >= {"schema-length"}


def test_a_record_of_settings_lists_settings_alone(office: Simulator) -> None:
    agencies = emit({"schema": "sopgit/agencies/v1", "agencies": {"lain": {"name": "Lain"}}})
    settings: Files = {".sopgit/agencies.yaml": agencies}
    assert codes(office, record(office, settings, "settings")) == set()
    found = codes(office, record(office, {**settings, IN_PLACE: GOOD[IN_PLACE]}, "settings"))
    assert "schema-value" in found


def test_no_act_lists_a_header(office: Simulator) -> None:
    """Nor does it say that it was told so by an act on the dataset."""
    path = next(p for p in office.trusted.tree.paths("cases/") if p.endswith("/case.yaml"))
    entry = {
        "dataset": REGISTER.removeprefix("datasets/"),
        "version": 1,
        "action": "recover",
        "copies": [],
        "object": office.trusted.versions[REGISTER.removeprefix("datasets/")][1],
    }

    def told(files: Files) -> Files:
        listed = [{"path": p, "old": None, "new": sha256(data)} for p, data in files.items()]
        said = {"files": listed} if listed else {}
        event = office.event("budi", path, acts.NOTES, datasets=[entry], **said)
        return {**office.files(event, path), **files}

    assert codes(office, told({})) == set()
    assert codes(office, told({HEADER: GOOD[HEADER]})) == {"file-foreign"}


def test_it_changes_nothing_that_an_act_changes_too(office: Simulator) -> None:
    """Of the manifest that lay between, only the digests could be seen."""
    between = record(office, {IN_PLACE: opened(MANIFEST)})
    last = opened(MANIFEST)
    listed = [{"path": IN_PLACE, "old": sha256(between[IN_PLACE]), "new": sha256(last)}]
    files = {**between, **record(office, {}, files=listed), IN_PLACE: last}
    assert codes(office, files) == {"rekey-alone"}
