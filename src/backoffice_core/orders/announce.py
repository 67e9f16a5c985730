"""
What time brings to an order, and what is said before it does.

Rules:

1. An authorization that nothing is pending on is warned of two days before it lapses, once.
2. An order on terms that is due and not paid is reminded of, once for each day that it is due on; a
   cancelled one is not.
3. A reminder that would come more than a week late tells nobody: the order was imported, or nobody
   did what time brings for long.

``run_due`` gives this command after expiring what lapsed (``settle.py``). When assessors are given up stands in
``assess.py``.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Final

import attrs
import pendulum

from backoffice_core.orders.change import Change, Command, Facts
from backoffice_core.orders.events import AuthorizationExpiring, OrderEvent, PaymentDue
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Transaction
from backoffice_core.orders.find import replaced_transaction
from backoffice_core.orders.order import Order

#: How long before an authorization lapses it is warned of.
AHEAD: Final = dt.timedelta(days=2)
#: How late a reminder of a payment may come.
LATEST: Final = dt.timedelta(days=7)


@attrs.frozen(kw_only=True)
class AnnounceDue(Command):
    """Record that an authorization lapses soon, or that a payment is due."""


def announce_due(order: Order, command: AnnounceDue, facts: Facts) -> Change:
    """Record that authorizations lapse soon (rule 1), and that the payment is due (rules 2 and 3)."""
    events: list[OrderEvent] = []
    after, left = order, order.authorizations
    for one, expires_at in _expiring(order):
        if one.warned_at is None and facts.now >= expires_at - AHEAD:
            after = evolve(after, transactions=replaced_transaction(after, evolve(one, warned_at=facts.now)))
            events.append(AuthorizationExpiring(one.id, left[one.id]))
    due = unpaid_at(order)
    if due is not None and due <= facts.now:
        after = evolve(after, reminded_of=due)
        notify = facts.tells("payment_reminder", None) and facts.now - due <= LATEST
        events.append(PaymentDue(order.sums.current_total - order.sums.net, notify))
    return Change(before=order, order=after, events=tuple(events))


def next_due(order: Order) -> pendulum.DateTime | None:
    """
    Return when time brings something to an order next, UTC.

    It lapses, is warned of or reminded of, or the time of its assessors is over.
    """
    moments = [expires_at if one.warned_at is not None else expires_at - AHEAD for one, expires_at in _expiring(order)]
    due = unpaid_at(order)
    if due is not None:
        moments.append(due)
    if order.assessing and order.assess_by is not None:
        moments.append(order.assess_by)
    return min(moments, default=None)


def unpaid_at(order: Order) -> pendulum.DateTime | None:
    """Return when an order on terms is to be paid, UTC; None where it is paid, cancelled or reminded of already."""
    if order.terms is None or order.cancelled_at is not None:
        return None
    due = order.payment_due_at
    return None if due == order.reminded_of or order.sums.current_total <= order.sums.net else due


def lapses_soon(order: Order) -> bool:
    """Whether an authorization that has something left was warned of."""
    return any(one.warned_at is not None for one, _ in _expiring(order))


def _expiring(order: Order) -> Iterator[tuple[Transaction, pendulum.DateTime]]:
    """Yield the open authorizations that nothing is pending on and that lapse some time, with when."""
    lapsing = [one for one in order.transactions if one.expires_at is not None]
    if not lapsing:
        return
    left = order.authorizations
    busy = {one.parent_id for one in order.transactions if one.open}
    for one in lapsing:
        if one.expires_at is not None and one.id in left and one.id not in busy:
            yield one, one.expires_at
