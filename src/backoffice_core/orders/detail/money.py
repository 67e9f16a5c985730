"""The money of an order, as its page shows it: the summary, and payments with what followed on each."""

from typing import Self

import attrs
import pendulum

from backoffice_core.money import Money
from backoffice_core.orders.amounts import payments_left
from backoffice_core.orders.facts import Transaction, TransactionKind
from backoffice_core.orders.order import Order
from backoffice_core.orders.states import TransactionStatus
from backoffice_core.orders.transactions import busy


@attrs.frozen(kw_only=True)
class MoneySummary:
    """
    An order in figures. Names without ``current`` are before returns, with later additions.

    Attributes:
        subtotal: Lines without tips, discounts off; tax in where prices contain it.

        discounts: What discounts took off lines and shipping.

        shipping: Shipping, discounts off; tax in where prices contain it.

        tax: Taxes of lines and shipping.

        tips: Tips.

        total: What it costs.

        original_total: What it cost when it was placed; frozen.

        current_subtotal: The subtotal of what is left.

        current_shipping: The shipping that is left.

        current_tax: The taxes of what is left.

        current_tips: The tips that are left.

        adjustments: The sum of goodwill, less what was kept as fees; it is off the current total.

        current_total: What is left costs, goodwill and fees in; never negative.

        received: Money that arrived, refunds not taken off.

        refunded: Money that was given back.

        net: Money that arrived and was not given back.

        coming: Captures and sales whose outcome is not known yet.

        refunding: Refunds whose outcome is not known yet.

        authorized: What is left of authorizations.

        outstanding: What is owed beyond what can be captured; negative when the shop owes.

        capturable: What can be captured now.

        refundable: The most that can be refunded now.
    """

    subtotal: Money
    discounts: Money
    shipping: Money
    tax: Money
    tips: Money
    total: Money
    original_total: Money
    current_subtotal: Money
    current_shipping: Money
    current_tax: Money
    current_tips: Money
    adjustments: Money
    current_total: Money
    received: Money
    refunded: Money
    net: Money
    coming: Money
    refunding: Money
    authorized: Money
    outstanding: Money
    capturable: Money
    refundable: Money

    @classmethod
    def of(cls, order: Order) -> Self:
        """Return the figures of an order."""
        sums = order.sums
        found = {"original_total": order.original_total_minor, "authorized": sums.open_auth}
        for field in attrs.fields(cls):
            if field.name not in found:
                found[field.name] = getattr(sums, field.name)
        return cls(**{name: Money(minor, order.currency) for name, minor in found.items()})


@attrs.frozen(kw_only=True)
class PaymentDetail:
    """
    A transaction with what followed on it.

    Attributes:
        id: Its id.

        kind: What it is.

        status: What is known of it.

        amount: The amount; what was confirmed, once it was.

        asked: What was asked for, where less was confirmed.

        reversed: How much of it was undone later.

        gateway: The name of the gateway.

        reference: The gateway's own name for the movement.

        at: When it was asked for or recorded, UTC.

        actor: Who asked for it.

        error: The gateway's code for a failure.

        expires_at: When an authorization lapses, UTC.

        parent_id: The authorization of a capture or void, the payment of a refund.

        left: What is left of an authorization; of other transactions 0.

        capturable: What can be captured of it: ``left``, but no more than the order owes, and 0
            while something on it has no outcome.

        voidable: What voiding it would let go: ``left``, and 0 while something on it has no outcome.

        refundable: What can be refunded of it, at most what the order has.

        children: Captures and voids of an authorization, refunds of a payment, oldest first.
    """

    id: str
    kind: TransactionKind
    status: TransactionStatus
    amount: Money
    asked: Money | None
    reversed: Money
    gateway: str
    reference: str | None
    at: pendulum.DateTime
    actor: str | None
    error: str | None
    expires_at: pendulum.DateTime | None
    parent_id: str | None
    left: Money
    capturable: Money
    voidable: Money
    refundable: Money
    children: tuple["PaymentDetail", ...] = ()


def payments_of(order: Order) -> tuple[PaymentDetail, ...]:
    """Return the transactions that follow on no other, oldest first, each with what followed on it."""
    known = {one.id for one in order.transactions}
    under: dict[str | None, list[Transaction]] = {}
    for one in order.transactions:
        under.setdefault(one.parent_id if one.parent_id in known else None, []).append(one)
    authorized, paid = order.authorizations, payments_left(order.transactions)

    def made(one: Transaction) -> PaymentDetail:
        children = tuple(made(child) for child in under.get(one.id, ()))
        return _payment(order, one, authorized.get(one.id, 0), paid.get(one.id, 0), children)

    return tuple(made(one) for one in under.get(None, ()))


def _payment(
    order: Order, one: Transaction, authorized: int, paid: int, children: tuple[PaymentDetail, ...]
) -> PaymentDetail:
    free = authorized if authorized and busy(order, one.id) is None else 0

    def money(minor: int) -> Money:
        return Money(minor, order.currency)

    return PaymentDetail(
        id=one.id,
        kind=one.kind,
        status=one.status,
        amount=one.amount,
        asked=None if one.asked_minor is None else money(one.asked_minor),
        reversed=money(one.reversed_minor),
        gateway=one.gateway,
        reference=one.reference,
        at=one.at,
        actor=one.actor,
        error=one.error,
        expires_at=one.expires_at,
        parent_id=one.parent_id,
        left=money(authorized),
        capturable=money(min(free, order.sums.capturable) if order.cancelled_at is None else 0),
        voidable=money(free),
        refundable=money(min(paid, order.sums.refundable)),
        children=children,
    )
