"""
What an order in REST JSON sells: lines, shipping lines and discounts that sum to its figures.

Rules:

1. A line's price, units, taxes and share of each discount are the file's. Tips are lines that say
   so, or are called so and have no product; they stand outside the subtotal. What
   ``total_tip_received`` has beyond them is a line of its own.
2. The goods less their discounts are ``subtotal_price``. Where the lines carry less of a discount
   than that, the rest is shared by what is left of them; where they carry more, all is shared by
   price.
3. Duties and additional fees become shipping lines of their own.

Taxes: ``rest_taxes.py``.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Final

import attrs

from backoffice_core.money import MOST, allocate
from backoffice_core.orders.lines import LineItem, LineKind, ShippingLine
from backoffice_core.orders.parts import span
from backoffice_core.shopify.goods import DUTIES, Goods
from backoffice_core.shopify.rest_discounts import Discounts, Taken
from backoffice_core.shopify.rest_fields import Fields
from backoffice_core.shopify.rest_sold import Figures, Note, Sold, tax_lines_of
from backoffice_core.shopify.rest_taxes import contains_taxes, taxes_of
from backoffice_core.shopify.taxes import Taxed

NewId = Callable[[], str]

#: What Shopify calls a tip.
_TIP: Final = "tip"
#: How the shipping line of additional fees is called, where they have no name.
FEES: Final = "Additional fees"


@attrs.frozen(kw_only=True)
class RestGoods:
    """
    What was agreed, and what is odd about it.

    Attributes:
        goods: Lines, shipping lines, discounts.

        by_id: The place of each line by Shopify's id of it.

        notes: Code and text of what is odd.
    """

    goods: Goods
    by_id: dict[str, int]
    notes: tuple[Note, ...]


def rest_goods_of(order: Fields, figures: Figures, new_id: NewId, *, taxes_included: bool) -> RestGoods:
    """
    Return lines, shipping lines and discounts that sum to the figures of the file.

    Args:
        order: The order as the file has it.

        figures: What it says of itself as a whole.

        new_id: Makes an id.

        taxes_included: What holds where the file does not say.

    Raises:
        BadField: A field holds what cannot be meant.
        FiguresDisagree: The subtotal is more than the lines cost, or less is taxed than the taxes
            that it contains.
    """
    discounts = Discounts(order, figures.currency, new_id)
    lines = [line_of(one, figures.currency, discounts) for one in order.each("line_items")]
    lines += _tip_without_line(order, lines, figures.currency)
    charges = [
        *(charge_of(one, figures.currency, discounts) for one in order.each("shipping_lines")),
        *_extra(order, figures.currency),
    ]
    return goods_of(order, figures, lines, charges, discounts, new_id, taxes_included=taxes_included)


def goods_of(
    order: Fields,
    figures: Figures,
    lines: Sequence[Sold],
    charges: Sequence[Sold],
    discounts: Taken,
    new_id: NewId,
    *,
    taxes_included: bool,
) -> RestGoods:
    """
    Return what is sold and charged, with discounts and taxes that sum to the figures of the file.

    Args:
        order: The order, or draft, as the file has it.

        figures: What it says of itself as a whole.

        lines: Its lines, with their own discounts and taxes.

        charges: Its shipping lines.

        discounts: Its discounts.

        new_id: Makes an id.

        taxes_included: What holds where the file does not say.

    Raises:
        BadField: There is no line, or they come to more than storages hold.
        FiguresDisagree: As `rest_goods_of` says.
    """
    if not lines:
        raise order.bad("line_items", "nothing", "a list of at least one line")
    _check_size(order, [*lines, *charges])
    goods = [one for one in lines if one.kind is not LineKind.TIP]
    notes = [*_discounted(goods, charges, figures, discounts)]
    included, found = contains_taxes(order, figures, lines, charges, default=taxes_included)
    notes += found
    rows, found = taxes_of(order, [*goods, *charges], figures, included=included)
    notes += found
    making = _Making(figures.currency, included, new_id)
    taxes = iter(rows)
    return RestGoods(
        goods=Goods(
            lines=tuple(making.item(one, _UNTAXED if one.kind is LineKind.TIP else next(taxes)) for one in lines),
            shipping_lines=tuple(making.shipping(one, next(taxes)) for one in charges),
            discounts=discounts.applied([*lines, *charges]),
            taxes_included=included,
        ),
        by_id=_by_id(lines),
        notes=(*notes, *_duties(charges, figures)),
    )


_UNTAXED: Final = Taxed((), ())


def _check_size(order: Fields, sold: Sequence[Sold]) -> None:
    """Raise when an order comes to more than storages hold."""
    if sum(one.listed + one.tax for one in sold) > MOST:
        raise order.bad("line_items", f"more than {MOST} minor units", "lines that come to less")


def _by_id(lines: Sequence[Sold]) -> dict[str, int]:
    """Return the place of each line by Shopify's id; of two alike the first counts."""
    found: dict[str, int] = {}
    for place, one in enumerate(lines):
        id = one.data.text("id") if one.data is not None else None
        if id is not None:
            found.setdefault(id, place)
    return found


# --- what is charged for


def line_of(data: Fields, currency: str, discounts: Taken, *, tips: bool = True) -> Sold:
    """
    Return a line of the file (rule 1).

    Args:
        data: The line.

        currency: The currency of its amounts.

        discounts: Tells what was taken off it.

        tips: Whether it may be a tip.

    Raises:
        BadField: A field holds what cannot be meant.
    """
    quantity, unit = data.units("quantity", 1), data.amount("price", currency)
    if quantity is None or unit is None:
        missing = "quantity" if quantity is None else "price"
        raise data.bad(missing, "nothing", "the units of the line" if quantity is None else "an amount")
    title = data.text("title") or data.text("name") or "Item"
    kind = _kind(data, title, tips=tips)
    sold = Sold(
        data=data,
        title=title,
        kind=kind,
        quantity=quantity,
        unit=unit,
        taxable=data.yes("taxable", default=True) and kind is not LineKind.TIP,
        taxes=tax_lines_of(data, currency),
    )
    sold.off = discounts.of_line(data, sold.listed)
    return sold


def _kind(data: Fields, title: str, *, tips: bool) -> LineKind:
    if data.yes("gift_card"):
        return LineKind.GIFT_CARD
    named = title.strip().casefold() == _TIP and "product_id" not in data and "variant_id" not in data
    return LineKind.TIP if tips and ("tip" in data or named) else LineKind.PRODUCT


def _tip_without_line(order: Fields, lines: Sequence[Sold], currency: str) -> list[Sold]:
    """Return the tip that only the order as a whole tells."""
    told = order.amount("total_tip_received", currency) or 0
    missing = told - sum(one.listed for one in lines if one.kind is LineKind.TIP)
    data = Fields({}, order.line, "total_tip_received")
    return [Sold(data=data, title="Tip", kind=LineKind.TIP, unit=missing, taxable=False)] if missing > 0 else []


def charge_of(data: Fields, currency: str, discounts: Taken) -> Sold:
    """
    Return a shipping line of the file.

    Raises:
        BadField: A field holds what cannot be meant.
    """
    title = data.text("title") or data.text("code") or "Shipping"
    sold = Sold(data=data, title=title, kind=None, unit=data.amount("price", currency) or 0)
    sold.taxes = tax_lines_of(data, currency)
    sold.off = discounts.of_shipping(data, sold.unit)
    return sold


def _extra(order: Fields, currency: str) -> Iterator[Sold]:
    """Yield duties and additional fees (rule 3)."""
    for key, title in (("original_total_duties_set", DUTIES), ("original_total_additional_fees_set", FEES)):
        minor = order.of_set(key, currency)
        if minor:
            yield Sold(data=None, title=title, kind=None, unit=minor, taxable=False)


def _duties(charges: Sequence[Sold], figures: Figures) -> Iterator[Note]:
    for one in charges:
        if one.data is None:
            yield "duties_in_shipping", f"{one.title} {figures.text(one.price)} are recorded as a shipping line"


# --- discounts


def _discounted(goods: Sequence[Sold], charges: Sequence[Sold], figures: Figures, discounts: Taken) -> Iterator[Note]:
    """Make the goods cost the subtotal (rule 2)."""
    listed, carried = sum(one.listed for one in goods), sum(one.listed - one.price for one in goods)
    if figures.subtotal is None:
        return
    off = listed - figures.subtotal
    if off < 0:
        would_do = f"at most {figures.text(listed)}, which the lines cost,"
        raise figures.disagree("subtotal_price", figures.subtotal, would_do)
    if carried < off:
        share_off(goods, off - carried, [one.price for one in goods], discounts)
        yield _rest_of_discount(charges, off, carried, figures)
    elif carried > off:
        for one in goods:
            one.off = []
        share_off(goods, off, [one.listed for one in goods], discounts)
        yield (
            "discount_beyond_total",
            f"the lines carry discounts of {figures.text(carried)}, subtotal_price has only"
            f" {figures.text(off)} taken off, which was shared by price",
        )


def share_off(goods: Sequence[Sold], off: int, weights: Sequence[int], discounts: Taken) -> None:
    """Take so much more off goods, in proportion to weights."""
    for one, minor in zip(goods, allocate(off, weights), strict=True):
        if minor:
            sums = dict(one.off)
            id = discounts.shared()
            one.off = [*(sums | {id: sums.get(id, 0) + minor}).items()]


def _rest_of_discount(charges: Sequence[Sold], off: int, carried: int, figures: Figures) -> Note:
    on_shipping = sum(one.listed - one.price for one in charges)
    told = figures.discounts if figures.discounts is not None else off
    if told >= off + on_shipping:
        return (
            "discount_not_on_lines",
            f"the lines carry {figures.text(carried)} of a discount of {figures.text(off)};"
            f" the other {figures.text(off - carried)} was shared by price",
        )
    return (
        "lines_beyond_subtotal",
        f"subtotal_price is {figures.text(off - carried)} less than the lines cost, and discounts of"
        f" {figures.text(told)} do not explain that; recorded as a discount shared by price",
    )


# --- the values


@attrs.frozen
class _Making:
    """Makes lines and shipping lines of one order."""

    currency: str
    included: bool
    new_id: NewId

    def item(self, one: Sold, taxes: Taxed) -> LineItem:
        """Return a line."""
        data = one.data
        assert data is not None  # noqa: S101 - only charges have none
        kind = one.kind or LineKind.PRODUCT
        return LineItem(
            id=self.new_id(),
            title=one.title,
            variant_title=data.text("variant_title"),
            kind=kind,
            quantity=one.quantity,
            unit_minor=one.unit,
            currency=self.currency,
            taxes=taxes.rates,
            spans=(span(one.quantity, self._paid(one, taxes), taxes.minor, one.off),),
            sku=data.text("sku"),
            vendor=data.text("vendor"),
            requires_shipping=data.yes("requires_shipping", default=True) and kind is not LineKind.TIP,
            taxable=bool(one.taxable),
            properties=pairs(data, "properties"),
        )

    def shipping(self, one: Sold, taxes: Taxed) -> ShippingLine:
        """Return a shipping line."""
        return ShippingLine(
            id=self.new_id(),
            title=one.title,
            price_minor=one.unit,
            paid_minor=self._paid(one, taxes),
            taxes_minor=taxes.minor,
            currency=self.currency,
            taxes=taxes.rates,
            discounts=tuple(one.off),
        )

    def _paid(self, one: Sold, taxes: Taxed) -> int:
        return one.price if self.included else one.price + sum(taxes.minor)


def pairs(data: Fields, key: str) -> tuple[tuple[str, str], ...]:
    """
    Return names and values, in the file's order; a value that is neither text nor a number is left out.

    Raises:
        BadField: It is neither a list of ``name`` and ``value`` nor an object.
    """
    if isinstance(data.data.get(key), dict):
        inside = data.one(key)
        members = [{"name": name, "value": value} for name, value in (inside.data if inside else {}).items()]
        return pairs(Fields({key: members}, data.line, data.path), key)
    return tuple((one.text("name") or "", _value(one, "value")) for one in data.each(key))


def _value(data: Fields | None, key: str) -> str:
    value = data.data.get(key) if data is not None else None
    if data is None or isinstance(value, list | dict | tuple):
        return ""
    if isinstance(value, bool | float):
        return str(value).lower()
    return data.text(key) or ""
