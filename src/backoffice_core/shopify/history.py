"""
What an order has lived through, so that its statuses and what is owed come out as the file has them.

No status is stored. Rules, beside those of ``fate.py`` and ``payments.py``:

1. One fulfillment holds all units that were shipped.
2. The file does not say which units a refund was for, except those of a fulfilled order that were
   never shipped. What else it gave back is an adjustment, so that the file's balance is owed.
3. A paid order with a balance: what is gone, or else the balance, left the order, and nothing is
   owed. The file's balance still counts it. Where nothing was paid, or not all, what the balance is
   less than the total left the order, but for what was paid, is on its way or set aside.
4. Cancelling took out what was not shipped, and the shipping where nothing was shipped. What was
   not given back is owed by the shop, which the file shows as a balance of 0.
5. Where the file does not say when, it was when the order was last touched.
"""

from collections.abc import Callable

import attrs
import pendulum

from backoffice_core.orders.facts import Fulfillment, Hold, Units
from backoffice_core.orders.givenback import Refund, RefundLine, Removal, Restock, ShippingPart
from backoffice_core.orders.order import Order
from backoffice_core.orders.parts import value
from backoffice_core.orders.states import FulfillmentStatus
from backoffice_core.orders.status import FinancialStatus, FulfillmentState
from backoffice_core.shopify.fate import Fate
from backoffice_core.shopify.payments import Cash, cash_of, payments_of, refund_of
from backoffice_core.shopify.sheet import Sheet

NewId = Callable[[], str]

#: Why units of an imported order are on hold; the file does not say.
HELD: str = "imported"


def with_history(placed: Order, sheet: Sheet, fate: Fate, new_id: NewId) -> Order:
    """
    Return an order that was placed with all that happened to it since.

    Raises:
        BadCell: The file lacks a figure that the status calls for.
        FiguresDisagree: The Outstanding Balance cannot be.
    """
    at, gone = _latest(sheet), _taken(placed, fate.gone)
    worth = sum(line.minor for line in gone)
    cash = cash_of(sheet, worth)
    payments = payments_of(sheet, cash, new_id, void_reference=sheet.other_reference)
    order = attrs.evolve(
        placed,
        updated_at=at,
        cancelled_at=sheet.cancelled_at,
        closed_at=sheet.cancelled_at,
        cancel_reason="other" if sheet.cancelled_at else None,
        transactions=payments,
        fulfillments=_fulfillments(placed, sheet, fate, new_id),
        holds=_holds(sheet, new_id),
    )
    if sheet.cancelled_at is not None:
        return _cancelled(order, sheet, fate, cash, new_id)
    if cash.refunded:
        adjustment = sheet.total - cash.received + cash.refunded - cash.outstanding - worth
        return _refunded(order, sheet, gone, cash.refunded, adjustment, at, new_id)
    if sheet.financial is FinancialStatus.PAID and cash.outstanding:
        return _left(order, gone, cash.outstanding, at, new_id)
    if sheet.outstanding is None:
        return order
    held = cash.set_aside if sheet.financial is FinancialStatus.AUTHORIZED else 0
    left = sheet.total - sheet.outstanding - cash.received - cash.coming - held
    return _left(order, gone, left, at, new_id) if gone or left > 0 else order


def _latest(sheet: Sheet) -> pendulum.DateTime:
    moments = (sheet.created_at, sheet.paid_at, sheet.fulfilled_at, sheet.cancelled_at)
    return max(moment for moment in moments if moment is not None)


def _fulfillments(placed: Order, sheet: Sheet, fate: Fate, new_id: NewId) -> tuple[Fulfillment, ...]:
    lines = tuple(Units(line.id, units) for line, units in zip(placed.lines, fate.shipped, strict=True) if units)
    if not lines:
        return ()
    return (
        Fulfillment(
            id=new_id(),
            name=f"{placed.name}-F1",
            status=FulfillmentStatus.SUCCESS,
            lines=lines,
            at=sheet.fulfilled_at or sheet.paid_at or sheet.created_at,
        ),
    )


def _holds(sheet: Sheet, new_id: NewId) -> tuple[Hold, ...]:
    if sheet.fulfillment is not FulfillmentState.ON_HOLD or sheet.cancelled_at is not None:
        return ()
    return (Hold(id=new_id(), reason=HELD, at=sheet.created_at),)


def _taken(placed: Order, units: tuple[int, ...]) -> tuple[RefundLine, ...]:
    """Return some units of each line, never shipped, with what they cost."""
    taken = []
    for line, quantity in zip(placed.lines, units, strict=True):
        if quantity:
            part = value(line.spans, 0, quantity)
            taken.append(RefundLine.of(line, part, quantity, Restock.CANCEL))
    return tuple(taken)


def _refunded(
    order: Order,
    sheet: Sheet,
    gone: tuple[RefundLine, ...],
    minor: int,
    adjustment: int,
    at: pendulum.DateTime,
    new_id: NewId,
) -> Order:
    given = refund_of(order.transactions[0], minor, at, new_id, reference=sheet.other_reference)
    refund = Refund(
        id=new_id(),
        at=at,
        minor=minor,
        currency=order.currency,
        lines=gone,
        adjustment_minor=adjustment,
        transaction_ids=(given.id,),
    )
    return attrs.evolve(order, refunds=(refund,), transactions=(*order.transactions, given))


def _left(order: Order, gone: tuple[RefundLine, ...], balance: int, at: pendulum.DateTime, new_id: NewId) -> Order:
    """Take out what a balance tells to be gone (rule 3)."""
    removal = Removal(
        id=new_id(),
        at=at,
        cause="edit",
        lines=gone,
        adjustment_minor=balance - sum(line.minor for line in gone),
        currency=order.currency,
    )
    return attrs.evolve(order, removals=(removal,))


def _cancelled(order: Order, sheet: Sheet, fate: Fate, cash: Cash, new_id: NewId) -> Order:
    """Take out what was not shipped (rule 4)."""
    at = sheet.cancelled_at or order.updated_at
    nothing_shipped = not order.fulfillments
    units = tuple(
        0 if line.tip and not nothing_shipped else line.quantity - shipped
        for line, shipped in zip(sheet.lines, fate.shipped, strict=True)
    )
    lines = _taken(order, units)
    shipping = _shipping(order) if nothing_shipped else ()
    if lines or shipping:
        removal = Removal(id=new_id(), at=at, cause="cancel", lines=lines, shipping=shipping, currency=order.currency)
        order = attrs.evolve(order, removals=(removal,))
    if not cash.refunded:
        return order
    goodwill = max(0, order.sums.current_total - cash.received + cash.refunded)
    return _refunded(order, sheet, (), cash.refunded, goodwill, at, new_id)


def _shipping(order: Order) -> tuple[ShippingPart, ...]:
    return tuple(
        ShippingPart(
            shipping_line_id=line.id, minor=line.paid_minor, taxes_minor=line.taxes_minor, currency=order.currency
        )
        for line in order.shipping_lines
        if line.paid_minor
    )
