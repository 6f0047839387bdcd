"""What an act says besides its document, as further sections of its paper.

A reader of the paper must see what the signature covers: that the act returns
the case and why, what it replaces, what was received and which data it
recorded. A list that the document itself already prints is not said twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from sopgit.documents.content import Content, Items, Prose, Rows, Section, Table, lines_of
from sopgit.documents.indonesian import date_and_time, whole_number

ACTIONS = {
    "store": "disimpan",
    "update": "diperbarui",
    "recover": "dipulihkan",
    "reclass": "diklasifikasi ulang",
}
MEDIA = {
    "usb": "USB",
    "email": "surat elektronik",
    "portal": "portal",
    "post": "pos",
    "other": "lainnya",
}
DIGEST_SHOWN = 16


def facts_of(event: Mapping[str, Any], procedure: Mapping[str, Any]) -> Iterator[Section]:
    """The sections that the event adds to its document's own."""
    if event.get("received"):
        yield Section("Penerimaan", _received(event["received"]))
    if event.get("datasets"):
        yield Section("Data yang dicatat", _datasets(event))
    if event["act"] == "return":
        yield Section("Keputusan", Rows((("Dikembalikan ke", (_target(event, procedure),)),)))
    if event["act"] == "amend":
        yield Section("Perbaikan", Rows((("Menggantikan", (f"peristiwa {event['of']}",)),)))
    yield from _words(event)


def _words(event: Mapping[str, Any]) -> Iterator[Section]:
    printed = list((event["document"].get("fields") or {}).values())
    if event.get("reason") and event["reason"] not in printed:
        yield Section("Alasan", Prose(tuple(lines_of(event["reason"]))))
    if event.get("findings") and event["findings"] not in printed:
        yield Section("Temuan", Items(tuple(event["findings"])))


def _received(received: Mapping[str, Any]) -> Content:
    rows = []
    if received.get("at"):
        rows.append(("Waktu", (date_and_time(datetime.fromisoformat(received["at"])),)))
    if received.get("sender"):
        rows.append(("Pengirim", (received["sender"],)))
    if received.get("medium"):
        rows.append(("Melalui", (MEDIA.get(received["medium"], received["medium"]),)))
    if received.get("letter"):
        rows.append(("Surat", (received["letter"],)))
    return Rows(tuple(rows))


def _datasets(event: Mapping[str, Any]) -> Content:
    rows = []
    for entry in event["datasets"]:
        stored = entry.get("object") or {}
        size = whole_number(stored["size"]) if "size" in stored else "-"
        digest = stored.get("sha256", "-")[:DIGEST_SHOWN]
        action = ACTIONS.get(entry["action"], entry["action"])
        rows.append((entry["dataset"], str(entry["version"]), action, size, digest))
    return Table(("Dataset", "Versi", "Tindakan", "Ukuran (bita)", "SHA-256 (awal)"), tuple(rows))


def _target(event: Mapping[str, Any], procedure: Mapping[str, Any]) -> str:
    for step in procedure["steps"]:
        if step["number"] == event["to"]:
            return f"langkah {step['number']}: {step['name']}"
    return f"langkah {event['to']}"
