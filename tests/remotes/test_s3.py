"""What is particular to an object store: servers that die on the way, rot, answers that lie."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from sopgit.adapters.objects import Seen
from sopgit.app.storage import Storage, open_storage
from sopgit.core.objects import object_name
from tests.remotes.far import NAME, Far, keep
from tests.remotes.faulty import FAULTS, Proxy, spoiling
from tests.seaweed import SERVERS, Cluster
from tests.storing import files_below

pytestmark = [
    pytest.mark.needs_program("weed"),
    pytest.mark.server,
    pytest.mark.xdist_group("remotes"),
]

DATA = os.urandom(300_000)
LARGE = 48 * 1024 * 1024
SECONDS = 60


@pytest.fixture
def storage(s3: Far, tmp_path: Path) -> Iterator[Storage]:
    root = s3.found(tmp_path)
    with open_storage(root, root / ".git" / "sopgit") as storage:
        yield storage


@pytest.fixture
def hurried(s3: Far, storage: Storage) -> Iterator[Storage]:
    """The same clone with a shorter limit than people get: a clone's own limits hold."""
    s3.use_in(storage.root, f"{s3.mine}    read_timeout = 1\n")
    with open_storage(storage.root, storage.state) as hurried:
        yield hurried


@pytest.fixture
def whole(cluster: Cluster) -> Iterator[Cluster]:
    """The cluster, of which the test may kill one volume server."""
    yield cluster
    cluster.mend()


def until_ok(attempt: Callable[[], Seen]) -> list[str]:
    """The states until the copy is proved, as somebody sees them who tries again and again."""
    states: list[str] = []
    until = time.monotonic() + SECONDS
    while not states or states[-1] != "ok":
        assert time.monotonic() < until, states
        states.append(attempt().state)
    return states


def test_a_volume_server_dies_in_the_middle_of_a_push(storage: Storage, whole: Cluster) -> None:
    """What was sent before is on another server; nothing is called proved that is not."""
    stored = keep(storage, os.urandom(LARGE))
    before = [whole.stored(server) for server in range(SERVERS)]
    with ThreadPoolExecutor(1) as pool:
        pushing = pool.submit(until_ok, lambda: storage.prove(stored, NAME))
        grown = [0]
        while max(grown) < LARGE // 8:
            assert not pushing.done()
            time.sleep(0.001)
            grown = [whole.stored(server) - before[server] for server in range(SERVERS)]
        whole.kill(grown.index(max(grown)))
        assert not pushing.done()
        states = pushing.result()
    assert set(states) <= {"unreachable", "missing", "ok"}
    storage.store.object_path(stored.md5).unlink()
    assert storage.remotes.fetch(stored, NAME, storage.store).state == "ok"
    assert storage.store.look(stored).state == "ok"


def test_a_volume_server_dies_in_the_middle_of_a_recovery(storage: Storage, whole: Cluster) -> None:
    stored = keep(storage, os.urandom(LARGE))
    assert until_ok(lambda: storage.prove(stored, NAME))
    storage.store.object_path(stored.md5).unlink()
    with ThreadPoolExecutor(1) as pool:
        fetching = pool.submit(until_ok, lambda: storage.remotes.fetch(stored, NAME, storage.store))
        while fetched_so_far(storage) < LARGE // 8:
            assert not fetching.done()
            time.sleep(0.001)
        whole.kill(0)
        assert not fetching.done()
        states = fetching.result()
    assert set(states) <= {"unreachable", "ok"}
    assert storage.store.look(stored).state == "ok"


def fetched_so_far(storage: Storage) -> int:
    sizes = [0]
    for path in (storage.store.cache / "sopgit").rglob("*.part"):
        try:
            sizes.append(path.stat().st_size)
        except FileNotFoundError:
            continue
    return max(sizes)


def test_two_dead_volume_servers_delay_and_lose_nothing(
    storage: Storage, hurried: Storage, whole: Cluster
) -> None:
    """One server alone keeps no two copies of a chunk; the store waits for a second, we do not."""
    old, new = keep(storage, DATA), keep(storage, os.urandom(300_000))
    assert storage.prove(old, NAME).state == "ok"
    whole.kill(0)
    whole.kill(1)
    assert hurried.prove(new, NAME).state == "unreachable"
    whole.mend()
    until_ok(lambda: storage.prove(new, NAME))
    until_ok(lambda: storage.prove(old, NAME))


@pytest.mark.slow
def test_rot_on_both_disks_is_seen_and_healed(
    s3: Far, storage: Storage, hurried: Storage, cluster: Cluster
) -> None:
    """The store's own checksum keeps the spoilt bytes from us; so a good copy is written over."""
    data = os.urandom(300_000)
    stored = keep(storage, data)
    assert storage.prove(stored, NAME).state == "ok"
    assert cluster.rot(data[1000:1064]) == 2
    assert hurried.remotes.look(stored, NAME).state in {"unreachable", "damaged"}
    until_ok(lambda: hurried.prove(stored, NAME))
    assert s3.read(object_name(stored.md5)) == data


@pytest.fixture
def proxy(cluster: Cluster) -> Iterator[Proxy]:
    with spoiling(cluster.endpoint) as proxy:
        yield proxy


@pytest.fixture
def lied_to(s3: Far, proxy: Proxy, tmp_path: Path) -> Iterator[Storage]:
    """A clone that reaches the object store through the proxy."""
    root = replace(s3, endpoint=proxy.endpoint).found(tmp_path)
    with open_storage(root, root / ".git" / "sopgit") as storage:
        yield storage


_STATES = ("damaged", "damaged", "unreachable", "missing", "unreachable")
STATES = dict(zip(FAULTS, _STATES, strict=True))


@pytest.mark.parametrize("fault", FAULTS)
def test_an_answer_that_lies_is_no_copy(
    s3: Far, proxy: Proxy, lied_to: Storage, fault: str
) -> None:
    stored = keep(lied_to, DATA)
    assert lied_to.prove(stored, NAME).state == "ok"
    proxy.spoil(fault)
    assert lied_to.remotes.look(stored, NAME).state == STATES[fault]
    assert lied_to.prove(stored, NAME).state != "ok"
    proxy.spoil("")
    assert s3.read(object_name(stored.md5)) == DATA
    assert lied_to.prove(stored, NAME).state == "ok"


def test_one_lie_removes_nothing(s3: Far, proxy: Proxy, lied_to: Storage) -> None:
    stored = keep(lied_to, DATA)
    assert lied_to.prove(stored, NAME).state == "ok"
    proxy.spoil("flipped", times=1)
    seen = lied_to.prove(stored, NAME)
    assert seen.state == "unreachable"
    assert "does not always send the same bytes" in seen.detail
    assert files_below(lied_to.state / "quarantine") == []
    assert s3.read(object_name(stored.md5)) == DATA
    assert lied_to.prove(stored, NAME).state == "ok"
