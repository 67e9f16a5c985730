"""A clock that stands still until a test moves it."""

import datetime as dt
from typing import Final

import pendulum

from backoffice_core.clock import utc

#: When a clock starts unless it is told otherwise: a Friday morning in spring.
START: Final = pendulum.datetime(2024, 5, 17, 9, 30, tz="UTC")


class FrozenClock:
    """
    Tells the moment it was set to; pass it as ``clock``.

    Args:
        start: The moment to begin at, an aware instant.
    """

    def __init__(self, start: dt.datetime = START) -> None:
        self._now = utc(start, "start")

    def __call__(self) -> pendulum.DateTime:
        """Return the moment."""
        return self._now

    def tick(
        self, *, days: int = 0, hours: int = 0, minutes: int = 0, seconds: int = 0, microseconds: int = 0
    ) -> pendulum.DateTime:
        """Move on by some time, back when it is negative, and return the moment then."""
        by = dt.timedelta(days=days, hours=hours, minutes=minutes, seconds=seconds, microseconds=microseconds)
        self._now = utc(self._now + by)
        return self._now

    def set(self, moment: dt.datetime) -> pendulum.DateTime:
        """Stand at another moment, an aware instant, and return it."""
        self._now = utc(moment, "moment")
        return self._now
