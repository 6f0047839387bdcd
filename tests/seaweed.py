"""A SeaweedFS cluster on the loopback interface: a master, three volume servers, a filer, S3.

Every chunk of an object lies on two of the three volume servers, so that each object survives
the loss of one. All files lie below one folder, all ports are free ones, and every process is
gone at the end.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

KEY, SECRET = "kunci-uji", "rahasia-uji-bukan-rahasia"
BUCKET = "data"
SERVERS = 3
_SECONDS = 60
_GONE_WITH_US = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []
"""Even if the tests are killed, no server outlives them (Linux)."""
_IDENTITY = {
    "name": "office",
    "credentials": [{"accessKey": KEY, "secretKey": SECRET}],
    "actions": ["Admin", "Read", "List", "Write"],
}


@dataclass
class Cluster:
    """A running cluster below `root`; `volumes` are its volume servers, None where one is dead."""

    root: Path
    ports: list[int]
    volumes: list[subprocess.Popen[bytes] | None] = field(default_factory=list)
    others: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.ports[4]}"

    def folder(self, server: int) -> Path:
        """Where the volume server keeps its data."""
        return self.root / f"volume-{server}"

    def stored(self, server: int) -> int:
        """Bytes that the volume server holds."""
        return sum(path.stat().st_size for path in self.folder(server).glob("*.dat"))

    def rot(self, some: bytes) -> int:
        """Flip a bit in every copy of the bytes `some`, as failing disks do; how many there were.

        Sizes and times stay.
        """
        rotted = 0
        for path in self.root.glob("volume-*/*.dat"):
            at = path.read_bytes().find(some)
            if at < 0:
                continue
            before = path.stat()
            with path.open("r+b") as file:
                file.seek(at)
                file.write(bytes([some[0] ^ 1]))
            os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
            rotted += 1
        return rotted

    def kill(self, server: int) -> None:
        """End a volume server as a power failure does."""
        process = self.volumes[server]
        assert process is not None
        process.send_signal(signal.SIGKILL)
        process.wait()
        self.volumes[server] = None

    def mend(self) -> None:
        """Start every volume server that is dead again, with what it had on its disk."""
        for server, process in enumerate(self.volumes):
            if process is None:
                self.volumes[server] = self._start_volume(server)
        _wait(lambda: self._alive() == SERVERS, self.root)

    def start(self) -> None:
        """Start everything; returns when an object can be stored."""
        (self.root / "s3.json").write_text(json.dumps({"identities": [_IDENTITY]}))
        master = ["-peers=none", "-defaultReplication=001", "-volumeSizeLimitMB=64"]
        self.others.append(
            self._start("master", 0, f"-mdir={self.root}", "-telemetry=false", *master)
        )
        self.volumes = [self._start_volume(server) for server in range(SERVERS)]
        filer = [f"-defaultStoreDir={self.root}", "-maxMB=1", "-defaultReplicaPlacement=001"]
        self.others.append(self._start("filer", 2, f"-master={self._address(0)}", *filer))
        _wait(lambda: self._alive() == SERVERS and _answers(self.ports[2]), self.root)
        self._open_gateway()

    @contextmanager
    def closed_gateway(self) -> Iterator[None]:
        """Nobody answers at `endpoint`, and nothing is lost."""
        gateway = self.others.pop()
        gateway.kill()
        gateway.wait()
        try:
            yield
        finally:
            self._open_gateway()

    def _open_gateway(self) -> None:
        options = [f"-config={self.root}/s3.json", f"-localSocket={self.root}/s3.sock"]
        options += [f"-filer={self._address(2)}", "-port.iceberg=0", "-port.lance=0"]
        self.others.append(self._start("s3", 4, *options))
        _wait(lambda: _answers(self.ports[4]), self.root)

    def stop(self) -> None:
        """End every process."""
        for process in [*self.others, *self.volumes]:
            if process is not None:
                process.kill()
                process.wait()

    def _alive(self) -> int:
        """How many volume servers the master knows."""
        address = f"http://127.0.0.1:{self.ports[0]}/dir/status"
        try:
            with urllib.request.urlopen(address, timeout=2) as answer:
                centers = json.load(answer)["Topology"]["DataCenters"] or []
        except (OSError, ValueError):
            return 0
        return sum(len(rack["DataNodes"]) for center in centers for rack in center["Racks"])

    def _address(self, port: int) -> str:
        return f"127.0.0.1:{self.ports[port]}.{self.ports[port + 1]}"

    def _start_volume(self, server: int) -> subprocess.Popen[bytes]:
        folder = self.folder(server)
        folder.mkdir(exist_ok=True)
        options = [f"-dir={folder}", "-max=20", f"-master={self._address(0)}"]
        return self._start("volume", 6 + 2 * server, *options)

    def _start(self, kind: str, port: int, *options: str) -> subprocess.Popen[bytes]:
        ports = [f"-port={self.ports[port]}", f"-port.grpc={self.ports[port + 1]}"]
        where = ["-ip.bind=127.0.0.1", "-ip=127.0.0.1"]
        with (self.root / f"{kind}.log").open("ab") as log:
            return subprocess.Popen(
                [*_GONE_WITH_US, str(shutil.which("weed")), kind, *ports, *where, *options],
                cwd=self.root,
                env={"PATH": os.environ["PATH"], "HOME": str(self.root)},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


@contextmanager
def serve(root: Path) -> Iterator[Cluster]:
    """A cluster below the empty folder `root`, whose path must be short: it holds a socket."""
    cluster = Cluster(root, _free_ports(6 + 2 * SERVERS))
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


def _free_ports(count: int) -> list[int]:
    """Ports below those that the system gives to connections, which come and go meanwhile."""
    ports: list[int] = []
    for port in random.sample(range(20_000, 32_000), 1000):
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            ports.append(port)
        if len(ports) == count:
            return ports
    raise AssertionError("no free ports")


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/", timeout=2):
            return True
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _wait(is_ready: Callable[[], bool], root: Path) -> None:
    until = time.monotonic() + _SECONDS
    while not is_ready():
        if time.monotonic() > until:
            logs = [f"{path.name}:\n{path.read_text()[-2000:]}" for path in root.glob("*.log")]
            raise AssertionError("\n".join(logs))
        time.sleep(0.05)
