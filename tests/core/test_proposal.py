"""A proposal is one file that says all that a signature brings about, or it is refused."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from sopgit.adapters.resources import read_procedure, read_schemas
from sopgit.core.errors import SopgitError
from sopgit.core.lineage import sha256
from sopgit.core.policy import procedure_path
from sopgit.core.proposal import BadProposal, Proposal, is_proposal, parse_proposal, proposal_bytes
from sopgit.core.schema import Schemas
from sopgit.core.strict_yaml import mapping_of
from sopgit.core.writer import emit
from tests.policies import changed, next_policy
from tests.signing import Signer
from tests.simulator import PROCEDURE, Simulator, sign_policy

PATH = "proposal.yaml"
FILE = ".gitattributes"
DATA = b"* -text\n"
SCHEMAS = Schemas(read_schemas())

Value = dict[str, Any]


@pytest.fixture(scope="module")
def simulator() -> Simulator:
    return Simulator.shipped()


@pytest.fixture(scope="module")
def base(simulator: Simulator) -> Value:
    """What a good proposal says: a role changes hands and a protected file comes in."""
    roles = {**simulator.policy["roles"], "kasi": ["dewi"]}
    new = next_policy(simulator, roles=roles, protected={FILE: sha256(DATA)})
    proposal = Proposal(simulator.trusted.policy, changed(simulator), {}, ("x",))
    value = mapping_of(proposal_bytes(proposal))
    return {**value, "new": new, "files": {FILE: base64.b64encode(DATA).decode()}}


def reasons(value: Mapping[str, Any]) -> set[str]:
    try:
        parse_proposal(emit(value), PATH, SCHEMAS)
    except BadProposal as bad:
        return {finding.code for finding in bad.refused.findings}
    return set()


def test_it_reads_back_as_it_was_written(simulator: Simulator, base: Value) -> None:
    proposal = parse_proposal(emit(base), PATH, SCHEMAS)
    assert (proposal.files, proposal.notes, proposal.abandon) == ({FILE: DATA}, ("x",), False)
    assert proposal_bytes(proposal) == emit(base)
    assert is_proposal(emit(base))
    assert not is_proposal(emit(simulator.policy))


def test_signatures_are_not_asked_for_but_kept(base: Value) -> None:
    signed = sign_policy(base["new"], "agus")
    proposal = parse_proposal(emit({**base, "new": signed}), PATH, SCHEMAS)
    assert [entry["by"] for entry in proposal.new.raw["signatures"]] == ["agus"]


def new(change: Callable[[Value], Value]) -> Callable[[Value], Value]:
    """A change of the proposed policy alone."""
    return lambda value: {**value, "new": change(value["new"])}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda v: {**v, "schema": "sopgit/proposal/v2"}, "proposal-form"),
        (lambda v: {**v, "extra": 1}, "proposal-form"),
        (lambda v: {k: v[k] for k in v if k != "old"}, "proposal-form"),
        (lambda v: {**v, "notes": "x"}, "proposal-form"),
        (lambda v: {**v, "files": {FILE: "not base64!"}}, "proposal-form"),
        (lambda v: {**v, "files": {FILE: 1}}, "proposal-form"),
        (lambda v: {**v, "files": {}}, "proposal-files"),
        (lambda v: {**v, "files": {FILE: None}}, "proposal-files"),
        (lambda v: {**v, "files": {FILE: "eA=="}}, "proposal-files"),
        (lambda v: {**v, "files": {**v["files"], "CODEOWNERS": "eA=="}}, "proposal-files"),
        (lambda v: {**v, "old": {**v["old"], "grace": 9}}, "policy-sequence"),
        (lambda v: {**v, "old": {**v["old"], "grace": "x"}}, "schema-type"),
        (new(lambda n: {**n, "version": 3}), "policy-sequence"),
        (new(lambda n: {**n, "previous": "0" * 64}), "policy-sequence"),
        (new(lambda n: {**n, "repository": n["repository"].replace("0", "1")}), "policy-sequence"),
        (new(lambda n: {**n, "roles": {"kasi": ["hantu"]}}), "policy-person-unknown"),
        (new(lambda n: {**n, "retired": {"people": ["siti"], "keys": []}}), "policy-retired"),
        (new(lambda n: {**n, "roots": {"threshold": 4, "people": ["agus"]}}), "policy-roots"),
        (new(lambda n: {k: n[k] for k in n if k != "grace"}), "schema-missing-key"),
        (
            new(lambda n: {**n, "office": {**n["office"], "timezone": "Asia/Nowhere"}}),
            "policy-zone",
        ),
        (new(lambda n: {**n, "office": {**n["office"], "timezone": "Asia"}}), "policy-zone"),
    ],
)
def test_one_change_of_a_good_proposal_is_refused(
    base: Value, change: Callable[[Value], Value], code: str
) -> None:
    assert reasons(base) == set()
    assert reasons(change(base)) == {code}


def test_a_carried_procedure_is_judged_too(base: Value) -> None:
    good = mapping_of(read_procedure(PROCEDURE))
    for steps, code in ((good["steps"], None), (good["steps"][1:], "procedure-steps")):
        value = {**good, "name": "lain", "steps": steps}
        data = emit(value)
        reference = f"lain@{sha256(data)}"
        procedures = {**base["new"]["procedures"], reference: "open"}
        files = {procedure_path(reference): base64.b64encode(data).decode()}
        changed_ = {**base["new"], "procedures": procedures}
        found = reasons({**base, "new": changed_, "files": {**base["files"], **files}})
        assert code in found if code else found == set()


def test_what_is_no_yaml_at_all_is_refused() -> None:
    for data in (b"", b"\xff", b"a: b\na: c\n", b"- a\n"):
        with pytest.raises(SopgitError):
            parse_proposal(data, PATH, SCHEMAS)


def acting(first: str, last: str) -> Callable[[Value], Value]:
    grant = {"role": "kasi", "person": "siti", "from": first, "until": last, "letter": "1"}
    return new(lambda n: {**n, "acting": [grant]})


def test_an_acting_grant_ends_when_it_begins_or_later(base: Value) -> None:
    assert reasons(acting("2026-03-02", "2026-03-02")(base)) == set()
    assert reasons(acting("2026-03-02", "2026-03-01")(base)) == {"policy-acting"}


def test_a_retired_key_and_a_retired_person_never_come_back() -> None:
    simulator, key = Simulator.shipped(), Signer.new(b"siti-2").public_line
    old = simulator.policy["people"]["siti"]["keys"]
    people = {**simulator.policy["people"]}
    people["siti"] = {**people["siti"], "keys": [key]}
    kept = {"people": [], "keys": old}
    value = mapping_of(proposal_bytes(Proposal(simulator.trusted.policy, changed(simulator))))
    good = {**value, "new": next_policy(simulator, people=people, retired=kept)}
    assert reasons(good) == set()
    people["siti"] = {**people["siti"], "keys": [key, *old]}
    back = {**value, "new": next_policy(simulator, people=people, retired=kept)}
    assert reasons(back) == {"policy-retired"}
