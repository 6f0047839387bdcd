"""A class is lowered by two persons and for a new version, or not at all."""

from __future__ import annotations

from typing import Any

import pytest

from sopgit.app.demo.samples import RESTRICTED_DATASET
from sopgit.core.lineage import sha256
from sopgit.core.pointer import pointer_bytes
from sopgit.core.writer import emit
from tests import acts
from tests.attacks.test_data import REGISTER
from tests.core.test_rekey_record import Files, codes, record
from tests.core.test_rekey_record import office as office  # noqa: PLC0414
from tests.simulator import Simulator

DATASET = REGISTER.removeprefix("datasets/")
OPEN = {"public": "terbuka", "archive": "biasa", "personal": "tidak_ada"}
LOWERED = emit({**RESTRICTED_DATASET, "classification": OPEN})
DESCRIBED = f"{REGISTER}/dataset.yaml"
CONTENT = b"tahun,jumlah\n2026,3\n"


def signed(office: Simulator, **changes: Any) -> Files:
    """The record of siti that the class may be lowered."""
    said = {
        "by": "siti",
        "role": "pengelola_ti",
        "dataset": DATASET,
        "old": sha256(office.trusted.tree.get(DESCRIBED)),
        "new": sha256(LOWERED),
        "letter": "1/2026",
        "reason": "sudah diumumkan",
    }
    return record(office, {}, "declassify", **{**said, **changes})


def lowering(office: Simulator, *, new_version: bool = True) -> Files:
    """The act of budi: open from version 2 on; or only the pointer of version 1 renamed."""
    path = next(p for p in office.trusted.tree.paths("cases/") if p.endswith("/case.yaml"))
    number, action = (2, "reclass") if new_version else (1, "recover")
    made = office.trusted.versions[DATASET][1]
    if new_version:
        made = {"md5": "1" * 32, "sha256": sha256(CONTENT), "size": len(CONTENT)}
    name = "penerima-bantuan.csv"
    files: dict[str, bytes | None] = {
        DESCRIBED: LOWERED,
        f"{REGISTER}/data.age.dvc": None,
        f"{REGISTER}/manifest.age": None,
        f"{REGISTER}/{name}.dvc": pointer_bytes(made["md5"], made["size"], name),
    }
    entry = {
        "dataset": DATASET,
        "version": number,
        "action": action,
        "object": made,
        "copies": ["one", "two"],
    }
    listed = [
        {"path": p, "old": sha256(office.trusted.tree.get(p)), "new": sha256(data)}
        for p, data in sorted(files.items())
    ]
    event = office.event("budi", path, acts.NOTES, files=listed, datasets=[entry])
    return {**office.files(event, path), **files}


def test_one_signs_and_another_lowers(office: Simulator) -> None:
    assert codes(office, {**signed(office), **lowering(office)}) == set()


WRONG = {
    "no record": None,
    "by the same person": {"by": "budi", "role": "administrator_server"},
    "for another description": {"new": sha256(b"x")},
    "for an older description": {"old": sha256(b"x")},
    "for another dataset": {"dataset": "dinsos/lain"},
}


@pytest.mark.parametrize("how", WRONG)
def test_not_otherwise(office: Simulator, how: str) -> None:
    changes = WRONG[how]
    files = {} if changes is None else signed(office, **changes)
    code = "declassify-alone" if how == "by the same person" else "class-lowered"
    assert codes(office, {**files, **lowering(office)}) == {code}


def test_a_stored_version_is_not_opened(office: Simulator) -> None:
    files = {**signed(office), **lowering(office, new_version=False)}
    assert codes(office, files) == {"class-lowered"}
