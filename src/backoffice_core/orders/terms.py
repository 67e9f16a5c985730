"""
Payment terms: when what an order costs is to be paid.

Whether it is overdue depends on the moment, so it is asked for with one and is no status.
"""

import enum
from typing import TYPE_CHECKING, Any

import attrs
import pendulum

from backoffice_core.clock import maybe_utc
from backoffice_core.failures import InvalidValue
from backoffice_core.typed import whole_from, word_of

if TYPE_CHECKING:
    from backoffice_core.orders.order import Order

#: The longest time, in days, that a customer may have.
LONGEST_NET = 730


class TermsKind(enum.StrEnum):
    """What the day of payment is reckoned from."""

    NET = "net"  #: some days after the order
    FIXED = "fixed"  #: a day that was agreed
    RECEIPT = "receipt"  #: at once
    FULFILLMENT = "fulfillment"  #: once all was shipped


def _kind(value: Any) -> TermsKind:
    return word_of("kind", TermsKind, value)


def _due(value: Any) -> pendulum.DateTime | None:
    return maybe_utc(value, "due_at")


@attrs.frozen
class PaymentTerms:
    """
    When an order is to be paid.

    Attributes:
        kind: ``net``, ``fixed``, ``receipt`` or ``fulfillment``.

        days: How many days after the order, of ``net``: 1 to 730.

        due_at: The moment, of ``fixed``, UTC.
    """

    kind: TermsKind = attrs.field(converter=_kind)
    days: int | None = attrs.field(default=None, kw_only=True)
    due_at: pendulum.DateTime | None = attrs.field(default=None, kw_only=True, converter=_due)

    def __attrs_post_init__(self) -> None:
        if (self.days is not None) != (self.kind is TermsKind.NET):
            raise InvalidValue("days", repr(self.days), "days with net, and with nothing else")
        if self.days is not None:
            whole_from("days", self.days, 1, LONGEST_NET)
        if (self.due_at is not None) != (self.kind is TermsKind.FIXED):
            raise InvalidValue("due_at", repr(self.due_at), "a moment with fixed, and with nothing else")


def due_at(order: "Order") -> pendulum.DateTime | None:
    """Return when an order on terms is to be paid, UTC; None while that is not known, or without terms."""
    terms = order.terms
    if terms is None:
        return None
    if terms.kind is TermsKind.NET:
        return order.created_at.add(days=terms.days or 0)
    if terms.kind is TermsKind.FIXED:
        return terms.due_at
    if terms.kind is TermsKind.RECEIPT:
        return order.created_at
    shipped = [one.at for one in order.fulfillments if one.cancelled_at is None]
    return max(shipped) if shipped and not order.to_fulfill else None


def overdue(order: "Order", now: pendulum.DateTime) -> bool:
    """Whether an order on terms should have been paid by *now*, and was not."""
    due = due_at(order)
    unpaid = order.sums.current_total - order.sums.net
    return due is not None and due <= now and unpaid > 0 and order.cancelled_at is None
