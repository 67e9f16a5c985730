"""
Recording movements of money that a gateway or a person reports.

Rules:

1. A reference names one movement. Seen again with the same content nothing happens; a success
   after a failure is recorded, a failure after a success is a reversal; another amount is refused.
2. A capture is of the authorization that is named, else of one of its gateway, an open one first.
3. Money is a fact: it is recorded on a cancelled order too, and above the total; the shop owes it.
"""

from typing import ClassVar, Literal

import attrs
import pendulum

from backoffice_core.failures import Refused, reason
from backoffice_core.money import Money
from backoffice_core.orders.asked import Amount, expiry, text_up_to
from backoffice_core.orders.change import Change, Command, Facts, unchanged
from backoffice_core.orders.facts import Transaction, TransactionKind
from backoffice_core.orders.find import UnknownTransaction
from backoffice_core.orders.order import Order
from backoffice_core.orders.states import TransactionStatus
from backoffice_core.orders.transactions import (
    moved,
    positive,
    recorded,
    recorded_under,
)
from backoffice_core.typed import one_of


@reason
class ReferenceTaken(Refused):
    """
    A gateway's reference was recorded with another amount.

    Attributes:
        order_id: The order.

        reference: The reference.

        recorded: The amount it stands for, as `Money`.

        given: The amount that was given now, as `Money`.
    """

    code: ClassVar[str] = "reference_taken"
    order_id: str
    reference: str
    recorded: Money
    given: Money

    def __str__(self) -> str:
        return f"order {self.order_id}: reference {self.reference} was recorded as {self.recorded}, not {self.given}"


@attrs.frozen(kw_only=True)
class RecordPayment(Command):
    """Record a movement of money that a gateway or a person reports."""

    amount: Amount
    gateway: str = attrs.field(default="manual", validator=text_up_to(255))
    reference: str | None = None
    kind: Literal["sale", "capture", "authorization"] = attrs.field(
        default="sale", validator=one_of("sale", "capture", "authorization")
    )
    status: Literal["success", "pending", "failure"] = attrs.field(
        default="success", validator=one_of("success", "pending", "failure")
    )
    authorization: str | None = None
    expires_at: pendulum.DateTime | None = attrs.field(default=None, converter=expiry)


def record_payment(order: Order, command: RecordPayment, facts: Facts) -> Change:
    """
    Record a movement of money that happened elsewhere; the same reference only once.

    Raises:
        ReferenceTaken: Rule 1.
        UnknownTransaction: A capture without an authorization it could be of.
    """
    minor = positive(command.amount, order.currency)
    kind = TransactionKind(command.kind)
    known = recorded_under(order, command.gateway, kind, command.reference)
    if known is not None:
        return seen_again(order, known, minor, command.status, facts)
    made = Transaction(
        id=facts.new_id(),
        kind=kind,
        status=TransactionStatus(command.status),
        minor=minor,
        currency=order.currency,
        gateway=command.gateway,
        at=facts.now,
        parent_id=_authorization_of(order, command) if kind is TransactionKind.CAPTURE else None,
        reference=command.reference,
        expires_at=command.expires_at,
        actor=facts.actor,
    )
    return recorded(order, [made], facts)


def seen_again(order: Order, known: Transaction, minor: int, status: str, facts: Facts) -> Change:
    """
    Return what a movement that is on record means when it is told again (rule 1).

    Raises:
        ReferenceTaken: It was recorded with another amount.
    """
    if minor not in (known.minor, known.asked_minor):
        raise ReferenceTaken(order.id, known.reference or "", known.amount, Money(minor, order.currency))
    if status == "success" and known.status in (
        TransactionStatus.PENDING,
        TransactionStatus.UNKNOWN,
        TransactionStatus.FAILURE,
    ):
        return moved(order, known, "succeed")
    if status == "failure" and known.status in (TransactionStatus.PENDING, TransactionStatus.UNKNOWN):
        return moved(order, known, "fail")
    if status == "failure" and known.status is TransactionStatus.SUCCESS:
        return moved(order, known, "reverse")
    return unchanged(order)


def _authorization_of(order: Order, command: RecordPayment) -> str:
    known = [one for one in order.transactions if one.kind is TransactionKind.AUTHORIZATION]
    left = order.authorizations
    if command.authorization is None:
        known.sort(key=lambda one: one.id not in left)
    for one in known:
        if command.authorization in (one.id, None) and (command.authorization or one.gateway == command.gateway):
            return one.id
    raise UnknownTransaction(order.id, command.authorization or "authorization", tuple(one.id for one in known))
