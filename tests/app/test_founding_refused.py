"""A description that founds no sound office is refused with all reasons, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sopgit.adapters.resources import read_schemas
from sopgit.app.demo import samples
from sopgit.app.found import FoundingRefused, plan
from sopgit.core.schema import Schemas
from tests.simulator import signer

Change = Callable[[dict[str, Any]], object]


@pytest.fixture
def description(tmp_path: Path) -> dict[str, Any]:
    """A description that founds an office."""
    people = {
        person: {**facts, "keys": [signer(person).public_line], "recipients": []}
        for person, facts in samples.PEOPLE.items()
    }
    given: dict[str, Any] = {
        "office": dict(samples.OFFICE),
        "people": people,
        "roles": {role: [person] for role, person in samples.CLONES.items()},
        "roots": {"threshold": 2, "people": ["dewi", "agus"]},
        "wali_data": {"name": "Wali Data", "recipients": []},
        "agencies": {code: dict(agency) for code, agency in samples.AGENCIES.items()},
        "remotes": {"one": {"place": "Rak 1", "url": str(tmp_path)}},
    }
    assert plan(given, Schemas(read_schemas())).missing == 2
    return given


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda d: d.pop("roots"), "schema-missing-key"),
        (lambda d: d.update(numberz={}), "schema-unknown-key"),
        (lambda d: d.update(office="x"), "schema-type"),
        (lambda d: d.update(remotes=[]), "schema-type"),
        (lambda d: d.update(roles=[]), "schema-type"),
        (lambda d: d["remotes"]["one"].pop("url"), "schema-missing-key"),
        (lambda d: d["remotes"]["one"].update(url="nas"), "schema-spelling"),
        (lambda d: d["remotes"]["one"].update(url="sftp://host/data"), "remote-address"),
        (lambda d: d["remotes"]["one"].update(url="ssh://host"), "remote-address"),
        (
            lambda d: d["remotes"]["one"].update(url="ssh://siti:rahasia@host/data"),
            "remote-address",
        ),
        (lambda d: d["remotes"]["one"].update(url='/srv/"one"'), "remote-address"),
        (lambda d: d["remotes"]["one"].update(endpoint="https://host"), "remote-address"),
        (lambda d: d["remotes"].update(Two=d["remotes"]["one"]), "remote-address"),
        (lambda d: d["agencies"].update(tapem="x"), "schema-type"),
        (lambda d: d["roots"].update(threshold=3), "policy-roots"),
        (lambda d: d["office"].update(timezone="Asia/Jakartta"), "policy-zone"),
        (lambda d: d["roles"].update(kasi=["hantu"]), "policy-person-unknown"),
        (lambda d: d.update(accounts={"hantu": "hantu"}), "policy-person-unknown"),
        (lambda d: d.update(accounts={"agus": "agus @dewi"}), "schema-spelling"),
        (lambda d: d["people"]["siti"].update(keys=["ssh-rsa AAAA"]), "schema-spelling"),
    ],
)
def test_one_change_of_a_good_description(
    description: dict[str, Any], change: Change, code: str
) -> None:
    change(description)
    with pytest.raises(FoundingRefused) as caught:
        plan(description, Schemas(read_schemas()))
    assert code in {finding.code for finding in caught.value.refused.findings}


@pytest.mark.parametrize("endpoint", ["host:9000", "ftp://host", "https://kunci:rahasia@host", ""])
def test_the_server_of_an_object_store_is_a_plain_address(
    description: dict[str, Any], endpoint: str
) -> None:
    description["remotes"]["far"] = {"place": "Awan", "url": "s3://data/kantor"}
    for given in ({}, {"endpoint": "https://host:9000"}):
        description["remotes"]["far"] |= given
        config = plan(description, Schemas(read_schemas())).files[".dvc/config"]
    assert b"    endpointurl = https://host:9000\n" in config
    description["remotes"]["far"] |= {"endpoint": endpoint}
    with pytest.raises(FoundingRefused):
        plan(description, Schemas(read_schemas()))


def test_a_password_in_an_address_is_not_repeated(description: dict[str, Any]) -> None:
    description["remotes"]["one"]["url"] = "ssh://siti:rahasia@host/data"
    with pytest.raises(FoundingRefused) as caught:
        plan(description, Schemas(read_schemas()))
    assert "rahasia" not in repr(caught.value.refused)
