"""One SSH server and one cluster of object stores for all tests of remotes."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests import seaweed
from tests.remotes.far import Far
from tests.signing import Signer
from tests.ssh_server import SshServer
from tests.ssh_server import serve as serve_ssh

Server = tuple[SshServer, Path]


@pytest.fixture(scope="session")
def files_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An SSH server for files, and a HOME that knows its host key and has a key for it."""
    home = tmp_path_factory.mktemp("ssh-home")
    (home / ".ssh").mkdir(mode=0o700)
    me = Signer.new()
    me.write_files(home / ".ssh" / "id_ed25519")
    Signer.new().write_files(home / ".ssh" / "stranger")
    with serve_ssh(tmp_path_factory.mktemp("ssh") / "server", [], [me.public_line]) as server:
        shutil.copy(server.root / "known_hosts", home / ".ssh" / "known_hosts")
        yield server, home


@pytest.fixture(scope="session")
def cluster() -> Iterator[seaweed.Cluster]:
    """The object store, with its bucket; its folder is short for the sake of a socket."""
    root = Path(tempfile.mkdtemp(prefix="weed-"))
    try:
        with seaweed.serve(root) as running:
            bucket(running).mkdir(seaweed.BUCKET)
            yield running
    finally:
        shutil.rmtree(root)


def bucket(cluster: seaweed.Cluster) -> Any:
    """The object store without sopgit and DVC."""
    import s3fs  # type: ignore[import-untyped]  # takes a second, which other tests need not wait

    return s3fs.S3FileSystem(
        key=seaweed.KEY,
        secret=seaweed.SECRET,
        endpoint_url=cluster.endpoint,
        use_listings_cache=False,
        skip_instance_cache=True,
    )


@pytest.fixture
def ssh(files_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Far:
    """A folder of the test's own on the SSH server."""
    server, home = files_server
    monkeypatch.setenv("HOME", str(home))
    folder = tmp_path / "served"
    folder.mkdir()

    def read(path: str) -> bytes | None:
        return (folder / path).read_bytes() if (folder / path).exists() else None

    def put(path: str, data: bytes | None) -> None:
        (folder / path).unlink()
        if data is not None:
            (folder / path).write_bytes(data)

    @contextmanager
    def away() -> Iterator[None]:
        folder.rename(tmp_path / "hidden")
        yield
        (tmp_path / "hidden").rename(folder)

    return Far(
        "ssh",
        server.url(folder),
        server.url(tmp_path / "nowhere"),
        "",
        f"    keyfile = {home}/.ssh/id_ed25519\n",
        ("id_ed25519", "stranger"),
        read,
        put,
        away,
    )


@pytest.fixture
def s3(cluster: seaweed.Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Far:
    """A prefix of the test's own in the bucket of the object store."""
    monkeypatch.setenv("HOME", str(tmp_path))
    store, name = bucket(cluster), f"{seaweed.BUCKET}/{os.urandom(4).hex()}"

    def read(path: str) -> bytes | None:
        return store.cat_file(f"{name}/{path}") if store.exists(f"{name}/{path}") else None

    def put(path: str, data: bytes | None) -> None:
        if data is None:
            store.rm_file(f"{name}/{path}")
        else:
            store.pipe_file(f"{name}/{path}", data)

    return Far(
        "s3",
        f"s3://{name}",
        "s3://nowhere/kantor",
        cluster.endpoint,
        f"    access_key_id = {seaweed.KEY}\n    secret_access_key = {seaweed.SECRET}\n",
        (seaweed.SECRET, "rahasia-lain"),
        read,
        put,
        cluster.closed_gateway,
    )


@pytest.fixture(params=["ssh", "s3"])
def far(request: pytest.FixtureRequest) -> Far:
    """Each kind of remote in turn."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Far)
    return found
