"""One spelling of moments and days."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sopgit.core.moments import ZoneError, find_zone, format_moment, parse_day, parse_moment

JAKARTA = find_zone("Asia/Jakarta")
MOMENT = "2026-11-23T08:00:00+07:00"


def test_a_moment_keeps_its_offset() -> None:
    moment = parse_moment(MOMENT)
    assert moment == datetime(2026, 11, 23, 1, 0, 0, tzinfo=UTC)
    assert moment.isoformat() == MOMENT


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-23T08:00:00Z",
        "2026-11-23T08:00:00",
        "2026-11-23 08:00:00+07:00",
        "2026-11-23T08:00+07:00",
        "2026-11-23T08:00:00.5+07:00",
        "2026-11-23T08:00:00.000000+07:00",
        "2026-11-23T08:00:00+0700",
        "2026-11-23T08:00:00-00:00",
        "2026-11-23T08:00:00+07:00:30",
        "2026-11-23T08:00:00+07:99",
        "2026-11-23T08:00:60+07:00",
        "2026-11-23T24:00:00+07:00",
        "2026-02-30T08:00:00+07:00",
        "20261123T080000+07:00",
        "2026-W48-1T08:00:00+07:00",
        "\u0662026-11-23T08:00:00+07:00",
        "1969-12-31T08:00:00+07:00",
        "2200-01-01T08:00:00+07:00",
        "",
    ],
)
def test_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_moment(text)


@given(st.datetimes(datetime(1970, 1, 2), datetime(2199, 12, 30), timezones=st.just(JAKARTA)))  # noqa: DTZ001
def test_what_is_written_can_be_read(moment: datetime) -> None:
    text = format_moment(moment, JAKARTA)
    assert parse_moment(text) == moment.replace(microsecond=0)
    assert format_moment(parse_moment(text), JAKARTA) == text


def test_a_moment_is_written_on_the_clocks_of_the_zone() -> None:
    assert format_moment(datetime(2026, 11, 23, 1, tzinfo=UTC), JAKARTA) == MOMENT


def test_a_moment_without_a_zone_is_not_written() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        format_moment(datetime(2026, 11, 23, 8), JAKARTA)  # noqa: DTZ001


def test_an_offset_with_seconds_is_not_written() -> None:
    with pytest.raises(ValueError, match="offset with seconds"):
        format_moment(datetime(1970, 6, 1, tzinfo=UTC), find_zone("Africa/Monrovia"))


@pytest.mark.parametrize("name", ["Asia/Nowhere", "../Asia/Jakarta", "", "Asia", "/etc/passwd"])
def test_an_unknown_zone_is_an_error_with_a_hint(name: str) -> None:
    with pytest.raises(ZoneError) as raised:
        find_zone(name)
    assert repr(name) in str(raised.value)
    assert raised.value.hint is not None


def test_a_day_has_one_spelling() -> None:
    assert parse_day("2024-02-29").isoformat() == "2024-02-29"
    for text in ("2023-02-29", "20240229", "2024-W09-4", "2024-2-29"):
        with pytest.raises(ValueError, match=r"."):
            parse_day(text)
