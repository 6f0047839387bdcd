"""The invented office, its people and its data. Every person here is invented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

OFFICE: Mapping[str, Any] = {
    "name": "Dinas Komunikasi dan Informatika",
    "parent": "Pemerintah Kabupaten Pringsewu",
    "address": "Jalan Contoh Nomor 1, Pringsewu",
    "region_code": "18.10",
    "timezone": "Asia/Jakarta",
    "language": "id",
    "letterhead": [
        "PEMERINTAH KABUPATEN PRINGSEWU",
        "DINAS KOMUNIKASI DAN INFORMATIKA",
        "Jalan Contoh Nomor 1, Pringsewu",
    ],
}

PEOPLE: Mapping[str, Mapping[str, str]] = {
    "agus": {
        "name": "Agus Rekaan, S.Kom.",
        "nip": "198001012005011999",
        "position": "Kepala Seksi Pengelolaan Data dan Integrasi",
    },
    "siti": {
        "name": "Siti Rekaan, S.Si.",
        "nip": "198502022010012999",
        "position": "Pengelola Teknologi Informasi",
    },
    "budi": {
        "name": "Budi Rekaan, A.Md.",
        "nip": "199003032015031999",
        "position": "Administrator Server",
    },
    "dewi": {
        "name": "Dra. Dewi Rekaan, M.M.",
        "nip": "197504041999032999",
        "position": "Kepala Dinas Komunikasi dan Informatika",
    },
}

# Folder of the clone, the role, and who holds it.
CLONES: Mapping[str, str] = {"kasi": "agus", "pengelola_ti": "siti", "administrator_server": "budi"}
ROOTS = ("dewi", "agus")

AGENCIES: Mapping[str, Mapping[str, str]] = {
    "tapem": {"name": "Bagian Tata Pemerintahan Sekretariat Daerah"},
    "dinsos": {"name": "Dinas Sosial"},
}

# Home Ministry codes of the nine sub-districts; version 1 lacks one, as deliveries do.
_DISTRICTS = (
    ("18.10.01", "Pringsewu"),
    ("18.10.02", "Gading Rejo"),
    ("18.10.03", "Ambarawa"),
    ("18.10.04", "Pardasuka"),
    ("18.10.05", "Pagelaran"),
    ("18.10.06", "Banyumas"),
    ("18.10.07", "Adiluwih"),
    ("18.10.08", "Sukoharjo"),
    ("18.10.09", "Pagelaran Utara"),
)


def districts(count: int) -> bytes:
    """The first `count` sub-districts as CSV."""
    rows = [f"{code},{name}" for code, name in _DISTRICTS[:count]]
    return ("kode,nama\n" + "\n".join(rows) + "\n").encode()


REGISTER_MARK = "DATA REKAAN UNTUK PERAGAAN"
REGISTER = (
    "keterangan,nama,nik,bantuan\n"
    f"{REGISTER_MARK},Warga Rekaan Satu,1810010101900000,pangan\n"
    f"{REGISTER_MARK},Warga Rekaan Dua,1810024202859999,pendidikan\n"
    f"{REGISTER_MARK},Warga Rekaan Tiga,1810030303780000,pangan\n"
).encode()

OPEN_DATASET: Mapping[str, Any] = {
    "schema": "sopgit/dataset/v1",
    "name": "kecamatan",
    "producer": "tapem",
    "title": "Kecamatan di Kabupaten Pringsewu dengan kode wilayah",
    "classification": {"public": "terbuka", "archive": "biasa", "personal": "tidak_ada"},
}

RESTRICTED_DATASET: Mapping[str, Any] = {
    "schema": "sopgit/dataset/v1",
    "name": "penerima-bantuan",
    "producer": "dinsos",
    "title": "Register penerima bantuan (rekaan)",
    "classification": {
        "public": "dikecualikan",
        "exclusion": {
            "article": "17",
            "letter": "h",
            "test": {
                "number": "000.9/1/UK/2026",
                "date": "2026-01-05",
                "reason": "Memuat rahasia pribadi warga",
                "period": "selama masih disimpan",
            },
        },
        "archive": "terbatas",
        "personal": "spesifik",
    },
}
