"""
Line counters, totals, what is owed, what can be captured and what can be refunded.

All of it is computed from the facts of an order; nothing here is stored.

* ``current = ordered - removed - refunded``
* ``to_fulfill = ordered - removed - released - fulfilled``
* ``net = received - refunded``, of successful transactions only
* ``coming`` = pending and unknown captures and sales
* ``open_auth`` = what is left of authorizations neither voided nor expired
* ``capturable = min(open_auth, max(0, current_total - net - coming))``
* ``outstanding = current_total - net - coming - capturable``, negative when the shop owes
* ``refundable = max(0, net - pending and unknown refunds)``

Amounts are minor units of the order's currency.
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING

import attrs

from backoffice_core.orders.facts import Hold, Transaction, TransactionKind
from backoffice_core.orders.givenback import Refund, Removal, Restock
from backoffice_core.orders.parts import NOTHING, Part, paid_and_tax, taxes_of
from backoffice_core.orders.states import HAPPENED, FulfillmentStatus, HoldStatus, TransactionStatus

if TYPE_CHECKING:
    from backoffice_core.orders.lines import LineItem, ShippingLine
    from backoffice_core.orders.order import Order

_IN = (TransactionKind.SALE, TransactionKind.CAPTURE)


@attrs.frozen
class Counters:
    """
    How many units of a line are where.

    Attributes:
        ordered: All units ever agreed.

        removed: Units that left without a refund (a cancel, an edit).

        refunded: Units given back for money.

        released: Refunded units that will not be shipped.

        fulfilled: Units shipped.

        returned: Shipped units that came back.

        kept: Units refunded without restock that the customer has.

        waiting: Units refunded without restock that were not shipped.

        held: Unshipped units that a hold stops.

        received: Units that came back by a return and were not refunded.

        unstocked: Units that came back by a return and are not on sale again.

        fulfillable: Whether the line is ever shipped at all (a tip is not).
    """

    ordered: int = 0
    removed: int = 0
    refunded: int = 0
    released: int = 0
    fulfilled: int = 0
    returned: int = 0
    kept: int = 0
    waiting: int = 0
    held: int = 0
    received: int = 0
    unstocked: int = 0
    fulfillable: bool = True

    @property
    def consumed(self) -> int:
        """How many units, from the low end, are gone."""
        return self.removed + self.refunded

    @property
    def current(self) -> int:
        """Units that the customer pays for."""
        return self.ordered - self.removed - self.refunded

    @property
    def to_fulfill(self) -> int:
        """Units still to be shipped."""
        return self.ordered - self.removed - self.released - self.fulfilled if self.fulfillable else 0

    @property
    def returnable(self) -> int:
        """Shipped units that did not come back."""
        return self.fulfilled - self.returned

    @property
    def unshipped(self) -> int:
        """Units neither shipped nor refunded."""
        return self.to_fulfill - self.waiting if self.fulfillable else self.current

    @property
    def shipped(self) -> int:
        """Units with the customer that were not refunded."""
        return self.returnable - self.kept

    @property
    def restockable(self) -> int:
        """Units that were refunded, or came back by a return, and are not on sale again."""
        return self.waiting + self.unstocked + self.kept

    @property
    def ready(self) -> int:
        """Units that a fulfillment without lines ships: neither refunded nor held."""
        return max(0, self.to_fulfill - self.waiting - self.held)


#: What the counters are made of, beside the lines.
_unit_moves: Callable[["Order"], tuple[tuple[object, ...], ...]] = attrgetter(
    "fulfillments", "refunds", "removals", "restockings", "receipts", "holds"
)


def counters(order: "Order") -> Mapping[str, Counters]:
    """Return the counters of every line, by its id, in the order of the lines."""
    if not any(_unit_moves(order)):
        return MappingProxyType({line.id: _untouched(line.quantity, line.fulfillable) for line in order.lines})
    rows = {line.id: Counters(ordered=line.quantity, fulfillable=line.fulfillable) for line in order.lines}
    for fulfillment in order.fulfillments:
        if fulfillment.status is FulfillmentStatus.SUCCESS:
            for units in fulfillment.lines:
                _add(rows[units.line_id], "fulfilled", units.quantity)
    back_shipped: dict[str, int] = {}
    back_unshipped: dict[str, int] = {}
    for receipt in order.receipts:
        for came in receipt.lines:
            row = rows[came.line_id]
            _add(row, "returned", came.quantity)
            _add(row, "received", came.quantity - came.refunded)
            _add(row, "unstocked", came.quantity)
            back_shipped[came.line_id] = back_shipped.get(came.line_id, 0) + came.refunded
    for removal in order.removals:
        for gone in removal.lines:
            _add(rows[gone.line_id], "removed", gone.quantity)
        for units in removal.released:
            _add(rows[units.line_id], "released", units.quantity)
            back_unshipped[units.line_id] = back_unshipped.get(units.line_id, 0) + units.quantity
    for restocking in order.restockings:
        for back in restocking.lines:
            row = rows[back.line_id]
            if back.restock is Restock.RECEIVED:
                _add(row, "unstocked", -back.quantity)
            elif back.restock is Restock.RETURN:
                _add(row, "returned", back.quantity)
                back_shipped[back.line_id] = back_shipped.get(back.line_id, 0) + back.quantity
            else:
                _add(row, "released", back.quantity)
                back_unshipped[back.line_id] = back_unshipped.get(back.line_id, 0) + back.quantity
    if order.refunds:
        _count_refunds(order, rows, back_shipped, back_unshipped)
    if order.holds:
        _count_held(order.holds, rows)
    return MappingProxyType(rows)


@lru_cache(maxsize=256)
def _untouched(ordered: int, fulfillable: bool) -> Counters:
    """Return the counters of a line that nothing happened to; most orders of a list have such lines only."""
    return Counters(ordered=ordered, fulfillable=fulfillable)


def _count_refunds(
    order: "Order", rows: dict[str, Counters], back_shipped: Mapping[str, int], back_unshipped: Mapping[str, int]
) -> None:
    money_only: dict[str, tuple[int, int]] = {}
    for refund in order.refunds:
        for taken in refund.lines:
            row = rows[taken.line_id]
            _add(row, "refunded", taken.quantity)
            if taken.restock is Restock.RETURN:
                _add(row, "returned", taken.quantity)
            elif taken.restock is Restock.CANCEL:
                _add(row, "released", taken.quantity)
            elif taken.restock is Restock.RECEIVED:
                _add(row, "received", -taken.quantity)
            elif taken.quantity and row.fulfillable:
                units, shipped = money_only.get(taken.line_id, (0, 0))
                money_only[taken.line_id] = (units + taken.quantity, shipped + taken.shipped)
    for line_id, (units, shipped) in money_only.items():
        row = rows[line_id]
        back = back_shipped.get(line_id, 0)
        left = units - back - back_unshipped.get(line_id, 0)
        # A unit that was refunded unshipped may be shipped later, and a fulfillment may be undone:
        # what the refund saw is kept as far as the units still allow it.
        kept = min(max(shipped - back, left - row.to_fulfill, 0), row.returnable, left)
        _add(row, "kept", kept)
        _add(row, "waiting", left - kept)


def _count_held(holds: Iterable[Hold], rows: dict[str, Counters]) -> None:
    for hold in holds:
        if hold.status is HoldStatus.RELEASED:
            continue
        if not hold.lines:
            for row in rows.values():
                _add(row, "held", row.to_fulfill - row.held)
            continue
        for units in hold.lines:
            row = rows[units.line_id]
            _add(row, "held", min(units.quantity, row.to_fulfill - row.held))


def _add(row: Counters, name: str, units: int) -> None:
    """Count while the counters are made; for everybody else they are frozen."""
    object.__setattr__(row, name, getattr(row, name) + units)


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
    return Sums(
        **costs.__dict__,
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
