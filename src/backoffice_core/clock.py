"""Instants: always aware, always UTC, always `pendulum.DateTime`; the clock that gives them."""

import datetime as dt
import time
import zoneinfo
from collections.abc import Callable
from functools import lru_cache
from typing import Final

import pendulum

from backoffice_core.failures import InvalidValue

Clock = Callable[[], pendulum.DateTime]

UTC: Final = pendulum.UTC
_EPOCH_DAY: Final = dt.date(1970, 1, 1).toordinal()


@lru_cache(maxsize=64)
def zone(name: str) -> zoneinfo.ZoneInfo:
    """Return a time zone by its IANA name; reading one from disk takes longer than most commands."""
    return zoneinfo.ZoneInfo(name)


def day_in(moment: dt.datetime, timezone: str) -> str:
    """Return the ISO day of a moment in a time zone."""
    return _day(to_micros(moment) // 1_000_000, timezone)


@lru_cache(maxsize=64)
def _day(seconds: int, timezone: str) -> str:
    return dt.datetime.fromtimestamp(seconds, zone(timezone)).date().isoformat()


def system_clock() -> pendulum.DateTime:
    """Return this moment in UTC."""
    return _instant(time.time_ns() // 1000)


def utc(value: dt.datetime, field: str = "at") -> pendulum.DateTime:
    """
    Return an aware instant as a `pendulum.DateTime` in UTC.

    Raises:
        InvalidValue: *value* is naive, a wall-clock time is not an instant; or no year from 1 to 9999 in UTC.
    """
    if not isinstance(value, dt.datetime):
        raise InvalidValue(field, repr(value), "an aware datetime")
    if value.tzinfo is None:
        raise InvalidValue(field, f"the naive {value.isoformat()}", "an aware datetime such as one in UTC")
    try:
        return from_micros(to_micros(value))
    except OverflowError:
        raise InvalidValue(field, value.isoformat(), "a moment of the years 1 to 9999 in UTC") from None


def maybe_utc(value: dt.datetime | None, field: str = "at") -> pendulum.DateTime | None:
    """Return `utc` of *value*, or None for None."""
    return None if value is None else utc(value, field)


def to_micros(value: dt.datetime) -> int:
    """Return microseconds since 1970-01-01 UTC: what storages keep."""
    if value.tzinfo is not UTC:
        value = value.astimezone(dt.UTC)
    # Subtracting two instants asks both zones for their offset, and pendulum answers in Python.
    seconds = (value.toordinal() - _EPOCH_DAY) * 86_400 + value.hour * 3600 + value.minute * 60 + value.second
    return seconds * 1_000_000 + value.microsecond


@lru_cache(maxsize=512)
def from_micros(micros: int) -> pendulum.DateTime:
    """Return the instant of `to_micros`."""
    return _instant(micros)


def _instant(micros: int) -> pendulum.DateTime:
    seconds, rest = divmod(micros, 1_000_000)
    plain = dt.datetime.fromtimestamp(seconds, dt.UTC)
    return pendulum.DateTime(
        plain.year, plain.month, plain.day, plain.hour, plain.minute, plain.second, rest, tzinfo=UTC
    )
