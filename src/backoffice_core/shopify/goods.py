"""
From the figures of the file to lines, shipping lines and discounts that sum to them.

Rules:

1. Whether prices contain their taxes follows from the figures: Subtotal + Shipping + Duties +
   tips is the Total, or is it with the Taxes on top. Without taxes the shop's setting decides.
2. What the lines cost above the Subtotal is the discount on goods. Each line keeps what the file
   says of it; the rest, a code on the whole order, is shared by what is left of the lines.
   What Discount Amount holds beyond that was taken off the shipping.
3. The Taxes are shared over taxable lines, and shipping where the rates say that it was taxed,
   by price (``taxes.py``).
4. Duties become a shipping line of their own, as do duties of 0.00, which may carry a discount.
"""

from collections.abc import Callable
from typing import Final

import attrs

from backoffice_core.money import Money, allocate
from backoffice_core.orders.lines import Applied, LineItem, LineKind, ShippingLine
from backoffice_core.orders.parts import span
from backoffice_core.shopify.cells import FiguresDisagree
from backoffice_core.shopify.fate import Fate
from backoffice_core.shopify.sheet import Sheet, SheetLine
from backoffice_core.shopify.taxes import Charge, Taxed, taxed

NewId = Callable[[], str]
Off = tuple[tuple[str, int], ...]

#: The title of the shipping line that carries duties.
DUTIES: Final = "Duties"
_LINES, _ORDER, _SHIPPING = "lines", "order", "shipping"


@attrs.frozen(kw_only=True)
class Goods:
    """What was agreed: lines, shipping lines, discounts, and whether prices contain their taxes."""

    lines: tuple[LineItem, ...]
    shipping_lines: tuple[ShippingLine, ...]
    discounts: tuple[Applied, ...]
    taxes_included: bool


@attrs.frozen(kw_only=True)
class Discounts:
    """
    What was taken off, in minor units.

    Attributes:
        own: Off each line by itself, as the file says it, in the order of the goods.

        shared: Off each line by a discount on the whole order.

        shipping: Off the shipping.
    """

    own: tuple[int, ...]
    shared: tuple[int, ...]
    shipping: int


def goods_of(sheet: Sheet, fate: Fate, new_id: NewId, *, taxes_included: bool) -> Goods:
    """
    Return lines, shipping lines and discounts that sum to the figures of the file.

    Args:
        sheet: The order as the file has it.

        fate: Where its units are.

        new_id: Makes an id.

        taxes_included: What holds for an order without taxes.

    Raises:
        FiguresDisagree: Subtotal, Discount Amount, Taxes or Total do not follow from the rest.
    """
    included = contains_taxes(sheet, default=taxes_included)
    discounts = discounts_of(sheet)
    applied = _applied(sheet, discounts, new_id)
    charges = _charges(sheet, fate, discounts)
    taxes = taxed(sheet, charges, fate.worth, included=included)
    making = Making(sheet.currency, included, applied, new_id)
    rows = list(zip(charges, taxes, strict=True))
    sold = iter(zip(rows, discounts.own, discounts.shared, strict=False))
    lines = [making.tip(line) if line.tip else making.item(line, *next(sold)) for line in sheet.lines]
    off = [discounts.shipping] + [0] * len(rows)
    shipping = [making.shipping(*row, minor) for row, minor in zip(rows[len(sheet.goods) :], off, strict=False)]
    return Goods(
        lines=tuple(lines),
        shipping_lines=tuple(shipping),
        discounts=tuple(applied.values()),
        taxes_included=included,
    )


def contains_taxes(sheet: Sheet, *, default: bool) -> bool:
    """
    Return whether the prices of an order contain their taxes (rule 1).

    Raises:
        FiguresDisagree: The Total is neither.
    """
    without = sheet.subtotal + sheet.shipping + (sheet.duties or 0) + sheet.tips
    if not sheet.taxes and sheet.total == without:
        return default
    if sheet.total not in (without, without + sheet.taxes):
        contained, on_top = (Money(minor, sheet.currency).amount for minor in (without, without + sheet.taxes))
        raise FiguresDisagree(
            sheet.line,
            "Total",
            Money(sheet.total, sheet.currency).amount,
            f"{contained} (Subtotal, Shipping, Duties and tips) or {on_top} (with the Taxes)",
        )
    return sheet.total == without


def discounts_of(sheet: Sheet) -> Discounts:
    """
    Return what was taken off lines and shipping (rule 2).

    Raises:
        FiguresDisagree: The lines do not come to the Subtotal with the Discount Amount.
    """
    listed = [line.listed for line in sheet.goods]
    off = sum(listed) - sheet.subtotal
    said = off if sheet.discount is None else sheet.discount
    if off < 0 or said < off:
        cost = Money(sum(listed) - max(said, 0), sheet.currency).amount
        given = Money(sheet.subtotal, sheet.currency).amount
        raise FiguresDisagree(sheet.line, "Subtotal", given, f"{cost} (the lines less the Discount Amount)")
    own = [line.discount for line in sheet.goods]
    if sum(own) > off or any(part > whole for part, whole in zip(own, listed, strict=True)):
        own = [0] * len(own)
    rest = allocate(off - sum(own), [whole - part for whole, part in zip(listed, own, strict=True)])
    return Discounts(own=tuple(own), shared=tuple(rest), shipping=said - off)


# --- discounts as they were agreed


def _applied(sheet: Sheet, discounts: Discounts, new_id: NewId) -> dict[str, Applied]:
    """Return the discounts by what they are on; the code is that of the widest one."""
    sums = {_LINES: sum(discounts.own), _ORDER: sum(discounts.shared), _SHIPPING: discounts.shipping}
    coded = next((target for target in (_ORDER, _SHIPPING, _LINES) if sums[target]), _ORDER if sheet.code else None)
    return {
        target: Applied(
            id=new_id(),
            title=(sheet.code if target == coded else None) or "Discount",
            code=sheet.code if target == coded else None,
            kind="fixed",
            value=Money(minor, sheet.currency).amount,
            target=target,
            minor=minor,
            currency=sheet.currency,
        )
        for target, minor in sums.items()
        if minor or target == coded
    }


# --- what is charged


def _charges(sheet: Sheet, fate: Fate, discounts: Discounts) -> list[Charge]:
    """Return what is charged, without taxes on top: the goods in their order, the shipping, the duties."""
    gone = [units for line, units in zip(sheet.lines, fate.gone, strict=True) if not line.tip]
    off = [a + b for a, b in zip(discounts.own, discounts.shared, strict=True)]
    charges = [
        Charge(title=line.title, price=line.listed - minor, taxable=line.taxable, gone=bool(units))
        for line, minor, units in zip(sheet.goods, off, gone, strict=True)
    ]
    if sheet.shipping or sheet.shipping_method or (discounts.shipping and sheet.duties is None):
        charges.append(Charge(title=sheet.shipping_method or "Shipping", price=sheet.shipping, taxable=None))
    if sheet.duties is not None:
        charges.append(Charge(title=DUTIES, price=sheet.duties, taxable=False))
    return charges


@attrs.frozen
class Making:
    """Makes lines and shipping lines of one order."""

    currency: str
    included: bool
    applied: dict[str, Applied]
    new_id: NewId

    def item(self, line: SheetLine, row: tuple[Charge, Taxed], own: int, shared: int) -> LineItem:
        """Return a line of goods."""
        charge, taxes = row
        off = self._off({_LINES: own, _ORDER: shared})
        return self._line(line, LineKind.PRODUCT, charge.price, taxes, off)

    def tip(self, line: SheetLine) -> LineItem:
        """Return a line that is a tip."""
        return self._line(line, LineKind.TIP, line.listed, Taxed((), ()), ())

    def shipping(self, charge: Charge, taxes: Taxed, off: int) -> ShippingLine:
        """Return a shipping line."""
        return ShippingLine(
            id=self.new_id(),
            title=charge.title,
            price_minor=charge.price + off,
            paid_minor=self._paid(charge.price, taxes),
            taxes_minor=taxes.minor,
            currency=self.currency,
            taxes=taxes.rates,
            discounts=self._off({_SHIPPING: off}),
        )

    def _line(self, line: SheetLine, kind: LineKind, price: int, taxes: Taxed, off: Off) -> LineItem:
        return LineItem(
            id=self.new_id(),
            title=line.title,
            kind=kind,
            quantity=line.quantity,
            unit_minor=line.unit,
            compare_at_minor=line.compare_at,
            currency=self.currency,
            taxes=taxes.rates,
            spans=(span(line.quantity, self._paid(price, taxes), taxes.minor, off),),
            sku=line.sku,
            vendor=line.vendor,
            requires_shipping=line.requires_shipping,
            taxable=line.taxable,
        )

    def _paid(self, price: int, taxes: Taxed) -> int:
        return price if self.included else price + sum(taxes.minor)

    def _off(self, minors: dict[str, int]) -> Off:
        return tuple((self.applied[target].id, minor) for target, minor in minors.items() if minor)
