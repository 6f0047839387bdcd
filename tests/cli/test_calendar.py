"""`sopgit calendar update`: a year is proposed, looked at, and entered by a signed record."""

from __future__ import annotations

from pathlib import Path

import pytest

from sopgit.adapters.clock import now
from sopgit.app.office import Office
from sopgit.app.views import view_cases
from sopgit.cli import lookups
from sopgit.core.office_hours import ramadan_hours
from sopgit.core.paths import CALENDAR
from sopgit.core.strict_yaml import mapping_of
from tests.cli.conftest import Run
from tests.offices import run_git

YEAR = "2031"
EXTRA = (
    "--off", f"{YEAR}-07-01=Hari jadi kabupaten",
    "--work", f"{YEAR}-01-01=Piket",
    "--ramadan", f"{YEAR}-01-04..{YEAR}-02-02",
)  # fmt: skip


def test_a_year_is_entered_by_a_record_and_told(sopgit: Run, office: Path) -> None:
    before = mapping_of((office / CALENDAR).read_bytes())
    answer = sopgit("--repo", office, "calendar", "update", YEAR, *EXTRA)
    assert answer.code == 0, answer.err
    assert f"{YEAR}-07-01  +       Hari jadi kabupaten" in answer.out
    assert "[calendar-estimated]" in answer.err
    assert "[calendar-joint-leave]" in answer.err
    after = mapping_of((office / CALENDAR).read_bytes())
    assert after["years"] == [*before["years"], int(YEAR)]
    assert after["hours"] == before["hours"]
    assert after["holidays"].items() >= before["holidays"].items()
    assert after["holidays"][f"{YEAR}-01-01"]["kind"] == "public"
    assert after["workdays"] == {f"{YEAR}-01-01": {"name": "Piket"}}
    assert [period["hours"] for period in after["periods"]] == [ramadan_hours()]
    assert sopgit("--repo", office, "verify").code == 0
    again = sopgit("--repo", office, "--format", "json", "calendar", "update", YEAR, *EXTRA).json
    assert (again["schema"], again["record"]) == ("sopgit/calendar-update/v1", None)
    assert again["added"] == again["gone"] == []


def test_a_dry_run_and_what_is_no_day_of_the_year_change_nothing(sopgit: Run, office: Path) -> None:
    before = run_git(office, "rev-parse", "HEAD")
    shown = sopgit("--repo", office, "calendar", "update", YEAR, "--dry-run")
    assert shown.code == 0
    assert f"{YEAR}-08-17" in shown.out
    for wrong, code in (
        (("--off", "2030-07-01=x"), 2),
        (("--off", f"{YEAR}-02-30=x"), 2),
        (("--off", "x"), 2),
        (("--ramadan", f"{YEAR}-01-04"), 2),
        (("--ramadan", f"{YEAR}-02-02..{YEAR}-01-04"), 1),
    ):
        assert sopgit("--repo", office, "calendar", "update", YEAR, *wrong).code == code
    assert run_git(office, "rev-parse", "HEAD") == before


def test_a_letter_that_makes_nobody_acting_enters_nothing(sopgit: Run, office: Path) -> None:
    answer = sopgit("--repo", office, "calendar", "update", YEAR, "--acting", "800/1")
    assert answer.code == 2
    assert "no role" in answer.err


@pytest.mark.usefixtures("case")
def test_a_deadline_in_a_year_that_nobody_entered_is_told(
    sopgit: Run, office: Path, own_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "are not entered" not in sopgit("--repo", office, "list").err
    later = now().replace(year=now().year + 9)
    monkeypatch.setattr(lookups, "now", lambda: later)
    (view,) = view_cases(Office.open(office, own_home), later)
    (year, *_rest) = view.unknown_years
    answer = sopgit("--repo", office, "list")
    assert answer.code == 0
    assert f"sopgit calendar update {year}" in answer.err
