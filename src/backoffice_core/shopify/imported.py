"""
An order that was read from a file, whatever the format: what an import writes of it.

Rules:

1. A `Piece` of a file is one order, not read yet. It is cheap to make: what is there already is
   never read.
2. A step is a moment at which the sales figures change, so that each is booked on its own day.
3. Events tell what is recorded, and nobody is to be told of it.
"""

from collections.abc import Iterator
from typing import Final, Protocol

import attrs
import pendulum

from backoffice_core.orders import events as happened
from backoffice_core.orders.delete import IMPORTED
from backoffice_core.orders.events import OrderEvent
from backoffice_core.orders.givenback import Refund, Removal
from backoffice_core.orders.order import Order
from backoffice_core.orders.states import FulfillmentStatus, TransactionStatus
from backoffice_core.orders.transactions import event_of
from backoffice_core.shopify.report import Finding

#: The first half of an imported order's source.
CHANNEL: Final = IMPORTED
#: How many characters a name and an id may have.
LONGEST_NAME: Final = 100
LONGEST_ID: Final = 128


class Piece(Protocol):
    """One order of a file, not read yet."""

    @property
    def name(self) -> str:
        """The order's name."""

    @property
    def source_id(self) -> str:
        """Shopify's id of it."""

    @property
    def line(self) -> int:
        """The line of the file that it begins on, from 1; for data that came parsed, its place in there."""

    @property
    def fingerprint(self) -> str:
        """SHA-256 of what the file says of it."""


@attrs.frozen
class Step:
    """
    A moment at which an order's sales figures changed.

    Attributes:
        order: The order as it is after it.

        at: When, UTC.

        events: What happened, from which its sales entries take their kind.
    """

    order: Order
    at: pendulum.DateTime
    events: tuple[OrderEvent, ...]


@attrs.frozen(kw_only=True)
class Read:
    """
    An order that was read.

    Attributes:
        placed: The order before anything was given back or taken out.

        order: The order with all its facts.

        events: What happened, in order.

        findings: What is odd about it.

        fingerprint: SHA-256 of what the file says of it.

        steps: How its sales figures came about, first to last; the last leads to ``order``.
    """

    placed: Order
    order: Order
    events: tuple[OrderEvent, ...]
    findings: tuple[Finding, ...]
    fingerprint: str
    steps: tuple[Step, ...]


def events_of(order: Order) -> Iterator[OrderEvent]:
    """Yield what happened, as the recorded facts have it; nobody is to be told."""
    yield happened.OrderPlaced(order.name, order.original_total_minor, order.currency, imported=True, notify=False)
    for one in order.transactions:
        yield event_of(one, order)
        if one.status is TransactionStatus.EXPIRED:
            yield happened.AuthorizationExpired(one.id, one.minor)
        elif one.reversed_minor:
            yield happened.PaymentReversed(one.id, str(one.kind), one.reversed_minor)
    for sent in order.fulfillments:
        units = sum(units.quantity for units in sent.lines)
        yield happened.OrderFulfilled(sent.id, sent.name, units)
        if sent.status is FulfillmentStatus.CANCELLED:
            yield happened.FulfillmentCancelled(sent.id, units)
    for hold in order.holds:
        yield happened.OrderHeld(hold.id, hold.reason)
    for gone in order.removals:
        if gone.cause == "cancel":
            yield cancelled(gone, order)
    for back in order.refunds:
        yield refunded(back)
    if order.cancelled_at is None and order.closed_at is not None:
        yield happened.OrderArchived(automatic=True)


def refunded(back: Refund) -> happened.OrderRefunded:
    """Return what happened by a refund."""
    return happened.OrderRefunded(back.id, back.minor, sum(line.quantity for line in back.lines), back.adjustment_minor)


def cancelled(gone: Removal, order: Order) -> happened.OrderCancelled:
    """Return what happened by cancelling."""
    units = sum(line.quantity for line in gone.lines)
    return happened.OrderCancelled(gone.id, order.cancel_reason or "other", units, restocked=True)
