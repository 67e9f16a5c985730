"""
Sharing an order's taxes over what it charges.

The file has up to five taxes of the whole order and their sum; lines and shipping want theirs.

Rules:

1. Taxes is what counts. Where it is more than the columns hold, the rest is a tax of its own;
   where it is less, the columns are lowered in proportion.
2. Shipping is taxed where that comes nearer to the Taxes by the rates in the names; where a name
   has no rate, it is. Goods that are not taxable, and duties, are not, unless the rest cannot
   carry the Taxes.
3. The sum is shared by price. Where it is known what the goods that left the order cost, and that
   is within a few cents of their share, they get what makes it true.
4. Each tax is then shared over what the charges still have to carry, so that both the taxes and
   the charges sum exactly, and no part is negative.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Final, Protocol

import attrs

from backoffice_core.money import Money, allocate
from backoffice_core.orders.lines import TaxRate
from backoffice_core.shopify.cells import FiguresDisagree
from backoffice_core.shopify.sheet import SheetTax

#: How the taxes are called that the five columns have no room for.
OTHER: Final = "Other taxes"
#: By how many cents rounding, and one cent in twenty, may move a known cost from its share.
_SLACK: Final = 2


@attrs.frozen(kw_only=True)
class Charge:
    """
    Something that is charged for: goods of one line, shipping, or duties.

    Attributes:
        title: What it is called.

        price: What is asked for it, discounts off, without taxes on top, in minor units.

        taxable: Whether it is said to be taxed; None where the file does not say.

        gone: Whether it left the order.
    """

    title: str
    price: int
    taxable: bool | None
    gone: bool = False


@attrs.frozen
class Taxed:
    """
    What taxes a charge carries.

    Attributes:
        rates: The taxes; none where it is not taxed.

        minor: What each of them comes to.
    """

    rates: tuple[TaxRate, ...]
    minor: tuple[int, ...]


class OrderTaxes(Protocol):
    """The taxes of an order as a whole."""

    @property
    def line(self) -> int:
        """The line of the file that the order begins on."""

    @property
    def currency(self) -> str:
        """The order's currency."""

    @property
    def taxes(self) -> int:
        """What they come to."""

    @property
    def tax_lines(self) -> tuple[SheetTax, ...]:
        """Each of them, as far as the file tells."""


def taxed(sheet: OrderTaxes, charges: Sequence[Charge], worth: int | None, *, included: bool) -> list[Taxed]:
    """
    Return the taxes of each charge.

    Args:
        sheet: The order as the file has it.

        charges: What is charged for.

        worth: What the charges that are gone cost with tax, where it is known.

        included: Whether prices contain their taxes.

    Raises:
        FiguresDisagree: There is nothing to tax, or less than the taxes it contains.
    """
    taxes = columns_of(sheet)
    if not taxes:
        return _for_nothing(sheet, charges)
    weights = _weights(sheet, charges, taxes, included=included)
    base = sum(weights)
    if base < (sheet.taxes if included else 1):
        given = Money(sheet.taxes, sheet.currency).amount
        raise FiguresDisagree(sheet.line, "Taxes", given, f"at most {Money(base, sheet.currency).amount}")
    carried = allocate(sheet.taxes, weights)
    if worth is not None and not included:
        carried = _known(carried, weights, charges, worth)
    rates = tuple(TaxRate(tax.title, tax.rate or effective(tax.minor, base)) for tax in taxes)
    minor = _split([tax.minor for tax in taxes], carried)
    return [Taxed(rates, row) if weight else Taxed((), ()) for row, weight in zip(minor, weights, strict=True)]


def _for_nothing(sheet: OrderTaxes, charges: Sequence[Charge]) -> list[Taxed]:
    """Return the taxes at a rate of 0; of the others, units that are added later would be taxed as none were."""
    rates = tuple(TaxRate(tax.title, "0") for tax in sheet.tax_lines if tax.rate == "0")
    free = Taxed(rates, (0,) * len(rates))
    return [Taxed((), ()) if charge.taxable is False else free for charge in charges]


def columns_of(sheet: OrderTaxes) -> tuple[SheetTax, ...]:
    """Return the taxes of an order so that they sum to its Taxes (rule 1)."""
    if not sheet.taxes:
        return ()
    minor = [tax.minor for tax in sheet.tax_lines]
    rest = sheet.taxes - sum(minor)
    if rest < 0:
        minor = allocate(sheet.taxes, minor)
    found = [attrs.evolve(tax, minor=part) for tax, part in zip(sheet.tax_lines, minor, strict=True)]
    if rest > 0:
        found.append(SheetTax(OTHER if found else "Tax", None, rest))
    return tuple(found)


def _weights(sheet: OrderTaxes, charges: Sequence[Charge], taxes: Sequence[SheetTax], *, included: bool) -> list[int]:
    """Return the price of each charge that is taxed, 0 for the others (rule 2)."""
    goods = [charge.price if charge.taxable else 0 for charge in charges]
    wide = [charge.price if charge.taxable is not False else 0 for charge in charges]
    if sum(goods) and sum(goods) != sum(wide) and all(tax.rate is not None for tax in taxes):
        rate = sum((Fraction(tax.rate or 0) for tax in taxes), Fraction(0))
        share = rate / (1 + rate) if included else rate
        nearer = abs(sum(goods) * share - sheet.taxes) < abs(sum(wide) * share - sheet.taxes)
        if nearer and (not included or sum(goods) >= sheet.taxes):
            return goods
    return wide if sum(wide) >= (sheet.taxes if included else 1) else [charge.price for charge in charges]


def _known(carried: list[int], weights: Sequence[int], charges: Sequence[Charge], worth: int) -> list[int]:
    """Give what is gone the taxes that make it cost *worth*, where that is near its share (rule 3)."""
    gone = [weight if charge.gone else 0 for weight, charge in zip(weights, charges, strict=True)]
    rest = [weight - part for weight, part in zip(weights, gone, strict=True)]
    share = sum(tax for tax, charge in zip(carried, charges, strict=True) if charge.gone)
    tax = worth - sum(charge.price for charge in charges if charge.gone)
    whole = sum(carried)
    near = abs(tax - share) <= _SLACK + share // 20
    if not (near and 0 <= tax <= whole and (any(gone) or not tax) and (any(rest) or tax == whole)):
        return carried
    return [a + b for a, b in zip(allocate(tax, gone), allocate(whole - tax, rest), strict=True)]


def _split(taxes: Sequence[int], carried: Sequence[int]) -> list[tuple[int, ...]]:
    """Share each tax over what the charges still have to carry (rule 4)."""
    left = list(carried)
    columns = []
    for tax in taxes:
        parts = allocate(tax, left)
        left = [a - b for a, b in zip(left, parts, strict=True)]
        columns.append(parts)
    return list(zip(*columns, strict=True))


def effective(tax: int, base: int) -> str:
    """Return the rate that a tax comes to, to four digits after the point; of nothing, nothing."""
    if not base:
        return "0"
    share = (tax * 20000 + base) // (2 * base)
    return f"{share // 10000}.{share % 10000:04d}".rstrip("0").rstrip(".")
