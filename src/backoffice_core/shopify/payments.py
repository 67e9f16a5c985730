"""
The money of an order, from the figures of the file.

Rules, for a Total T, a Refunded Amount R and an Outstanding Balance O:

1. ``paid`` and ``partially_paid``: T - O was received. ``pending``: T - O is on its way, where the
   file has a balance; else nothing is known.
2. ``authorized``: T was set aside, or T - O where a part of it is owed. ``expired``, ``voided``: T
   was, and lapsed or was let go.
3. ``refunded`` and ``partially_refunded``: R was given back of the T that had been received, or of
   T - O + R where the balance is more than the refund. Where a whole refund is less than the
   total, no more than R had been received; where R is more than T, the order was overpaid by that.
   O may be above T by up to R: what was received may have been taken back by its gateway, too.
4. What units cost that left an order before it was paid was neither received nor set aside.
5. One transaction stands for several gateways in one cell: the file does not say how they share.
"""

from collections.abc import Callable
from typing import Protocol

import attrs
import pendulum

from backoffice_core.money import Money
from backoffice_core.orders.facts import Transaction, TransactionKind
from backoffice_core.orders.states import TransactionStatus
from backoffice_core.orders.status import FinancialStatus
from backoffice_core.shopify.cells import BadCell, FiguresDisagree
from backoffice_core.shopify.fate import REFUNDED
from backoffice_core.shopify.sheet import Sheet

_F = FinancialStatus
_K = TransactionKind
_S = TransactionStatus


class Paid(Protocol):
    """What a file says of the payment of an order."""

    @property
    def currency(self) -> str:
        """The order's currency."""

    @property
    def financial(self) -> FinancialStatus | None:
        """The status of the payment; None where the file has none."""

    @property
    def created_at(self) -> pendulum.DateTime:
        """When it was placed."""

    @property
    def paid_at(self) -> pendulum.DateTime | None:
        """When it was paid."""

    @property
    def cancelled_at(self) -> pendulum.DateTime | None:
        """When it was cancelled."""

    @property
    def payment_method(self) -> str:
        """By what."""

    @property
    def reference(self) -> str | None:
        """The gateway's own name for the payment."""


@attrs.frozen(kw_only=True)
class Cash:
    """
    What moved, in minor units.

    Attributes:
        received: What arrived.

        coming: What is on its way.

        set_aside: What was authorized.

        refunded: What was given back.

        outstanding: What the file says is owed.
    """

    received: int = 0
    coming: int = 0
    set_aside: int = 0
    refunded: int = 0
    outstanding: int = 0


def cash_of(sheet: Sheet, gone: int = 0) -> Cash:
    """
    Return what moved.

    Args:
        sheet: The order as the file has it.

        gone: What units that left it without being shipped cost.

    Raises:
        BadCell: The file lacks a figure that the status calls for.
        FiguresDisagree: The Outstanding Balance cannot be.
    """
    owed = sheet.outstanding or 0
    back = (sheet.refunded or 0) if sheet.financial in REFUNDED else 0
    if owed > sheet.total + back:
        given, most = (Money(one, sheet.currency).amount for one in (owed, sheet.total))
        raise FiguresDisagree(sheet.line, "Outstanding Balance", given, f"at most the Total of {most}")
    if sheet.financial in REFUNDED:
        return _with_refund(sheet, owed)
    if sheet.financial in (_F.AUTHORIZED, _F.EXPIRED, _F.VOIDED):
        less = owed if sheet.financial is _F.AUTHORIZED and owed < sheet.total else 0
        return Cash(set_aside=_without(gone, sheet.total - less), outstanding=owed)
    if sheet.financial is _F.PENDING:
        # Cancelling sets the balance to 0; it then says nothing of a payment.
        known = sheet.outstanding is not None and sheet.cancelled_at is None
        return Cash(coming=max(0, sheet.total - owed - gone) if known else 0, outstanding=owed)
    if sheet.financial is _F.PARTIALLY_PAID and sheet.outstanding is None:
        raise _needed(sheet, "Outstanding Balance", "how much was not paid")
    left = gone if sheet.financial is _F.PARTIALLY_PAID else 0
    return Cash(received=_without(left, sheet.total - owed), outstanding=owed)


def _without(gone: int, minor: int) -> int:
    """Return what is left of an amount; all of it where nothing would be."""
    return minor - gone if minor > gone else minor


def _with_refund(sheet: Sheet, owed: int) -> Cash:
    whole = sheet.financial is _F.REFUNDED
    if sheet.refunded is None and not whole:
        raise _needed(sheet, "Refunded Amount", "how much was given back")
    back = sheet.total if sheet.refunded is None else sheet.refunded
    received = back if whole and back else max(back, sheet.total - max(0, owed - back))
    return Cash(received=received, refunded=back, outstanding=owed)


def _needed(sheet: Sheet, column: str, what: str) -> BadCell:
    return BadCell(sheet.line, column, "", f"{what}, the order being {sheet.financial},")


def payments_of(
    sheet: Paid, cash: Cash, new_id: Callable[[], str], *, void_reference: str | None = None
) -> tuple[Transaction, ...]:
    """Return the transactions that brought the money, or set it aside and let it go."""
    at = sheet.paid_at or sheet.created_at
    if cash.received:
        return (_transaction(sheet, new_id(), _K.SALE, _S.SUCCESS, cash.received, at),)
    if cash.coming:
        return (_transaction(sheet, new_id(), _K.SALE, _S.PENDING, cash.coming, sheet.created_at),)
    if not cash.set_aside:
        return ()
    status = _S.EXPIRED if sheet.financial is _F.EXPIRED else _S.SUCCESS
    held = _transaction(sheet, new_id(), _K.AUTHORIZATION, status, cash.set_aside, sheet.created_at)
    if sheet.financial is not _F.VOIDED:
        return (held,)
    void_at = sheet.cancelled_at or sheet.created_at
    void = _child(held, new_id(), _K.VOID, 0, void_at)
    return held, attrs.evolve(void, reference=void_reference)


def refund_of(
    payment: Transaction,
    minor: int,
    at: pendulum.DateTime,
    new_id: Callable[[], str],
    *,
    reference: str | None = None,
) -> Transaction:
    """Return the transaction that gave money back to a payment."""
    return attrs.evolve(_child(payment, new_id(), _K.REFUND, minor, at), reference=reference)


def _transaction(
    sheet: Paid, id: str, kind: TransactionKind, status: TransactionStatus, minor: int, at: pendulum.DateTime
) -> Transaction:
    return Transaction(
        id=id,
        kind=kind,
        status=status,
        minor=minor,
        currency=sheet.currency,
        gateway=sheet.payment_method,
        at=at,
        reference=sheet.reference,
    )


def _child(parent: Transaction, id: str, kind: TransactionKind, minor: int, at: pendulum.DateTime) -> Transaction:
    return Transaction(
        id=id,
        kind=kind,
        status=_S.SUCCESS,
        minor=minor,
        currency=parent.currency,
        gateway=parent.gateway,
        at=at,
        parent_id=parent.id,
    )
