"""Which orders a bulk command or an export is for: what a query finds when it begins, or ids."""

import datetime as dt
from collections.abc import Iterable

import attrs
import pendulum

from backoffice_core.clock import from_micros, to_micros, utc
from backoffice_core.context import Context
from backoffice_core.desks.found import as_query, scope_of
from backoffice_core.failures import InvalidValue
from backoffice_core.search.conditions import Between, Condition, every
from backoffice_core.search.dates import moment
from backoffice_core.search.query import Query
from backoffice_core.search.sorting import Sort
from backoffice_core.search.tree import Term, Value
from backoffice_core.search.values import Scope, Unclear
from backoffice_core.search.views import SavedView
from backoffice_core.search.wanted import Wanted
from backoffice_core.storage.base import Unit
from backoffice_core.typed import kind_of

#: A query, a saved view, or several ids of orders.
Which = str | Query | SavedView | Iterable[str]
#: The first or last day, a moment, or either as text.
When = dt.date | dt.datetime | str

BY_ID = Sort("id", descending=False)
#: Placing moments that no storage holds, for an end that is open.
_OPEN = (-(2**62), 2**62)


@attrs.frozen
class Selection:
    """
    Some orders.

    Attributes:
        query: The query that finds them, where one does.

        ids: The ids that were given, each once, where they were.
    """

    query: Query | None
    ids: tuple[str, ...] = ()


def selection(which: Which) -> Selection:
    """
    Return the orders that are meant: text is a query, several texts are ids.

    Raises:
        InvalidValue: It is neither.
    """
    if isinstance(which, str | Query | SavedView):
        return Selection(as_query(which))
    if not isinstance(which, Iterable):
        raise InvalidValue("which", kind_of(which), "a query, or several order ids")
    ids = tuple(which)
    for id in ids:
        if not isinstance(id, str):
            raise InvalidValue("which", kind_of(id), "ids of orders, which are text")
    return Selection(None, tuple(dict.fromkeys(ids)))


def bounded(context: Context, unit: Unit, query: Query, *more: Condition) -> tuple[Condition, str | None]:
    """
    Return what a query comes down to now, and the greatest id that it finds; None where it finds none.

    Ids grow, so whoever walks up to that id meets no order that is placed meanwhile.

    Args:
        context: Where and when it is asked.

        unit: A view of the shop.

        query: The query.

        more: What the orders must meet besides.

    Raises:
        UnclearQuery: Something in it cannot be meant.
    """
    condition = every([query.strict_meaning(scope_of(context, unit)).condition, *more])
    last = unit.search(Wanted(condition, BY_ID, 1, backwards=True))
    return condition, last[0].order.id if last else None


@attrs.frozen
class Period:
    """
    When orders were placed.

    Attributes:
        low: The first moment, in microseconds since 1970 UTC.

        high: The last one.
    """

    low: int
    high: int

    @property
    def since(self) -> pendulum.DateTime | None:
        """The first moment; None for no bound."""
        return None if self.low == _OPEN[0] else from_micros(self.low)

    @property
    def until(self) -> pendulum.DateTime | None:
        """The last moment; None for no bound."""
        return None if self.high == _OPEN[1] else from_micros(self.high)

    @property
    def condition(self) -> Condition:
        """That an order was placed in it."""
        return Between("created_at", self.low, self.high)

    def __contains__(self, moment: dt.datetime) -> bool:
        return self.low <= to_micros(moment) <= self.high


def period(since: When | None, until: When | None, scope: Scope) -> Period | None:
    """
    Return a period; None for all time.

    Args:
        since: Its first day or moment; None for no bound.

        until: Its last day or moment, included; None for no bound.

        scope: Tells the shop's time zone, and what ``-7d`` is reckoned from.

    Raises:
        InvalidValue: One of them is neither, or the last comes before the first.
    """
    if since is None and until is None:
        return None
    low = _OPEN[0] if since is None else _end("since", since, ">=", scope).low
    high = _OPEN[1] if until is None else _end("until", until, "<=", scope).high
    assert isinstance(low, int)  # noqa: S101 - what `moment` reads has this end
    assert isinstance(high, int)  # noqa: S101
    if low > high:
        raise InvalidValue("until", f"{until}, before since,", "a day or moment that is not before since")
    return Period(low, high)


def _end(field: str, given: When, comparator: str, scope: Scope) -> Between:
    """Return the bound that a day or moment is, read as a query reads it."""
    text: object = given
    if isinstance(given, dt.datetime):
        text = utc(given, field).isoformat(timespec="microseconds")
    elif isinstance(given, dt.date):
        text = given.isoformat()
    if not isinstance(text, str) or ".." in text:
        raise InvalidValue(field, repr(given), "a date, an aware datetime, or text such as '2026-03-31' or '-7d'")
    try:
        value = Value(text)
        found = moment("created_at")(Term("created_at", comparator, (value,)), value, scope)
    except Unclear as no:
        raise InvalidValue(field, repr(given), f"a date, an aware datetime, or '-7d': {no.message}") from None
    assert isinstance(found, Between)  # noqa: S101 - one value, compared
    return found
