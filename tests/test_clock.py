"""Instants are aware, in UTC, and pendulum's."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pendulum
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core.clock import from_micros, maybe_utc, system_clock, to_micros, utc
from backoffice_core.failures import InvalidValue


def test_the_system_clock_is_in_utc() -> None:
    """The clock gives pendulum's type in UTC, and now."""
    before, now, after = pendulum.now("UTC"), system_clock(), pendulum.now("UTC")
    assert isinstance(now, pendulum.DateTime)
    assert "UTC" == now.timezone_name
    assert before <= now <= after


@pytest.mark.parametrize(
    "value",
    [
        dt.datetime(2024, 5, 17, 11, 30, 0, 7, tzinfo=ZoneInfo("Europe/Paris")),
        dt.datetime(2024, 5, 17, 9, 30, 0, 7, tzinfo=dt.UTC),
        dt.datetime(2024, 5, 17, 5, 30, 0, 7, tzinfo=dt.timezone(dt.timedelta(hours=-4))),
        pendulum.datetime(2024, 5, 17, 11, 30, 0, 7, tz="Europe/Paris"),
    ],
)
def test_any_zone_becomes_utc(value: dt.datetime) -> None:
    """The same instant, to the microsecond, in pendulum's UTC."""
    instant = utc(value)
    assert pendulum.datetime(2024, 5, 17, 9, 30, 0, 7, tz="UTC") == instant
    assert ("UTC", pendulum.DateTime) == (instant.timezone_name, type(instant))


def test_a_naive_datetime_is_refused() -> None:
    """A wall-clock time is no instant; the error names the field."""
    with pytest.raises(InvalidValue) as error:
        utc(dt.datetime(2024, 5, 17, 9, 30), "expires_at")  # noqa: DTZ001
    assert ("expires_at", "the naive 2024-05-17T09:30:00") == (error.value.field, error.value.given)


@pytest.mark.parametrize("value", ["2024-05-17", 0, dt.date(2024, 5, 17)])
def test_what_is_no_datetime(value: Any) -> None:
    """Text, numbers and days are refused."""
    with pytest.raises(InvalidValue) as error:
        utc(value)
    assert ("at", repr(value)) == (error.value.field, error.value.given)


def test_none_stays_none() -> None:
    """An instant that may be missing."""
    assert maybe_utc(None) is None
    assert pendulum.datetime(2024, 5, 17, tz="UTC") == maybe_utc(dt.datetime(2024, 5, 17, tzinfo=dt.UTC))


@given(st.integers(-(10**15), 10**17))
def test_micros_there_and_back(micros: int) -> None:
    """What storages keep gives the same instant again, before 1970 too."""
    assert micros == to_micros(from_micros(micros))
