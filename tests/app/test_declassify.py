"""A class is lowered by one who signs and another who acts; stored versions stay closed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from sopgit.app.datasets import Added
from sopgit.app.declassify import declassify
from sopgit.app.demo import samples
from sopgit.app.receiving import Unchanged
from sopgit.app.taking_in import add_data
from sopgit.app.versions import dataset_versions
from sopgit.app.workplace import Workplace
from sopgit.core.errors import UsageError
from sopgit.core.finding import Refused
from tests import acts
from tests.app.test_rekey import DATASET, OPEN, bring, register, store
from tests.offices import BUDI, KASI, SITI, Folders, codes, template
from tests.storing import files_below

LOWERED = {
    **samples.RESTRICTED_DATASET,
    "classification": {"public": "terbuka", "archive": "biasa", "personal": "tidak_ada"},
}
CONTENT = b"tahun,jumlah\n2026,3\n"


def take_in(folders: Folders, case: str, value: Mapping[str, Any]) -> Added | Unchanged | Refused:
    source = folders.root / "open.csv"
    source.write_bytes(CONTENT)
    return add_data(folders.office(BUDI), case, source, value, reason="diringkas")


def test_a_class_is_lowered_for_the_next_version(folders: Folders) -> None:
    case = folders.land(KASI, None, OPEN).state.id
    folders.sync(SITI)
    folders.land(SITI, case, acts.LETTER)
    folders.sync(BUDI)
    store(folders, case, 1)
    folders.act(BUDI, case, acts.RECEIPT)
    remotes = template().root / "remotes"
    before = files_below(remotes)
    refused = take_in(folders, case, LOWERED)
    assert isinstance(refused, Refused)
    assert codes(refused.findings) == {"class-lowered"}
    assert files_below(remotes) == before  # nothing lay in the open for a moment
    folders.sync(SITI)
    now = folders.now()
    with pytest.raises(UsageError, match="no class"):
        declassify(folders.office(SITI), DATASET, samples.RESTRICTED_DATASET, "x", "1", now)
    declassify(folders.office(SITI), DATASET, LOWERED, "sudah diumumkan", "1/2026", now)
    folders.sync(SITI)
    folders.sync(BUDI)
    assert isinstance(take_in(folders, case, LOWERED), Added)
    folders.act(BUDI, case, acts.NOTES)
    folders.sync(KASI)
    versions = dataset_versions(Workplace.of(folders.office(KASI)))
    mine = [(v.action, v.is_restricted) for v in versions if v.dataset == DATASET]
    assert mine == [("store", True), ("reclass", False)]
    assert (bring(folders, 1), bring(folders, 2)) == (register(1), CONTENT)
    assert folders.guarded().history.is_sound
