"""
Sales entries: what a change does to the shop's figures, line by line.

Entries are append-only. They are the difference of an order before and after, so the entries of
an order sum to its current units, taxes and total by construction. A test order writes none.
"""

from collections.abc import Iterable, Iterator

import attrs

from backoffice_core.orders import events as happened
from backoffice_core.orders.amounts import shipping_gone, shipping_left
from backoffice_core.orders.change import Change
from backoffice_core.orders.lines import LineKind
from backoffice_core.orders.order import Order
from backoffice_core.orders.parts import paid_and_tax


@attrs.frozen(kw_only=True)
class Entry:
    """
    One figure in the sales ledger.

    Attributes:
        action: ``order``, ``refund``, ``cancel``, ``edit`` or ``delete``.

        kind: ``product``, ``custom``, ``tip``, ``gift_card``, ``shipping`` or ``adjustment``.

        line_id: The line or shipping line; empty for an adjustment.

        quantity: Units; negative when they left.

        gross: Before discounts, taxes off where prices are without, in minor units.

        discounts: What discounts took off it; negative figures lower the sales.

        tax: Taxes.

        total: What the customer pays for it, tax in.
    """

    action: str
    kind: str
    line_id: str
    quantity: int = 0
    gross: int = 0
    discounts: int = 0
    tax: int = 0
    total: int = 0

    @property
    def empty(self) -> bool:
        """Whether it says nothing."""
        return not (self.quantity or self.gross or self.discounts or self.tax or self.total)


def negated(booked: Iterable[tuple[str, Entry]]) -> dict[str, tuple[Entry, ...]]:
    """
    Return what takes the sales entries of an order back, by the day that it is booked on.

    Args:
        booked: All its entries, each with its day.
    """
    days: dict[str, dict[tuple[str, str], Entry]] = {}
    for day, entry in booked:
        rows, at = days.setdefault(day, {}), (entry.kind, entry.line_id)
        was = rows.get(at) or Entry(action="delete", kind=entry.kind, line_id=entry.line_id)
        rows[at] = Entry(
            action="delete",
            kind=entry.kind,
            line_id=entry.line_id,
            quantity=was.quantity - entry.quantity,
            gross=was.gross - entry.gross,
            discounts=was.discounts - entry.discounts,
            tax=was.tax - entry.tax,
            total=was.total - entry.total,
        )
    taken = {day: tuple(entry for entry in rows.values() if not entry.empty) for day, rows in sorted(days.items())}
    return {day: rows for day, rows in taken.items() if rows}


Figures = tuple[int, int, int, int, int]


def entries(change: Change) -> tuple[Entry, ...]:
    """Return the sales entries of a change, in the order of the lines."""
    if change.order.test or not change or _same_goods(change):
        return ()
    before = dict(_figures(change.before)) if change.before is not None else {}
    action = _action(change)
    result = []
    for key, now in _figures(change.order):
        was = before.get(key, (0, 0, 0, 0, 0))
        kind, line_id = key
        entry = Entry(
            action=action,
            kind=kind,
            line_id=line_id,
            quantity=now[0] - was[0],
            gross=now[1] - was[1],
            discounts=now[2] - was[2],
            tax=now[3] - was[3],
            total=now[4] - was[4],
        )
        if not entry.empty:
            result.append(entry)
    return tuple(result)


def _same_goods(change: Change) -> bool:
    """Whether nothing that an entry speaks of can have changed: most commands only move money or paper."""
    was, now = change.before, change.order
    return (
        was is not None
        and was.refunds is now.refunds
        and was.removals is now.removals
        and was.shipping_lines is now.shipping_lines
        and len(was.lines) == len(now.lines)
        and all(a.spans is b.spans and a.quantity == b.quantity for a, b in zip(was.lines, now.lines, strict=True))
    )


def _figures(order: Order) -> Iterator[tuple[tuple[str, str], Figures]]:
    """Yield what each line stands for now: units, gross, discounts, tax, total."""
    for line in order.lines:
        row = order.counters[line.id]
        paid, tax = paid_and_tax(line.spans, row.consumed)
        price = paid if order.taxes_included or line.kind is LineKind.TIP else paid - tax
        gross = line.unit_minor * row.current
        yield (str(line.kind), line.id), (row.current, gross, price - gross, tax, paid)
    gone = shipping_gone(order)
    for charge in order.shipping_lines:
        part = shipping_left(charge, gone.get(charge.id, 0))
        price = part.paid if order.taxes_included else part.net
        yield ("shipping", charge.id), (0, price, 0, part.tax, part.paid)
    yield ("adjustment", ""), (0, -order.sums.adjustments, 0, 0, -order.sums.adjustments)


def _action(change: Change) -> str:
    if change.before is None:
        return "order"
    if any(isinstance(event, happened.OrderCancelled) for event in change.events):
        return "cancel"
    if any(isinstance(event, happened.OrderRefunded) for event in change.events):
        return "refund"
    return "edit"
