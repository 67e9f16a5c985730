"""
What a change does to the shop's figures: sales entries, line by line, and the money that moved.

Both are append-only. They are the difference of an order before and after, so those of an order sum
to its current units, taxes and total, and to what was received and refunded, by construction. A test
order writes none.
"""

from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Final

import attrs
import pendulum

from backoffice_core.money import half_up
from backoffice_core.orders import events as happened
from backoffice_core.orders.amounts import shipping_gone, shipping_left
from backoffice_core.orders.change import Change
from backoffice_core.orders.facts import TransactionKind
from backoffice_core.orders.lines import LineItem
from backoffice_core.orders.order import Order
from backoffice_core.orders.parts import paid_and_tax


@attrs.frozen(kw_only=True)
class Entry:
    """
    One figure in the sales ledger.

    ``gross + discounts + tax == total``, always. Amounts are minor units of the order's currency.

    Attributes:
        action: ``order``, ``refund``, ``cancel`` or ``edit``; where an order was deleted, that of the
            entries that are taken back.

        kind: ``product``, ``custom``, ``tip``, ``gift_card``, ``shipping`` or ``adjustment``.

        line_id: The line or shipping line; empty for an adjustment.

        item: What was sold, as products are told apart: the variant of the catalog, else the SKU,
            else the title, in at most 100 characters; empty for shipping and adjustments.

        channel: Where the order was sold; empty where that is not known.

        codes: The discount codes of the order, sorted, with commas between them; empty without any.

        orders: 1 for the first entry of an order, -1 for what takes it back, else 0.

        quantity: Units; negative when they left.

        gross: Before discounts, without taxes.

        discounts: What discounts and amounts given back took off it, without taxes; negative figures
            lower the sales.

        tax: Taxes.

        total: What the customer pays for it, tax in.
    """

    action: str
    kind: str
    line_id: str
    item: str = ""
    channel: str = ""
    codes: str = ""
    orders: int = 0
    quantity: int = 0
    gross: int = 0
    discounts: int = 0
    tax: int = 0
    total: int = 0

    @property
    def empty(self) -> bool:
        """Whether it says nothing."""
        return not (self.quantity or self.gross or self.discounts or self.tax or self.total)


@attrs.frozen(kw_only=True)
class MoneyEntry:
    """
    Money that moved through one gateway.

    Attributes:
        gateway: The gateway's name, in at most 100 characters.

        received: What came in, in minor units; negative when it was taken back by the customer's bank.

        refunded: What was given back, in minor units; negative when that was undone.
    """

    gateway: str
    received: int = 0
    refunded: int = 0

    @property
    def empty(self) -> bool:
        """Whether it says nothing."""
        return not (self.received or self.refunded)


#: The longest text that things are told apart by.
LONGEST_ITEM: Final = 100


def negated(booked: Iterable[tuple[str, Entry]]) -> dict[str, tuple[Entry, ...]]:
    """
    Return what takes the sales entries of an order back, by the day that it is booked on.

    Args:
        booked: All its entries, each with its day.
    """
    days: dict[str, dict[Entry, Entry]] = {}
    for day, entry in booked:
        rows, bare = days.setdefault(day, {}), _less(entry, entry)
        rows[bare] = _less(rows.get(bare, bare), entry)
    found = {day: tuple(one for bare, one in rows.items() if one != bare) for day, rows in sorted(days.items())}
    return {day: rows for day, rows in found.items() if rows}


def _less(entry: Entry, other: Entry) -> Entry:
    """Return an entry with the figures of another one taken off."""
    return attrs.evolve(
        entry,
        orders=entry.orders - other.orders,
        quantity=entry.quantity - other.quantity,
        gross=entry.gross - other.gross,
        discounts=entry.discounts - other.discounts,
        tax=entry.tax - other.tax,
        total=entry.total - other.total,
    )


def money_negated(booked: Iterable[tuple[str, MoneyEntry]]) -> dict[str, tuple[MoneyEntry, ...]]:
    """Return what takes the money entries of an order back, by the day that it is booked on."""
    days: dict[str, list[tuple[int, MoneyEntry]]] = {}
    for day, entry in booked:
        days.setdefault(day, []).append((-1, entry))
    found = {day: money_sums(rows) for day, rows in sorted(days.items())}
    return {day: rows for day, rows in found.items() if rows}


Figures = tuple[int, int, int, int, int]


def entries(change: Change) -> tuple[Entry, ...]:
    """Return the sales entries of a change, in the order of the lines."""
    order = change.order
    if order.test or not change or _same_goods(change):
        return ()
    before = {(kind, id): figures for kind, id, _, figures in _figures(change.before)} if change.before else {}
    head = {
        "action": _action(change),
        "channel": order.channel or "",
        "codes": codes_of(order),
    }
    result: list[Entry] = []
    for kind, line_id, item, now in _figures(order):
        was = before.get((kind, line_id), (0, 0, 0, 0, 0))
        quantity, gross, discounts, tax, total = (new - old for new, old in zip(now, was, strict=True))
        if quantity or gross or discounts or tax or total:
            result.append(
                Entry(
                    **head,
                    kind=kind,
                    line_id=line_id,
                    item=item,
                    orders=1 if change.before is None and not result else 0,
                    quantity=quantity,
                    gross=gross,
                    discounts=discounts,
                    tax=tax,
                    total=total,
                )
            )
    return tuple(result)


def money_entries(change: Change) -> tuple[MoneyEntry, ...]:
    """Return the money that a change says has moved, by gateway, in the order of the transactions."""
    order, before = change.order, change.before
    if order.test or not change or (before is not None and before.transactions is order.transactions):
        return ()
    was = [(-1, entry) for _, entry in money_moved(before)] if before is not None else []
    return money_sums([*was, *[(1, entry) for _, entry in money_moved(order)]])


def money_sums(moved: Iterable[tuple[int, MoneyEntry]]) -> tuple[MoneyEntry, ...]:
    """Return the sums of money entries by gateway; each is added, or taken off where -1 stands before it."""
    sums: dict[str, list[int]] = {}
    for sign, entry in moved:
        row = sums.setdefault(entry.gateway, [0, 0])
        row[0] += sign * entry.received
        row[1] += sign * entry.refunded
    found = [MoneyEntry(gateway=gateway, received=came, refunded=back) for gateway, (came, back) in sums.items()]
    return tuple(entry for entry in found if not entry.empty)


def money_moved(order: Order) -> Iterator[tuple[pendulum.DateTime, MoneyEntry]]:
    """Yield the money that moved for an order, each with its moment, in the order of the transactions."""
    for one in order.transactions if not order.test else ():
        gateway, minor = one.gateway[:LONGEST_ITEM], one.in_force
        if minor and one.kind in (TransactionKind.SALE, TransactionKind.CAPTURE):
            yield one.at, MoneyEntry(gateway=gateway, received=minor)
        elif minor and one.kind is TransactionKind.REFUND:
            yield one.at, MoneyEntry(gateway=gateway, refunded=minor)


def _same_goods(change: Change) -> bool:
    """Whether nothing that an entry speaks of can have changed: most commands only move money or paper."""
    was, now = change.before, change.order
    return (
        was is not None
        and was.refunds is now.refunds
        and was.removals is now.removals
        and was.shipping_lines is now.shipping_lines
        and (was.lines is now.lines or _same_spans(was, now))
    )


def _same_spans(was: Order, now: Order) -> bool:
    return len(was.lines) == len(now.lines) and all(
        a.spans is b.spans and a.quantity == b.quantity for a, b in zip(was.lines, now.lines, strict=True)
    )


def _figures(order: Order) -> Iterator[tuple[str, str, str, Figures]]:
    """Yield what each line stands for now: kind, id, item; and units, gross, discounts, tax, total."""
    for line in order.lines:
        row = order.counters[line.id]
        paid, tax = paid_and_tax(line.spans, row.consumed)
        gross = _untaxed(order, line, line.unit_minor * row.current, paid, tax)
        yield str(line.kind), line.id, item_of(line), (row.current, gross, paid - tax - gross, tax, paid)
    gone = shipping_gone(order)
    for charge in order.shipping_lines:
        part = shipping_left(charge, gone.get(charge.id, 0))
        yield "shipping", charge.id, "", (0, part.net, 0, part.tax, part.paid)
    yield "adjustment", "", "", (0, -order.sums.adjustments, 0, 0, -order.sums.adjustments)


def item_of(line: LineItem) -> str:
    """Return what was sold, as products are told apart."""
    return (line.variant_id or line.sku or line.title)[:LONGEST_ITEM]


def codes_of(order: Order) -> str:
    """Return the discount codes of an order, sorted, with commas between them."""
    return ", ".join(sorted({one.code for one in order.discounts if one.code}))


def _untaxed(order: Order, line: LineItem, gross: int, paid: int, tax: int) -> int:
    """Return what units are listed at, without taxes."""
    if not order.taxes_included or not line.taxes:
        return gross
    if gross == paid:
        return paid - tax
    return half_up(gross / (1 + sum((Fraction(one.rate) for one in line.taxes), Fraction())))


def _action(change: Change) -> str:
    if change.before is None:
        return "order"
    if any(isinstance(event, happened.OrderCancelled) for event in change.events):
        return "cancel"
    if any(isinstance(event, happened.OrderRefunded) for event in change.events):
        return "refund"
    return "edit"
