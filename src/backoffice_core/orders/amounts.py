"""
Totals, what is owed, what can be captured and what can be refunded.

All of it is computed from the facts of an order; nothing here is stored. Units are counted in
``counters.py``.

* ``net = received - refunded``, of successful transactions only
* ``coming`` = pending and unknown captures and sales
* ``open_auth`` = what is left of authorizations neither voided nor expired
* ``capturable = min(open_auth, max(0, current_total - net - coming))``
* ``outstanding = current_total - net - coming - capturable``, negative when the shop owes
* ``refundable = max(0, net - pending and unknown refunds)``

Amounts are minor units of the order's currency.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING

import attrs

from backoffice_core.orders.facts import Transaction, TransactionKind
from backoffice_core.orders.givenback import Refund, Removal
from backoffice_core.orders.parts import NOTHING, Part, paid_and_tax, taxes_of
from backoffice_core.orders.states import HAPPENED, TransactionStatus

if TYPE_CHECKING:
    from backoffice_core.orders.lines import LineItem, ShippingLine
    from backoffice_core.orders.order import Order

_IN = (TransactionKind.SALE, TransactionKind.CAPTURE)


def shipping_left(line: "ShippingLine", gone: int) -> Part:
    """Return what is left of a shipping line when *gone* of its cents were taken."""
    whole = Part(line.paid_minor, line.taxes_minor)
    return whole if not gone else whole - Part(gone, taxes_of(line.taxes_minor, line.paid_minor, gone))


# Without slots one is made in half the time: attrs sets the fields in its dictionary.
@attrs.frozen(slots=False)
class Agreed:
    """What an order costs, in minor units. Names without ``current`` are before returns and removals."""

    subtotal: int
    discounts: int
    shipping: int
    tax: int
    tips: int
    total: int
    current_subtotal: int
    current_shipping: int
    current_tax: int
    current_tips: int
    current_total: int
    adjustments: int


@attrs.frozen(slots=False)
class Sums(Agreed):
    """
    An order in figures, in minor units: what it costs, and what was paid.

    Attributes:
        received: What arrived.

        refunded: What was given back.

        refunding: What is being given back.

        coming: What is being paid.

        open_auth: What is left of authorizations.

        net: Received and not given back.

        due: What the customer has not paid yet, authorized or not; negative when too much.

        capturable: What can be captured: authorized, and owed.

        outstanding: What is owed beyond what can be captured; negative when the shop owes.

        refundable: The most that can be refunded now.
    """

    received: int
    refunded: int
    refunding: int
    coming: int
    open_auth: int
    net: int
    due: int
    capturable: int
    outstanding: int
    refundable: int


def sums(order: "Order") -> Sums:
    """Return the figures of an order."""
    costs = order.agreed
    received, refunded, refunding, coming = money(order.transactions)
    open_auth = sum(order.authorizations.values())
    net = received - refunded
    due = costs.current_total - net - coming
    capturable = min(open_auth, max(0, due))
    made = object.__new__(Sums)
    # As calling the class does, which takes twice as long with so many fields.
    made.__dict__.update(
        costs.__dict__,
        received=received,
        refunded=refunded,
        refunding=refunding,
        coming=coming,
        open_auth=open_auth,
        net=net,
        due=due,
        capturable=capturable,
        outstanding=due - capturable,
        refundable=max(0, net - refunding),
    )
    return made


def agreed(order: "Order") -> Agreed:
    """Return what an order costs."""
    taken: dict[str, Part] = {}
    gone: dict[str, int] = {}
    adjustments = _taken(order, taken, gone)
    counted = order.counters
    placed = placed_tax = current = current_tax = tips = current_tips = listed = 0
    for line in order.lines:
        paid, tax = whole = paid_and_tax(line.spans)
        if (off := taken.get(line.id)) is not None:
            paid, tax = paid + off.paid, tax + off.tax
        left, left_tax = paid_and_tax(line.spans, consumed) if (consumed := counted[line.id].consumed) else whole
        if line.is_tip:
            tips, current_tips = tips + paid, current_tips + left
            continue
        placed, placed_tax = placed + paid, placed_tax + tax
        current, current_tax = current + left, current_tax + left_tax
        listed += line.unit_minor * line.quantity
    shipping = shipping_tax = charged = charged_tax = 0
    for charge in order.shipping_lines:
        part = shipping_left(charge, gone.get(charge.id, 0))
        shipping, shipping_tax = shipping + charge.paid_minor, shipping_tax + sum(charge.taxes_minor)
        charged, charged_tax = charged + part.paid, charged_tax + part.tax
        listed += charge.price_minor
    on_top = not order.taxes_included
    subtotal, without_tax = placed - placed_tax * on_top, shipping - shipping_tax * on_top
    return Agreed(
        subtotal=subtotal,
        discounts=listed - subtotal - without_tax,
        shipping=without_tax,
        tax=placed_tax + shipping_tax,
        tips=tips,
        total=placed + shipping + tips,
        current_subtotal=current - current_tax * on_top,
        current_shipping=charged - charged_tax * on_top,
        current_tax=current_tax + charged_tax,
        current_tips=current_tips,
        current_total=current + charged + current_tips - adjustments,
        adjustments=adjustments,
    )


def total_of(lines: Iterable["LineItem"], charges: Iterable["ShippingLine"]) -> int:
    """Return what lines and shipping cost together when they are agreed, tax in."""
    return sum(paid_and_tax(line.spans)[0] for line in lines) + sum(charge.paid_minor for charge in charges)


def _taken(order: "Order", amounts: dict[str, Part], shipping: dict[str, int]) -> int:
    """Collect the amounts refunded without units and what was taken of shipping; return the adjustments."""
    adjustments = 0
    facts: tuple[Refund | Removal, ...] = (*order.refunds, *order.removals)
    for fact in facts:
        adjustments += fact.adjustment_minor
        for part in fact.shipping:
            shipping[part.shipping_line_id] = shipping.get(part.shipping_line_id, 0) + part.minor
        for line in fact.lines:
            if not line.quantity:
                amounts[line.line_id] = amounts.get(line.line_id, NOTHING) + Part(line.minor, line.taxes_minor)
    return adjustments


def amounts_gone(order: "Order") -> dict[str, Part]:
    """Return what was refunded or removed of each line without units, by its id; lines without any are left out."""
    gone: dict[str, Part] = {}
    _taken(order, gone, {})
    return gone


def shipping_gone(order: "Order") -> dict[str, int]:
    """Return what was refunded or removed of each shipping line, by its id."""
    gone: dict[str, int] = {}
    _taken(order, {}, gone)
    return gone


def money(transactions: Iterable[Transaction]) -> tuple[int, int, int, int]:
    """Return received, refunded, refunding and coming of some transactions."""
    received = refunded = refunding = coming = 0
    for one in transactions:
        if one.kind in _IN:
            received += one.in_force
            coming += one.minor if one.open else 0
        elif one.kind is TransactionKind.REFUND:
            refunded += one.in_force
            refunding += one.minor if one.open else 0
    return received, refunded, refunding, coming


def authorizations(order: "Order") -> Mapping[str, int]:
    """Return what is left of each authorization of an order; see `authorizations_left`."""
    return MappingProxyType(authorizations_left(order.transactions))


def authorizations_left(transactions: Iterable[Transaction]) -> dict[str, int]:
    """
    Return what is left of each authorization that is neither voided nor expired, oldest first.

    Captures whose outcome is not known count as used.
    """
    left: dict[str, int] = {}
    for one in transactions:
        if one.kind is TransactionKind.AUTHORIZATION:
            if one.in_force > 0:
                left[one.id] = one.in_force
        elif one.parent_id in left and (one.open or one.status in HAPPENED):
            if one.kind is TransactionKind.VOID:
                left[one.parent_id] *= one.status is TransactionStatus.REVERSED
            elif one.kind is TransactionKind.CAPTURE:
                left[one.parent_id] = 0 if one.final else max(0, left[one.parent_id] - one.minor)
    return {id: amount for id, amount in left.items() if amount}


def payments_left(transactions: Iterable[Transaction]) -> dict[str, int]:
    """Return what can still be refunded of each payment that has something left, oldest first."""
    left: dict[str, int] = {}
    for one in transactions:
        if one.kind in _IN:
            if one.in_force > 0:
                left[one.id] = one.in_force
        elif one.kind is TransactionKind.REFUND and one.parent_id in left:
            left[one.parent_id] -= one.minor if one.open else one.in_force
    return {id: amount for id, amount in left.items() if amount > 0}
