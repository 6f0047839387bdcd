"""A real proxy before an object store that spoils what is read through it."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

FAULTS = ("flipped", "short", "cut", "404", "500")


class Proxy(ThreadingHTTPServer):
    """`fault` is done to every object that is read, or to the next `times` of them."""

    daemon_threads = True

    def __init__(self, upstream: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.upstream = urlsplit(upstream).netloc
        self.fault = ""
        self.times = -1

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def spoil(self, fault: str, times: int = -1) -> None:
        """From now on; an empty fault ends it."""
        self.fault, self.times = fault, times

    def next_fault(self) -> str:
        if self.times == 0:
            return ""
        self.times -= 1
        return self.fault


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: Proxy

    def handle_one_request(self) -> None:
        try:
            super().handle_one_request()
        except ConnectionError:
            self.close_connection = True

    def _pass_on(self) -> None:
        sent = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        upstream = http.client.HTTPConnection(self.server.upstream, timeout=30)
        upstream.request(self.command, self.path, sent, dict(self.headers))
        answer = upstream.getresponse()
        data, status = answer.read(), answer.status
        upstream.close()
        length = int(answer.headers.get("Content-Length", len(data)))
        is_object = self.command == "GET" and status in {200, 206} and "/files/md5/" in self.path
        fault = self.server.next_fault() if is_object else ""
        if fault.isdigit():
            status, data = int(fault), b""
        elif fault == "flipped":
            data = data[:-1] + bytes([data[-1] ^ 1])
        elif fault:
            data = data[: len(data) // 2]
        self.send_response(status)
        for name, value in answer.headers.items():
            if name.lower() not in {"content-length", "transfer-encoding", "connection"}:
                self.send_header(name, value)
        keeps_length = fault == "cut" or self.command == "HEAD"
        self.send_header("Content-Length", str(length if keeps_length else len(data)))
        self.end_headers()
        self.wfile.write(data)
        if fault == "cut":
            self.close_connection = True

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _pass_on  # noqa: N815 - http.server's names

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Say nothing."""


@contextmanager
def spoiling(upstream: str) -> Iterator[Proxy]:
    """A proxy before the object store at `upstream`, for as long as the block runs."""
    proxy = Proxy(upstream)
    thread = threading.Thread(target=proxy.serve_forever, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join()
