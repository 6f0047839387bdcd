"""The frame: what each schema lets pass, and what it says when it does not."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from sopgit.core.finding import Finding, Place
from sopgit.core.schema import PARTS, SchemaError, Schemas, prepared

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS: dict[str, Any] = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text("utf-8"))
    for path in sorted((ROOT / "schemas").glob("*.schema.json"))
}
SCHEMAS = Schemas(DOCUMENTS)

DIGEST, OID, UUID = "ab" * 32, "cd" * 20, "0f8fad5b-d9cb-469f-a165-70867728950e"
AT = "2026-11-23T08:00:00+07:00"
SIG = "A" * 86 + "=="
AGE = "age1" + "q" * 58
FILE = {"path": "surat.pdf", "old": None, "new": DIGEST}
OBJECT = {"md5": "ab" * 16, "sha256": DIGEST, "size": 12}
DOCUMENT = {
    "type": "nota_dinas",
    "number": "000.9/1/D.12/2026",
    "date": "2026-11-23",
    "signatory": {"name": "Contoh Satu", "position": "Kepala Seksi", "capacity": "an"},
    "fields": {
        "hal": "Pendataan",
        "urut": 3,
        "data": ["a", "b"],
        "tabel": [{"butir": "a", "n": 1}],
    },
}
CASE = {
    "title": "Pendataan kecamatan",
    "producers": ["diskominfo"],
    "purpose": "store",
    "restricted": False,
    "begun": AT,
}
BASIC = {
    "seq": 1,
    "prev": DIGEST,
    "base": OID,
    "at": AT,
    "by": "agus",
    "role": "kasi",
    "step": 1,
    "to": 2,
    "sig": SIG,
}
DATA = {
    "dataset": "diskominfo/kecamatan",
    "version": 1,
    "action": "store",
    "object": OBJECT,
    "copies": ["nas"],
}
RECEIVED = {"at": AT, "medium": "usb", "sender": "Dinas Contoh", "letter": "1/2026"}
EVENTS: dict[str, dict[str, Any]] = {
    "open": {
        **BASIC,
        "act": "open",
        "procedure": f"contoh@{DIGEST}",
        "case": CASE,
        "document": DOCUMENT,
    },
    "complete": {
        **BASIC,
        "act": "complete",
        "document": DOCUMENT,
        "files": [FILE],
        "datasets": [DATA],
        "received": RECEIVED,
        "acting": "800/1/2026",
        "drafted_by": "siti",
    },
    "return": {**BASIC, "act": "return", "reason": "Belum lengkap", "findings": ["Tabel kosong"]},
    "amend": {**BASIC, "act": "amend", "of": 1, "reason": "Nomor ganda", "document": DOCUMENT},
    "note": {**BASIC, "act": "note", "to": None, "received": RECEIVED},
    "cancel": {**BASIC, "act": "cancel", "to": None, "reason": "Dibatalkan pengirim"},
}
RECORD = {
    "schema": "sopgit/record/v1",
    "repository": UUID,
    "base": OID,
    "at": AT,
    "by": "agus",
    "role": "kasi",
    "reason": "Tahun baru",
    "files": [],
    "sig": SIG,
}
RESULTS = [
    {
        "dataset": "diskominfo/kecamatan",
        "version": 1,
        "object": OBJECT,
        "remote": "nas",
        "outcome": "passed",
        "seconds": 3,
    }
]
RECORDS: dict[str, dict[str, Any]] = {
    "drill": {
        **RECORD,
        "kind": "drill",
        "begun": AT,
        "seed": "7f3a91",
        "clone": "origin",
        "key": "recovery",
        "results": [{**RESULTS[0], "key": "recovery", "days": 40}],
    },
    "scrub": {
        **RECORD,
        "kind": "scrub",
        "begun": AT,
        "read": [{"dataset": "diskominfo/kecamatan", "remote": "nas", "versions": [1, 2]}],
        "results": [{**RESULTS[0], "outcome": "unreachable"}],
    },
    "disclosure": {
        **RECORD,
        "kind": "disclosure",
        "person": "siti",
        "datasets": [{"dataset": "diskominfo/kecamatan", "versions": [1, 2]}],
    },
    "rekey": {
        **RECORD,
        "kind": "rekey",
        "people": ["siti"],
        "files": [{**FILE, "path": "datasets/diskominfo/kecamatan/headers/data-1.hdr"}],
    },
    "settings": {
        **RECORD,
        "kind": "settings",
        "files": [{**FILE, "path": ".sopgit/calendar.yaml"}],
    },
    "declassify": {
        **RECORD,
        "kind": "declassify",
        "dataset": "diskominfo/kecamatan",
        "old": DIGEST,
        "new": DIGEST,
        "letter": "188/4/2026",
    },
}
POLICY: dict[str, Any] = {
    "schema": "sopgit/policy/v1",
    "rules": 1,
    "version": 1,
    "previous": None,
    "base": None,
    "repository": UUID,
    "flow": "direct",
    "office": {
        "name": "Dinas Contoh",
        "parent": "Kabupaten Rekaan",
        "address": "Jalan Contoh 1",
        "region_code": "18.10",
        "timezone": "Asia/Jakarta",
        "language": "id",
        "letterhead": ["PEMERINTAH KABUPATEN REKAAN"],
    },
    "people": {
        "agus": {
            "name": "Agus Contoh",
            "nip": "199901012024010000",
            "position": "Kepala Seksi",
            "keys": ["ssh-ed25519 " + "A" * 68],
            "recipients": [{"kind": "x25519", "key": AGE}],
        }
    },
    "retired": {"people": [], "keys": []},
    "roles": {"kasi": ["agus"]},
    "acting": [
        {
            "role": "kasi",
            "person": "agus",
            "from": "2026-11-01",
            "until": "2026-11-30",
            "letter": "1/2026",
        }
    ],
    "roots": {"threshold": 2, "people": ["agus", "siti"]},
    "procedures": {f"contoh@{DIGEST}": "open"},
    "encrypt": {"public": ["dikecualikan"], "archive": ["terbatas"], "personal": ["spesifik"]},
    "readers": {"restricted": ["kasi"]},
    "copies": {"open": 2, "restricted": 2},
    "remotes": {"nas": {"place": "Ruang server"}},
    "recovery_recipients": [{"kind": "x25519", "key": AGE, "custodian": "Brankas kepala dinas"}],
    "wali_data": {"name": "Bappeda", "recipients": []},
    "records": {"settings": ["kasi"]},
    "grace": 5,
    "numbers": {"nota_dinas": {"pattern": "000.9/{n}/D.12/{year}"}},
    "protected": {".github/workflows/check.yml": DIGEST},
    "free": ["README.md", "docs/"],
    "disowned": [],
    "void": [],
    "trial": False,
    "signatures": [{"by": "agus", "sig": SIG}],
}
WEEK = {
    day: [["07:30", "12:00"], ["13:00", "16:00"]]
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
}
OTHERS: dict[str, dict[str, Any]] = {
    "policy": POLICY,
    "dataset": {
        "schema": "sopgit/dataset/v1",
        "name": "kecamatan",
        "producer": "diskominfo",
        "title": "Kecamatan",
        "classification": {
            "public": "dikecualikan",
            "exclusion": {
                "article": "17",
                "letter": "h",
                "test": {
                    "number": "1/2026",
                    "date": "2026-01-02",
                    "reason": "Rahasia pribadi",
                    "period": "5 tahun",
                },
            },
            "archive": "terbatas",
            "personal": "spesifik",
        },
        "columns": [{"name": "kode", "type": "string", "coding": "bps"}],
    },
    "calendar": {
        "schema": "sopgit/calendar/v1",
        "hours": WEEK,
        "periods": [
            {
                "from": "2026-02-18",
                "until": "2026-03-19",
                "name": "Ramadan",
                "hours": {"friday": [["08:00", "15:30"]]},
            }
        ],
        "holidays": {"2026-01-01": {"name": "Tahun Baru", "kind": "public"}},
        "workdays": {"2026-05-09": {"name": "Ganti hari"}},
        "years": [2026],
    },
    "agencies": {
        "schema": "sopgit/agencies/v1",
        "agencies": {"diskominfo": {"name": "Dinas Kominfo", "contact": "Meja layanan"}},
    },
}
BASES: dict[str, tuple[str, dict[str, Any]]] = {
    **{f"event-{act}": ("event", event) for act, event in EVENTS.items()},
    **{f"record-{kind}": ("record", record) for kind, record in RECORDS.items()},
    **{name: (name, value) for name, value in OTHERS.items()},
    "case": ("case", {"schema": "sopgit/case/v1", "events": list(EVENTS.values())}),
}


def place_of(pointer: tuple[str | int, ...]) -> Place:
    return Place("/".join(map(str, pointer)))


def check(name: str, value: object) -> list[Finding]:
    return SCHEMAS.check(name, value, place_of)


def said(findings: list[Finding]) -> list[tuple[str, str, str]]:
    return [(finding.code, finding.place.path, str(finding.message)) for finding in findings]


def changed(value: Any, pointer: str, change: Any) -> Any:
    """A copy of `value` with the part at `pointer` replaced, or taken out for `...`."""
    result = copy.deepcopy(value)
    *way, last = [int(part) if part.isdigit() else part for part in pointer.split("/")]
    parent = result
    for part in way:
        parent = parent[part]
    if change is ...:
        del parent[last]
    else:
        parent[last] = change
    return result


@pytest.mark.parametrize("base", BASES)
def test_a_sound_file_passes(base: str) -> None:
    name, value = BASES[base]
    assert said(check(name, value)) == []


MUTATIONS = [
    ("event-open", "act", "reopen", "schema-value", "act"),
    ("event-open", "act", ..., "schema-missing-key", ""),
    ("event-open", "procedure", ..., "schema-missing-key", ""),
    ("event-open", "procedure", "contoh", "schema-spelling", "procedure"),
    ("event-open", "reason", "x", "schema-unknown-key", "reason"),
    ("event-open", "seq", 0, "schema-range", "seq"),
    ("event-open", "seq", True, "schema-type", "seq"),
    ("event-open", "base", OID[:-1], "schema-spelling", "base"),
    ("event-open", "prev", DIGEST.upper(), "schema-spelling", "prev"),
    ("event-open", "by", "Agus", "schema-spelling", "by"),
    ("event-open", "at", "2026-11-23T08:00:00Z", "schema-spelling", "at"),
    ("event-open", "at", "2026-11-23T08:00:00.0+07:00", "schema-spelling", "at"),
    ("event-open", "at", "2026-02-29T08:00:00+07:00", "schema-spelling", "at"),
    ("event-open", "at", "2026-11-23T08:00:00-00:00", "schema-spelling", "at"),
    ("event-open", "sig", "A" * 85 + "B==", "schema-spelling", "sig"),
    ("event-open", "sig", "A" * 88, "schema-spelling", "sig"),
    ("event-open", "case/purpose", "delete", "schema-value", "case/purpose"),
    ("event-open", "case/producers", [], "schema-length", "case/producers"),
    ("event-open", "case/producers", ["a", "a"], "schema-repeated", "case/producers"),
    ("event-open", "case/title", "a\nb", "schema-spelling", "case/title"),
    (
        "event-open",
        "document/signatory/capacity",
        "pj",
        "schema-value",
        "document/signatory/capacity",
    ),
    ("event-open", "document/signatory/nip", "1234", "schema-spelling", "document/signatory/nip"),
    ("event-open", "document/fields", ..., "schema-missing-key", "document"),
    ("event-open", "document/fields/hal", True, "schema-type", "document/fields/hal"),
    ("event-open", "document/fields/Hal", "x", "schema-unknown-key", "document/fields/Hal"),
    ("event-open", "document/date", "2026-04-31", "schema-spelling", "document/date"),
    ("event-complete", "document", ..., "schema-missing-key", ""),
    ("event-complete", "case", CASE, "schema-unknown-key", "case"),
    ("event-complete", "files/0/path", "case.yaml", "schema-value", "files/0/path"),
    ("event-complete", "files/0/path", "../case.yaml", "schema-spelling", "files/0/path"),
    ("event-complete", "files/0/path", "-f.pdf", "schema-spelling", "files/0/path"),
    ("event-complete", "files/0/path", "/etc/hosts", "schema-spelling", "files/0/path"),
    ("event-complete", "files/0/path", "cases/2026/a.pdf", "schema-spelling", "files/0/path"),
    ("event-complete", "files/0/path", "datasets/a/b/../c", "schema-spelling", "files/0/path"),
    ("event-complete", "files/0/new", "x", "schema-spelling", "files/0/new"),
    ("event-complete", "files", [], "schema-length", "files"),
    ("event-complete", "datasets/0/dataset", "kecamatan", "schema-spelling", "datasets/0/dataset"),
    ("event-complete", "datasets/0/version", 0, "schema-range", "datasets/0/version"),
    ("event-complete", "datasets/0/object", ..., "schema-missing-key", "datasets/0"),
    ("event-complete", "received/medium", "fax", "schema-value", "received/medium"),
    ("event-return", "findings", [], "schema-length", "findings"),
    ("event-return", "reason", ..., "schema-missing-key", ""),
    ("event-return", "to", None, "schema-type", "to"),
    ("event-amend", "case", CASE, "schema-choice", ""),
    ("event-amend", "document", ..., "schema-choice", ""),
    ("event-amend", "of", ..., "schema-missing-key", ""),
    ("event-note", "received", ..., "schema-choice", ""),
    ("event-note", "document", DOCUMENT, "schema-unknown-key", "document"),
    ("event-cancel", "to", 2, "schema-type", "to"),
    ("event-cancel", "reason", "", "schema-length", "reason"),
    ("case", "events", [], "schema-length", "events"),
    ("case", "schema", "sopgit/case/v2", "schema-value", "schema"),
    ("case", "comment", "x", "schema-unknown-key", "comment"),
    ("case", "events/3/of", "1", "schema-type", "events/3/of"),
    ("record-drill", "kind", "party", "schema-value", "kind"),
    ("record-drill", "files", [FILE], "schema-length", "files"),
    ("record-drill", "results/0/outcome", "fine", "schema-value", "results/0/outcome"),
    ("record-scrub", "key", "none", "schema-unknown-key", "key"),
    ("record-disclosure", "person", ..., "schema-missing-key", ""),
    ("record-rekey", "files/0/path", "datasets/a/b", "schema-spelling", "files/0/path"),
    ("record-settings", "files/0/path", ".sopgit/policy.yaml", "schema-value", "files/0/path"),
    ("record-settings", "files", ..., "schema-missing-key", ""),
    ("record-declassify", "letter", ..., "schema-missing-key", ""),
    ("record-declassify", "new", None, "schema-type", "new"),
    ("record-declassify", "seq", 1, "schema-unknown-key", "seq"),
    ("policy", "flow", "both", "schema-value", "flow"),
    ("policy", "grace", ..., "schema-missing-key", ""),
    ("policy", "rules", 0, "schema-range", "rules"),
    (
        "policy",
        "people/agus/keys/0",
        "ssh-ed25519 AAAA x@y",
        "schema-spelling",
        "people/agus/keys/0",
    ),
    ("policy", "people/agus/role", "kasi", "schema-unknown-key", "people/agus/role"),
    ("policy", "people/Agus", {}, "schema-unknown-key", "people/Agus"),
    ("policy", "roots/people", ["agus", "agus"], "schema-repeated", "roots/people"),
    ("policy", "acting/0/until", "2026-11-31", "schema-spelling", "acting/0/until"),
    ("policy", "protected/..", DIGEST, "schema-unknown-key", "protected/.."),
    ("policy", "free", ["/"], "schema-spelling", "free/0"),
    ("policy", "records/party", [], "schema-unknown-key", "records/party"),
    ("policy", "encrypt/archive", ["umum"], "schema-value", "encrypt/archive/0"),
    ("dataset", "classification/exclusion", ..., "schema-missing-key", "classification"),
    (
        "dataset",
        "classification/public",
        "terbuka",
        "schema-unknown-key",
        "classification/exclusion",
    ),
    ("dataset", "classification/archive", ..., "schema-missing-key", "classification"),
    ("dataset", "columns/0/type", "text", "schema-value", "columns/0/type"),
    ("calendar", "hours/sunday", ..., "schema-missing-key", "hours"),
    ("calendar", "hours/sunday", [["07:30"]], "schema-length", "hours/sunday/0"),
    ("calendar", "hours/sunday", [["7:30", "12:00"]], "schema-spelling", "hours/sunday/0/0"),
    ("calendar", "holidays/2026-02-30", {}, "schema-unknown-key", "holidays/2026-02-30"),
    ("calendar", "years", ["2026"], "schema-type", "years/0"),
    ("agencies", "agencies/Dinas X", {}, "schema-unknown-key", "agencies/Dinas X"),
    ("agencies", "agencies/diskominfo/name", 5, "schema-type", "agencies/diskominfo/name"),
]


@pytest.mark.parametrize(("base", "pointer", "change", "code", "place"), MUTATIONS)
def test_one_mutation_is_one_finding_at_its_place(
    base: str, pointer: str, change: Any, code: str, place: str
) -> None:
    name, value = BASES[base]
    found = said(check(name, changed(value, pointer, change)))
    assert [(found_code, where) for found_code, where, _ in found] == [(code, place)]


OID_SAYS = "a commit id of 40 lower-case hexadecimal digits"
LONG_REASON = "reason has 20001 characters, at most 20000 are allowed"
NAME_SAYS = "a short name: a lower-case letter, then letters, digits and underscores"


@pytest.mark.parametrize(
    ("base", "pointer", "change", "message"),
    [
        ("event-open", "seq", 0, "seq is 0, less than 1"),
        ("event-open", "case/title", ..., "case.title is missing"),
        ("policy", "flow", "x", 'flow is "x", not "direct" / "review"'),
        ("event-open", "to", "2", 'to is "2", not a whole number / null'),
        ("event-open", "base", "x", f'base is "x", not {OID_SAYS}'),
        ("event-open", "by", "a" * 41, f'by is "{"a" * 41}", not {NAME_SAYS}'),
        ("policy", "grace", 61, "grace is 61, more than 60"),
        ("event-note", "reason", "a" * 20001, LONG_REASON),
        ("event-return", "findings", [], "findings is empty"),
        ("event-return", "findings/0", 7, "findings[1] is 7, not text"),
        ("event-amend", "case", CASE, "- needs exactly one of document / case"),
        ("event-complete", "files/0/path", "case.yaml", 'files[1].path may not be "case.yaml"'),
        ("event-complete", "comment", "x", "comment may not stand here"),
        ("policy", "roots/people", ["a", "a"], 'roots.people lists "a" twice'),
    ],
)  # fmt: skip
def test_a_message_names_what_was_wrong(base: str, pointer: str, change: Any, message: str) -> None:
    name, value = BASES[base]
    assert [text for _, _, text in said(check(name, changed(value, pointer, change)))] == [message]


def test_a_long_value_is_shown_shortened() -> None:
    (finding,) = check("event", changed(EVENTS["open"], "by", "x" * 500))
    assert len(str(finding.message)) < 200


def test_a_misspelt_key_is_told_its_neighbour() -> None:
    (finding,) = check("event", changed(EVENTS["complete"], "drafted_bye", "siti"))
    assert str(finding.hint) == "did you mean drafted_by"


def test_all_that_is_wrong_is_said_at_once() -> None:
    broken = changed(changed(changed(EVENTS["open"], "seq", 0), "prev", ...), "base", ...)
    broken = changed(changed(broken, "case/title", ""), "extra", 1)
    assert sorted((code, where) for code, where, _ in said(check("event", broken))) == [
        ("schema-length", "case/title"),
        ("schema-missing-key", ""),
        ("schema-missing-key", ""),
        ("schema-range", "seq"),
        ("schema-spelling", "case/title"),
        ("schema-unknown-key", "extra"),
    ]


@pytest.mark.parametrize("value", [None, True, 3, "x", [], {}])
@pytest.mark.parametrize("name", [*DOCUMENTS, *PARTS])
def test_what_is_no_such_file_at_all_is_refused(name: str, value: object) -> None:
    assert check(name, value)


# The real days of four centuries, so that whoever parses a checked date cannot fail.


def test_the_pattern_of_a_day_knows_the_calendar() -> None:
    pattern = re.compile(DOCUMENTS["policy"]["$defs"]["day"]["pattern"])
    day, last = date(1900, 1, 1), date(2300, 12, 31)
    while day <= last:
        assert pattern.search(day.isoformat())
        day += timedelta(days=1)
    for year in (1900, 2001, 2024, 2100, 2400):
        for month in range(14):
            for number in range(33):
                text = f"{year:04}-{month:02}-{number:02}"
                try:
                    real = date.fromisoformat(text) is not None
                except ValueError:
                    real = False
                assert bool(pattern.search(text)) == real, text


# The prepared schema and the schema as it stands say the same.

ANY = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 10**6) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def pointers(value: Any, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    entries: Any = ()
    if isinstance(value, dict):
        entries = value.items()
    elif isinstance(value, list):
        entries = enumerate(value)
    for key, inner in entries:
        yield (*way, key)
        yield from pointers(inner, (*way, key))


def as_it_stands(name: str) -> Callable[[object], bool]:
    document, part = PARTS.get(name, (name, ""))
    schema = DOCUMENTS[document]
    if part:
        schema = {"$ref": f"#/$defs/{part}", "$defs": schema["$defs"]}
    return Draft202012Validator(schema).is_valid


STOCK = {name: as_it_stands(name) for name in (*DOCUMENTS, *PARTS)}


@settings(max_examples=300, deadline=None)
@given(data=st.data())
def test_preparing_a_schema_changes_no_verdict(data: st.DataObject) -> None:
    name, value = BASES[data.draw(st.sampled_from(sorted(BASES)))]
    mutated = copy.deepcopy(value)
    way = data.draw(st.sampled_from(list(pointers(mutated))))
    parent: Any = mutated
    for part in way[:-1]:
        parent = parent[part]
    how = data.draw(st.sampled_from(["replace", "remove", "add"]))
    if how == "remove":
        del parent[way[-1]]
    elif how == "add" and isinstance(parent, dict):
        parent[data.draw(st.text(max_size=8))] = data.draw(ANY)
    else:
        parent[way[-1]] = data.draw(ANY)
    assert (check(name, mutated) == []) == STOCK[name](mutated)


@pytest.mark.parametrize(("base", "pointer", "change", "code", "place"), MUTATIONS)
def test_the_schema_as_it_stands_refuses_every_mutation_too(
    base: str, pointer: str, change: Any, code: str, place: str
) -> None:
    name, value = BASES[base]
    assert STOCK[name](value)
    assert not STOCK[name](changed(value, pointer, change))


# The schemas themselves.


def everything_in(schema: Any) -> Iterator[dict[str, Any]]:
    if isinstance(schema, dict):
        yield schema
        for value in schema.values():
            yield from everything_in(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from everything_in(value)


@pytest.mark.parametrize("name", DOCUMENTS)
class TestShippedSchema:
    def test_is_a_valid_schema_of_its_draft(self, name: str) -> None:
        assert DOCUMENTS[name]["$schema"] == Draft202012Validator.META_SCHEMA["$id"]
        Draft202012Validator.check_schema(DOCUMENTS[name])

    def test_refers_only_to_its_own_definitions_and_uses_each(self, name: str) -> None:
        parts = list(everything_in(DOCUMENTS[name]))
        references = {part["$ref"] for part in parts if isinstance(part.get("$ref"), str)}
        defined = {f"#/$defs/{key}" for key in DOCUMENTS[name].get("$defs", {})}
        assert references == defined

    def test_has_no_format_and_no_loose_pattern(self, name: str) -> None:
        for part in everything_in(DOCUMENTS[name]):
            assert not isinstance(part.get("format"), str)
            for pattern in (part.get("pattern"), *part.get("patternProperties", ())):
                if isinstance(pattern, str):
                    assert re.fullmatch(r"\^.+\$", pattern)
                    assert not re.search(r"\\[dwsbDWSB]|\(\?", pattern)

    def test_closes_every_mapping(self, name: str) -> None:
        for part in everything_in(DOCUMENTS[name]):
            if "properties" in part and part.get("type") == "object" and "allOf" not in part:
                assert part["additionalProperties"] is False


def test_a_definition_of_one_name_is_one_definition() -> None:
    local = {"document", "step", "case"}  # other things in a case than in a procedure
    seen: dict[str, Any] = {}
    for schema in DOCUMENTS.values():
        for key, definition in schema.get("$defs", {}).items():
            if key not in local:
                assert seen.setdefault(key, definition) == definition, key


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "https://example.org/other.json"},
        {"$ref": "other.json#/$defs/a"},
        {"$ref": "#/$defs/missing"},
        {"$ref": "#/$defs/a", "type": "object"},
        {"$ref": "#/$defs/itself"},
    ],
)
def test_a_reference_that_leads_out_or_round_is_refused(schema: dict[str, Any]) -> None:
    defs = {"a": True, "itself": {"items": {"$ref": "#/$defs/itself"}}}
    with pytest.raises(SchemaError):
        prepared({"properties": {"x": schema}}, defs)
