"""No version is lost and nothing restricted is ever readable where it does not belong."""

from __future__ import annotations

import subprocess
from dataclasses import replace

import pytest

from sopgit.adapters import age
from sopgit.app.datasets import add
from sopgit.app.pending import read_pending
from sopgit.app.receiving import Unchanged
from sopgit.core.manifest import Manifest, parse_manifest
from sopgit.core.objects import StoredObject
from sopgit.core.pointer import check_pointer, parse_pointer
from tests.desk import CASE, FOLDER, Desk, added, previous, table
from tests.storing import MARKER, git, run


def test_open_data_is_stored_pushed_and_proved(desk: Desk) -> None:
    data = table(5)
    result = added(desk, desk.intake(data, restricted=False))
    stored = StoredObject.parse(result.entry["object"])
    assert dict(result.entry) | {"object": None} == {
        "dataset": "diskominfo/register",
        "version": 1,
        "action": "store",
        "object": None,
        "copies": ["one", "two"],
    }
    assert [seen.state for seen in result.copies] == ["ok", "ok"]
    assert [path.read_bytes() for path in desk.copies(stored)] == [data, data]
    assert sorted(result.pending.files) == [f"{FOLDER}/dataset.yaml", f"{FOLDER}/register.csv.dvc"]
    assert (result.manifest.rows, result.manifest.columns) == (5, ("kode", "rahasia"))
    assert read_pending(desk.storage.state, CASE) == result.pending
    assert git(desk.storage.root, "status", "--porcelain", "-uall") == ""


def test_restricted_data_is_readable_nowhere(desk: Desk) -> None:
    data = table(5)
    result = added(desk, desk.intake(data, restricted=True, name=f"{MARKER.decode()}.csv"))
    stored = StoredObject.parse(result.entry["object"])
    assert desk.leaks() == []
    for path in desk.copies(stored):
        assert age.decrypt_bytes(path.read_bytes(), desk.key) == data
    pointer = result.pending.files[f"{FOLDER}/data.age.dvc"]
    sealed = result.pending.files[f"{FOLDER}/manifest.age"]
    assert pointer is not None
    assert sealed is not None
    assert check_pointer(pointer, f"{FOLDER}/data.age.dvc") == []
    assert parse_pointer(pointer).md5 == stored.md5
    manifest = parse_manifest(age.decrypt_bytes(sealed, desk.key))
    assert manifest == result.manifest
    assert manifest == Manifest(
        f"{MARKER.decode()}.csv", manifest.sha256, len(data), 5, ("kode", "rahasia")
    )
    desk.land()
    assert desk.leaks() == []


@pytest.mark.needs_program("age")
def test_without_sopgit_stock_programs_bring_it_back(desk: Desk) -> None:
    secret, public = age.new_identity()
    (desk.folder / "key").write_text(secret)
    data = table(3000)
    added(desk, replace(desk.intake(data, restricted=True), recipients=(public,)))
    desk.land()
    git(desk.folder, "clone", "-q", str(desk.storage.root), "fresh")
    run(desk.folder / "fresh", "dvc", "pull", "-q", "-r", "two")
    assert "up to date" in run(desk.folder / "fresh", "dvc", "status")
    for name, content in {"data.age": data, "manifest.age": None}.items():
        opened = subprocess.run(
            ["age", "-d", "-i", desk.folder / "key", desk.folder / "fresh" / FOLDER / name],
            capture_output=True,
            check=True,
        ).stdout
        assert content is None or opened == content


@pytest.mark.parametrize("restricted", [False, True])
@pytest.mark.parametrize("size", [0, 1, 65535, 65536, 65537])
def test_every_size_is_stored(desk: Desk, size: int, restricted: bool) -> None:
    intake = desk.intake(b"x" * size, restricted=restricted, name="data.dat")
    result = added(desk, intake if size else replace(intake, reason="Memang kosong"))
    assert result.entry["copies"] == ["one", "two"]
    assert result.manifest.size == size


@pytest.mark.parametrize("restricted", [False, True])
def test_unchanged_content_makes_no_version(desk: Desk, restricted: bool) -> None:
    first = added(desk, desk.intake(table(5), restricted=restricted))
    kept = desk.kept()
    again = replace(desk.intake(table(5), restricted=restricted), previous=previous(first))
    assert add(desk.storage, again) == Unchanged("diskominfo/register", 1)
    assert desk.kept() == kept
    assert read_pending(desk.storage.state, CASE) == first.pending
    changed = replace(desk.intake(table(6), restricted=restricted), previous=previous(first))
    second = added(desk, changed)
    assert (second.entry["version"], second.entry["action"]) == (2, "update")


def test_who_cannot_read_makes_a_new_version(desk: Desk) -> None:
    first = added(desk, desk.intake(table(5), restricted=True))
    other = age.Identity(age.new_identity()[0])
    for identity in (None, other):
        intake = replace(
            desk.intake(table(5), restricted=True), previous=previous(first), identity=identity
        )
        assert added(desk, intake).entry["version"] == 2


def test_a_new_class_takes_the_old_pointer_away(desk: Desk) -> None:
    first = added(desk, desk.intake(table(5), restricted=False))
    desk.land()
    raised = replace(desk.intake(table(5), restricted=True), previous=previous(first))
    result = added(desk, raised)
    assert (result.entry["version"], result.entry["action"]) == (2, "reclass")
    assert result.pending.files[f"{FOLDER}/register.csv.dvc"] is None
    desk.land()
    assert sorted(path.name for path in (desk.storage.root / FOLDER).iterdir()) == [
        "data.age.dvc",
        "dataset.yaml",
        "manifest.age",
    ]
