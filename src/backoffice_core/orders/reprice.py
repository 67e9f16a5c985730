"""
What units cost after an edit: discounts that come late or are taken back, units that come later.

Rules:

1. Only units that were neither refunded nor removed get another price; the others keep theirs to
   the cent.
2. A late discount comes off what those units cost after the discounts before it, as ``pricing.py``
   shares one; they are taxed anew at the stored rates.
3. A discount that is taken back gives back what those units still carry of it, taxed at the
   stored rates. What left with units that are gone stays gone.
4. Units added later cost the agreed price of a unit, without discount, taxed at the stored rates.

Amounts are minor units of the order's currency. A price has its taxes in where the order's prices
contain them.
"""

from collections.abc import Sequence

from backoffice_core.money import allocate
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.lines import LineItem
from backoffice_core.orders.parts import Part, Span, carried, open_from, reopened, span, value
from backoffice_core.orders.pricing import taxed


def price_left(line: LineItem, consumed: int, *, included: bool) -> int:
    """Return the price of the units of a line that are left, after discounts."""
    left = value(line.spans, consumed)
    return left.paid if included else left.net


def discounted(line: LineItem, consumed: int, off: int, discount_id: str, *, included: bool) -> LineItem:
    """Return a line with *off* taken off the price of the units that are left (rule 2)."""
    lows = open_from(line.spans, consumed)
    prices = [_price(one, low, included=included) for one, low in zip(line.spans, lows, strict=True)]
    shares = allocate(off, prices)
    spans: list[Span] = []
    for one, low, price, share in zip(line.spans, lows, prices, shares, strict=True):
        told = (*carried(one, low), (discount_id, share))
        spans += _taxed_anew(line, one, low, price - share, told, included=included) if share else [one]
    return evolve(line, spans=tuple(spans))


def given_back(line: LineItem, consumed: int, discount_id: str, *, included: bool) -> LineItem:
    """Return a line without what a discount still takes off the units that are left (rule 3)."""
    spans: list[Span] = []
    for one, low in zip(line.spans, open_from(line.spans, consumed), strict=True):
        told = carried(one, low)
        back = sum(off for of, off in told if of == discount_id)
        if not any(of == discount_id for of, _ in told) or low == one.until:
            spans.append(one)
            continue
        price = _price(one, low, included=included) + back
        rest = [row for row in told if row[0] != discount_id]
        spans += _taxed_anew(line, one, low, price, rest, included=included)
    return evolve(line, spans=tuple(spans))


def extended(line: LineItem, units: int, *, included: bool) -> LineItem:
    """Return a line with more units, at the agreed price of one (rule 4)."""
    part = taxed(line.taxes, line.unit_minor * units, included=included)
    added = span(units, part.paid, part.taxes)
    return evolve(line, quantity=line.quantity + units, spans=(*line.spans, added))


def _price(one: Span, low: int, *, included: bool) -> int:
    left = one.units(low, one.until)
    return left.paid if included else left.net


def _taxed_anew(
    line: LineItem, one: Span, low: int, price: int, discounts: Sequence[tuple[str, int]], *, included: bool
) -> list[Span]:
    part: Part = taxed(line.taxes, price, included=included)
    return reopened(one, low, part, discounts)
