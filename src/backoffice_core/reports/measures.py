"""
What sales figures are made of: which entries of the ledger each of them adds.

One table, read by both storages: in memory it adds rows, in SQL it becomes sums. So that the figures
sum to the orders' totals each entry stands in one of the amounts, and its tax in the taxes.

Sources: `Shopify's sales reports <https://help.shopify.com/en/manual/reports-and-analytics>`_ for gross,
discounts, returns, net and total sales. Deposits on gift cards and tips are no gross sales.
"""

from collections.abc import Iterable
from typing import Final, Literal

import attrs

from backoffice_core.orders.ledger import Entry

#: What was sold, beside tips, gift cards and shipping.
GOODS: Final = ("product", "custom")
#: Actions that sell, and those that take back.
SELLING: Final = ("order", "edit")
TAKING_BACK: Final = ("refund", "cancel")
EVERY: Final = ()

#: What the rows of a report are told apart by, as the ledger knows it.
Part = Literal["day", "channel", "item", "codes", "buyer"]
#: Who buys: nobody known, somebody's first order, or a later one.
UNKNOWN, NEW, RETURNING = "unknown", "new", "returning"


@attrs.frozen
class Measure:
    """
    One figure.

    Attributes:
        name: Its name.

        fields: The fields of an entry that it adds.

        kinds: The kinds of entry that it adds; empty for all.

        actions: The actions of entries that it adds; empty for all.
    """

    name: str
    fields: tuple[str, ...]
    kinds: tuple[str, ...] = EVERY
    actions: tuple[str, ...] = EVERY


_PRICE = ("gross", "discounts")

MEASURES: Final[tuple[Measure, ...]] = (
    Measure("orders", ("orders",)),
    Measure("units_sold", ("quantity",), GOODS, SELLING),
    Measure("units_returned", ("quantity",), GOODS, TAKING_BACK),
    Measure("gross", ("gross",), GOODS, SELLING),
    Measure("discounts", ("discounts",), GOODS, SELLING),
    Measure("returns", _PRICE, GOODS, TAKING_BACK),
    Measure("shipping", _PRICE, ("shipping",)),
    Measure("tips", _PRICE, ("tip",)),
    Measure("gift_cards", _PRICE, ("gift_card",)),
    Measure("adjustments", _PRICE, ("adjustment",)),
    Measure("taxes", ("tax",)),
    Measure("total", ("total",)),
)


def measured(entry: Entry) -> tuple[int, ...]:
    """Return what an entry adds to each of the `MEASURES`."""
    return tuple(
        sum(getattr(entry, field) for field in one.fields)
        if entry.kind in (one.kinds or (entry.kind,)) and entry.action in (one.actions or (entry.action,))
        else 0
        for one in MEASURES
    )


@attrs.frozen
class Sums:
    """
    The sums of some entries.

    Attributes:
        currency: ISO 4217 code.

        key: What they have in common, in the order that was asked for.

        figures: One for each of the `MEASURES`, amounts in minor units.
    """

    currency: str
    key: tuple[str, ...]
    figures: tuple[int, ...]


def summed(rows: Iterable[tuple[str, tuple[str, ...], tuple[int, ...]]]) -> list[Sums]:
    """Return the sums of rows of currency, key and figures, by currency and key; currencies are never added up."""
    sums: dict[tuple[str, tuple[str, ...]], tuple[int, ...]] = {}
    for currency, key, figures in rows:
        was = sums.get((currency, key))
        sums[currency, key] = figures if was is None else tuple(a + b for a, b in zip(was, figures, strict=True))
    return [Sums(currency, key, figures) for (currency, key), figures in sorted(sums.items())]
