"""
Which messages a change calls for: a pure function of what happened and the shop's switches.

1. What a command tells its customer stands in its event: it was asked for, or the shop's notifications have it.
2. What nobody asks for by a command is sent where the shop's notifications have it: payments that failed or came
   later, returns that are asked for, and whatever goes to staff.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from backoffice_core.orders import events as happened
from backoffice_core.orders.change import Change, Message
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.risk import RiskLevel
from backoffice_core.orders.shipment import TOLD
from backoffice_core.orders.states import ShipmentStatus
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
    happened.PaymentDue: ("payment_reminder", None),
}
#: Movements that bring money, or set it aside.
_PAYS: Final = ("sale", "capture", "authorization")


def messages(change: Change, settings: Settings) -> tuple[Message, ...]:
    """Return the messages that a change calls for, in the order of its events."""
    customer = change.order.customer
    locale = (customer.locale if customer else None) or settings.locale
    found = []
    for event in change.events:
        call = _call(event)
        if call is not None and getattr(event, "notify", False):
            kind, field = call
            found.append(Message(kind, getattr(event, field) if field else change.order.id, locale))
        unasked = UNASKED.get(type(event))
        for kind, fact in unasked(event, change) if unasked is not None else ():
            if kind in settings.notifications:
                found.append(Message(kind, fact, settings.locale if kind.startswith("staff_") else locale))
    return tuple(found)


def _call(event: happened.OrderEvent) -> tuple[str, str | None] | None:
    """Return the kind of message that an event calls for, and the field that names what it speaks of."""
    if isinstance(event, happened.ShipmentUpdated):
        kind = TOLD.get(ShipmentStatus(event.status))
        return None if kind is None else (kind, "fulfillment_id")
    return CALLS.get(type(event))


def told(change: Change, settings: Settings) -> Change:
    """Return *change* with its messages."""
    found = messages(change, settings)
    return evolve(change, messages=found) if found else change


def _placed(event: happened.OrderPlaced, change: Change) -> Iterator[tuple[str, str]]:
    yield "staff_order_placed", change.order.id


def _paid(event: Any, change: Change) -> Iterator[tuple[str, str]]:
    before = change.before
    if before is not None:
        yield "payment_received", event.transaction_id
    if change.order.sums.outstanding < 0 <= (before.sums.outstanding if before is not None else 0):
        yield "staff_overpaid", event.transaction_id


def _failed(event: happened.PaymentFailed, change: Change) -> Iterator[tuple[str, str]]:
    if event.kind in _PAYS:
        yield "payment_failed", event.transaction_id


def _reversed(event: happened.PaymentReversed, change: Change) -> Iterator[tuple[str, str]]:
    if event.kind in _PAYS:
        yield "staff_payment_reversed", event.transaction_id


def _expiring(event: happened.AuthorizationExpiring, change: Change) -> Iterator[tuple[str, str]]:
    yield "staff_authorization_expiring", event.transaction_id


def _assessed(event: happened.RiskAssessed, change: Change) -> Iterator[tuple[str, str]]:
    if event.after == RiskLevel.HIGH != event.before:
        yield "staff_high_risk", change.order.id


def _returning(event: happened.ReturnRequested, change: Change) -> Iterator[tuple[str, str]]:
    answered = any(isinstance(one, happened.ReturnApproved) for one in change.events)
    if not answered:
        yield "return_requested", event.return_id
        yield "staff_return_requested", event.return_id


#: The events that call for messages which no command asks for.
UNASKED: Final[Mapping[type[happened.OrderEvent], Callable[[Any, Change], Iterator[tuple[str, str]]]]] = {
    happened.OrderPlaced: _placed,
    happened.PaymentReceived: _paid,
    happened.PaymentCaptured: _paid,
    happened.PaymentFailed: _failed,
    happened.PaymentReversed: _reversed,
    happened.AuthorizationExpiring: _expiring,
    happened.ReturnRequested: _returning,
    happened.RiskAssessed: _assessed,
}
