"""X09 and X10: a pointer that makes stock DVC do more than fetch one file."""

from __future__ import annotations

import pytest

from sopgit.core.lineage import sha256
from sopgit.core.pointer import pointer_bytes
from tests import acts
from tests.attacks.mounting import Attack
from tests.attacks.policies import together
from tests.attacks.test_data import POINTER
from tests.simulator import Simulator, sign_event


def test_x09_a_pointer_in_a_free_path_names_a_folder_to_write_in(
    attack: Attack, office: Simulator
) -> None:
    pointer = b"wdir: ../..\n" + pointer_bytes("1" * 32, 10, "x.csv")
    attack.landing(office, {"docs/x.md": pointer}, {"docs/x.csv.dvc": pointer}, "free-file")


POINTERS = {
    "a folder to write in": (b"wdir: ../..\n", b"", "pointer-form"),
    "a second file": (b"", b"- md5: " + b"2" * 32 + b"\n  size: 1\n  path: y\n", "pointer-form"),
    "a command": (b"cmd: rm -rf /\n", b"", "pointer-form"),
    "a remote": (b"", b"  remote: evil\n", "pointer-form"),
}


def mount_pointer(attack: Attack, office: Simulator, pointer: bytes, code: str) -> None:
    path = acts.straight(office, 2)
    said, files = acts.version(1, b"kode,nama\n", office)
    event = office.event("budi", path, acts.RECEIPT, **said)
    base = together(office.files(event, path), files)
    listed = [
        {**entry, "new": sha256(pointer)} if entry["path"] == POINTER else entry
        for entry in said["files"]
    ]
    wrong = sign_event({**event, "files": listed})
    attack.landing(
        office, base, together(base, office.files(wrong, path), {POINTER: pointer}), code
    )


@pytest.mark.parametrize("how", POINTERS)
def test_x09_a_pointer_says_more_than_which_object(
    attack: Attack, office: Simulator, how: str
) -> None:
    before, after, code = POINTERS[how]
    pointer = pointer_bytes("1" * 32, 10, "kecamatan.csv")
    mount_pointer(attack, office, before + pointer + after, code)


def test_x09_a_pointer_leads_out_of_its_folder(attack: Attack, office: Simulator) -> None:
    mount_pointer(attack, office, pointer_bytes("1" * 32, 10, "other.csv"), "pointer-path")


def test_x10_a_pointer_names_a_folder_object(attack: Attack, office: Simulator) -> None:
    pointer = pointer_bytes("1" * 32, 10, "kecamatan.csv").replace(b"1" * 32, b"1" * 32 + b".dir")
    mount_pointer(attack, office, pointer, "pointer-folder")
