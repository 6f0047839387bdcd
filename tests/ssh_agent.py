"""An ssh-agent for tests that holds a `Signer`, above all a `HardwareSigner`.

It lets the real `ssh-keygen -Y sign` make signatures of a security key without the device. It
speaks two requests of the agent protocol: list the keys, sign.
"""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sopgit.core.sshwire import Reader, string
from tests.signing import HardwareSigner

FAILURE = b"\x05"
LIST_KEYS, KEYS = 11, b"\x0c"
SIGN, SIGNED = 13, b"\x0e"


@contextmanager
def running_agent(socket: Path, signer: HardwareSigner) -> Iterator[Path]:
    """Serve `signer` at `socket`, which `SSH_AUTH_SOCK` shall name."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while size := self.rfile.read(4):
                request = self.rfile.read(int.from_bytes(size, "big"))
                self.wfile.write(string(_answer(signer, request)))

    with socketserver.ThreadingUnixStreamServer(str(socket), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        try:
            yield socket
        finally:
            server.shutdown()
            thread.join()


def _answer(signer: HardwareSigner, request: bytes) -> bytes:
    reader = Reader(request[1:])
    if request[0] == LIST_KEYS:
        return KEYS + (1).to_bytes(4, "big") + string(signer.key.blob) + string(b"test")
    if request[0] == SIGN and reader.string() == signer.key.blob:
        raw = signer.sign_data(reader.string())
        algorithm = string(signer.key.algorithm.encode())
        return SIGNED + string(algorithm + string(raw[:64]) + raw[64:])
    return FAILURE
