"""The one spelling of a moment: `YYYY-MM-DDTHH:MM:SS+07:00`.

Seconds and a numeric offset always stand; fractions, `Z`, `-00:00` and a
blank instead of the `T` are refused, so that one moment said in one zone has
one text. Years run from 1970 to 2199: what lies outside is a slip of the pen,
and a bound keeps every walk through a calendar short.

Zones come from the system's time zone data, on Windows from the `tzdata`
package.
"""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

from sopgit.core.errors import SopgitError
from sopgit.core.text import T

FIRST_YEAR = 1970
LAST_YEAR = 2199
_LENGTH = len("2026-11-23T08:00:00+07:00")


class ZoneError(SopgitError):
    """A time zone has no data here."""


def parse_moment(text: str) -> datetime:
    """The aware moment that `text` spells; ValueError when it is not the one spelling."""
    moment = datetime.fromisoformat(text)
    if len(text) != _LENGTH or moment.isoformat() != text:
        raise ValueError(f"not spelled YYYY-MM-DDTHH:MM:SS+HH:MM: {text!r}")
    if not FIRST_YEAR <= moment.year <= LAST_YEAR:
        raise ValueError(f"not between {FIRST_YEAR} and {LAST_YEAR}: {text!r}")
    return moment


def is_moment(text: str) -> bool:
    """Whether `text` is the one spelling of a moment."""
    try:
        parse_moment(text)
    except ValueError:
        return False
    return True


def format_moment(moment: datetime, zone: tzinfo) -> str:
    """The one spelling of `moment` on the clocks of `zone`, fractions of a second cut off.

    ValueError for a moment without a zone, or in a zone whose offset has seconds.
    """
    if moment.tzinfo is None:
        raise ValueError(f"a moment without a zone: {moment.isoformat()}")
    text = moment.astimezone(zone).isoformat(timespec="seconds")
    if len(text) != _LENGTH:
        raise ValueError(f"an offset with seconds cannot be spelled: {text}")
    return text


def parse_day(text: str) -> date:
    """The day that `YYYY-MM-DD` names; ValueError for another spelling or no such day."""
    day = date.fromisoformat(text)
    if day.isoformat() != text:
        raise ValueError(f"not spelled YYYY-MM-DD: {text!r}")
    return day


def find_zone(name: str) -> ZoneInfo:
    """The zone called `name` (`Asia/Jakarta`); ZoneError when this machine knows none."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise ZoneError(
            T("no time zone data for {name}", name=repr(name)),
            T("use an IANA name like Asia/Jakarta, or install the tzdata package"),
        ) from error


def is_zone(name: str) -> bool:
    """Whether a zone is called `name`; ZoneError on a machine that knows no zone at all."""
    try:
        find_zone(name)
    except ZoneError:
        find_zone("UTC")
        return False
    return True
