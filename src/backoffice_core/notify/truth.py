"""
Whether a message is still true when it is about to be sent.

It is decided by facts, not by how much time passed: a parcel is on its way even when the rest of the order was
cancelled since. What is not true any more, or asks for what is not wanted any more, is skipped for a reason.
"""

from collections.abc import Callable, Mapping
from typing import Final

from backoffice_core.notify.matter import Matter
from backoffice_core.orders.risk import RiskLevel
from backoffice_core.orders.states import FulfillmentStatus, ReturnStatus, ShipmentStatus, TransactionStatus

#: Why a message was not sent, by the code that stands in its row.
REASONS: Final[Mapping[str, str]] = {
    "deleted": "what it is about was deleted",
    "unknown_fact": "what it speaks of is not there any more",
    "no_address": "nobody can be written to",
    "cancelled": "the order was cancelled",
    "completed": "the draft or the checkout became an order, or was closed",
    "nothing_owed": "nothing is owed any more",
    "undone": "the parcel was undone",
    "elsewhere": "the parcel is elsewhere by now",
    "failed": "no money was given back",
    "settled": "the return stands otherwise, or the money was captured, let go or taken back",
    "cleared": "the order is not of high risk any more",
    "assessed": "its assessment was recorded meanwhile",
    "no_export": "there is no such export",
    "no_notifier": "no notifier is there for messages of its kind",
    "closed": "the checkout was closed",
    "active": "the customer came back to the checkout",
    "ordered_since": "the customer ordered since",
    "newer_abandoned": "the customer left something newer",
    "out_of_stock": "nothing of the checkout can be bought",
    "opted_out": "the customer wants no such mails",
    "no_consent": "the customer did not agree to such mails, and the shop asks for that",
    "channel": "the shop asks nobody back from that channel",
    "free": "nothing is to be paid for the checkout",
    "paying": "a payment for the checkout is on its way",
    "drafted": "staff made a draft of the checkout",
    "turned_off": "the shop asks nobody back any more",
    "no_event": "the event that a listener was to be told is not there any more",
    "unsubscribed": "the listener or assessor was unsubscribed",
    "dropped": "somebody dropped it",
}


def untrue(matter: Matter) -> str | None:
    """Return why a message should not be sent any more, one of `REASONS`; None while it is true."""
    check = _CHECKS.get(matter.name)
    return check(matter) if check is not None else None


def _not_cancelled(matter: Matter) -> str | None:
    return "cancelled" if matter.sold.cancelled_at is not None else None


def _owed(matter: Matter) -> str | None:
    return _not_cancelled(matter) or ("nothing_owed" if matter.owed.minor <= 0 else None)


def _standing(matter: Matter) -> str | None:
    return None if matter.parcel.status is FulfillmentStatus.SUCCESS else "undone"


def _parcel_is(status: ShipmentStatus) -> Callable[[Matter], str | None]:
    return lambda matter: _standing(matter) or (None if matter.parcel.shipment_status is status else "elsewhere")


def _given_back(matter: Matter) -> str | None:
    own = [one for one in matter.sold.transactions if one.id in matter.refund.transaction_ids]
    return "failed" if own and all(one.status is TransactionStatus.FAILURE for one in own) else None


def _return_is(*states: ReturnStatus) -> Callable[[Matter], str | None]:
    return lambda matter: None if matter.returned.status in states else "settled"


def _failed(matter: Matter) -> str | None:
    return _owed(matter) or ("settled" if matter.payment.status is not TransactionStatus.FAILURE else None)


def _received(matter: Matter) -> str | None:
    return None if matter.payment.in_force > 0 else "settled"


def _unpaid_draft(matter: Matter) -> str | None:
    return "completed" if matter.draft is None or matter.draft.completed_at is not None else None


def _open_checkout(matter: Matter) -> str | None:
    one = matter.checkout
    return "completed" if one is None or one.completed_at is not None or one.closed_at is not None else None


def _authorized(matter: Matter) -> str | None:
    return None if matter.sold.authorizations.get(matter.fact) else "settled"


def _overpaid(matter: Matter) -> str | None:
    return None if matter.sold.sums.outstanding < 0 else "nothing_owed"


def _risky(matter: Matter) -> str | None:
    return None if matter.sold.risk_level is RiskLevel.HIGH else "cleared"


_CHECKS: Final[Mapping[str, Callable[[Matter], str | None]]] = {
    "order_placed": _not_cancelled,
    "order_edited": _not_cancelled,
    "order_invoice": _owed,
    "order_refunded": _given_back,
    "order_shipped": _standing,
    "tracking_updated": _standing,
    "parcel_out_for_delivery": _parcel_is(ShipmentStatus.OUT_FOR_DELIVERY),
    "parcel_delivered": _parcel_is(ShipmentStatus.DELIVERED),
    "return_requested": _return_is(ReturnStatus.REQUESTED),
    "return_approved": _return_is(ReturnStatus.OPEN),
    "return_declined": _return_is(ReturnStatus.DECLINED),
    "payment_failed": _failed,
    "payment_received": _received,
    "payment_reminder": _owed,
    "draft_invoice": _unpaid_draft,
    "checkout_recovery": _open_checkout,
    "staff_order_placed": _not_cancelled,
    "staff_return_requested": _return_is(ReturnStatus.REQUESTED),
    "staff_authorization_expiring": _authorized,
    "staff_overpaid": _overpaid,
    "staff_high_risk": _risky,
}
