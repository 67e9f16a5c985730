"""
The column of figures under the lines of an order page.

It is read downwards: the rows before a total sum to it, and those between two totals lead from one to the other.
Rows of nothing are left out, but for subtotal, total and balance.
"""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

import attrs

from backoffice_core.money import Money
from backoffice_core.orders.detail.goods import LineDetail, ShippingDetail
from backoffice_core.orders.detail.money import MoneySummary
from backoffice_core.orders.detail.sold import discounts_of
from backoffice_core.orders.lines import LineKind
from backoffice_core.orders.order import Order
from backoffice_core.printing.sheet import Reader


@attrs.frozen
class Sum:
    """
    A row of the column.

    Attributes:
        label: What it is.

        amount: How much.

        kind: ``part`` of what comes below, ``total``, or ``aside``: told, not reckoned with.
    """

    label: str
    amount: str
    kind: str = "part"


#: What a row is called, how much it is, and its kind.
Row = tuple[str, Money, str]


def sums_of(
    order: Order, lines: Sequence[LineDetail], shipping: Sequence[ShippingDetail], money: MoneySummary, reader: Reader
) -> tuple[Sum, ...]:
    """Return the column of an order as it is written; see `rows_of`."""
    rows = rows_of(order, lines, shipping, money, reader)
    return tuple(Sum(label, reader.figures.money(amount), kind) for label, amount, kind in rows)


def rows_of(
    order: Order, lines: Sequence[LineDetail], shipping: Sequence[ShippingDetail], money: MoneySummary, reader: Reader
) -> tuple[Row, ...]:
    """
    Return the column of an order.

    Args:
        order: The order.

        lines: Its lines, tips too.

        shipping: Its charges for shipping.

        money: Its figures.

        reader: Who it is written for.

    Returns:
        The rows downwards; none of a deleted order, of which no figure is left.
    """
    if order.deleted_at is not None:
        return ()
    return (*agreed_rows(order, lines, shipping, money, reader), *_left(money, reader), *_owed(money, reader))


def agreed_rows(
    order: Order, lines: Sequence[LineDetail], shipping: Sequence[ShippingDetail], money: MoneySummary, reader: Reader
) -> Iterator[Row]:
    """Yield the rows down to the total."""
    say, none = reader.say, Money.zero(order.currency)
    listed = sum((one.price * one.quantity for one in lines if one.kind is not LineKind.TIP), none)
    yield say["subtotal"], listed, "part"
    told = none
    for off in discounts_of(order):
        if off.amount:
            yield f"{off.title} ({off.code})" if off.code and off.code != off.title else off.title, -off.amount, "part"
            told += off.amount
    if money.discounts != told:
        yield say["other_discounts"], told - money.discounts, "part"
    for charge in shipping:
        yield charge.title, charge.price, "part"
    if not order.taxes_included:
        yield from ((label, tax, "part") for label, tax in _taxes(lines, shipping, reader))
    if money.tips:
        yield say["tip"], money.tips, "part"
    yield say["total"], money.total, "total"
    if order.taxes_included:
        for label, tax in _taxes(lines, shipping, reader):
            yield reader.tell("includes", tax=label), tax, "aside"
    if money.original_total != money.total:
        yield say["as_placed"], money.original_total, "aside"


def _left(money: MoneySummary, reader: Reader) -> Iterator[Row]:
    """Yield the rows from the total to the total now, where that is another one."""
    say = reader.say
    taken = money.total - money.current_total - money.adjustments
    if not taken and not money.adjustments:
        return
    if taken:
        yield say["taken_back"], -taken, "part"
    if money.adjustments:
        yield say["goodwill" if money.adjustments.minor > 0 else "fee"], -money.adjustments, "part"
    yield say["current_total"], money.current_total, "total"
    if money.current_tax:
        yield reader.tell("includes", tax=say["taxes"]), money.current_tax, "aside"


def _owed(money: MoneySummary, reader: Reader) -> Iterator[Row]:
    """Yield the rows from there to what is owed."""
    moved = {
        "paid": -money.received,
        "refunds_sent": money.refunded,
        "coming": -money.coming,
        "authorized": -money.capturable,
    }
    for name, amount in moved.items():
        if amount:
            yield reader.say[name], amount, "part"
    owed = money.outstanding.minor < 0
    yield reader.say["owed" if owed else "balance"], -money.outstanding if owed else money.outstanding, "total"


def _taxes(
    lines: Iterable[LineDetail], shipping: Iterable[ShippingDetail], reader: Reader
) -> Iterator[tuple[str, Money]]:
    """Yield the taxes as agreed, one row for each title and rate, in the order in which they are first met."""
    found: dict[tuple[str, str], Money] = {}
    for tax in chain.from_iterable([*(one.taxes for one in lines), *(one.taxes for one in shipping)]):
        key = tax.title, reader.figures.rate(tax.rate)
        found[key] = found[key] + tax.amount if key in found else tax.amount
    for (title, rate), amount in found.items():
        if amount:
            yield f"{title} {rate}", amount
