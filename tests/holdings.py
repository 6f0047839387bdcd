"""Datasets with several versions in a test's office, taken in by the administrator."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sopgit.app.datasets import Added
from sopgit.app.demo import samples
from sopgit.app.draft import Draft
from sopgit.app.taking_in import add_data
from tests import acts
from tests.offices import BUDI, SITI, Folders

OPEN = samples.OPEN_DATASET
RESTRICTED: Mapping[str, Any] = {**samples.RESTRICTED_DATASET, "producer": "tapem"}
OPEN_NAME, RESTRICTED_NAME = "tapem/kecamatan", "tapem/penerima-bantuan"


def receive(folders: Folders) -> None:
    """The new case stands where data comes in, and all desks know."""
    folders.land(SITI, folders.cases["new"], acts.LETTER)
    folders.sync(BUDI)


def store(
    folders: Folders, description: Mapping[str, Any], content: bytes, name: str = "tabel.csv"
) -> None:
    """One more version, told by a note that stays in the administrator's clone."""
    source = folders.root / "intake" / name
    source.parent.mkdir(exist_ok=True)
    source.write_bytes(content)
    case = folders.cases["new"]
    added = add_data(folders.office(BUDI), case, source, description, reason="Rekaan")
    assert isinstance(added, Added), added
    folders.perform(BUDI, case, Draft("note", reason="Kiriman"))
