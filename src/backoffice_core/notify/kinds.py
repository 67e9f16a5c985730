"""
Which kinds of message there are: what each tells, to whom, and what it is about.

A kind is sent without being asked for when it is one of `Settings.notifications`; what a command sends
with ``notify=True`` goes in any case.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar, Final, Literal

import attrs

from backoffice_core.failures import InvalidInput, reason

Audience = Literal["customer", "staff"]
About = Literal["order", "draft", "checkout", "export"]
#: What a message speaks of, beside the whole of its subject.
Fact = Literal["fulfillment", "refund", "cancel", "edit", "return", "transaction"]


@attrs.frozen
class Kind:
    """
    A kind of message.

    Attributes:
        when: What calls for it.

        about: What its subject is.

        fact: What of the subject it speaks of; None for the whole.

        audience: Whom it is for.
    """

    when: str
    about: About = "order"
    fact: Fact | None = None
    audience: Audience = "customer"


#: Every kind of message by name.
KINDS: Final[Mapping[str, Kind]] = MappingProxyType(
    {
        "order_placed": Kind("an order is placed"),
        "order_edited": Kind("what an order sells is changed", fact="edit"),
        "order_invoice": Kind("staff asks for what is owed"),
        "order_cancelled": Kind("an order is cancelled", fact="cancel"),
        "order_refunded": Kind("something is given back", fact="refund"),
        "order_shipped": Kind("units are shipped", fact="fulfillment"),
        "tracking_updated": Kind("a parcel's tracking is changed", fact="fulfillment"),
        "parcel_out_for_delivery": Kind("a carrier says that a parcel is out for delivery", fact="fulfillment"),
        "parcel_delivered": Kind("a carrier says that a parcel arrived", fact="fulfillment"),
        "return_requested": Kind("a return is asked for", fact="return"),
        "return_approved": Kind("a return is agreed to; it says where to send the goods", fact="return"),
        "return_declined": Kind("a return is not agreed to", fact="return"),
        "payment_failed": Kind("a payment or an authorization fails", fact="transaction"),
        "payment_received": Kind("money arrives after the order was placed", fact="transaction"),
        "payment_reminder": Kind("an order on terms is due and not paid"),
        "draft_invoice": Kind("staff asks for what a draft comes to", about="draft"),
        "checkout_recovery": Kind("somebody left a checkout behind", about="checkout"),
        "staff_order_placed": Kind("an order is placed", audience="staff"),
        "staff_return_requested": Kind("a return is asked for", fact="return", audience="staff"),
        "staff_authorization_expiring": Kind(
            "an authorization lapses within two days", fact="transaction", audience="staff"
        ),
        "staff_overpaid": Kind("more is paid than an order costs", fact="transaction", audience="staff"),
        "staff_payment_reversed": Kind("a payment is taken back from the shop", fact="transaction", audience="staff"),
        "staff_high_risk": Kind("an order turns out to be of high risk", audience="staff"),
        "export_ready": Kind("an export that is sent by mail is made", about="export", audience="staff"),
        "export_failed": Kind("an export that is sent by mail cannot be made", about="export", audience="staff"),
    }
)


@reason
class UnknownKind(InvalidInput):
    """
    There is no such kind of message.

    Attributes:
        given: What was given.

        known: The kinds that there are.
    """

    code: ClassVar[str] = "unknown_kind"
    given: str
    known: tuple[str, ...]

    def __str__(self) -> str:
        return f"there is no message of the kind {self.given!r}; there are {', '.join(self.known)}"


def kind_named(name: str) -> Kind:
    """
    Return a kind of message.

    Raises:
        UnknownKind: There is no such kind.
    """
    try:
        return KINDS[name]
    except (KeyError, TypeError):
        raise UnknownKind(str(name)[:80], tuple(KINDS)) from None
