"""
Archiving.

Rules:

1. Archiving files an order; it has no effect on money, stock or fulfillment.
2. Archiving what is archived, or taking up what is open, changes nothing.
3. A cancelled order stays archived.
4. Automatic archiving (a setting, on by default) is one step after any command that made the
   order finished: nothing to fulfill, nothing owed either way, nothing to capture, no
   transaction without an outcome.
"""

from typing import ClassVar

import attrs

from backoffice_core.failures import Refused, reason
from backoffice_core.orders.change import Change, Command, Facts, unchanged
from backoffice_core.orders.events import OrderArchived, OrderUnarchived
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.order import Order
from backoffice_core.orders.states import LIFECYCLE, Lifecycle, step


@reason
class OrderIsCancelled(Refused):
    """
    A cancelled order cannot do this.

    Attributes:
        order_id: The order.

        action: What was asked for.
    """

    code: ClassVar[str] = "order_is_cancelled"
    order_id: str
    action: str

    def __str__(self) -> str:
        return (
            f"order {self.order_id} is cancelled and cannot {self.action}; refunds, payments that"
            f" arrive, tags, notes and comments are still possible"
        )


@attrs.frozen(kw_only=True)
class Archive(Command):
    """File an order."""


@attrs.frozen(kw_only=True)
class Unarchive(Command):
    """Take up a filed order."""


def check_not_cancelled(order: Order, action: str) -> None:
    """
    Raise unless the order may still *action*.

    Raises:
        OrderIsCancelled: It is cancelled.
    """
    if order.cancelled_at is not None:
        raise OrderIsCancelled(order.id, action)


def archive(order: Order, command: Archive, facts: Facts) -> Change:
    """File an order."""
    return filed(order, facts, automatic=False)


def unarchive(order: Order, command: Unarchive, facts: Facts) -> Change:
    """
    Take up a filed order.

    Raises:
        OrderIsCancelled: Rule 3.
    """
    check_not_cancelled(order, "unarchive")
    return taken_up(order, automatic=False)


def filed(order: Order, facts: Facts, *, automatic: bool) -> Change:
    """Return the order archived, unless it is."""
    if order.closed_at is not None:
        return unchanged(order)
    step("order", LIFECYCLE, order.lifecycle, "archive")
    return Change(before=order, order=evolve(order, closed_at=facts.now), events=(OrderArchived(automatic),))


def taken_up(order: Order, *, automatic: bool) -> Change:
    """Return the order open, unless it is."""
    if order.lifecycle is Lifecycle.OPEN:
        return unchanged(order)
    step("order", LIFECYCLE, order.lifecycle, "unarchive")
    return Change(before=order, order=evolve(order, closed_at=None), events=(OrderUnarchived(automatic),))
