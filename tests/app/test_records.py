"""Records: signed files that are no case, made and landed like acts."""

from __future__ import annotations

import pytest

from sopgit.app.records import Entered, enter_record
from sopgit.app.workplace import ActRefused
from sopgit.core.errors import UsageError
from sopgit.core.paths import AGENCIES
from sopgit.core.writer import emit
from tests import acts
from tests.offices import KASI, SITI, Folders, codes

AGENCY = {"schema": "sopgit/agencies/v1", "agencies": {"tapem": {"name": "Bagian Rekaan"}}}


def settings(folders: Folders, said: dict[str, str]) -> Entered:
    files = {AGENCIES: emit(AGENCY)}
    return enter_record(
        folders.office(KASI), "settings", said, "Change it", folders.now(), files=files
    )


def test_a_record_lands_beside_what_others_did_meanwhile(folders: Folders) -> None:
    made = settings(folders, {})
    folders.act(SITI, folders.cases["new"], acts.LETTER)
    folders.sync(KASI)
    folders.sync(SITI)
    assert (folders.clone(SITI) / made.path).read_bytes() == emit(made.record)
    assert (folders.clone(SITI) / AGENCIES).read_bytes() == emit(AGENCY)


def test_what_cannot_be_a_record_is_refused_and_nothing_is_written(folders: Folders) -> None:
    before = folders.refs(KASI)
    with pytest.raises(UsageError, match="holds no role"):
        enter_record(folders.office(KASI), "nothing", {}, "x", folders.now())
    with pytest.raises(ActRefused) as refused:
        settings(folders, {"letter": "two\nlines"})
    assert codes(refused.value.refused.findings) == {"schema-spelling"}
    assert folders.refs(KASI) == before
