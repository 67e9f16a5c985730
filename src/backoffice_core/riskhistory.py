"""What a shop knows of a customer and of its last orders: gathered for assessors in one view of the shop."""

from typing import Final

import attrs

from backoffice_core.clock import to_micros
from backoffice_core.failures import StorageFailed, UnknownId
from backoffice_core.money import Money
from backoffice_core.orders.facts import TransactionKind
from backoffice_core.orders.order import Order
from backoffice_core.orders.states import TransactionStatus
from backoffice_core.risk.base import History
from backoffice_core.search.conditions import Between, Condition, Has, every, some, unless
from backoffice_core.search.customers import persons
from backoffice_core.search.findable import street, term
from backoffice_core.search.sorting import KEYS, NEWEST_FIRST, sort_by
from backoffice_core.search.wanted import Wanted
from backoffice_core.storage.base import Unit

#: How far earlier orders are counted, and how many of them are read.
MOST_COUNTED: Final = 1000
MOST_READ: Final = 50
#: How many of the last orders the median is of, and how few are too few.
MEDIAN_OF: Final = 200
MEDIAN_FROM: Final = 20
WINDOW_HOURS: Final = 24

_REAL: Final = unless(Has("is:test"))


def history(unit: Unit, order: Order) -> History:
    """Return what is known beside an order, as it was when it was placed."""
    who = order.customer
    named = persons(who.id, who.email) if who is not None else ()
    known = History(
        paid=Money(0, order.currency),
        refunded=Money(0, order.currency),
        same_email=_near(unit, order, "email", who.email if who else None),
        same_address=_near(unit, order, "addr", street(order)),
        same_ip=_near(unit, order, "ip", order.client.ip if order.client else None),
        window_hours=WINDOW_HOURS,
        median=_median(unit, order),
        failed_payments=_failed_here(order) + _failed_before(unit, order.checkout_id),
        cards=len({one.card.bin for one in order.transactions if one.card is not None and one.card.bin}),
    )
    return _with_earlier(unit, order, some([Has(one) for one in named]), known) if named else known


def _before(order: Order, low: int | None = None) -> Condition:
    return every([Between("created_at", low, to_micros(order.created_at)), _REAL])


def _near(unit: Unit, order: Order, key: str, value: str | None) -> int:
    """Return how many other orders within the window before this one have something in common with it."""
    if not value:
        return 0
    low = to_micros(order.created_at.subtract(hours=WINDOW_HOURS))
    found = unit.count(every([Has(term(key, value)), _before(order, low)]), MOST_COUNTED)
    return max(0, found - (not order.test))


def _with_earlier(unit: Unit, order: Order, theirs: Condition, known: History) -> History:
    condition = every([theirs, _before(order)])
    count = max(0, unit.count(condition, MOST_COUNTED) - (not order.test))
    if not count:
        return known
    wanted = Wanted(condition, sort_by(NEWEST_FIRST, KEYS), MOST_READ + 1)
    ids = [id for id in unit.search_ids(wanted) if id != order.id][:MOST_READ]
    orders = [one for one in unit.orders(ids).values() if not isinstance(one, StorageFailed)]
    same = [one for one in orders if one.currency == order.currency]
    return attrs.evolve(
        known,
        orders=count,
        read=len(orders),
        first_at=min((one.created_at for one in orders), default=None),
        paid=Money(sum(one.sums.received for one in same), order.currency),
        refunded=Money(sum(one.sums.refunded for one in same), order.currency),
        chargebacks=sum(_taken_back(one) for one in orders),
        cancelled=sum(one.cancelled_at is not None for one in orders),
    )


def _taken_back(order: Order) -> int:
    """Return how many payments of an order were taken back from the shop."""
    pays = (TransactionKind.SALE, TransactionKind.CAPTURE)
    return sum(one.kind in pays and one.reversed_minor > 0 for one in order.transactions)


def _median(unit: Unit, order: Order) -> Money | None:
    """Return the median total of the last orders in the currency; None while there are too few."""
    hits = unit.search(Wanted(_before(order), sort_by(NEWEST_FIRST, KEYS), MEDIAN_OF + 1))
    totals = sorted(
        hit.order.total_minor for hit in hits if hit.order.currency == order.currency and hit.order.id != order.id
    )
    return Money(totals[(len(totals) - 1) // 2], order.currency) if len(totals) >= MEDIAN_FROM else None


def _failed_here(order: Order) -> int:
    return sum(one.status is TransactionStatus.FAILURE for one in order.transactions)


def _failed_before(unit: Unit, checkout_id: str | None) -> int:
    if checkout_id is None:
        return 0
    try:
        tried = unit.checkout(checkout_id).attempts
    except (UnknownId, StorageFailed):
        # It was purged, or cannot be read; the order is assessed all the same.
        return 0
    return sum(one.status == "failure" for one in tried)
