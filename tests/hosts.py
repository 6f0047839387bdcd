"""The comments of a request as a host keeps them: a real HTTP server with the few calls used.

`Host("github")` answers as GitHub's issue comments do, `Host("gitlab")` as
GitLab's notes: pages of a hundred, a token, an author for each comment.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN = "t" * 20
ROBOT = {"id": 41898282, "login": "github-actions[bot]", "username": "project_7_bot"}
STRANGER = {"id": 7, "login": "orang-lain", "username": "orang-lain"}
_BASES = {
    "github": ("/repos/kantor/data/issues/7/comments", "/repos/kantor/data/issues/comments"),
    "gitlab": ("/projects/3/merge_requests/7/notes",) * 2,
}


@dataclass
class Host:
    """The comments of request 7, oldest first, and what was asked; `may_write` is the token's."""

    kind: str
    may_write: bool = True
    comments: list[dict[str, Any]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    address: str = ""

    def write(self, body: str, author: dict[str, Any]) -> dict[str, Any]:
        name = "user" if self.kind == "github" else "author"
        comment = {"id": 100 + len(self.comments), "body": body, name: author}
        self.comments.append(comment)
        return comment

    def answer(self, method: str, path: str, token: str, value: Any) -> tuple[int, Any]:
        """Status and JSON for one call."""
        several, one = _BASES[self.kind]
        place = urlsplit(path)
        self.asked.append(f"{method} {place.path}")
        if token != TOKEN:
            return 401, {"message": "Bad credentials"}
        if method == "GET" and place.path == "/user":
            return 200, ROBOT
        if method == "GET" and place.path == several:
            query = parse_qs(place.query)
            size, page = int(query["per_page"][0]), int(query["page"][0])
            return 200, self.comments[size * (page - 1) : size * page]
        if not self.may_write:
            return 403, {"message": "Resource not accessible by integration"}
        if method == "POST" and place.path == several:
            return 201, self.write(value["body"], ROBOT)
        number = place.path.removeprefix(f"{one}/")
        if method == {"github": "PATCH", "gitlab": "PUT"}[self.kind] and number.isdigit():
            comment = next(c for c in self.comments if c["id"] == int(number))
            comment["body"] = value["body"]
            return 200, comment
        return 404, {"message": "Not Found"}


@contextmanager
def serving(host: Host) -> Iterator[Host]:
    """`host` on a free port of this machine."""

    class Handler(BaseHTTPRequestHandler):
        def handle_any(self) -> None:
            size = int(self.headers.get("Content-Length", 0))
            value = json.loads(self.rfile.read(size)) if size else None
            bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
            token = self.headers.get("PRIVATE-TOKEN", bearer)
            status, said = host.answer(self.command, self.path, token, value)
            data = json.dumps(said).encode()
            self.send_response(status)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PATCH = do_PUT = handle_any  # noqa: N815 - as the library calls them

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    host.address = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield host
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
