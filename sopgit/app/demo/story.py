"""One case from nota dinas to wali data, and the recovery of what it stored first."""

from __future__ import annotations

import shutil
from pathlib import Path

from sopgit.app.acts import Done
from sopgit.app.data import bring_back
from sopgit.app.demo import papers, samples
from sopgit.app.demo.players import Players
from sopgit.app.draft import Draft
from sopgit.app.versions import find_version
from sopgit.app.workplace import Workplace
from sopgit.core.text import T

ADMIN, PENGELOLA, KASI = "administrator_server", "pengelola_ti", "kasi"


def request(players: Players) -> Done:
    """Steps 1 and 2: the request and the letter to the agencies."""
    case = {
        "title": "Kecamatan dan penerima bantuan",
        "producers": sorted(samples.AGENCIES),
        "purpose": "store",
        "restricted": False,
    }
    draft = Draft("open", case=case, document={"fields": papers.NOTA_DINAS})
    opened = players.act(KASI, None, draft, T("opens the case with a nota dinas"))
    letter = {"type": "surat_pendataan", "fields": papers.SURAT_PENDATAAN}
    told = T("writes to the agencies")
    players.act(PENGELOLA, opened.state.id, Draft("complete", document=letter), told)
    return opened


def receive(players: Players, case: str, districts: Path, register: Path) -> None:
    """Step 3, in two deliveries: an open dataset and a restricted one."""
    players.act(
        ADMIN, case, _receipt_note(players, case, districts), T("receives the open dataset")
    )
    taken = players.take_in(case, register, samples.RESTRICTED_DATASET)
    players.say(
        T(
            "    The register is encrypted before it is written anywhere: {size} bytes,"
            " copies on {copies}.",
            size=taken.entry["object"]["size"],
            copies=", ".join(taken.entry["copies"]),
        )
    )
    day = players.moment()[:10]
    draft = Draft(
        "complete",
        document={"fields": {**papers.TANDA_TERIMA, "tanggal_terima": day}},
        received=_received(players, "Dinas Sosial"),
    )
    players.act(ADMIN, case, draft, T("receives the restricted register and signs for both"))


def _receipt_note(players: Players, case: str, districts: Path) -> Draft:
    players.take_in(case, districts, samples.OPEN_DATASET)
    return Draft(
        "note",
        reason="Kiriman pertama: data kecamatan",
        received=_received(players, "Bagian Tata Pemerintahan"),
    )


def _received(players: Players, sender: str) -> dict[str, str]:
    return {"at": players.moment(), "medium": "usb", "sender": sender, "letter": "000.1/1/2026"}


def store_and_report(players: Players, case: str) -> None:
    """Steps 4 and 5."""
    notes = Draft("complete", document={"fields": papers.CATATAN})
    players.act(ADMIN, case, notes, T("notes what was stored and where"))
    report = Draft("complete", document={"fields": papers.LAPORAN})
    players.act(ADMIN, case, report, T("reports"))


def send_back(players: Players, case: str) -> Done:
    """Step 6: the check finds a row missing and returns the case."""
    draft = Draft(
        "return",
        to=4,
        document={"fields": papers.PEMERIKSAAN_KEMBALI},
        reason=papers.ALASAN,
        findings=papers.TEMUAN,
    )
    return players.act(KASI, case, draft, T("checks, finds a row missing and returns the case"))


def correct(players: Players, case: str, districts: Path) -> Done:
    """Steps 4 and 5 again, with version 2."""
    players.take_in(case, districts, samples.OPEN_DATASET)
    notes = Draft("complete", document={"fields": papers.CATATAN_2})
    players.act(ADMIN, case, notes, T("stores version 2"))
    report = Draft("complete", document={"fields": papers.LAPORAN_2})
    return players.act(ADMIN, case, report, T("reports again"))


def check_and_deliver(players: Players, case: str) -> None:
    """Steps 6 to 9."""
    check = Draft("complete", document={"fields": papers.PEMERIKSAAN})
    players.act(KASI, case, check, T("checks: finished"))
    finished = Draft("complete", document={"fields": papers.PENYELESAIAN})
    players.act(PENGELOLA, case, finished, T("checks too and writes the completion report"))
    concept = Draft("complete", document={"fields": papers.KONSEP})
    players.act(PENGELOLA, case, concept, T("drafts the final report"))
    final = Draft("complete", document={"fields": papers.LAPORAN_AKHIR})
    players.act(KASI, case, final, T("delivers the final report to the wali data"))


def recover_first_version(players: Players, case: str) -> None:
    """The cache is lost; version 1 comes back from a remote, and a note carries the receipt."""
    office = players.office(ADMIN)
    shutil.rmtree(players.folder / ADMIN / ".dvc" / "cache")
    version = find_version(Workplace.of(office), "tapem/kecamatan", 1, None, None)
    output = players.folder / "recovered" / "kecamatan-1.csv"
    output.parent.mkdir()
    receipt = bring_back(office, version, output, players.now(), heal=True)
    players.say(
        T(
            "The cache is lost. Version 1 comes back from remote {source},"
            " every byte checked: {path}",
            source=receipt.source,
            path=str(output),
        )
    )
    paper = players.folder / "recovered" / "receipt.txt"
    paper.write_text(
        f"{receipt.dataset} versi {receipt.version}\nsha256 {receipt.sha256}\n"
        f"sumber {receipt.source}\nwaktu {receipt.at}\n",
        encoding="utf-8",
    )
    note = Draft("note", reason="Bukti recovery versi 1", attachments=(paper,))
    players.act(ADMIN, case, note, T("puts the receipt beside the closed case"))
