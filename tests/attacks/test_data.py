"""T42 to T46: data that nobody brought, that lies open, or that is not what it was."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path
from typing import Any

import pytest

from sopgit.adapters.files import write_atomic
from sopgit.app.copies import LostError
from sopgit.app.demo import samples
from sopgit.app.draft import Draft
from sopgit.app.guards import ABSENT, RefUpdate
from sopgit.app.recovery import Wanted, recover
from sopgit.app.scrub import scrub
from sopgit.app.storage import open_storage
from sopgit.core.errors import SopgitError
from sopgit.core.lineage import sha256
from sopgit.core.objects import object_name
from sopgit.core.pointer import pointer_bytes
from sopgit.core.writer import emit
from tests import acts
from tests.attacks.mounting import Attack, Files
from tests.attacks.policies import together
from tests.offices import KASI, SITI, Folders
from tests.simulator import Simulator
from tests.storing import found_office

POINTER = f"datasets/{acts.DATASET}/kecamatan.csv.dvc"
DESCRIPTION = f"datasets/{acts.DATASET}/dataset.yaml"
REGISTER = "datasets/dinsos/penerima-bantuan"

# Two texts with one MD5 (X. Wang and others, 2004): the other one has six bits turned.
COLLIDING = bytes.fromhex(
    "d131dd02c5e6eec4693d9a0698aff95c2fcab58712467eab4004583eb8fb7f89"
    "55ad340609f4b30283e488832571415a085125e8f7cdc99fd91dbdf280373c5b"
    "d8823e3156348f5bae6dacd436c919c6dd53e2b487da03fd02396306d248cda0"
    "e99f33420f577ee8ce54b67080a80d1ec69821bcb6a8839396f9652b6ff72a70"
)
TURNED = (19, 45, 59, 83, 109, 123)


def delivery(
    office: Simulator, path: str, files: Files | None = None, **changes: Any
) -> dict[str, bytes | None]:
    """Step 3 with version 1 of the open dataset, as it says; `files` replace what lies there."""
    said, brought = acts.version(1, b"kode,nama\n", office)
    said["datasets"][0] |= changes
    event = office.event("budi", path, acts.RECEIPT, **said)
    return together(office.files(event, path), brought, files or {})


def age_file(size: int, seed: bytes = b"") -> bytes:
    """What has the outside of an age file to one key, of a plaintext of `size` bytes."""
    words = [hashlib.sha256(seed + bytes([number])).digest() for number in range(3)]
    share, body, mac = (base64.b64encode(word).rstrip(b"=") for word in words)
    header = b"age-encryption.org/v1\n-> X25519 " + share + b"\n" + body + b"\n--- " + mac + b"\n"
    return header + (words[0] * (size // 32 + 2))[: size + 32]


def sealed(office: Simulator, path: str, **replaced: bytes) -> dict[str, bytes | None]:
    """Step 3 with version 1 of the restricted dataset; `replaced` lie there instead of the good."""
    content = age_file(len(samples.REGISTER))
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    files = {
        f"{REGISTER}/data.age.dvc": pointer_bytes(md5, len(content), "data.age"),
        f"{REGISTER}/dataset.yaml": emit(samples.RESTRICTED_DATASET),
        f"{REGISTER}/manifest.age": age_file(2),
        **{f"{REGISTER}/{name.replace('__', '.')}": data for name, data in replaced.items()},
    }
    if any(name.endswith(".csv.dvc") for name in files):
        del files[f"{REGISTER}/data.age.dvc"]
    entry = {
        "dataset": "dinsos/penerima-bantuan",
        "version": 1,
        "action": "store",
        "object": {"md5": md5, "sha256": sha256(content), "size": len(content)},
        "copies": ["one", "two"],
    }
    listed = [
        {"path": name, "old": None, "new": sha256(data)} for name, data in sorted(files.items())
    ]
    event = office.event("budi", path, acts.RECEIPT, files=listed, datasets=[entry])
    return together(office.files(event, path), files)


@pytest.fixture
def path(office: Simulator) -> str:
    """A case at step 3 whose producers are those of both datasets."""
    case = {**acts.CASE, "producers": ["tapem", "dinsos"]}
    path = office.act("agus", None, Draft("open", case=case, document=acts.OPEN.document))
    return office.act("siti", path, acts.LETTER)


def test_t42_a_pointer_moves_by_itself(attack: Attack, office: Simulator, path: str) -> None:
    moved = pointer_bytes("1" * 32, 10, "kecamatan.csv")
    base = delivery(office, path)
    office.land_files(base)
    act = office.files(office.event("budi", path, acts.NOTES), path)
    attack.landing(office, act, together(act, {POINTER: moved}), "file-unlisted")


def test_t42_a_pointer_leads_elsewhere_than_the_act_says(
    attack: Attack, office: Simulator, path: str
) -> None:
    moved = pointer_bytes("1" * 32, 10, "kecamatan.csv")
    wrong = delivery(office, path, {POINTER: moved})
    attack.landing(office, delivery(office, path), wrong, "file-chain", "pointer-stale")


def test_t42_the_act_names_another_object(attack: Attack, office: Simulator, path: str) -> None:
    other = {"md5": "1" * 32, "sha256": "2" * 64, "size": 10}
    wrong = delivery(office, path, object=other)
    attack.landing(office, delivery(office, path), wrong, "pointer-stale")


def test_t42_a_stored_version_is_another_one_now(
    attack: Attack, office: Simulator, path: str
) -> None:
    office.land_files(delivery(office, path))
    good, files = acts.version(2, b"kode,nama\n1,a\n", office)
    bad, _ = acts.version(1, b"kode,nama\n1,a\n", office)
    base, wrong = (
        together(office.files(office.event("budi", path, acts.NOTES, **said), path), files)
        for said in (good, bad)
    )
    attack.landing(office, base, wrong, "version-order")


CLEAR = {
    "a pointer at the data in the clear": {
        "penerima-bantuan__csv__dvc": pointer_bytes("1" * 32, 10, "penerima-bantuan.csv")
    },
    "a manifest in the clear": {"manifest__age": b'{"file":"penerima.csv"}\n'},
    "a manifest that is cut short": {"manifest__age": b"age-encryption.org/v1\n-> X25519"},
}


@pytest.mark.parametrize("how", CLEAR)
def test_t43_restricted_data_lies_in_the_clear(
    attack: Attack, office: Simulator, path: str, how: str
) -> None:
    wrong = sealed(office, path, **CLEAR[how])
    attack.landing(office, sealed(office, path), wrong, "data-in-clear", "age-form")


def test_t43_the_data_itself_is_committed(attack: Attack, office: Simulator, path: str) -> None:
    base = sealed(office, path)
    wrong = together(base, {f"{REGISTER}/penerima-bantuan.csv": samples.REGISTER})
    attack.landing(office, base, wrong, "path-unknown")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        (f"{REGISTER}/penerima-bantuan.csv", "path-unknown"),
        (f"{REGISTER}/manifest.age", "age-form"),
        ("docs/penerima-bantuan.csv", "free-file"),
    ],
)
def test_t43_data_in_the_clear_is_pushed_to_a_branch(
    attack: Attack, folders: Folders, name: str, code: str
) -> None:
    """It never lands, but everybody would fetch it."""
    wrong = folders.commit(SITI, {name: samples.REGISTER})
    clean = folders.commit(SITI, {name: None}, wrong)
    honest = folders.perform(SITI, folders.cases["new"], acts.LETTER).commit
    ref = "refs/heads/case/samping"
    base, hidden = (RefUpdate(ABSENT, commit, ref) for commit in (honest, clean))
    attack.guard(folders.office(SITI), base, hidden, code)


def test_t43_data_in_the_clear_is_pushed_beside_the_mainline(
    attack: Attack, folders: Folders
) -> None:
    wrong = folders.commit(SITI, {f"{REGISTER}/penerima-bantuan.csv": samples.REGISTER})
    honest = folders.perform(SITI, folders.cases["new"], acts.LETTER).commit
    ref = "refs/heads/case/samping"
    attack.push(folders, SITI, f"{honest}:{ref}", f"{wrong}:{ref}", "path-unknown")


def test_t44_the_file_is_encrypted_under_a_passphrase(
    attack: Attack, office: Simulator, path: str
) -> None:
    good = age_file(2)
    begin, end = good.index(b"-> X25519"), good.index(b"--- ")
    scrypt = b"-> scrypt " + b"A" * 22 + b" 18\n" + b"A" * 43 + b"\n"
    foreign = good[:begin] + scrypt + good[end:]
    wrong = sealed(office, path, manifest__age=foreign)
    base = sealed(office, path, manifest__age=good)
    attack.landing(office, base, wrong, "age-recipient")


@pytest.mark.parametrize("name", [".dvc/config", ".dvc/config.local", "dvc.yaml", ".dvcignore"])
def test_t45_dvc_is_sent_elsewhere(attack: Attack, folders: Folders, name: str) -> None:
    config = b"[core]\n    remote = one\n['remote \"one\"']\n    url = ssh://evil.invalid/x\n"
    base = folders.commit(KASI, {"docs/page.md": b"x\n"})
    wrong = folders.commit(KASI, {name: config})
    attack.history(folders, base, wrong, "protected-file", "path-unknown")


def test_t45_dvc_is_sent_elsewhere_by_a_branch_that_is_checked_out(
    attack: Attack, folders: Folders
) -> None:
    """Its file may name programs to run, and the weekly scrub of a host has credentials."""
    office, config = folders.office(KASI), folders.clone(KASI) / ".dvc" / "config"
    assert scrub(office, folders.now, places=["cache"]).bad == ()
    config.write_bytes(config.read_bytes() + b"[cache]\n    dir = /elsewhere\n")
    attack.stops("data", lambda: scrub(office, folders.now, places=["cache"]), SopgitError)


def test_t46_two_files_have_one_md5(attack: Attack, tmp_path: Path) -> None:
    """DVC would take one for the other; what counts is the SHA-256 in the signed act."""
    honest = COLLIDING
    wrong = bytes(byte ^ 0x80 * (at in TURNED) for at, byte in enumerate(honest))
    assert honest != wrong
    digests = {hashlib.md5(data, usedforsecurity=False).hexdigest() for data in (honest, wrong)}
    assert len(digests) == 1
    root = found_office(tmp_path)
    with open_storage(root, root / ".git" / "sopgit") as storage:
        (tmp_path / "data").write_bytes(honest)
        with storage.store.workspace() as work, (tmp_path / "data").open("rb") as source:
            made = storage.store.receive(source, work / "object")
            storage.store.keep(work / "object", made)
        storage.prove_all(made, ("one", "two"))
        wanted = Wanted("tapem/kecamatan", 1, made, None)
        at = "2026-03-02T08:00:00+07:00"
        back = tmp_path / "back"
        back.mkdir()
        recover(storage, wanted, ("one", "two"), back / "good.csv", None, at)
        assert (back / "good.csv").read_bytes() == honest
        copies = [tmp_path / "remotes" / r / object_name(made.md5) for r in ("one", "two")]
        for copy in [*copies, storage.store.object_path(made.md5)]:
            copy.unlink()
            write_atomic(copy, wrong)
        attack.stops(
            "remote",
            lambda: recover(storage, wanted, ("one", "two"), back / "bad.csv", None, at),
            LostError,
        )
        assert not (back / "bad.csv").exists()
