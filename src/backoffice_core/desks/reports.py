"""The reports desk: `BackOffice.reports`."""

import datetime as dt
from collections.abc import Sequence
from contextlib import suppress
from typing import Final

import pendulum

from backoffice_core.context import Context
from backoffice_core.failures import InvalidValue
from backoffice_core.reports.owed import OwedRow, owed
from backoffice_core.reports.sales import By, SalesReport, parts_of, report
from backoffice_core.reports.takings import By as MoneyBy
from backoffice_core.reports.takings import Takings, check_by, takings
from backoffice_core.storage.base import Unit

#: The longest period that is asked for by its ends, a hundred years: it may have a row for each of its days.
MOST_DAYS: Final = 36_600


class Reports:
    """What the shop sold and took, by day. Days are the shop's, in its time zone, whole, the last one too."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def sales(
        self, since: dt.date | str | None = None, until: dt.date | str | None = None, *, by: Sequence[By] = ("day",)
    ) -> SalesReport:
        """
        Return sales figures.

        Args:
            since: The first day, a date or ISO text; None for all before.

            until: The last day; None for all after.

            by: What they are told apart by: ``day``, ``week`` or ``month``, ``channel``, ``product``,
                ``customer`` (``new``, ``returning`` or ``unknown``), ``discount``; empty for one sum a currency.
                Channels are compared without case and surplus spaces, and told as the shop spells them.

        Raises:
            InvalidValue: A day that is none, days in the wrong order or a hundred years apart, or *by* that cannot
                be meant.
        """
        first, last = _period(since, until)
        parts = parts_of(by)

        def look(unit: Unit) -> SalesReport:
            channels = [one.handle for one in self._context.settings_in(unit).channels]
            return report(unit.sales(first, last, parts), by, first, last, channels)

        return self._context.read(look)

    def takings(
        self,
        since: dt.date | str | None = None,
        until: dt.date | str | None = None,
        *,
        by: Sequence[MoneyBy] = ("day",),
    ) -> Takings:
        """
        Return the money that moved.

        Args:
            since: The first day, a date or ISO text; None for all before.

            until: The last day; None for all after.

            by: What it is told apart by: ``day``, ``week`` or ``month``, ``gateway``; empty for one sum a currency.

        Raises:
            InvalidValue: A day that is none, days in the wrong order or a hundred years apart, or *by* that cannot
                be meant.
        """
        first, last = _period(since, until)
        check_by(by)
        return takings(self._context.read(lambda unit: unit.takings(first, last)), by, first, last)

    def owed(self, until: dt.date | str | None = None) -> tuple[OwedRow, ...]:
        """
        Return what customers and the shop owe each other at the end of a day, a row a currency that has any.

        Unlike the other figures it is of all orders so far, and takes as long as reading their entries.

        Args:
            until: The last day, a date or ISO text; None for now.

        Raises:
            InvalidValue: A day that is none.
        """
        last = _day("until", until)
        return owed(self._context.read(lambda unit: unit.owed(last)))


def _period(since: dt.date | str | None, until: dt.date | str | None) -> tuple[str | None, str | None]:
    first, last = _day("since", since), _day("until", until)
    if first is not None and last is not None and first > last:
        raise InvalidValue("until", repr(last), f"a day from {first} on")
    if first is not None and last is not None and _apart(first, last) > MOST_DAYS:
        raise InvalidValue("until", repr(last), f"a day at most {MOST_DAYS} days after {first}, or None for no end")
    return first, last


def _apart(first: str, last: str) -> int:
    return (dt.date.fromisoformat(last) - dt.date.fromisoformat(first)).days


def _day(field: str, value: dt.date | str | None) -> str | None:
    """Return a day as ISO text."""
    if value is None:
        return None
    if isinstance(value, str):
        with suppress(ValueError):
            if len(value) == len("2025-03-01"):
                return dt.date.fromisoformat(value).isoformat()
    # A moment is a day only in some time zone; which one is meant is not ours to guess.
    elif type(value) in (dt.date, pendulum.Date):
        return value.isoformat()
    raise InvalidValue(field, repr(value), "a date, or a day such as '2025-03-01'")
