"""Whatever fails while data is taken in: no false success, nothing half kept, nothing leaked."""

from __future__ import annotations

import shutil
from dataclasses import replace

import pytest

from sopgit.adapters import age
from sopgit.adapters.files import DiskFullError
from sopgit.app.datasets import add, push
from sopgit.app.pending import read_pending
from sopgit.app.scan import LinesScan
from sopgit.core.errors import UsageError
from sopgit.core.finding import Finding, Place, Refused, Rule
from sopgit.core.objects import StoredObject
from sopgit.core.text import T
from tests.desk import CASE, Desk, added, table
from tests.storing import files_below, full_disk, rot


def test_a_remote_that_is_away_delays_and_loses_nothing(desk: Desk) -> None:
    shutil.move(desk.folder / "remotes" / "two", desk.folder / "away")
    result = added(desk, desk.intake(table(5), restricted=True))
    assert result.entry["copies"] == ["one"]
    assert [seen.state for seen in result.copies] == ["ok", "unreachable"]
    shutil.move(desk.folder / "away", desk.folder / "remotes" / "two")
    seen = push(desk.storage, CASE, ("one", "two"))
    assert [copy.state for copy in seen["diskominfo/register"]] == ["ok", "ok"]
    waiting = read_pending(desk.storage.state, CASE)
    assert waiting.datasets[0]["copies"] == ["one", "two"]
    assert waiting.files == result.pending.files


def test_a_damaged_copy_that_is_there_already_is_replaced(desk: Desk) -> None:
    result = added(desk, desk.intake(table(5), restricted=False))
    stored = StoredObject.parse(result.entry["object"])
    rot(desk.copies(stored)[0])
    assert add(desk.storage, desk.intake(table(5), restricted=False)) == result
    assert len(files_below(desk.storage.state / "quarantine")) == 1


class Suspicious(LinesScan):
    RULE = Rule("test-marker", "no marker")

    def __init__(self, name: str) -> None:
        super().__init__(name, (), is_open=False)

    def findings(self) -> list[Finding]:
        return [self.RULE.broken(Place("x"), T("a marker"))]


@pytest.mark.parametrize("restricted", [False, True])
def test_what_the_scan_refuses_is_kept_nowhere(desk: Desk, restricted: bool) -> None:
    intake = replace(desk.intake(table(5), restricted=restricted), scan=Suspicious)
    assert isinstance(add(desk.storage, intake), Refused)
    assert desk.kept() == []
    assert desk.leaks() == []
    assert not read_pending(desk.storage.state, CASE)


@pytest.mark.parametrize("restricted", [False, True])
def test_a_full_disk_keeps_nothing(desk: Desk, restricted: bool) -> None:
    intake = desk.intake(table(2000), restricted=restricted)
    for missing in (1, 500, 16_384, 100_000):
        with full_disk(len(table(2000)) - missing), pytest.raises(DiskFullError, match="disk full"):
            add(desk.storage, intake)
        assert desk.kept() == []
        assert desk.leaks() == []
        assert not read_pending(desk.storage.state, CASE)


def test_restricted_data_may_not_lie_in_the_repository(desk: Desk) -> None:
    intake = desk.intake(table(5), restricted=True)
    for folder in (desk.storage.root, desk.folder / "remotes" / "one"):
        inside = folder / "plain.csv"
        inside.write_bytes(b"x")
        with pytest.raises(UsageError, match="lies in"):
            add(desk.storage, replace(intake, source=inside))
        inside.unlink()
    assert desk.kept() == []


def test_restricted_data_without_readers_is_refused(desk: Desk) -> None:
    with pytest.raises(age.AgeError):
        add(desk.storage, replace(desk.intake(table(5), restricted=True), recipients=()))
    assert desk.kept() == []
    assert desk.leaks() == []


def test_an_interruption_keeps_nothing(desk: Desk) -> None:
    def interrupt(_: int) -> None:
        raise KeyboardInterrupt

    for restricted in (True, False):
        with pytest.raises(KeyboardInterrupt):
            add(desk.storage, desk.intake(table(5), restricted=restricted), interrupt)
        assert desk.kept() == []
        assert desk.leaks() == []


def test_a_name_that_is_no_text_is_no_obstacle(desk: Desk) -> None:
    intake = desk.intake(table(5), restricted=True)
    odd = intake.source.with_name("delivery-\udcff.csv")
    intake.source.rename(odd)
    assert added(desk, replace(intake, source=odd)).manifest.file == "delivery-?.csv"
