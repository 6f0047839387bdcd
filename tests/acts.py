"""The acts of a straight case, as drafts, and the data that goes with them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from sopgit.app.demo import papers
from sopgit.app.draft import Draft
from sopgit.core.lineage import sha256
from sopgit.core.pointer import pointer_bytes
from sopgit.core.trusted import Trusted
from sopgit.core.writer import emit
from tests.simulator import Simulator

CASE: Mapping[str, Any] = {
    "title": "Data kecamatan",
    "producers": ["tapem"],
    "purpose": "store",
    "restricted": False,
}
OPEN = Draft("open", case=CASE, document={"fields": papers.NOTA_DINAS})
LETTER = Draft("complete", document={"type": "surat_pendataan", "fields": papers.SURAT_PENDATAAN})
RECEIPT = Draft(
    "complete",
    document={"fields": papers.TANDA_TERIMA},
    received={
        "at": "2026-03-02T08:20:00+07:00",
        "medium": "usb",
        "sender": "Bagian Rekaan",
        "letter": "1/R/2026",
    },
)
NOTES = Draft("complete", document={"fields": papers.CATATAN})
REPORT = Draft("complete", document={"fields": papers.LAPORAN})
RETURN = Draft(
    "return",
    to=4,
    document={"fields": papers.PEMERIKSAAN_KEMBALI},
    reason="belum lengkap",
    findings=papers.TEMUAN,
)
CHECK = Draft("complete", document={"fields": papers.PEMERIKSAAN})
FINISH = Draft("complete", document={"fields": papers.PENYELESAIAN})
CONCEPT = Draft("complete", document={"fields": papers.KONSEP})
DELIVER = Draft("complete", document={"fields": papers.LAPORAN_AKHIR})


class HasTrusted(Protocol):
    """What knows a mainline: a simulator, or somebody who writes by hand."""

    @property
    def trusted(self) -> Trusted: ...


DATASET = "tapem/kecamatan"
DESCRIPTION: Mapping[str, Any] = {
    "schema": "sopgit/dataset/v1",
    "name": "kecamatan",
    "producer": "tapem",
    "title": "Kecamatan",
    "classification": {"public": "terbuka", "archive": "biasa", "personal": "tidak_ada"},
}


def version(
    number: int, content: bytes, simulator: HasTrusted
) -> tuple[dict[str, Any], dict[str, bytes]]:
    """What an event says of a version, and the files that it brings."""
    md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
    files = {
        f"datasets/{DATASET}/dataset.yaml": emit(DESCRIPTION),
        f"datasets/{DATASET}/kecamatan.csv.dvc": pointer_bytes(md5, len(content), "kecamatan.csv"),
    }
    listed = [
        {"path": path, "old": sha256(simulator.trusted.tree.get(path)), "new": sha256(data)}
        for path, data in sorted(files.items())
        if simulator.trusted.tree.get(path) != data
    ]
    made = {"md5": md5, "sha256": sha256(content), "size": len(content)}
    entry = {
        "dataset": DATASET,
        "version": number,
        "action": "store" if number == 1 else "update",
        "object": made,
        "copies": ["one", "two"],
    }
    return {"files": listed, "datasets": [entry]}, files


def receive(
    simulator: Simulator, path: str, number: int = 1, content: bytes = b"kode,nama\n"
) -> None:
    """Step 3 with one open dataset."""
    said, files = version(number, content, simulator)
    event = simulator.event("budi", path, RECEIPT, **said)
    simulator.land_files({**simulator.files(event, path), **files})


def straight(simulator: Simulator, until: int = 9) -> str:
    """A case that has finished step `until`, by the book."""
    path = simulator.act("agus", None, OPEN)
    steps: list[Callable[[], object]] = [
        lambda: simulator.act("siti", path, LETTER),
        lambda: receive(simulator, path),
        lambda: simulator.act("budi", path, NOTES),
        lambda: simulator.act("budi", path, REPORT),
        lambda: simulator.act("agus", path, CHECK),
        lambda: simulator.act("siti", path, FINISH),
        lambda: simulator.act("siti", path, CONCEPT),
        lambda: simulator.act("agus", path, DELIVER),
    ]
    for do in steps[: until - 1]:
        do()
    return path
