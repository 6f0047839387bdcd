"""What the invented office writes in its official papers, field by field."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Fields = Mapping[str, Any]

NOTA_DINAS: Fields = {
    "kepada": "Pengelola Teknologi Informasi",
    "dari": "Kepala Seksi Pengelolaan Data dan Integrasi",
    "sifat": "Biasa",
    "hal": "Pendataan kecamatan dan penerima bantuan",
    "isi": "Dalam rangka pemutakhiran data sektoral, mohon dilakukan pendataan kecamatan beserta"
    " kode wilayahnya dan register penerima bantuan.\n"
    "Data yang dikecualikan agar dijaga kerahasiaannya sejak diterima.",
    "data_diminta": ["Kecamatan dan kode wilayah", "Register penerima bantuan"],
    "tembusan": ["Kepala Dinas Komunikasi dan Informatika"],
}

SURAT_PENDATAAN: Fields = {
    "kepada": "Kepala Bagian Tata Pemerintahan dan Kepala Dinas Sosial",
    "sifat": "Biasa",
    "lampiran": "-",
    "hal": "Permintaan data sektoral",
    "pembuka": "Menindaklanjuti nota dinas Kepala Seksi Pengelolaan Data dan Integrasi, dengan"
    " hormat kami mohon data sebagai berikut.",
    "data_diminta": [
        {"data": "Kecamatan", "periode": "2026", "format": "CSV", "keterangan": "Kode wilayah"},
        {"data": "Penerima bantuan", "periode": "2026", "format": "CSV", "keterangan": "Rahasia"},
    ],
    "batas_waktu": "2026-12-31",
    "penutup": "Atas perhatian dan kerja sama Saudara kami ucapkan terima kasih.",
}

TANDA_TERIMA: Fields = {
    "pengirim": "Bagian Tata Pemerintahan dan Dinas Sosial",
    "penerima": "Administrator Server",
    "tanggal_terima": "2026-11-23",
    "data_diterima": [
        {
            "data": "Kecamatan",
            "periode": "2026",
            "format": "CSV",
            "jumlah": "8 baris",
            "keterangan": "Terbuka",
        },
        {
            "data": "Penerima bantuan",
            "periode": "2026",
            "format": "CSV",
            "jumlah": "3 baris",
            "keterangan": "Dikecualikan, dienkripsi",
        },
    ],
    "klasifikasi": "Terbuka; dikecualikan (Pasal 17 huruf h)",
}

CATATAN: Fields = {
    "kegiatan": [
        {
            "tindakan": "Simpan",
            "data": "Kecamatan",
            "versi": "1",
            "lokasi": "Remote one dan two",
            "hasil": "Terbukti",
        },
        {
            "tindakan": "Simpan",
            "data": "Penerima bantuan",
            "versi": "1",
            "lokasi": "Remote one dan two",
            "hasil": "Terbukti",
        },
    ],
    "pemeriksaan_salinan": "Setiap salinan dibaca kembali dan sama dengan aslinya.",
    "pengamanan": "Register penerima bantuan dienkripsi sebelum disimpan.",
}

LAPORAN: Fields = {
    "pendahuluan": "Laporan ini disusun berdasarkan SOP Pengelolaan dan Pengamanan Data.",
    "kegiatan": "Menerima, mengenkripsi, dan menyimpan dua himpunan data.",
    "hasil": "Data kecamatan dan register penerima bantuan tersimpan pada dua tempat.",
    "simpulan": "Data siap digunakan.",
}

PEMERIKSAAN_KEMBALI: Fields = {
    "butir": [
        {"butir": "Kelengkapan baris", "hasil": "Belum", "catatan": "8 dari 9 kecamatan"},
        {"butir": "Kerahasiaan", "hasil": "Selesai", "catatan": "Terenkripsi"},
    ],
    "kesimpulan": "Pengelolaan data belum selesai.",
    "perbaikan": "Lengkapi Kecamatan Pagelaran Utara, simpan sebagai versi 2, perbaiki laporan.",
}
TEMUAN = ("Data kecamatan memuat 8 baris; seharusnya 9.", "Kecamatan Pagelaran Utara tidak ada.")
ALASAN = "Data kecamatan belum lengkap."

CATATAN_2: Fields = {
    "kegiatan": [
        {
            "tindakan": "Pemutakhiran",
            "data": "Kecamatan",
            "versi": "2",
            "lokasi": "Remote one dan two",
            "hasil": "Terbukti",
        }
    ],
    "pemeriksaan_salinan": "Versi 2 dibaca kembali dari kedua remote; versi 1 tetap tersimpan.",
}

LAPORAN_2: Fields = {
    **LAPORAN,
    "hasil": "Data kecamatan versi 2 memuat 9 baris; register penerima bantuan tidak berubah.",
    "hambatan": "Kiriman pertama kurang satu kecamatan dan telah diperbaiki.",
}

PEMERIKSAAN: Fields = {
    "butir": [
        {"butir": "Kelengkapan baris", "hasil": "Selesai", "catatan": "9 dari 9 kecamatan"},
        {"butir": "Kerahasiaan", "hasil": "Selesai", "catatan": "Terenkripsi"},
    ],
    "kesimpulan": "Pengelolaan data telah selesai.",
}

PENYELESAIAN: Fields = {
    "hasil_pengecekan": "Laporan dan data telah dicek kembali dan sesuai.",
    "simpulan": "Pekerjaan pengelolaan data telah selesai.",
}

KONSEP: Fields = {
    "pendahuluan": "Laporan akhir ini merangkum pengelolaan data kecamatan dan penerima bantuan.",
    "kegiatan": "Permintaan, penerimaan, penyimpanan, pengecekan, dan perbaikan data.",
    "hasil": "Dua himpunan data tersimpan, satu di antaranya terenkripsi.",
    "simpulan": "Data disampaikan kepada wali data.",
    "penutup": "Demikian laporan ini dibuat untuk dipergunakan sebagaimana mestinya.",
}

LAPORAN_AKHIR: Fields = {
    "kepada": "Wali Data Kabupaten Pringsewu",
    "lampiran": "1 (satu) berkas",
    "hal": "Penyampaian laporan akhir pengelolaan data",
    "ringkasan": "Dengan ini disampaikan laporan akhir pengelolaan data kecamatan dan register"
    " penerima bantuan.",
    "data_diserahkan": [
        {"data": "Kecamatan", "versi": "2", "keterangan": "Terbuka"},
        {"data": "Penerima bantuan", "versi": "1", "keterangan": "Dikecualikan"},
    ],
    "penutup": "Demikian disampaikan, atas perhatiannya diucapkan terima kasih.",
}
