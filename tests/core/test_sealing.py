"""A restricted case keeps its words beside it, in age files that only its event may list."""

from __future__ import annotations

import hashlib

import pytest

from sopgit.adapters import age
from sopgit.app.draft import Draft
from tests import acts
from tests.simulator import Simulator, codes, sign_event

RESTRICTED = {**acts.CASE, "restricted": True}


@pytest.fixture(scope="module")
def body() -> bytes:
    _, public = age.new_identity()
    return age.encrypt_bytes(b"{}", [public])


def listed(name: str, data: bytes, old: str | None = None) -> dict[str, object]:
    return {"path": name, "old": old, "new": hashlib.sha256(data).hexdigest()}


def landing(simulator: Simulator, body: bytes, **changes: object) -> dict[str, bytes | None]:
    """A restricted case opened as sopgit opens it; `changes` are put in before signing."""
    draft = Draft("open", case=RESTRICTED, document=acts.OPEN.document)
    event = simulator.event("agus", None, draft)
    event["document"] = {**event["document"], "fields": {}}
    event = sign_event({**event, "files": [listed("body-1.age", body)], **changes})
    files = simulator.files(event)
    folder = next(iter(files)).rpartition("/")[0]
    return {**files, f"{folder}/body-1.age": body}


def test_it_lands_with_its_sealed_body(body: bytes) -> None:
    simulator = Simulator.shipped()
    assert codes(simulator.try_files(landing(simulator, body))) == set()


def test_words_in_the_clear_are_refused(body: bytes) -> None:
    simulator = Simulator.shipped()
    draft = Draft("open", case=RESTRICTED, document=acts.OPEN.document)
    clear = simulator.event("agus", None, draft)["document"]
    assert "document-in-clear" in codes(
        simulator.try_files(landing(simulator, body, document=clear))
    )


def test_a_document_without_its_body_is_refused(body: bytes) -> None:
    simulator = Simulator.shipped()
    other = [listed("scan.age", body)]
    assert "body-missing" in codes(simulator.try_files(landing(simulator, body, files=other)))


def test_a_body_that_is_no_age_file_is_refused(body: bytes) -> None:
    simulator = Simulator.shipped()
    found = codes(simulator.try_files(landing(simulator, b"in the clear")))
    assert found
    assert all(code.startswith("age-") for code in found)


def test_an_attachment_in_the_clear_is_refused(body: bytes) -> None:
    simulator = Simulator.shipped()
    files = [listed("body-1.age", body), listed("scan.pdf", b"x")]
    changed = landing(simulator, body, files=files)
    folder = next(iter(changed)).rpartition("/")[0]
    assert "attachment" in codes(simulator.try_files({**changed, f"{folder}/scan.pdf": b"x"}))


def test_no_later_event_exchanges_a_body(body: bytes) -> None:
    simulator = Simulator.shipped()
    files = landing(simulator, body)
    simulator.land_files(files)
    path = next(iter(files))
    folder = path.rpartition("/")[0]
    _, public = age.new_identity()
    other = age.encrypt_bytes(b'{"isi": "lain"}', [public])
    entry = listed("body-1.age", other, hashlib.sha256(body).hexdigest())
    note = simulator.event("agus", path, Draft("note", reason="x"), files=[entry])
    changed = {**simulator.files(note, path), f"{folder}/body-1.age": other}
    assert "body-kept" in codes(simulator.try_files(changed))
