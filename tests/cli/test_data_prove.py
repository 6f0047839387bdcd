"""`data diff`, `scrub`, `drill` and `recover` as somebody at the keyboard sees them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from sopgit.core.objects import object_name
from tests.cli.conftest import Run
from tests.offices import BUDI, Folders
from tests.storing import rot

DATASET = "tapem/kecamatan"


@pytest.fixture
def desk(founded: Folders, tmp_path: Path) -> Path:
    """The administrator's clone; its dataset has two versions."""
    return founded.copy(tmp_path / "office").clone(BUDI)


def test_what_changed_is_told_in_words_and_as_json(sopgit: Run, desk: Path) -> None:
    told = sopgit("--repo", desk, "--lang", "en", "data", "diff", DATASET)
    assert told.code == 0, told.err
    assert "rows: 1 added, 0 removed, 0 changed" in told.out
    assert "added: kode=18.10.02, nama=Gading Rejo" in told.out
    said = sopgit("--repo", desk, "--format", "json", "data", "diff", DATASET, "--limit", "0").json
    assert (said["schema"], said["from"]["version"], said["to"]["version"]) == (
        "sopgit/data-diff/v1", 1, 2,
    )  # fmt: skip
    (table,) = said["tables"]
    assert (table["rows"]["added"], table["added"]) == (1, [])
    assert sopgit("--repo", desk, "data", "diff", DATASET, "--key", "luas").code == 2


def test_a_scrub_finds_heals_and_records(sopgit: Run, desk: Path) -> None:
    lang = ("--repo", desk, "--lang", "en")
    shown = sopgit(*lang, "--format", "json", "data", "diff", DATASET).json
    cached = [path for path in (desk / ".dvc/cache/files").rglob("*") if path.is_file()]
    assert len(cached) == 2
    assert shown["same"] is False
    rot(cached[0])
    bad = sopgit(*lang, "data", "scrub", "--all")
    assert bad.code == 1
    assert "copy on cache: damaged" in bad.out
    assert sopgit(*lang, "data", "scrub", "--all", "--remote", "one").code == 0
    healed = sopgit(*lang, "--format", "json", "data", "scrub", "--heal", "--record")
    assert healed.code == 0, healed.err
    assert [one["outcome"] for one in healed.json["bad"]] == ["healed"]
    (record,) = healed.json["records"]
    assert (desk / record).is_file()
    assert sopgit("--repo", desk, "verify").code == 0
    assert sopgit("--repo", desk, "data", "scrub", "--budget", "soon").code == 2


def test_a_drill_is_drawn_again_by_its_seed(sopgit: Run, desk: Path) -> None:
    first = sopgit("--repo", desk, "--lang", "en", "data", "drill", "--count", "1", "--seed", "a")
    assert first.code == 0, first.err
    assert "2 of 2 came back" in first.out
    assert "recovery key" not in first.out  # there is nothing that it could open
    again = sopgit(
        "--repo", desk, "--format", "json", "data", "drill", "--count", "1", "--seed", "a",
        "--remote", "two", "--record",
    )  # fmt: skip
    said = again.json
    assert (said["schema"], said["passed"], len(said["trials"])) == ("sopgit/drill/v1", True, 1)
    assert f"version {said['trials'][0]['version']} from two" in first.out
    assert (desk / said["record"]).is_file()


def test_a_recovery_names_what_was_damaged(sopgit: Run, desk: Path, tmp_path: Path) -> None:
    (newest,) = sopgit("--repo", desk, "--format", "json", "data", "list").json["versions"]
    assert sopgit("--repo", desk, "data", "get", DATASET, "--output", tmp_path / "x").code == 0
    rot(desk / ".dvc" / "cache" / object_name(newest["object"]["md5"]))
    output = tmp_path / "back.csv"
    lang = ("--repo", desk, "--lang", "en")
    back = sopgit(*lang, "data", "recover", DATASET, "--output", output)
    assert back.code == 0, back.err
    assert "from one, " in back.out
    assert "copy on cache: damaged" in back.out
    assert "the copy on cache is good again" in back.out
    assert list((desk / ".git" / "sopgit" / "quarantine").iterdir())
    assert sopgit(*lang, "data", "recover", DATASET, "--output", output).code == 2
    assert sopgit(*lang, "data", "get", DATASET, "--output", tmp_path / "no" / "x").code == 2
    shutil.rmtree(desk / ".dvc" / "cache")
    by_day = sopgit(
        *lang, "--format", "json", "data", "get", DATASET, "--as-of", newest["at"][:10],
        "--output", tmp_path / "day.csv",
    ).json  # fmt: skip
    assert (by_day["version"], by_day["source"]) == (2, "one")
