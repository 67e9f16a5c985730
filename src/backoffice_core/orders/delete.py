"""
Deleting an order.

Rules:

1. Only what is archived or cancelled, and only where no money went through a gateway: a trial, an
   order that was imported, or one whose payments were all recorded by hand (a gateway that the
   office has not, and no reference of one). Others can be cancelled.
2. Refused while a transaction has no outcome, and while a return is asked for or open.
3. A tombstone stays: id, name, number and source, so that neither is given again; nothing else. It
   is in no list and no count, and cannot be looked up.
4. Units that were promised to it are on sale again. What was shipped stays gone.
5. Its sales entries are negated, each on the day of the one it negates.

Source of rule 1: Shopify's help on deleting orders.
"""

from typing import ClassVar, Final

import attrs

from backoffice_core.failures import Refused, reason
from backoffice_core.orders.cancel import ReturnsOpen
from backoffice_core.orders.change import Change, Command, Facts
from backoffice_core.orders.events import OrderDeleted
from backoffice_core.orders.order import Order
from backoffice_core.orders.states import HAPPENED, LIFECYCLE, step
from backoffice_core.orders.stock import free

#: The channel of orders that were imported, the first half of their source.
IMPORTED: Final = "shopify"


@reason
class PaidThroughGateway(Refused):
    """
    Money went through a gateway, so the order has to stay.

    Attributes:
        order_id: The order.

        gateway: The gateway.
    """

    code: ClassVar[str] = "paid_through_gateway"
    order_id: str
    gateway: str

    def __str__(self) -> str:
        return f"order {self.order_id} was paid through {self.gateway} and cannot be deleted; it can be cancelled"


@reason
class PaymentWaiting(Refused):
    """
    A transaction has no outcome yet.

    Attributes:
        order_id: The order.

        transaction_id: The transaction.
    """

    code: ClassVar[str] = "payment_waiting"
    order_id: str
    transaction_id: str

    def __str__(self) -> str:
        return f"order {self.order_id}: nobody knows yet what became of {self.transaction_id}; settle it first"


@attrs.frozen(kw_only=True)
class DeleteOrder(Command):
    """Delete an order."""

    @classmethod
    def name(cls) -> str:
        """The command's name in the API."""
        return "delete"


def delete(order: Order, command: DeleteOrder, facts: Facts) -> Change:
    """
    Delete an order; what is left of it is a tombstone.

    Raises:
        TransitionRefused: Rule 1: it is open.
        PaidThroughGateway: Rule 1.
        PaymentWaiting: Rule 2.
        ReturnsOpen: Rule 2.
    """
    step("order", LIFECYCLE, order.lifecycle, "delete")
    _check_nothing_waits(order)
    _check_no_gateway(order, facts)
    key = facts.new_id()
    promised = ((line, sum(units for _, units in line.allocated)) for line in order.lines)
    moves = tuple(move for line, units in promised for move in free(line, units, key, restock=True)[1])
    return Change(before=order, order=_tombstone(order, facts), events=(OrderDeleted(),), movements=moves)


def _check_nothing_waits(order: Order) -> None:
    """Raise while money or goods are under way (rule 2)."""
    for one in order.transactions:
        if one.open:
            raise PaymentWaiting(order.id, one.id)
    names = tuple(one.name for one in order.returns if one.active)
    if names:
        raise ReturnsOpen(order.id, names)


def _check_no_gateway(order: Order, facts: Facts) -> None:
    """Raise where money went through a gateway (rule 1)."""
    if order.test or (order.source is not None and order.source[0] == IMPORTED):
        return
    for one in order.transactions:
        by_hand = one.gateway not in facts.gateways and not one.intent and one.reference is None
        if one.status in HAPPENED and not by_hand:
            raise PaidThroughGateway(order.id, one.gateway)


def _tombstone(order: Order, facts: Facts) -> Order:
    """Return what stays of an order (rule 3)."""
    return Order(
        id=order.id,
        name=order.name,
        number=order.number,
        version=order.version,
        currency=order.currency,
        taxes_included=order.taxes_included,
        created_at=order.created_at,
        updated_at=facts.now,
        closed_at=order.closed_at,
        cancelled_at=order.cancelled_at,
        source=order.source,
        test=order.test,
        draft_id=order.draft_id,
        original_total_minor=0,
        lines=(),
        deleted_at=facts.now,
    )
