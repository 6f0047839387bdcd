"""Numbers that name a person, known by their structure.

- NIK and KK: 16 digits of province, regency, district, a day (a woman's plus
  40), and a serial that is not 0000.
- NPWP: 15 digits with a check digit, or 16 that begin with 0; the others are NIK.
- NIP: 18 digits of a birthday, a month of appointment, the sex, and a serial.
- Mobile numbers, and e-mail addresses that are no office's.

The few rules are our own because python-stdnum 2.2 knows the regions by the
statistics office's codes and so misses real NIK of the Home Ministry's
provinces 92, 93, 95 and 96, and because it takes the day 81 for a day.
Structure alone takes about 1.4 % of random 16-digit numbers for NIK;
`sopgit.core.personal_columns` therefore judges whole columns.

Rules enforced here: `personal-data-open`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sopgit.core.finding import Rule
from sopgit.core.text import T, Text

PERSONAL_DATA_OPEN = Rule(
    "personal-data-open",
    "what is open holds no number that names a person",
    why="what was open for a minute has been given away for good",
)

NIK, KK, NPWP, NIP, PHONE, EMAIL = "NIK", "KK", "NPWP", "NIP", "phone", "email"
LABELS: dict[str, Text] = {
    NIK: T("NIK"),
    KK: T("KK"),
    NPWP: T("NPWP"),
    NIP: T("NIP"),
    PHONE: T("mobile numbers"),
    EMAIL: T("e-mail addresses"),
}
# Where mail and posts belong to an office, no person is named.
_OFFICES = (".go.id", ".desa.id", ".sch.id")

_PROVINCES = frozenset(
    f"{code}"
    for codes in ((11, 19), (21, 21), (31, 36), (51, 53), (61, 65), (71, 76), (81, 82), (91, 96))
    for code in range(codes[0], codes[1] + 1)
)
_START = r"(?<![0-9A-Za-z])(?<!\d[.,])"
_RUN = re.compile(rf"{_START}\d{{15,18}}(?![0-9A-Za-z])")
_NPWP = re.compile(rf"{_START}\d{{2}}\.\d{{3}}\.\d{{3}}\.\d-\d{{3}}\.\d{{3}}(?!\d)")
_WHOLE = re.compile(r"\s*'?(\d(?:[ .\-]?\d){14,17})(?:[.,]0{1,2})?\s*")
_PHONE = re.compile(
    rf"{_START}(?:\+62[ .\-]?|62[ .\-]?(?=8)|0)(?:8[1-9](?:[ .\-]?\d){{7,10}})(?![0-9A-Za-z])"
)
_PHONE_LIKE = re.compile(r"(?<![0-9A-Za-z.,])\+?\d{10,14}(?![0-9A-Za-z])")
_EMAIL = re.compile(
    r"[A-Za-z0-9._%+\-]{1,64}@(?:[A-Za-z0-9\-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![\w\-])"
)
# What Excel makes of a long number: 1,81001E+15.
_ROUNDED = re.compile(r"\s*\d[.,]\d+E\+?15\s*", re.IGNORECASE)

_LENGTHS = range(15, 19)
_SHAPE = bytes.maketrans(b"0123456789", b"0" * 10)
# Digits of a mobile number's beginning stay, other digits are 1, and all else is a dot.
_PHONE_HEADS = bytes(
    byte if byte in b"0268" else ord("1") if byte in b"134579" else ord(".") for byte in range(256)
)
_SHORTEST, _LONG = b"0" * 10, b"0" * 15  # digits of a mobile number at least, of the others
_ROUNDED_ENDS = (b"+15", b"E15", b"e15")
_HEADS = (b".08", b".628", b"62.8")
_PHONE_BYTES = re.compile(rb"(?<![0-9])(?:0|62[ .\-]?)8[1-9](?:[ .\-]?\d){7}")


@dataclass(frozen=True)
class Number:
    """What stands in a text at `start`: `kind` is None for digits that only look like a number.

    `like` names numbers of one length, which a share is counted among.
    """

    kind: str | None
    text: str
    start: int
    like: str
    is_sure: bool = False

    @property
    def masked(self) -> str:
        """With no more than its beginning readable."""
        return mask(self.text, self.kind)


def may_hold(data: bytes) -> bool:
    """Whether UTF-8 `data` can hold anything that `find_numbers` finds; quick, and errs to true."""
    if b"@" in data or any(ending in data for ending in _ROUNDED_ENDS):
        return True
    runs = data.translate(_SHAPE, b" .-")
    if _SHORTEST not in runs:
        return False
    if _LONG in runs:
        return True
    heads = data.translate(_PHONE_HEADS)
    has_head = heads.startswith((b"08", b"628")) or any(head in heads for head in _HEADS)
    return has_head and _PHONE_BYTES.search(data) is not None


def find_numbers(text: str, *, rounded: bool = False) -> Iterator[Number]:
    """Everything in a cell or text that is, or looks like, a number of a person.

    `rounded`: the cell was a number of a spreadsheet, which keeps 15 digits
    and makes the sixteenth a 0; the serial 0000 then says nothing.
    """
    if len(text) in _LENGTHS and text.isascii() and text.isdecimal():
        yield _long_number(text, 0, rounded=rounded)
        return
    whole = _WHOLE.fullmatch(text)
    if whole:
        digits = re.sub(r"\D", "", whole[1])
        formatted = _NPWP.fullmatch(whole[1].strip()) is not None
        yield _long_number(digits, 0, rounded=rounded, is_sure=formatted)
        return
    for found in _NPWP.finditer(text):
        yield _long_number(re.sub(r"\D", "", found[0]), found.start(), is_sure=True)
    for found in _RUN.finditer(text):
        yield _long_number(found[0], found.start(), rounded=rounded)
    yield from _contacts(text)


def _contacts(text: str) -> Iterator[Number]:
    phones = [(found.start(), found[0]) for found in _PHONE.finditer(text)]
    yield from (Number(PHONE, phone, start, "phone") for start, phone in phones)
    starts = {start for start, _ in phones}
    for found in _PHONE_LIKE.finditer(text):
        if found.start() not in starts:
            yield Number(None, found[0], found.start(), "phone")
    if "@" in text:
        for found in _EMAIL.finditer(text):
            kind = None if found[0].lower().endswith(_OFFICES) else EMAIL
            yield Number(kind, found[0], found.start(), "email")


def _long_number(
    digits: str, start: int, *, rounded: bool = False, is_sure: bool = False
) -> Number:
    kind = None
    if len(digits) == 16:
        is_person = is_nik(digits, rounded=rounded)
        kind = NIK if is_person else NPWP if is_npwp(digits) else None
    elif len(digits) == 15:
        kind = NPWP if is_npwp(digits) else None
    elif len(digits) == 18:
        kind = NIP if is_nip(digits) else None
    return Number(kind, digits, start, str(len(digits)), is_sure)


def is_nik(digits: str, *, rounded: bool = False) -> bool:
    """Whether 16 digits can be a NIK, or a KK, whose day is that of its issue."""
    regency, day = int(digits[2:4]), int(digits[6:8])
    return (
        digits[:2] in _PROVINCES
        and (1 <= regency <= 40 or 71 <= regency <= 79)
        and digits[4:6] != "00"
        and (rounded or digits[12:] != "0000")
        and _is_day(2000 + int(digits[10:12]), int(digits[8:10]), day - 40 * (day > 40))
    )


def is_npwp(digits: str) -> bool:
    """Whether 15 digits, or 16 with a leading 0, can be a tax number."""
    if len(digits) == 16 and digits[0] != "0":
        return False
    old = digits[-15:]
    return old[2:8] != "000000" and old[9:12] != "000" and _luhn(old[:9])


def is_nip(digits: str) -> bool:
    """Whether 18 digits can be a civil servant's number; month 21 is a contract's."""
    born, month = int(digits[:4]), int(digits[12:14])
    return (
        1930 <= born <= 2020
        and _is_day(born, int(digits[4:6]), int(digits[6:8]))
        and born + 15 <= int(digits[8:12]) <= born + 66
        and (1 <= month <= 12 or month == 21)
        and digits[14] in "12"
        and digits[15:] != "000"
    )


def is_rounded(text: str) -> bool:
    """Whether a spreadsheet has made a long number of it, so that digits are lost."""
    return _ROUNDED.fullmatch(text) is not None


def _is_day(year: int, month: int, day: int) -> bool:
    # 2000 is a leap year and 1900 is none: a century that is not told is taken for either.
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return False
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _luhn(digits: str) -> bool:
    doubled = [int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits))]
    return sum(value - 9 * (value > 9) for value in doubled) % 10 == 0


def mask(text: str, kind: str | None) -> str:
    """`1810************`; of an address the first letter and the domain."""
    if kind == EMAIL:
        return f"{text[:1]}***@{text.rpartition('@')[2]}"
    return text[:4] + re.sub(r"\d", "*", text[4:])


def mask_cell(text: str) -> str:
    """A cell as it may be shown: where it holds a number of a person, only its beginning."""
    kinds = [number.kind for number in find_numbers(text) if number.kind is not None]
    if not kinds:
        return mask(text, None) if is_rounded(text) else text
    for kind in dict.fromkeys(kinds):
        text = mask(text, kind)
    return text
