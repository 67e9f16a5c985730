"""
Orders in portions whose documents can be in memory at once, for what goes through many of them.

What a condition finds comes newest first, as the list shows it, a page at a time.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from backoffice_core.context import Context
from backoffice_core.search.conditions import Condition
from backoffice_core.search.sorting import Cursor, Sort
from backoffice_core.search.summary import OrderSummary
from backoffice_core.search.wanted import Wanted
from backoffice_core.shopify.people import number_of

#: How many lines of the list are read at once.
PAGE: Final = 1000
#: Of how many orders, and of how many units, documents and rows are in memory at once.
MOST_ORDERS: Final = 100
MOST_UNITS: Final = 2000
#: Of how many of the ids that were given, since nobody knows yet how many units they have.
MOST_GIVEN: Final = 25
#: Up to so many orders of one second are put in order by their numbers; more of them go by id.
MOST_TIED: Final = 2000

_NEWEST: Final = Sort("created_at", descending=True)


def given(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yield ids that were given, in their order, some at a time."""
    for at in range(0, len(ids), MOST_GIVEN):
        yield ids[at : at + MOST_GIVEN]


def found(context: Context, condition: Condition) -> Iterator[Sequence[str]]:
    """Yield ids of the orders that meet a condition, the newest first, some at a time."""
    ids: list[str] = []
    units = 0
    for order in _in_order(_listed(context, condition)):
        if ids and (len(ids) == MOST_ORDERS or units + order.items > MOST_UNITS):
            yield ids
            ids, units = [], 0
        ids.append(order.id)
        units += order.items
    if ids:
        yield ids


def _listed(context: Context, condition: Condition) -> Iterator[OrderSummary]:
    """Yield what the list shows of the orders, the newest first."""
    after: Cursor | None = None
    while True:
        wanted = Wanted(condition, _NEWEST, PAGE, after)
        hits = context.read(lambda unit, wanted=wanted: unit.search(wanted))  # type: ignore[misc]
        yield from (hit.order for hit in hits)
        if len(hits) < PAGE:
            return
        after = hits[-1].cursor


def _in_order(orders: Iterator[OrderSummary]) -> Iterator[OrderSummary]:
    """
    Yield orders with those of one second by their numbers, the greatest first.

    Files tell no more than the second, and ids of imported orders say nothing: so the same orders
    stand in the same order once they were imported.
    """
    tied: list[OrderSummary] = []
    for order in orders:
        if tied and (order.created_micros // 10**6 != tied[0].created_micros // 10**6 or len(tied) == MOST_TIED):
            yield from _by_number(tied)
            tied = []
        tied.append(order)
    yield from _by_number(tied)


def _by_number(tied: list[OrderSummary]) -> list[OrderSummary]:
    return sorted(tied, key=lambda order: number_of(order.name), reverse=True) if len(tied) > 1 else tied
