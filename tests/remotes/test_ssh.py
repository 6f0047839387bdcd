"""What is particular to SSH: host keys, the agent, a server that falls silent."""

from __future__ import annotations

import os
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from sopgit.adapters import remote_kinds
from sopgit.adapters.dvc import RemoteError
from sopgit.app.storage import open_storage
from sopgit.core.objects import object_name
from tests.remotes.conftest import Server
from tests.remotes.far import NAME, Far, keep
from tests.signing import Signer
from tests.storing import files_below

LARGE = 48 * 1024 * 1024

pytestmark = [
    pytest.mark.needs_program("sshd"),
    pytest.mark.server,
    pytest.mark.xdist_group("remotes"),
]


@pytest.mark.parametrize("known", ["no host", "another key"])
def test_a_server_that_is_not_the_known_one_gets_nothing(
    ssh: Far, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: str
) -> None:
    """DVC alone would send the data, and offer its keys, to whoever answers."""
    root = ssh.found(tmp_path)
    home = tmp_path / "home"
    (home / ".ssh").mkdir(parents=True)
    if known == "another key":
        right = (Path(os.environ["HOME"]) / ".ssh" / "known_hosts").read_text()
        line = f"{right.split()[0]} {Signer.new().public_line}\n"
        (home / ".ssh" / "known_hosts").write_text(line)
    monkeypatch.setenv("HOME", str(home))
    with open_storage(root, root / ".git" / "sopgit") as storage:
        seen = storage.prove(keep(storage, b"data"), NAME)
        assert seen.state == "unreachable"
        assert "host key is not known here" in seen.detail
        with pytest.raises(RemoteError) as caught:
            storage.remotes.verify_there(NAME)
        assert "known_hosts" in str(caught.value.hint)
    assert files_below(tmp_path / "served") == []


def test_no_agent_is_lent_to_the_server(ssh: Far, tmp_path: Path) -> None:
    root = ssh.found(tmp_path)
    with open_storage(root, root / ".git" / "sopgit") as storage:
        storage.remotes.verify_there(NAME)
        given = storage.remotes._database(NAME).fs.fs_args
    assert given["agent_forwarding"] is False


def test_a_server_that_falls_silent_is_given_up(
    ssh: Far, files_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a shorter limit than people get, so that the test need not wait as long."""
    assert remote_kinds._SSH["keepalive_interval"] * remote_kinds._SSH["keepalive_count_max"] <= 30
    monkeypatch.setattr(remote_kinds, "_SSH", {**remote_kinds._SSH, "keepalive_interval": 1})
    root = ssh.found(tmp_path)
    with open_storage(root, root / ".git" / "sopgit") as storage:
        stored = keep(storage, b"data")
        assert storage.prove(stored, NAME).state == "ok"
        with files_server[0].silent():
            seen = storage.remotes.look(stored, NAME)
    assert (seen.state, seen.detail) == ("unreachable", "remote far failed: the connection broke")


def test_a_server_that_never_answers_is_given_up(
    ssh: Far, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert remote_kinds._SSH["login_timeout"] <= 60
    monkeypatch.setattr(remote_kinds, "_SSH", {**remote_kinds._SSH, "login_timeout": 1})
    with socket.create_server(("127.0.0.1", 0)) as mute:
        url = f"ssh://127.0.0.1:{mute.getsockname()[1]}/data"
        root = replace(ssh, url=url).found(tmp_path)
        with open_storage(root, root / ".git" / "sopgit") as storage:
            assert storage.prove(keep(storage, b"data"), NAME).state == "unreachable"


def test_a_connection_that_is_cut_in_the_middle_of_a_push_leaves_no_half_copy(
    ssh: Far, files_server: Server, tmp_path: Path
) -> None:
    root = ssh.found(tmp_path)
    with open_storage(root, root / ".git" / "sopgit") as storage:
        stored = keep(storage, os.urandom(LARGE))
        with ThreadPoolExecutor(1) as pool:
            pushing = pool.submit(storage.prove, stored, NAME)
            while served(tmp_path) < LARGE // 8:
                assert not pushing.done()
            files_server[0].cut()
            seen = pushing.result()
        assert (seen.state, seen.detail) == (
            "unreachable",
            "remote far failed: the connection broke",
        )
        assert ssh.read(object_name(stored.md5)) is None
        assert storage.prove(stored, NAME).state == "ok"


def served(folder: Path) -> int:
    """Bytes that have come to the server."""
    sizes = [0]
    for path in (folder / "served").rglob("*"):
        with suppress(FileNotFoundError):
            sizes.append(path.stat().st_size if path.is_file() else 0)
    return sum(sizes)
