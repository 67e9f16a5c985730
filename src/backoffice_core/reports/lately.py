"""
The figures of the home page: today, the last 7 and the last 30 days, each beside as many days before.

Days are the shop's. Today is not over, so it is compared with a whole day: yesterday.
"""

import datetime as dt
from collections.abc import Iterable
from fractions import Fraction
from typing import Final, Literal

import attrs

from backoffice_core.money import Money, half_up
from backoffice_core.orders.story.sentences import Language
from backoffice_core.reports.measures import Sums
from backoffice_core.reports.sales import SalesRow, report

Period = Literal["today", "last_7_days", "last_30_days"]
#: The periods, and how many days each has, today included.
PERIODS: Final[dict[Period, int]] = {"today": 1, "last_7_days": 7, "last_30_days": 30}
#: So many days are looked at.
DAYS: Final = 2 * max(PERIODS.values())
_TITLES: Final[dict[Language, dict[Period, str]]] = {
    "en": {"today": "Today", "last_7_days": "Last 7 days", "last_30_days": "Last 30 days"},
    "fr": {"today": "Aujourd'hui", "last_7_days": "7 derniers jours", "last_30_days": "30 derniers jours"},
}


@attrs.frozen
class Compared:
    """
    The sales of one currency in a period, and in as many days before.

    Attributes:
        currency: ISO 4217 code.

        now: The sales figures of the period.

        before: Those of the days before.
    """

    currency: str
    now: SalesRow
    before: SalesRow

    @property
    def orders(self) -> int:
        """Orders that were placed."""
        return self.now.orders or 0

    @property
    def total_sales(self) -> Money:
        """What they and what came back sum to."""
        return self.now.total_sales

    @property
    def orders_change(self) -> int | None:
        """By how much there are more orders than before, in percent, half up; None where there were none."""
        return _change(self.orders, self.before.orders or 0)

    @property
    def sales_change(self) -> int | None:
        """By how much more was sold than before, in percent, half up; None where nothing was, or more came back."""
        return _change(self.now.total_sales.minor, self.before.total_sales.minor)


@attrs.frozen
class Lately:
    """
    What was sold in a period.

    Attributes:
        period: ``today``, ``last_7_days`` or ``last_30_days``.

        title: What it is called.

        since: Its first day, ISO text.

        until: Its last day, today.

        rows: Its figures, one for each currency that something was sold in, the shop's always.
    """

    period: Period
    title: str
    since: str
    until: str
    rows: tuple[Compared, ...]


def lately(sums: Iterable[Sums], today: dt.date, currency: str, language: Language) -> tuple[Lately, ...]:
    """
    Return what was sold lately, the shortest period first.

    Args:
        sums: The sales entries of the last `DAYS` days, by day.

        today: The shop's day.

        currency: The shop's currency.

        language: ``en`` or ``fr``, of the titles.
    """
    rows = list(sums)
    return tuple(
        Lately(name, _TITLES[language][name], _day(today, days - 1), _day(today, 0), _rows(rows, today, days, currency))
        for name, days in PERIODS.items()
    )


def _rows(sums: list[Sums], today: dt.date, days: int, currency: str) -> tuple[Compared, ...]:
    now = _summed(sums, _day(today, days - 1), _day(today, 0))
    before = _summed(sums, _day(today, 2 * days - 1), _day(today, days))
    nothing = {one: SalesRow.nothing(one) for one in sorted({currency, *now, *before})}
    return tuple(Compared(one, now.get(one, none), before.get(one, none)) for one, none in nothing.items())


def _summed(sums: list[Sums], first: str, last: str) -> dict[str, SalesRow]:
    """Return the figures of some days by currency."""
    inside = [attrs.evolve(one, key=()) for one in sums if first <= one.key[0] <= last]
    return {row.currency: row for row in report(inside, (), first, last).totals}


def _day(today: dt.date, ago: int) -> str:
    return (today - dt.timedelta(days=ago)).isoformat()


def _change(now: int, before: int) -> int | None:
    return half_up(Fraction(100 * (now - before), before)) if before > 0 else None
