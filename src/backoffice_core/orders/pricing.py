"""
From what was asked for to lines with prices, discounts and taxes that are agreed for good.

Rules:

1. Discounts on lines come first, in their order, then those on the whole order, then taxes;
   shipping has its own discounts. Tips get no share.
2. A percentage on named lines is an amount per line, half up. One on all lines is rounded once
   on their sum, after the discounts before it, and shared by price like a fixed one.
3. A fixed discount is for the line, or the lines together, not per unit; it is cut off at what
   it applies to.
4. A computed tax is rounded half up, per line and tax; with ``tax_rounding="order"`` one sum per
   rate over goods and shipping together is rounded and shared back.
5. A given tax is taken as given. Contained in a price, it may not exceed it.

Amounts are minor units of the order's currency.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, ClassVar, Generic, TypeVar

import attrs

from backoffice_core.failures import InvalidInput, InvalidValue, reason
from backoffice_core.money import MOST, allocate, half_up, minor_of, ratio
from backoffice_core.orders.asked import Discount, Line, Shipping, Tax
from backoffice_core.orders.lines import Applied, LineItem, LineKind, ShippingLine, TaxRate
from backoffice_core.orders.parts import Part, span
from backoffice_core.orders.stock import Sellable


@reason
class NegativeAmount(InvalidInput):
    """
    An amount is below zero where that means nothing.

    Attributes:
        field: The field, as the caller named it.

        amount: What was given, in minor units.
    """

    code: ClassVar[str] = "negative_amount"
    field: str
    amount: int

    def __str__(self) -> str:
        return f"{self.field} is {self.amount} minor units; 0 or more would do"


@reason
class TaxExceedsPrice(InvalidInput):
    """
    A tax that is contained in a price is larger than the price.

    Attributes:
        field: The line or shipping it is on.

        tax: The taxes given, in minor units.

        price: The price they are contained in, in minor units.
    """

    code: ClassVar[str] = "tax_exceeds_price"
    field: str
    tax: int
    price: int

    def __str__(self) -> str:
        return f"{self.field}: taxes of {self.tax} cannot be contained in a price of {self.price}"


@attrs.frozen(kw_only=True)
class Terms:
    """
    How an order is priced.

    Attributes:
        currency: ISO 4217 code.

        taxes_included: Whether prices contain their taxes.

        tax_rounding: ``line`` or ``order``.

        new_id: Makes an id.
    """

    currency: str
    taxes_included: bool
    tax_rounding: str
    new_id: Callable[[], str]


@attrs.frozen
class Priced:
    """What was agreed: lines, shipping lines and discounts."""

    lines: tuple[LineItem, ...]
    shipping_lines: tuple[ShippingLine, ...]
    discounts: tuple[Applied, ...]


A = TypeVar("A", Line, Shipping)


@attrs.define
class _Row(Generic[A]):
    """One line or shipping line while it is being priced."""

    field: str
    listed: int
    left: int
    asked: A
    off: list[tuple[str, int]] = attrs.field(factory=list)
    sku: str | None = None

    @property
    def taxes(self) -> tuple[Tax, ...]:
        return self.asked.taxes

    def take(self, discount_id: str, amount: int) -> None:
        self.left -= amount
        if amount:
            self.off.append((discount_id, amount))


Rows = Sequence[_Row[Any]]


def price(
    lines: Sequence[Line],
    shipping: Sequence[Shipping],
    discounts: Sequence[Discount],
    terms: Terms,
    variants: Mapping[str, Sellable],
    *,
    field: str | None = None,
) -> Priced:
    """
    Price what was asked for.

    Args:
        lines: The lines.

        shipping: The charges for shipping.

        discounts: Discounts beside those of single lines.

        terms: How the order is priced.

        variants: What the catalog says, by the id or SKU that a line names.

        field: What errors call a line or charge that was asked for alone.

    Raises:
        NegativeAmount: A price or discount below zero.
        InvalidValue: A line without a price, a discount on a SKU that is on no line.
        TaxExceedsPrice: Rule 5.
        TooManyDigits: An amount is finer than the currency.
        CurrencyMismatch: An amount in another currency.
    """
    rows = [_line_row(line, field or f"lines[{at}]", terms, variants) for at, line in enumerate(lines)]
    charges = [
        _Row(named, amount, amount, one)
        for at, one in enumerate(shipping)
        for named in [field or f"shipping[{at}]"]
        for amount in [_amount(one.price, terms.currency, f"{named}.price")]
    ]
    applied = _discount(rows, charges, discounts, terms)
    taxes = _taxes([*rows, *charges], terms)
    return Priced(
        tuple(_item(row, tax, terms, variants) for row, tax in zip(rows, taxes, strict=False)),
        tuple(_charge(row, tax, terms) for row, tax in zip(charges, taxes[len(rows) :], strict=True)),
        tuple(applied),
    )


def _amount(given: object, currency: str, field: str) -> int:
    amount = minor_of(given, currency, field)  # type: ignore[arg-type]
    if amount < 0:
        raise NegativeAmount(field, amount)
    return amount


def _line_row(line: Line, field: str, terms: Terms, variants: Mapping[str, Sellable]) -> _Row[Line]:
    known = variants[line.variant] if line.variant is not None else None
    if line.price is not None:
        unit = _amount(line.price, terms.currency, f"{field}.price")
    elif known is not None:
        if known.currency not in (None, terms.currency):
            would_do = f"a price in {terms.currency}; the variant's is in {known.currency}"
            raise InvalidValue(f"{field}.price", "none", would_do)
        unit = known.price_minor
    else:
        raise InvalidValue(f"{field}.price", "none", "a price such as '12.50', or a variant that has one")
    if known is None and line.title is None:
        raise InvalidValue(f"{field}.title", "none", "a title, or a variant that has one")
    if line.kind is LineKind.TIP and (line.taxes or line.discounts):
        raise InvalidValue(field, "a tip with taxes or discounts", "a tip without")
    if unit * line.quantity > MOST:
        raise InvalidValue(field, f"{line.quantity} times {unit} minor units", f"at most {MOST} minor units")
    return _Row(field, unit * line.quantity, unit * line.quantity, line, sku=(known.sku if known else None) or line.sku)


# --- discounts


def _discount(
    rows: Sequence[_Row[Line]], charges: Sequence[_Row[Shipping]], discounts: Sequence[Discount], terms: Terms
) -> list[Applied]:
    goods = [row for row in rows if row.asked.kind is not LineKind.TIP]
    applied = [_apply(own, [row], "lines", terms, each=True) for row in goods for own in row.asked.discounts]
    for one in sorted(discounts, key=lambda one: one.on == "order"):
        if one.on == "shipping":
            applied.append(_apply(one, charges, "shipping", terms, each=True))
        elif one.on == "order":
            applied.append(_apply(one, goods, "order", terms, each=False))
        else:
            applied.append(_apply(one, _named(goods, one), "lines", terms, each=True))
    return applied


def _named(goods: Sequence[_Row[Line]], discount: Discount) -> list[_Row[Line]]:
    names = (discount.on,) if isinstance(discount.on, str) else discount.on
    known = {row.sku for row in goods}
    missing = [name for name in names if name not in known]
    if missing or not names:
        raise InvalidValue("discount.on", repr(missing or names), "order, shipping or SKUs that are on lines")
    return [row for row in goods if row.sku in names]


def _apply(discount: Discount, rows: Rows, target: str, terms: Terms, *, each: bool) -> Applied:
    id = terms.new_id()
    shares = shares_of(discount, [row.left for row in rows], terms.currency, each=each)
    for row, off in zip(rows, shares, strict=True):
        row.take(id, off)
    return applied(discount, id, target, sum(shares), terms.currency)


def shares_of(discount: Discount, left: Sequence[int], currency: str, *, each: bool) -> list[int]:
    """
    Return what a discount takes off each price, in minor units (rules 2 and 3).

    Args:
        discount: The discount.

        left: The prices, after the discounts before it.

        currency: The order's currency.

        each: Whether a percentage is one of each price, or of all together.

    Raises:
        NegativeAmount: It is below zero.
    """
    if discount.percent is None:
        given = _amount(discount.amount, currency, "discount.amount")
        return allocate(min(given, sum(left)), left)
    share = Fraction(discount.share()) / 100
    own = [half_up(amount * share) for amount in left]
    return own if each else allocate(half_up(sum(left) * share), left)


def applied(discount: Discount, id: str, target: str, minor: int, currency: str) -> Applied:
    """Return a discount as it was agreed, with what it took off in minor units."""
    return Applied(
        id=id,
        title=discount.title,
        code=discount.code,
        kind="fixed" if discount.percent is None else "percentage",
        value=str(discount.percent if discount.percent is not None else discount.amount),
        target=target,
        minor=minor,
        currency=currency,
    )


# --- taxes


@lru_cache(maxsize=1024)
def _shares(rates: tuple[str, ...], *, included: bool) -> tuple[Fraction, ...]:
    """Return what share of a price each tax is; contained ones share the price with what is net."""
    exact = [Fraction(rate) for rate in rates]
    whole = 1 + sum(exact) if included else Fraction(1)
    return tuple(rate / whole for rate in exact)


def _taxes(rows: Rows, terms: Terms) -> list[tuple[int, ...]]:
    if not any(row.taxes for row in rows):
        return [()] * len(rows)
    computed = _summed(rows, terms) if terms.tax_rounding == "order" else [_rounded(row, terms) for row in rows]
    return [_checked(row, amounts, terms) for row, amounts in zip(rows, computed, strict=True)]


def _rounded(row: _Row[Any], terms: Terms) -> list[int]:
    return _at_rates(tuple(tax.rate for tax in row.taxes), row.left, included=terms.taxes_included)


def _at_rates(rates: tuple[str, ...], price: int, *, included: bool) -> list[int]:
    return [ratio(price, share.numerator, share.denominator) for share in _shares(rates, included=included)]


def taxed(rates: Iterable[TaxRate], price: int, *, included: bool) -> Part:
    """Return what is paid for a price at some rates, in minor units, with its taxes, each rounded half up (rule 4)."""
    taxes = _at_rates(tuple(tax.rate for tax in rates), price, included=included)
    if not included:
        return Part(price + sum(taxes), tuple(taxes))
    return Part(price, tuple(taxes if sum(taxes) <= price else allocate(price, taxes)))


def _summed(rows: Rows, terms: Terms) -> list[list[int]]:
    """Round one sum for each rate over all rows, and share it back (rule 4)."""
    exact: dict[Decimal, list[tuple[int, int, Fraction]]] = {}
    for at, row in enumerate(rows):
        shares = _shares(tuple(tax.rate for tax in row.taxes), included=terms.taxes_included)
        for place, (tax, share) in enumerate(zip(row.taxes, shares, strict=True)):
            if tax.amount is None:
                exact.setdefault(Decimal(tax.rate), []).append((at, place, row.left * share))
    result = [[0] * len(row.taxes) for row in rows]
    for parts in exact.values():
        total = half_up(sum((share for _, _, share in parts), Fraction(0)))
        for (at, place, _), amount in zip(parts, allocate(total, [share for _, _, share in parts]), strict=True):
            result[at][place] = amount
    return result


def _checked(row: _Row[Any], computed: Sequence[int], terms: Terms) -> tuple[int, ...]:
    amounts = list(computed)
    given = 0
    for at, tax in enumerate(row.taxes):
        if tax.amount is not None:
            amounts[at] = _amount(tax.amount, terms.currency, f"{row.field}.taxes[{at}].amount")
            given += amounts[at]
    if not terms.taxes_included:
        if given and not row.left:
            raise TaxExceedsPrice(row.field, given, row.left)
        return tuple(amounts)
    if given > row.left:
        raise TaxExceedsPrice(row.field, given, row.left)
    # Several steep rates on a few cents can round up to more than the price they are contained in.
    if sum(amounts) > row.left:
        told = [tax.amount is not None for tax in row.taxes]
        room = [0 if is_told else amount for is_told, amount in zip(told, amounts, strict=True)]
        cut = allocate(row.left - given, room)
        amounts = [amount if is_told else less for is_told, amount, less in zip(told, amounts, cut, strict=True)]
    return tuple(amounts)


# --- what is agreed


def _item(row: _Row[Line], taxes: tuple[int, ...], terms: Terms, variants: Mapping[str, Sellable]) -> LineItem:
    line = row.asked
    known = variants[line.variant] if line.variant is not None else None
    paid = row.left if terms.taxes_included else row.left + sum(taxes)
    return LineItem(
        id=terms.new_id(),
        title=line.title or (known.title if known else ""),
        variant_title=line.variant_title or (known.variant_title if known else None),
        kind=line.kind,
        quantity=line.quantity,
        unit_minor=row.listed // line.quantity,
        currency=terms.currency,
        taxes=tuple(TaxRate(tax.title, tax.rate) for tax in line.taxes),
        spans=(span(line.quantity, paid, taxes, row.off),),
        sku=row.sku,
        variant_id=known.id if known else None,
        product_id=known.product_id if known else None,
        vendor=line.vendor or (known.vendor if known else None),
        requires_shipping=known.requires_shipping if known else line.requires_shipping,
        taxable=bool(line.taxes) if known is None else known.taxable,
        properties=line.properties,
        tracked=known.tracked if known else False,
        oversell=known.oversell if known else False,
    )


def _charge(row: _Row[Shipping], taxes: tuple[int, ...], terms: Terms) -> ShippingLine:
    asked = row.asked
    return ShippingLine(
        id=terms.new_id(),
        title=asked.title,
        price_minor=row.listed,
        paid_minor=row.left if terms.taxes_included else row.left + sum(taxes),
        taxes_minor=taxes,
        currency=terms.currency,
        taxes=tuple(TaxRate(tax.title, tax.rate) for tax in asked.taxes),
        discounts=tuple(row.off),
    )
