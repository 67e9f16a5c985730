"""
Moments in queries: a year, month or day of the shop's, a time in ISO 8601, ``now``, ``today``, ``-7d``.

1. What is written is a span: a year is all of it, a time without seconds its minute. ``<=2024`` has
   all of 2024 in it, ``>2024`` begins with 2025.
2. A day begins at midnight in the shop's time zone, or at the first moment of it where its clocks
   have no midnight, and is as long as they make it. A time without an offset is one on these
   clocks; one that they show twice is the first.
3. ``-7d`` is seven days of 24 hours ago, to the second; ``min h d w m y`` are the units. Months and years
   are those of the shop's calendar: ``-1m`` is the same time on its clocks a month before.
"""

import datetime as dt
import re
from typing import Final

from backoffice_core.clock import to_micros, zone
from backoffice_core.search.values import Reader, Scope, Unclear, ranged

_AGO: Final = re.compile(r"-(\d{1,9})(min|h|d|w|m|y)", re.ASCII)
_UNITS: Final = {"min": "minutes", "h": "hours", "d": "days", "w": "weeks", "m": "months", "y": "years"}
_DATE: Final = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})"
    r"(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,6}))?)?\s*(Z|[+-]\d{2}:?\d{2})?)?)?)?",
    re.ASCII,
)
_DAY: Final = dt.timedelta(days=1)


def moment(column: str) -> Reader:
    """Read moments; see the head of this file."""
    return ranged(column, _span)


def _span(text: str, scope: Scope) -> tuple[int, int]:
    """Return the first and last microsecond of what is written."""
    try:
        found = _relative(text.casefold(), scope) or _absolute(text, scope)
    except (ValueError, OverflowError):
        raise Unclear("not_a_date", f"there is no {text[:40]}") from None
    if found is None:
        raise Unclear("not_a_date", f"{text[:40]!r} is no date such as 2024-03-31, 2024-03, 2024, now or -7d")
    return found


def _relative(said: str, scope: Scope) -> tuple[int, int] | None:
    """Return the span of what is told from now on; None for what is not."""
    now = to_micros(scope.now)
    if said == "now":
        return now, now
    if said in ("today", "yesterday"):
        day = dt.datetime.fromtimestamp(now // 1_000_000, zone(scope.timezone)).date()
        return _days(day - _DAY if said == "yesterday" else day, 1, scope)
    ago = _AGO.fullmatch(said)
    if ago is None:
        return None
    then = _ago(int(ago[1]), ago[2], scope)
    return then, then


def _ago(count: int, unit: str, scope: Scope) -> int:
    """Return the moment that so many units ago was."""
    length = {_UNITS[unit]: count}
    if unit not in ("m", "y"):
        return to_micros(scope.now.subtract(**length))
    clocks = zone(scope.timezone)
    local = scope.now.in_timezone(scope.timezone).naive().subtract(**length)
    return to_micros(dt.datetime.combine(local.date(), local.time(), clocks))


def _absolute(text: str, scope: Scope) -> tuple[int, int] | None:
    """Return the span of a date or time; None for what is none."""
    found = _DATE.fullmatch(text)
    return None if found is None else _written(found, scope)


def _written(found: re.Match[str], scope: Scope) -> tuple[int, int]:
    """Return the first and last microsecond of what was written."""
    year, month, day = (int(part) if part else None for part in found.group(1, 2, 3))
    if year is None or not 1 <= year <= 9998:
        raise ValueError(found[0])
    if month is None:
        return _days(dt.date(year, 1, 1), (dt.date(year + 1, 1, 1) - dt.date(year, 1, 1)).days, scope)
    if day is None:
        first = dt.date(year, month, 1)
        return _days(first, ((first + 31 * _DAY).replace(day=1) - first).days, scope)
    if found[4] is None:
        return _days(dt.date(year, month, day), 1, scope)
    seconds, fraction, offset = found[6], found[7], found[8]
    there = _offset(offset) if offset else zone(scope.timezone)
    micro = int((fraction or "").ljust(6, "0"))
    low = to_micros(dt.datetime(year, month, day, int(found[4]), int(found[5]), int(seconds or 0), micro, there))
    length = 10 ** (6 - len(fraction)) if fraction else 1_000_000 if seconds else 60_000_000
    return low, low + length - 1


def _offset(text: str) -> dt.timezone:
    if text == "Z":
        return dt.UTC
    shift = dt.timedelta(hours=int(text[1:3]), minutes=int(text[-2:]))
    return dt.timezone(-shift if text[0] == "-" else shift)


def _days(first: dt.date, count: int, scope: Scope) -> tuple[int, int]:
    """Return the first and last microsecond of days in the shop's zone, however long its clocks make them."""
    return _midnight(first, scope), _midnight(first + count * _DAY, scope) - 1


def _midnight(day: dt.date, scope: Scope) -> int:
    return to_micros(dt.datetime.combine(day, dt.time(), zone(scope.timezone)))
