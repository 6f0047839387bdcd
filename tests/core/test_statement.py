"""Statements: what is signed, and that anybody can repeat the check with OpenSSH."""

from __future__ import annotations

import base64
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopgit.core.paths import path_class
from sopgit.core.sshsig import allowed_signers_line, armour
from sopgit.core.statement import (
    EVENT_NAMESPACE,
    POLICY_NAMESPACE,
    RECORD_NAMESPACE,
    case_folder,
    chain_link,
    event_bytes,
    is_signed_by,
    policy_bytes,
    slug,
    statement_id,
)
from tests import acts
from tests.simulator import Simulator, signer


def ssh_keygen_verifies(
    folder: Path, person: str, namespace: str, sig: str, message: bytes
) -> bool:
    """What `ssh-keygen -Y verify` says."""
    raw = base64.b64decode(sig)
    key = signer(person).key
    (folder / "sig").write_text(armour(key, namespace, raw))
    (folder / "signers").write_text(allowed_signers_line(person, key, namespace) + "\n")
    command = ["ssh-keygen", "-Y", "verify", "-f", "signers", "-I", person]
    command += ["-n", namespace, "-s", "sig"]
    ran = subprocess.run(command, cwd=folder, input=message, capture_output=True, check=False)
    return ran.returncode == 0


def test_openssh_accepts_an_event_over_its_canonical_bytes(tmp_path: Path) -> None:
    event = Simulator.shipped().event("agus", None, acts.OPEN)
    message = event_bytes(event)
    assert ssh_keygen_verifies(tmp_path, "agus", EVENT_NAMESPACE, event["sig"], message)
    assert not ssh_keygen_verifies(tmp_path, "siti", EVENT_NAMESPACE, event["sig"], message)
    assert not ssh_keygen_verifies(tmp_path, "agus", EVENT_NAMESPACE, event["sig"], message + b" ")


def test_openssh_accepts_a_policy_over_its_canonical_bytes(tmp_path: Path) -> None:
    policy = Simulator.shipped().first
    for entry in policy["signatures"]:
        message = policy_bytes(policy)
        person = entry["by"]
        assert ssh_keygen_verifies(tmp_path, person, POLICY_NAMESPACE, entry["sig"], message)


@pytest.mark.parametrize("namespace", [RECORD_NAMESPACE, POLICY_NAMESPACE])
def test_a_signature_of_one_kind_fits_no_other(namespace: str) -> None:
    event = Simulator.shipped().event("agus", None, acts.OPEN)
    keys = [signer("agus").key]
    assert is_signed_by(event, EVENT_NAMESPACE, event["sig"], keys)
    assert not is_signed_by(event, namespace, event["sig"], keys)


def test_the_link_covers_the_signature() -> None:
    event = Simulator.shipped().event("agus", None, acts.OPEN)
    assert chain_link(event) != chain_link({**event, "sig": "x" + event["sig"][1:]})
    assert statement_id(event) == statement_id({**event, "sig": ""})


@given(st.text(max_size=200))
def test_every_title_gives_a_folder_that_the_path_table_knows(title: str) -> None:
    event = {"at": "2026-03-02T08:00:00+07:00", "case": {"title": title}, "act": "open"}
    try:
        folder = case_folder(event)
    except ValueError:
        return
    assert path_class(f"{folder}/case.yaml", ()) is not None


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("Kecamatan dan penerima bantuan", "kecamatan-dan-penerima-bantuan"),
        ("  Été 2026: data/akhir  ", "ete-2026-data-akhir"),
        ("数据", "case"),
        ("x" * 80, "x" * 60),
    ],
)
def test_a_slug_is_the_title_in_ascii(title: str, expected: str) -> None:
    assert slug(title) == expected
