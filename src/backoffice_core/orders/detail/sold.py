"""How lines, shipping and discounts become what an order's page shows of them: ``goods.py`` has the values."""

from collections.abc import Iterable, Sequence
from itertools import chain

from backoffice_core.money import Money, ratio
from backoffice_core.orders.amounts import amounts_gone, shipping_gone, shipping_left
from backoffice_core.orders.detail.goods import DiscountDetail, LineDetail, Parts, ShippingDetail, TaxDetail
from backoffice_core.orders.lines import LineItem, ShippingLine, TaxRate
from backoffice_core.orders.order import Order
from backoffice_core.orders.parts import NOTHING, Part, Span, added, value


def lines_of(order: Order) -> tuple[LineDetail, ...]:
    """Return the lines of an order, in their order."""
    gone = amounts_gone(order)
    return tuple(_line(order, line, gone.get(line.id, NOTHING)) for line in order.lines)


def shipping_of(order: Order) -> tuple[ShippingDetail, ...]:
    """Return the charges for shipping of an order, in their order."""
    gone = shipping_gone(order)
    return tuple(_shipping(order, line, gone.get(line.id, 0)) for line in order.shipping_lines)


def discounts_of(order: Order) -> tuple[DiscountDetail, ...]:
    """Return the discounts of an order, in their order: each with the sum of its shares of lines and shipping."""
    off = dict.fromkeys((one.id for one in order.discounts), 0)
    shares = [*(_off(line.spans) for line in order.lines), *(line.discounts for line in order.shipping_lines)]
    for id, minor in chain.from_iterable(shares):
        off[id] += minor
    return _discounts(order, off.items())


def _line(order: Order, line: LineItem, gone: Part) -> LineDetail:
    counters = order.counters[line.id]
    agreed, left = value(line.spans) + gone, value(line.spans, counters.consumed)
    compared = line.compare_at_minor
    return LineDetail(
        id=line.id,
        title=line.title,
        variant_title=line.variant_title,
        kind=line.kind,
        sku=line.sku,
        vendor=line.vendor,
        variant_id=line.variant_id,
        product_id=line.product_id,
        properties=line.properties,
        requires_shipping=line.requires_shipping,
        price=line.price,
        compare_at=None if compared is None else Money(compared, order.currency),
        quantity=line.quantity,
        counters=counters,
        discounts=_discounts(order, _off(line.spans)),
        taxes=_taxes(line.taxes, agreed, left, order.currency),
        amount=Money(agreed.paid, order.currency),
        tax=Money(agreed.tax, order.currency),
        left=Money(left.paid, order.currency),
        left_tax=Money(left.tax, order.currency),
        parts=Parts(line.spans, counters.consumed, order.currency),
    )


def _shipping(order: Order, line: ShippingLine, gone: int) -> ShippingDetail:
    agreed, left = Part(line.paid_minor, line.taxes_minor), shipping_left(line, gone)
    return ShippingDetail(
        id=line.id,
        title=line.title,
        price=line.price,
        discounts=_discounts(order, line.discounts),
        taxes=_taxes(line.taxes, agreed, left, order.currency),
        amount=Money(agreed.paid, order.currency),
        tax=Money(agreed.tax, order.currency),
        left=Money(left.paid, order.currency),
        left_tax=Money(left.tax, order.currency),
    )


def _taxes(rates: Sequence[TaxRate], agreed: Part, left: Part, currency: str) -> tuple[TaxDetail, ...]:
    # A part of no units tells no taxes at all.
    none = (0,) * len(rates)
    rows = zip(rates, added(none, agreed.taxes), added(none, left.taxes), strict=True)
    return tuple(
        TaxDetail(title=rate.title, rate=rate.rate, amount=Money(tax, currency), left=Money(rest, currency))
        for rate, tax, rest in rows
    )


def _off(spans: Iterable[Span]) -> list[tuple[str, int]]:
    """Return what each discount took off the units that the spans tell: id of the discount, minor units."""
    off: dict[str, int] = {}
    for one in spans:
        for id, minor in one.discounts:
            off[id] = off.get(id, 0) + ratio(minor, one.until, one.quantity)
    return list(off.items())


def _discounts(order: Order, off: Iterable[tuple[str, int]]) -> tuple[DiscountDetail, ...]:
    shares = dict(off)
    return tuple(
        DiscountDetail(
            id=one.id,
            title=one.title,
            code=one.code,
            kind=one.kind,
            value=one.value,
            target=one.target,
            amount=Money(shares[one.id], order.currency),
            removed_at=one.removed_at,
        )
        for one in order.discounts
        if one.id in shares
    )
