"""One year of working time as a ruler.

Every moment of the year has a place on the ruler: the working seconds from the
year's first opening up to it. Adding hours is moving along the ruler, lateness
is the distance of two places; both are a binary search, whatever lies between.

A closing time and the next opening have the same place. Where a place must
become a moment again, the closing time is meant: work done at 16:00 was done
that day.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, tzinfo

Spans = tuple[tuple[int, int], ...]
"""Opening and closing times of a day, in minutes after midnight, in order."""

_DAY = 24 * 60 * 60


@dataclass(frozen=True)
class WorkingYear:
    """The openings of one year. `opens`, `closes` are POSIX seconds; `before[i]` and
    `total` are working seconds; `days` are the ordinals of the days worked."""

    opens: tuple[int, ...]
    closes: tuple[int, ...]
    before: tuple[int, ...]
    total: int
    days: tuple[int, ...]

    def is_working(self, second: int) -> bool:
        """Whether the office is open at `second`, the closing second included."""
        index = bisect_right(self.opens, second) - 1
        return index >= 0 and second <= self.closes[index]

    def next_opening(self, second: int) -> int | None:
        """The first opening at or after `second`, None when the year has no more."""
        index = bisect_left(self.opens, second)
        return self.opens[index] if index < len(self.opens) else None

    def place(self, second: int) -> int:
        """Working seconds of this year up to `second`."""
        index = bisect_right(self.opens, second) - 1
        if index < 0:
            return 0
        return self.before[index] + min(second, self.closes[index]) - self.opens[index]

    def second_at(self, place: int) -> int:
        """The second at `place`, which is above 0 and at most `total`."""
        index = bisect_left(self.before, place) - 1
        return self.opens[index] + place - self.before[index]

    def count_days_up_to(self, day: date) -> int:
        """How many days of this year were worked until the end of `day`."""
        return bisect_right(self.days, day.toordinal())

    def fit(self, second: int, midnight: int) -> int:
        """The last open second up to `second` of the working day that began at `midnight`.

        When the day opens only after `second`: its opening.
        """
        first = self.opens[bisect_left(self.opens, midnight)]
        if second < first:
            return first
        return min(second, self.closes[bisect_right(self.opens, second) - 1])


def build_year(year: int, zone: tzinfo, spans_of: Callable[[date], Spans]) -> WorkingYear:
    """The ruler of `year`, whose days are worked as `spans_of` says on the clocks of `zone`."""
    opens: list[int] = []
    closes: list[int] = []
    before: list[int] = []
    days: list[int] = []
    total = 0
    midnight = second_on(date(year, 1, 1), 0, zone)
    for ordinal in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal()):
        day = date.fromordinal(ordinal)
        next_midnight = second_on(date.fromordinal(ordinal + 1), 0, zone)
        is_plain = next_midnight - midnight == _DAY
        worked = total
        for opening, closing in spans_of(day):
            begin = midnight + 60 * opening if is_plain else second_on(day, opening, zone)
            end = midnight + 60 * closing if is_plain else second_on(day, closing, zone)
            if begin < end:  # a clock that is put forward can swallow a span
                opens.append(begin)
                closes.append(end)
                before.append(total)
                total += end - begin
        if total > worked:
            days.append(ordinal)
        midnight = next_midnight
    return WorkingYear(tuple(opens), tuple(closes), tuple(before), total, tuple(days))


def second_on(day: date, minute: int, zone: tzinfo) -> int:
    """POSIX second of `minute` after midnight on the clocks of `zone` on `day`."""
    hour, minute = divmod(minute, 60)
    return int(datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone).timestamp())
