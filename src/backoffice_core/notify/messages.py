"""Which messages a change calls for: a pure function of what happened and the shop's switches."""

from typing import Final

from backoffice_core.orders import events as happened
from backoffice_core.orders.change import Change, Message
from backoffice_core.orders.evolve import evolve
from backoffice_core.settings import Settings

#: The event that calls for a message, its kind, and the field that names what it speaks of.
CALLS: Final[dict[type[happened.OrderEvent], tuple[str, str | None]]] = {
    happened.OrderPlaced: ("order_placed", None),
    happened.OrderFulfilled: ("order_shipped", "fulfillment_id"),
    happened.TrackingUpdated: ("tracking_updated", "fulfillment_id"),
    happened.OrderRefunded: ("order_refunded", "refund_id"),
    happened.OrderCancelled: ("order_cancelled", "removal_id"),
    happened.OrderEdited: ("order_edited", "edit_id"),
    happened.InvoiceSent: ("order_invoice", None),
    happened.ReturnApproved: ("return_approved", "return_id"),
    happened.ReturnDeclined: ("return_declined", "return_id"),
}


def messages(change: Change, settings: Settings) -> tuple[Message, ...]:
    """Return the messages that a change calls for, in the order of its events."""
    customer = change.order.customer
    locale = (customer.locale if customer else None) or settings.locale
    found = []
    for event in change.events:
        call = CALLS.get(type(event))
        if call is not None and getattr(event, "notify", False):
            kind, field = call
            found.append(Message(kind, getattr(event, field) if field else change.order.id, locale))
    return tuple(found)


def told(change: Change, settings: Settings) -> Change:
    """Return *change* with its messages."""
    found = messages(change, settings)
    return evolve(change, messages=found) if found else change
