"""
Sales figures: what was sold, taken back and earned, by day, week, month and whatever else tells sales apart.

A sale counts on the day that it was made, a return on the day that it was taken back, in the shop's
time zone. All figures come from the ledger, so those of all days sum to what the orders are now.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any, Final, Literal, get_args

import attrs

from backoffice_core.channels import folded
from backoffice_core.failures import InvalidValue
from backoffice_core.money import Money, half_up
from backoffice_core.reports.measures import MEASURES, Part, Sums, summed

#: What a report can be told apart by.
By = Literal["day", "week", "month", "channel", "product", "customer", "discount"]
BY: Final[tuple[str, ...]] = get_args(By)
_TIMES: Final = ("day", "week", "month")
_PARTS: Final[dict[str, Part]] = {
    **dict.fromkeys(_TIMES, "day"),
    "channel": "channel",
    "product": "item",
    "customer": "buyer",
    "discount": "codes",
}


@attrs.frozen
class SalesRow:
    """
    The sales figures of one currency, and of one part of them where a report is told apart.

    Amounts are without taxes; ``discounts`` and ``returns`` are negative. Orders that were cancelled
    or not paid count as sold, and what a cancel took out as returned; trials and deleted orders are left out.

    Attributes:
        currency: ISO 4217 code of its amounts.

        key: The part, in the order that was asked for: a day (``2025-03-01``), the Monday of a week, a month
            (``2025-03``), a channel, a product (the variant, else the SKU, else the title), ``new``, ``returning`` or
            ``unknown`` customers, or the discount codes of an order, sorted. Empty text is what has none.
    """

    currency: str
    key: tuple[str, ...]
    _figures: tuple[int, ...] = attrs.field(repr=False)
    _whole: bool = attrs.field(default=True, repr=False)

    @classmethod
    def nothing(cls, currency: str) -> "SalesRow":
        """Return the figures of no sales at all."""
        return cls(currency, (), _NOTHING)

    @property
    def orders(self) -> int | None:
        """Orders that were placed; None of a product, because one order has several."""
        return self._of("orders") if self._whole else None

    @property
    def units_sold(self) -> int:
        """Units that were sold, without tips and gift cards."""
        return self._of("units_sold")

    @property
    def units_returned(self) -> int:
        """Units that were refunded or cancelled; not negative unless more was undone."""
        return -self._of("units_returned")

    @property
    def gross_sales(self) -> Money:
        """Price by quantity of the goods, before discounts."""
        return self._money("gross")

    @property
    def discounts(self) -> Money:
        """What discounts took off the goods."""
        return self._money("discounts")

    @property
    def returns(self) -> Money:
        """What the goods were sold for that were refunded or cancelled."""
        return self._money("returns")

    @property
    def net_sales(self) -> Money:
        """Gross sales, discounts and returns taken off."""
        return self.gross_sales + self.discounts + self.returns

    @property
    def shipping(self) -> Money:
        """Shipping, discounts and what was refunded of it taken off."""
        return self._money("shipping")

    @property
    def tips(self) -> Money:
        """Tips."""
        return self._money("tips")

    @property
    def gift_cards(self) -> Money:
        """Gift cards that were sold; the goods that they buy later are the sale."""
        return self._money("gift_cards")

    @property
    def adjustments(self) -> Money:
        """What was kept of refunds, less what was given back beyond the goods' worth."""
        return self._money("adjustments")

    @property
    def taxes(self) -> Money:
        """Taxes of everything, less those refunded."""
        return self._money("taxes")

    @property
    def total_sales(self) -> Money:
        """All of it: net sales, shipping, tips, gift cards, adjustments and taxes."""
        return self._money("total")

    @property
    def average_order_value(self) -> Money | None:
        """Gross sales less discounts by the number of orders, half up; None where none was placed or it is not told."""
        if not self._whole or self._of("orders") <= 0:
            return None
        each = Fraction(self._of("gross") + self._of("discounts"), self._of("orders"))
        return Money(half_up(each), self.currency)

    def _of(self, name: str) -> int:
        return self._figures[_AT[name]]

    def _money(self, name: str) -> Money:
        return Money(self._of(name), self.currency)


_AT: Final = {one.name: at for at, one in enumerate(MEASURES)}
_NOTHING: Final = (0,) * len(MEASURES)
#: The columns of a table of sales figures, after those that it is told apart by.
FIGURES: Final = (
    *("orders", "units_sold", "units_returned", "gross_sales", "discounts", "returns", "net_sales", "shipping"),
    *("tips", "gift_cards", "adjustments", "taxes", "total_sales", "average_order_value"),
)


@attrs.frozen
class SalesReport(Sequence[SalesRow]):
    """
    Sales figures; it is a sequence of its rows.

    Attributes:
        since: The first day, ISO text; None for all before.

        until: The last day, ISO text; None for all after.

        by: What its rows are told apart by.

        rows: The rows, by currency, then by key. A report by time alone has a row for each day, week or month
            between its days, also where nothing was sold.
    """

    since: str | None
    until: str | None
    by: tuple[By, ...]
    rows: tuple[SalesRow, ...]

    @property
    def totals(self) -> tuple[SalesRow, ...]:
        """The sums of all rows, one for each currency."""
        sums = summed((row.currency, (), row._figures) for row in self.rows)
        return tuple(SalesRow(one.currency, (), one.figures, "product" not in self.by) for one in sums)

    def dicts(self) -> list[dict[str, Any]]:
        """Return the rows as plain dicts, amounts as decimal text; pandas and polars take them as they are."""
        return [dict(self._columns(row)) for row in self.rows]

    def _columns(self, row: SalesRow) -> Iterator[tuple[str, Any]]:
        yield from zip(self.by, row.key, strict=True)
        yield "currency", row.currency
        for name in FIGURES:
            value = getattr(row, name)
            yield name, value.amount if isinstance(value, Money) else value

    def __getitem__(self, at: Any) -> Any:
        return self.rows[at]

    def __len__(self) -> int:
        return len(self.rows)


def parts_of(by: Sequence[By]) -> tuple[Part, ...]:
    """
    Return what the ledger is asked for.

    Raises:
        InvalidValue: It cannot be told apart by that, by something twice, or by two lengths of time.
    """
    given: object = by
    if isinstance(given, str) or not isinstance(given, Sequence) or any(one not in BY for one in given):
        raise InvalidValue("by", repr(by), "some of " + ", ".join(BY))
    parts = tuple(_PARTS[one] for one in by)
    if len(set(parts)) < len(parts):
        raise InvalidValue("by", repr(tuple(by)), "each once, and one of day, week and month")
    return parts


def report(
    sums: Sequence[Sums], by: Sequence[By], since: str | None, until: str | None, channels: Iterable[str] = ()
) -> SalesReport:
    """
    Return a report of what the ledger says; *sums* are by the parts of *by*, times by day.

    One channel is one however its orders spell it: as the shop does, by *channels*, its handles.
    """
    if "channel" in by:
        sums = _of_one_spelling(sums, by.index("channel"), channels)
    of_time = next((at for at, one in enumerate(by) if one in _TIMES), None)
    rows = [(one.currency, _key(one.key, by, of_time), one.figures) for one in sums]
    if len(by) == 1 and of_time is not None and rows:
        days = list(_days(since or min(one.key[0] for one in sums), until or max(one.key[0] for one in sums)))
        rows += [(one, _key((day,), by, 0), _NOTHING) for one in {row[0] for row in rows} for day in days]
    whole = "product" not in by
    told = [one for one in summed(rows) if (len(by) == 1 and of_time is not None) or any(one.figures)]
    found = tuple(SalesRow(one.currency, one.key, one.figures, whole) for one in told)
    return SalesReport(since, until, tuple(by), found)


def _of_one_spelling(sums: Sequence[Sums], at: int, channels: Iterable[str]) -> list[Sums]:
    spelled = {folded(handle): handle for handle in channels}
    return [
        attrs.evolve(one, key=(*one.key[:at], spelled.setdefault(folded(one.key[at]), one.key[at]), *one.key[at + 1 :]))
        for one in sums
    ]


def _key(key: tuple[str, ...], by: Sequence[By], of_time: int | None) -> tuple[str, ...]:
    if of_time is None:
        return key
    return (*key[:of_time], in_time(key[of_time], by[of_time]), *key[of_time + 1 :])


def in_time(day: str, length: str) -> str:
    """Return the ``day``, ``week`` or ``month`` that an ISO day is in; a week is told by its Monday."""
    if length == "month":
        return day[:7]
    if length == "week":
        found = dt.date.fromisoformat(day)
        return (found - dt.timedelta(days=found.weekday())).isoformat()
    return day


def _days(first: str, last: str) -> Iterator[str]:
    for at in range(dt.date.fromisoformat(first).toordinal(), dt.date.fromisoformat(last).toordinal() + 1):
        yield dt.date.fromordinal(at).isoformat()
