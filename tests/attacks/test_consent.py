"""X28 to X32: what one person agreed to, or handed in, is used again or exchanged by another."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

import pytest

from sopgit.app.demo.samples import RESTRICTED_DATASET
from sopgit.app.draft import Draft, Ground, compose
from sopgit.app.drafts import Kept, tell_draft, write_draft
from sopgit.app.guards import ABSENT, RefUpdate
from sopgit.app.office import Office
from sopgit.core.lineage import sha256
from sopgit.core.pointer import pointer_bytes
from sopgit.core.replay import apply
from sopgit.core.writer import emit, emit_item
from sopgit.render.reviews import section_text
from tests import acts
from tests.attacks.mounting import Attack, Files
from tests.attacks.policies import propose, together, with_keys
from tests.attacks.test_data import REGISTER, age_file, sealed
from tests.core.test_class_change import CONTENT, DATASET, DESCRIBED, LOWERED, signed
from tests.offices import KASI, Folders
from tests.signing import Signer
from tests.simulator import Simulator, sign_event

Event = dict[str, Any]
Act = tuple[str, Callable[[Sequence[Event]], Draft], dict[str, Any]]
NAME = "penerima-bantuan.csv"


def at_once(office: Simulator, path: str, *doing: Act) -> dict[str, bytes | None]:
    """The case file with all these acts; each draft is made of the events before it."""
    state, made = office.state(path), list[Event]()
    for person, draft, changes in doing:
        ground = Ground(
            office.trusted,
            state,
            office.reference,
            office.procedure,
            person,
            office.trusted.tip,
            office.tick(),
        )
        made.append(sign_event({**compose(draft(made), ground), **changes}))
        state = apply(state, made[-1])
    return {path: (office.trusted.tree.get(path) or b"") + b"".join(map(emit_item, made))}


def test_x28_a_file_of_another_is_exchanged_within_one_landing(
    attack: Attack, office: Simulator
) -> None:
    """Who adds it once more may say later that it was theirs, and take the first one away."""
    path = acts.straight(office, 4)
    folder = path.rpartition("/")[0]
    one, two = b"%PDF-1.7 1\n", b"%PDF-1.7 2\n"

    def listed(name: str, old: bytes | None, new: bytes | None) -> dict[str, Any]:
        return {"files": [{"path": name, "old": sha256(old), "new": sha256(new)}]}

    def handed_in(*more: Act, name: str) -> dict[str, bytes | None]:
        note: Act = ("siti", lambda _: Draft("note", reason="pindai"), listed("a.pdf", None, one))
        report: Act = ("budi", lambda _: acts.REPORT, listed(name, None, two))
        return at_once(office, path, note, report, *more)

    def amended(made: Sequence[Event]) -> Draft:
        return Draft("amend", of=made[1]["seq"], reason="salah ketik", document=made[1]["document"])

    base = {**handed_in(name="b.pdf"), f"{folder}/a.pdf": one, f"{folder}/b.pdf": two}
    exchange: Act = ("budi", amended, listed("a.pdf", one, None))
    wrong = {**handed_in(exchange, name="a.pdf"), f"{folder}/a.pdf": two}
    attack.landing(office, base, wrong, "attachment-kept")


@pytest.fixture
def register(office: Simulator) -> str:
    """The case that brought version 1 of the restricted dataset, still at the step of data."""
    kinds = {kind: list(office.policy["roles"]) for kind in ("settings", "declassify")}
    office.land_files(propose(office, records=kinds))
    case = {**acts.CASE, "producers": ["tapem", "dinsos"]}
    path = office.act("agus", None, Draft("open", case=case, document=acts.OPEN.document))
    office.act("siti", path, acts.LETTER)
    office.land_files(sealed(office, path))
    return path


def described_as(office: Simulator, path: str, version: int, *, is_open: bool) -> Files:
    """A note of budi that brings the next version, open or restricted, with its description."""
    tree = office.trusted.tree
    content = CONTENT if is_open else age_file(64, bytes([version]))
    made: dict[str, Any] = {
        "md5": f"{version}" * 32,
        "sha256": sha256(content),
        "size": len(content),
    }
    pointer, other = f"{REGISTER}/{NAME}.dvc", f"{REGISTER}/data.age.dvc"
    files: dict[str, bytes | None] = {
        DESCRIBED: LOWERED if is_open else emit(RESTRICTED_DATASET),
        pointer: pointer_bytes(made["md5"], made["size"], NAME) if is_open else None,
        other: None if is_open else pointer_bytes(made["md5"], made["size"], "data.age"),
        f"{REGISTER}/manifest.age": None if is_open else age_file(2, bytes([version])),
    }
    entry = {
        "dataset": DATASET,
        "version": version,
        "action": "reclass",
        "object": made,
        "copies": ["one", "two"],
    }
    listed = [
        {"path": p, "old": sha256(tree.get(p)), "new": sha256(data)}
        for p, data in sorted(files.items())
        if tree.get(p) != data
    ]
    note = Draft("note", reason="data")
    event = office.event("budi", path, note, files=listed, datasets=[entry])
    return together(office.files(event, path), files)


def test_x29_a_consent_to_lower_a_class_is_used_again(
    attack: Attack, office: Simulator, register: str
) -> None:
    """It was opened, and closed again; who once signed has not said that it may open anew."""
    first = signed(office)
    office.land_files({**first, **described_as(office, register, 2, is_open=True)})
    office.land_files(described_as(office, register, 3, is_open=False))
    wrong = described_as(office, register, 4, is_open=True)
    attack.landing(office, {**signed(office), **wrong}, wrong, "class-lowered")


def test_x30_a_consent_is_signed_with_a_key_that_was_revoked_since(
    attack: Attack, office: Simulator, register: str
) -> None:
    """A record that a thief landed lies there when the theft is found out."""
    office.land_files(signed(office))
    people = with_keys(office, "siti", Signer.new(b"the new key of siti".ljust(32, b".")))
    office.land_files(propose(office, "agus", "budi", people=people))
    wrong = described_as(office, register, 2, is_open=True)
    consent = signed(office, by="agus", role="kasi")
    attack.landing(office, {**consent, **wrong}, wrong, "class-lowered")


def test_x31_a_draft_hands_out_a_number_of_a_citizen(attack: Attack, folders: Folders) -> None:
    """Nobody need sign it: the server hands out every branch."""

    def drafted(text: str) -> RefUpdate:
        draft = emit({"schema": "sopgit/draft/v1", "reason": f"Tentang\n\n{text}"})
        commit = folders.commit(KASI, {"draft.yaml": draft})
        return RefUpdate(ABSENT, commit, "refs/heads/draft/0123456789")

    base, wrong = drafted("tanpa nomor"), drafted("1810014101809999")
    attack.guard(folders.office(KASI), base, wrong, "personal-data-open")


def test_x32_a_draft_says_more_than_its_signer_is_shown(attack: Attack, folders: Folders) -> None:
    """Signing makes every word of it the signer's own, so every word is shown."""
    received = {
        "at": "2026-03-02T08:20:00+07:00",
        "medium": "portal",
        "sender": "Bagian Rekaan",
        "letter": "7/R/2026",
    }
    signatory = {"name": "Wati Rekaan", "position": "Kepala", "nip": "198001012005012999"}
    case = {**acts.CASE, "purpose": "recover", "begun": "2026-03-02T08:00:00+07:00"}
    document = {**(acts.OPEN.document or {}), "signatory": signatory}
    draft = Draft("open", case=case, document=document, received=received)
    office = folders.office(KASI)
    shown = "\n".join(section_text(tell_draft(office, drafted(office, draft), folders.now())))
    moments = [text[:16].replace("T", " ") for text in (received["at"], case["begun"])]
    words = [case["title"], *case["producers"], "recover", *signatory.values(), *moments]
    words += [received["medium"], received["sender"], received["letter"]]
    unseen = [word for word in (*words, *strings(document["fields"])) if word not in shown]
    assert unseen == []
    attack.harmless("sign", "every word of the draft is shown")


def drafted(office: Office, draft: Draft) -> Kept:
    return write_draft(office, None, draft, datetime(2026, 6, 1, tzinfo=UTC))


def strings(value: object) -> list[str]:
    """The lines of every text in a value."""
    if isinstance(value, dict):
        return [text for one in value.values() for text in strings(one)]
    if isinstance(value, list | tuple):
        return [text for one in value for text in strings(one)]
    return str(value).splitlines()
