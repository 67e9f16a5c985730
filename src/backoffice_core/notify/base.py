"""What a notifier is, and what it is given."""

from collections.abc import Awaitable
from typing import Final, Protocol

import attrs

from backoffice_core.orders.order import Order

#: Every kind of message, with what it tells.
KINDS: Final[dict[str, str]] = {
    "order_placed": "the order was placed",
    "order_shipped": "units of it were shipped",
    "tracking_updated": "a parcel's tracking changed",
    "order_refunded": "money was given back",
    "order_cancelled": "the order was cancelled",
    "order_edited": "what the order sells was changed",
    "return_approved": "a return was agreed to",
    "return_declined": "a return was not agreed to",
    "order_invoice": "the customer is asked to pay what is owed",
    "draft_invoice": "the customer is asked to pay what a draft comes to",
}


@attrs.frozen(kw_only=True)
class Notification:
    """
    A message that is due.

    Attributes:
        key: Unique in the shop; a receiver that saw it drops it.

        kind: One of `KINDS`.

        order: The order as it is now; of a draft, the order that it would be.

        fact: The id of what it speaks of: a fulfillment, a refund, a cancel, an edit, a return, or the order.

        locale: The language to write it in.

        to: The customer's address; None when the order has none.
    """

    key: str
    kind: str
    order: Order
    fact: str
    locale: str
    to: str | None = attrs.field(repr=False)


class Notifier(Protocol):
    """Sends messages."""

    def send(self, notification: Notification) -> Awaitable[None] | None:
        """
        Send a message.

        An exception means that it was not sent; it is tried again later. After a crash a message
        may come a second time, with the same key.
        """
        ...
