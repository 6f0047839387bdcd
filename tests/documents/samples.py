"""An invented office, procedure and case, whose papers the tests print.

The persons are plainly invented (their NIP ends in 9999). The document types
differ on purpose: a note with a head, a letter with an addressee, a report
with a table, a check sheet that returns the case.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

CASE = "K7QF2MZX4A"
DIGEST = "3f2a91bc77d05e1846aa0c9d3b7f6e2815c4d9e0a1b2c3d4e5f60718293a4b5c"

POLICY: dict[str, Any] = {
    "office": {
        "name": "Dinas Komunikasi dan Informatika",
        "parent": "Pemerintah Kabupaten Pringsewu",
        "address": "Kompleks Perkantoran Pemerintah Daerah, Pringsewu, Lampung",
        "region_code": "18.10",
        "timezone": "Asia/Jakarta",
        "language": "id",
        "letterhead": ["Pos-el: contoh@kantor.example  ·  Laman: kantor.example"],
    },
    "trial": False,
}


def _text(label: str, part: str = "body", long: bool = False) -> dict[str, Any]:
    return {"label": label, "kind": "text", "required": True, "long": long, "part": part}


def _field(label: str, kind: str, part: str = "body", **more: Any) -> dict[str, Any]:
    return {"label": label, "kind": kind, "required": False, "long": False, "part": part, **more}


PROCEDURE: dict[str, Any] = {
    "schema": "sopgit/procedure/v1",
    "name": "contoh",
    "identity": {"number": "075/ 151 /D.12/2024", "title": "Pengelolaan dan Pengamanan Data"},
    "steps": [
        {"number": 1, "name": "menyampaikan untuk melakukan pendataan"},
        {"number": 2, "name": "membuat surat pendataan"},
        {"number": 4, "name": "menindaklanjuti penyimpanan atau pemulihan data"},
        {"number": 5, "name": "membuat laporan penyelesaian pengelolaan data"},
        {"number": 6, "name": "melakukan pengecekan pengelolaan data"},
    ],
    "documents": {
        "nota_dinas": {
            "title": "Nota Dinas",
            "fields": {
                "kepada": _text("Kepada", "head"),
                "dari": _text("Dari", "head"),
                "sifat": _text("Sifat", "head"),
                "hal": _text("Hal", "head"),
                "isi": _text("Isi", long=True),
                "data": _field("Data yang diminta", "list"),
                "batas": _field("Batas waktu", "date"),
                "tembusan": _field("Tembusan", "list", "copies"),
            },
        },
        "surat_pendataan": {
            "title": "Surat Pendataan",
            "fields": {
                "sifat": _text("Sifat", "head"),
                "lampiran": _text("Lampiran", "head"),
                "hal": _text("Hal", "head"),
                "tujuan": _text("Kepada", "addressee", long=True),
                "isi": _text("Isi", long=True),
                "tembusan": _field("Tembusan", "list", "copies"),
            },
        },
        "laporan": {
            "title": "Laporan Pengelolaan Data",
            "fields": {
                "pendahuluan": _text("Pendahuluan", long=True),
                "kegiatan": _text("Kegiatan yang dilaksanakan", long=True),
                "hasil": _field(
                    "Hasil yang dicapai",
                    "table",
                    columns={
                        "kode": {"label": "Kode wilayah"},
                        "nama": {"label": "Kecamatan"},
                        "baris": {"label": "Jumlah baris"},
                        "keterangan": {"label": "Keterangan"},
                    },
                ),
                "simpulan": _text("Simpulan dan saran", long=True),
            },
        },
        "lembar_pemeriksaan": {
            "title": "Lembar Pemeriksaan",
            "fields": {
                "laporan": _field("Laporan yang diperiksa", "revision", of="laporan"),
                "tanggal_periksa": _field("Tanggal pemeriksaan", "date"),
                "putaran": _field("Putaran", "integer"),
                "hasil": _text("Hasil"),
                "butir": _field("Butir yang diperiksa", "list"),
            },
        },
    },
}

KASI = {
    "name": "Contoh Satu, S.Kom.",
    "position": "Kepala Seksi Pengelolaan Data dan Integrasi",
    "nip": "199001012015019999",
}
KEPALA = {
    "name": "Drs. H. Contoh Dua, M.M.",
    "position": "Kepala Dinas Komunikasi dan Informatika",
    "nip": "197001011995019999",
    "capacity": "plt",
}
ADMINISTRATOR = {
    "name": "Contoh Tiga",
    "position": "Administrator Server",
    "nip": "199501012020019999",
}

KECAMATAN = (
    ("181001", "Pringsewu"),
    ("181002", "Gading Rejo"),
    ("181003", "Ambarawa"),
    ("181004", "Pardasuka"),
    ("181005", "Pagelaran"),
    ("181006", "Banyumas"),
    ("181007", "Adiluwih"),
    ("181008", "Sukoharjo"),
    ("181009", "Pagelaran Utara"),
)


def event(kind: str, signatory: dict[str, Any], fields: dict[str, Any], **more: Any) -> Any:
    """A signed event that carries a document of type `kind`."""
    return {
        "seq": 1,
        "act": "complete",
        "step": 1,
        "to": 2,
        "document": {
            "type": kind,
            "number": "000.9/12/D.12/2024",
            "date": "2024-07-23",
            "signatory": signatory,
            "fields": fields,
        },
        "sig": "c2ln",
        **more,
    }


def nota_dinas() -> Any:
    return event(
        "nota_dinas",
        KASI,
        {
            "kepada": "Pengelola Teknologi Informasi",
            "dari": "Kepala Seksi Pengelolaan Data dan Integrasi",
            "sifat": "Biasa",
            "hal": "Pendataan data sektoral kecamatan dan pekon tahun 2024",
            "isi": "Sehubungan dengan pelaksanaan Satu Data Indonesia tingkat Kabupaten Pringsewu "
            "dan untuk menjaga agar data sektoral tetap mutakhir, bersama ini disampaikan agar "
            "Saudara melakukan pendataan sebagaimana rincian di bawah ini.\n\n"
            "Data yang diterima agar diperiksa kelengkapan metadatanya, disimpan dengan aman, dan "
            "dijaga kerahasiaannya apabila termasuk informasi yang dikecualikan. Demikian untuk "
            "dilaksanakan.",
            "data": [
                "daftar kecamatan beserta kode wilayah menurut Kementerian Dalam Negeri;",
                "daftar pekon dan kelurahan untuk setiap kecamatan;",
                "register penerima layanan (data yang dikecualikan).",
            ],
            "batas": "2024-08-02",
            "tembusan": ["Kepala Dinas Komunikasi dan Informatika", "Arsip"],
        },
        act="open",
    )


def surat_pendataan() -> Any:
    return event(
        "surat_pendataan",
        KEPALA,
        {
            "sifat": "Biasa",
            "lampiran": "1 (satu) berkas",
            "hal": "Permintaan data sektoral",
            "tujuan": "Kepala Dinas Contoh Kabupaten Pringsewu\ndi Pringsewu",
            "isi": "Dalam rangka penyelenggaraan statistik sektoral dan sesuai dengan Peraturan "
            "Presiden Nomor 39 Tahun 2019 tentang Satu Data Indonesia, kami mohon bantuan Saudara "
            "untuk menyampaikan data sektoral sesuai dengan format terlampir.\n"
            "Data disampaikan paling lambat tanggal 2 Agustus 2024 dalam bentuk CSV atau XLSX, "
            "disertai metadata kegiatan dan metadata variabel.\n"
            "Atas perhatian dan kerja sama Saudara, kami ucapkan terima kasih.",
            "tembusan": ["Sekretaris Daerah Kabupaten Pringsewu", "Arsip"],
        },
        seq=2,
        step=2,
    )


def laporan(rows: int = len(KECAMATAN)) -> Any:
    table = []
    for number in range(rows):
        code, name = KECAMATAN[number % len(KECAMATAN)]
        table.append(
            {
                "kode": code,
                "nama": name,
                "baris": 7 + number * 3,
                "keterangan": "lengkap" if number % 4 else "lengkap, nama pekon diseragamkan",
            }
        )
    return event(
        "laporan",
        ADMINISTRATOR,
        {
            "pendahuluan": "Laporan ini disusun sebagai pertanggungjawaban atas pengelolaan data "
            "sektoral kecamatan, sesuai dengan SOP Pengelolaan dan Pengamanan Data.",
            "kegiatan": "Data diterima, diperiksa terhadap daftar kolom, disimpan sebagai versi 1 "
            "pada dua lokasi penyimpanan, dan dibaca kembali untuk memastikan keutuhannya.",
            "hasil": table,
            "simpulan": "Seluruh data tersimpan lengkap. Disarankan agar perangkat daerah memakai "
            "satu skema kode wilayah.",
        },
        seq=5,
        step=5,
        datasets=[
            {
                "dataset": "diskominfo/kecamatan",
                "version": 1,
                "action": "store",
                "object": {"md5": "0" * 32, "sha256": DIGEST, "size": 1234567},
                "copies": ["one", "two"],
            }
        ],
    )


def lembar_pemeriksaan() -> Any:
    return event(
        "lembar_pemeriksaan",
        KASI,
        {
            "laporan": 5,
            "tanggal_periksa": "2024-07-26",
            "putaran": 1,
            "hasil": "Belum selesai",
            "butir": [
                "kesesuaian jumlah baris dengan berkas yang diterima: sesuai;",
                "keseragaman nama pekon: belum seragam;",
                "bukti baca ulang dari kedua lokasi penyimpanan: ada.",
            ],
        },
        seq=6,
        step=6,
        to=5,
        act="return",
        reason="Nama pekon pada dua kecamatan belum mengikuti daftar resmi.",
        findings=["Bulokarto tertulis Bulukarto.", "Yogyakarta tertulis Jogyakarta."],
    )


EVERY_PAPER = (nota_dinas, surat_pendataan, laporan, lembar_pemeriksaan)


def policy(**changes: Any) -> dict[str, Any]:
    """The office's policy with `changes`."""
    return deepcopy(POLICY) | changes
