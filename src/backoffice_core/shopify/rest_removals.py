"""
What an edit or cancelling took out of an order in REST JSON.

Rules:

1. What ``current_quantity`` lacks beyond the refunds was taken out by an edit, and so was a shipping
   line that ``is_removed``. What was shipped stays.
2. Cancelling takes out what was neither shipped nor refunded, and, where nothing was shipped, the
   shipping that ``current_total_price`` does not count any more.
3. Cents that ``current_total_price`` is off by are an adjustment of what an edit took out.
"""

from collections.abc import Sequence

import attrs
import pendulum

from backoffice_core.orders.amounts import shipping_gone
from backoffice_core.orders.facts import Units
from backoffice_core.orders.givenback import RefundLine, Removal, Restock, ShippingPart
from backoffice_core.orders.parts import value
from backoffice_core.orders.refund import shipping_part
from backoffice_core.shopify.rest_history import History


def take_out(book: History) -> None:
    """
    Record what an edit or cancelling took out (rules 1 and 2).

    Raises:
        BadField: A figure cannot be meant.
    """
    if book.order.cancelled_at is not None:
        _cancel(book, book.order.cancelled_at)
    else:
        _edit(book)


def _edit(book: History) -> None:
    units = {}
    for data, line in zip(book.data.each("line_items"), book.order.lines, strict=False):
        current, row = data.units("current_quantity"), book.order.counters[line.id]
        if current is not None and current < row.current:
            units[line.id] = min(row.current - current, row.unshipped if line.fulfillable else row.current)
        if current is not None and current != row.current - units.get(line.id, 0):
            text = f"{book.named(line.id)} has {row.current - units.get(line.id, 0)} units left by what was recorded"
            book.notes.append(("current_quantity_differs", f"{text}, {current} in the file"))
    removed = [
        line
        for data, line in zip(book.data.each("shipping_lines"), book.order.shipping_lines, strict=False)
        if data.yes("is_removed")
    ]
    gone = shipping_gone(book.order)
    shipping = tuple(
        shipping_part(line, gone.get(line.id, 0), left)
        for line in removed
        if (left := line.paid_minor - gone.get(line.id, 0))
    )
    if any(units.values()) or shipping:
        _remove(book, "edit", book.order.updated_at, units, shipping, _rounded(book, units, shipping))


def _rounded(book: History, units: dict[str, int], shipping: Sequence[ShippingPart]) -> int:
    """Return what the file's current total differs by rounding from what is left by our parts."""
    said = book.data.signed("current_total_price", book.order.currency)
    worth = sum(line.minor for line in _taken(book, units)) + sum(part.minor for part in shipping)
    left = book.order.sums.current_total + book.order.sums.adjustments - book.rounding - worth
    off = 0 if said is None else left - said
    if not off or abs(off) > sum(units.values()):
        return 0
    text = f"what was taken out differs by {book.figures.text(off)} from current_total_price; it is an adjustment"
    book.notes.append(("removal_parts_differ", text))
    book.rounding += off
    return book.adjusted(off, worth)


def _cancel(book: History, at: pendulum.DateTime) -> None:
    nothing_shipped = not book.order.fulfilled
    units = {}
    for line in book.order.lines:
        row = book.order.counters[line.id]
        units[line.id] = row.unshipped if line.fulfillable else row.current * nothing_shipped
    shipping: tuple[ShippingPart, ...] = ()
    if nothing_shipped:
        # Goods are all gone then, so what the file's current total still counts is shipping.
        kept = book.data.amount("current_total_price", book.order.currency) or 0
        left = sum(line.paid_minor for line in book.order.shipping_lines) - sum(shipping_gone(book.order).values())
        shipping = tuple(book.shipping_parts(max(0, left - kept)))
    _remove(book, "cancel", at, units, shipping, 0)


def _taken(book: History, units: dict[str, int]) -> list[RefundLine]:
    taken = []
    for line in book.order.lines:
        quantity, start = units.get(line.id, 0), book.order.counters[line.id].consumed
        if quantity:
            part = value(line.spans, start, start + quantity)
            taken.append(RefundLine.of(line, part, quantity, Restock.CANCEL))
    return taken


def _remove(
    book: History,
    cause: str,
    at: pendulum.DateTime,
    units: dict[str, int],
    shipping: Sequence[ShippingPart],
    adjustment: int,
) -> None:
    lines = tuple(_taken(book, units))
    worth = sum(line.minor for line in lines) + sum(part.minor for part in shipping)
    waiting = {id: row.waiting for id, row in book.order.counters.items()} if cause == "cancel" else {}
    removal = Removal(
        id=book.new_id(),
        at=at,
        cause=cause,
        lines=lines,
        released=tuple(Units(id, count) for id, count in waiting.items() if count),
        shipping=tuple(shipping),
        adjustment_minor=adjustment - max(0, worth + adjustment - book.order.sums.current_total),
        currency=book.order.currency,
    )
    book.order = attrs.evolve(book.order, removals=(*book.order.removals, removal))
