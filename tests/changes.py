"""Changes of an office's files, legal ones and illegal ones, each made with git alone.

Each is a function of `Hand`; it returns what one commit on main would change. An illegal one
is one mutation of a legal one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sopgit.app.demo import samples
from sopgit.app.draft import Draft
from sopgit.core.growth import HEADER
from sopgit.core.lineage import sha256
from sopgit.core.pointer import pointer_bytes
from sopgit.core.writer import emit_item
from tests import acts
from tests.by_hand import Event, Files, Hand

Change = Callable[[Hand], Files]

NOTE = Draft("note", reason="catatan")
PDF = b"%PDF-1.7\n"
POINTER = f"datasets/{acts.DATASET}/kecamatan.csv.dvc"
ROOTS = samples.ROOTS


def letter(hand: Hand) -> Event:
    """The act that the case `new` waits for."""
    return hand.event("siti", "new", acts.LETTER)


def another_case(hand: Hand, **changes: Any) -> Event:
    case = {**acts.CASE, "title": "Lain"}
    return hand.event(
        "agus", None, Draft("open", case=case, document=acts.OPEN.document), **changes
    )


def new_number(hand: Hand) -> Files:
    """The first letter of a case amended: it gets another number."""
    issued = {"type": "nota_dinas", "fields": acts.OPEN.document["fields"]}  # type: ignore[index]
    draft = Draft("amend", of=1, reason="salah nomor", document=issued)
    return hand.act("agus", "new", draft)


def scanned(hand: Hand, data: bytes = PDF, name: str = "scan.pdf") -> Files:
    """A note that brings a file, listed as a PDF."""
    listed = [{"path": "scan.pdf", "old": None, "new": sha256(PDF)}]
    folder = hand.path("new").rpartition("/")[0]
    return {**hand.act("budi", "new", NOTE, files=listed), f"{folder}/{name}": data}


def delivered(hand: Hand, **changes: Any) -> Files:
    """Two acts of two people on one case, the second with the next version of a dataset."""
    path, first = hand.path("new"), letter(hand)
    said, files = acts.version(3, b"kode,nama\n1,a\n", hand)
    said["datasets"][0] |= changes
    second = hand.event("budi", "new", acts.RECEIPT, first, **said)
    return {**files, path: hand.old(path) + emit_item(first) + emit_item(second)}


def two_cases(hand: Hand) -> Files:
    return {**hand.files(letter(hand), "new"), **hand.act("agus", "checked", acts.CHECK)}


LEGAL: Mapping[str, Change] = {
    "nothing": lambda h: {},
    "an act": lambda h: h.files(letter(h), "new"),
    "a check": lambda h: h.act("agus", "checked", acts.CHECK),
    "a return": lambda h: h.act("agus", "checked", acts.RETURN),
    "a note": lambda h: h.act("budi", "new", NOTE),
    "a note on a closed case": lambda h: h.act("siti", "closed", NOTE),
    "an opening": lambda h: h.files(another_case(h)),
    "an amendment": new_number,
    "a cancelling": lambda h: h.act("agus", "new", Draft("cancel", reason="tidak jadi")),
    "a scan": scanned,
    "a delivery": delivered,
    "two cases at once": two_cases,
    "a policy": lambda h: h.next_policy(*ROOTS, grace=7),
    "a free page": lambda h: {"docs/panduan.md": b"# Panduan\n"},
    "a free page gone": lambda h: {"README.md": None},
}


def hand_in(hand: Hand, **changes: Any) -> Files:
    """The letter with `changes`, well signed."""
    return hand.files(hand.signed({**letter(hand), **changes}, "siti"), "new")


def bent(hand: Hand, old: bytes, new: bytes, name: str = "new") -> Files:
    """A note on a case, and then one text of the whole file replaced by another."""
    path = hand.path(name)
    data = hand.act("budi", name, NOTE)[path] or b""
    assert old in data
    return {path: data.replace(old, new, 1)}


def appended(hand: Hand, suffix: bytes) -> Files:
    """A note on a case, and then something more."""
    path = hand.path("new")
    return {path: (hand.act("budi", "new", NOTE)[path] or b"") + suffix}


def without(hand: Hand, key: str) -> Files:
    event = letter(hand)
    del event[key]
    return hand.files(hand.signed(event, "siti"), "new")


def twin(hand: Hand) -> Files:
    used = next(number for kind, number in hand.trusted.numbers if kind == "nota_dinas")
    event = another_case(hand)
    document = {**event["document"], "number": used}
    return hand.files(hand.signed({**event, "document": document}, "agus"))


def moved(hand: Hand, old: str, new: str) -> Files:
    """A case that begins somewhere else than its first event says."""
    return {path.replace(old, new): data for path, data in hand.files(another_case(hand)).items()}


def listing(hand: Hand, path: str) -> Files:
    """A note that lists a file which is not its own."""
    return hand.act("budi", "new", NOTE, files=[{"path": path, "old": None, "new": "0" * 64}])


def voted(hand: Hand, **changes: Any) -> Files:
    """A version of the policy that both roots have signed."""
    return hand.next_policy(*ROOTS, **changes)


def settings(hand: Hand) -> Files:
    return {".sopgit/calendar.yaml": hand.old(".sopgit/calendar.yaml") + b"# libur\n"}


# Well signed, and wrong.
EVENTS: Mapping[str, Change] = {
    "seq ahead": lambda h: hand_in(h, seq=3),
    "seq again": lambda h: hand_in(h, seq=1),
    "another chain": lambda h: hand_in(h, prev="0" * 64),
    "a base of nowhere": lambda h: hand_in(h, base="f" * 40),
    "dated before its predecessor": lambda h: hand_in(h, at="2026-03-01T08:00:00+07:00"),
    "by somebody unknown": lambda h: hand_in(h, by="hantu"),
    "another role": lambda h: hand_in(h, role="kasi"),
    "a step ahead": lambda h: hand_in(h, step=3),
    "leading too far": lambda h: hand_in(h, to=4),
    "acting without a letter": lambda h: hand_in(h, acting="800/1/2026"),
    "without a document": lambda h: without(h, "document"),
    "a key too many": lambda h: hand_in(h, extra="x"),
    "signed by another": lambda h: h.files(h.signed(letter(h), "budi"), "new"),
    "changed after signing": lambda h: h.files({**letter(h), "role": "kasi"}, "new"),
    "a case of elsewhere": lambda h: h.files(another_case(h, prev="1" * 64)),
    "a letter number used twice": twin,
}

# What is done to the file of a case.
BYTES: Mapping[str, Change] = {
    "an old event edited": lambda h: bent(h, b"Biasa", b"Cepat"),
    "another spelling": lambda h: bent(h, b"reason: catatan", b'reason: "catatan"'),
    "without its header": lambda h: bent(h, HEADER, b""),
    "another line end": lambda h: bent(h, b"reason: catatan\n", b"reason: catatan\r\n"),
    "a comment": lambda h: appended(h, b"# seen\n"),
    "an empty line": lambda h: appended(h, b"\n"),
    "a key more": lambda h: appended(h, b"  extra: x\n"),
    "a second signature": lambda h: appended(h, b"  sig: AAAA\n"),
    "an end of the document": lambda h: appended(h, b"...\n"),
    "half an event": lambda h: appended(h, b"- seq: 3\n"),
    "shortened": lambda h: {h.path("new"): h.old(h.path("new"))[:-200]},
    "emptied": lambda h: {h.path("new"): b""},
    "removed": lambda h: {h.path("closed"): None},
    "copied": lambda h: {h.path("new").replace("data-", "salinan-"): h.old(h.path("new"))},
    "in another month": lambda h: moved(h, "2026/03", "2026/04"),
    "in another folder": lambda h: moved(h, "-lain", "-kata"),
}

# Files that nobody's statement explains.
UNEXPLAINED: Mapping[str, Change] = {
    "another scan than was listed": lambda h: scanned(h, b"%PDF-1.4\n"),
    "a scan under another name": lambda h: scanned(h, PDF, "lain.pdf"),
    "a program for a scan": lambda h: scanned(h, PDF, "scan.sh"),
    "a listed file that is not there": lambda h: listing(h, "scan.pdf"),
    "a dataset listed by a stranger": lambda h: listing(h, "datasets/tapem/x/dataset.yaml"),
    "the case listed by itself": lambda h: listing(h, "case.yaml"),
    "a table": lambda h: {"rahasia.csv": b"nama,nik\n"},
    "a page among the cases": lambda h: {"cases/README.md": b"# Halaman\n"},
    "data in the clear": lambda h: {f"datasets/{acts.DATASET}/kecamatan.csv": b"kode\n"},
    "a program among the pages": lambda h: {"docs/tool.py": b"print()\n"},
    "a module": lambda h: {".gitmodules": b"[submodule]\n"},
    "a hook": lambda h: {"hooks/pre-receive": b"#!/bin/sh\n"},
    "a setting of nobody": lambda h: {".sopgit/other.yaml": b"a: 1\n"},
    "a holiday of my own": settings,
    "a pointer by itself": lambda h: {POINTER: pointer_bytes("1" * 32, 1, "kecamatan.csv")},
    "a pointer gone": lambda h: {POINTER: None},
    "a dataset described anew": lambda h: {f"datasets/{acts.DATASET}/dataset.yaml": b"a: 1\n"},
}

DATA: Mapping[str, Change] = {
    "a version left out": lambda h: delivered(h, version=4),
    "a version stored again": lambda h: delivered(h, version=2),
    "another object": lambda h: delivered(
        h, object={"md5": "1" * 32, "sha256": "2" * 64, "size": 3}
    ),
    "one copy": lambda h: delivered(h, copies=["one"]),
    "a copy nowhere": lambda h: delivered(h, copies=["one", "three"]),
    "another producer": lambda h: delivered(h, dataset="dinsos/kecamatan"),
}

POLICY: Mapping[str, Change] = {
    "unsigned": lambda h: h.next_policy(grace=7),
    "signed by one root": lambda h: h.next_policy("agus", grace=7),
    "signed twice by one root": lambda h: h.next_policy("agus", "agus", grace=7),
    "signed by no root": lambda h: h.next_policy("agus", "budi", grace=7),
    "a version left out": lambda h: voted(h, version=3),
    "after another": lambda h: voted(h, previous="0" * 64),
    "on a base of nowhere": lambda h: voted(h, base="f" * 40),
    "of another repository": lambda h: voted(h, repository="1" * 8 + "-0000-4000-8000-" + "0" * 12),
    "that one root may change": lambda h: voted(h, roots={"threshold": 1, "people": ["agus"]}),
    "with an unknown root": lambda h: voted(h, roots={"threshold": 2, "people": ["agus", "hantu"]}),
    "naming what is not there": lambda h: voted(h, protected={".github/workflows/x.yml": "0" * 64}),
    "with a page beside it": lambda h: {**voted(h), "docs/page.md": b"x\n"},
    "with an act beside it": lambda h: {**voted(h), **hand_in(h)},
    "removed": lambda h: {".sopgit/policy.yaml": None},
    "a protected file": lambda h: {".github/workflows/x.yml": b"on: push\n"},
    "an ignored file": lambda h: {".gitignore": b"*\n"},
}

ILLEGAL: Mapping[str, Change] = {
    f"{family}: {name}": change
    for family, changes in {
        "event": EVENTS,
        "case": BYTES,
        "file": UNEXPLAINED,
        "data": DATA,
        "policy": POLICY,
    }.items()
    for name, change in changes.items()
}
