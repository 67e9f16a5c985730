"""
What a draft or a checkout sells, with prices: from what is asked for, or from what was priced before.

Both keep what was priced, not what was asked for. Where only its discounts or its shipping
change, the lines keep their ids, prices and tax rates, and nothing is read from the catalog again.
"""

from collections.abc import Sequence
from typing import Final, TypeVar

import attrs

from backoffice_core.failures import InvalidValue
from backoffice_core.money import Money
from backoffice_core.orders.asked import Discount, Line, Shipping, Tax
from backoffice_core.orders.change import Facts
from backoffice_core.orders.checkout import Checkout
from backoffice_core.orders.draft import Draft
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.find import line_named
from backoffice_core.orders.lines import Applied, LineItem, ShippingLine, TaxRate
from backoffice_core.orders.place import NoLines, TooManyLines
from backoffice_core.orders.pricing import Priced, Terms, price, taxed

#: What is priced as an order is, and is none yet.
Unsold = TypeVar("Unsold", Draft, Checkout)

#: The most lines of a draft, as Shopify has it.
MOST_LINES: Final = 499


def price_draft(
    draft: Unsold,
    lines: Sequence[Line],
    shipping: Sequence[Shipping],
    discounts: Sequence[Discount],
    facts: Facts,
    *,
    exempt: bool,
) -> Unsold:
    """
    Return a draft of what is asked for.

    Raises:
        NoLines: There is none.
        TooManyLines: More than 499.
        InvalidValue: More than one discount without a code on a line, or on the order, of a draft.
    """
    if not lines:
        raise NoLines
    if len(lines) > MOST_LINES:
        raise TooManyLines(len(lines), MOST_LINES)
    if isinstance(draft, Draft):
        _check_discounts([*(("line", line.discounts) for line in lines), ("order", discounts)])
    asked = [_priceless(line) for line in lines]
    if exempt:
        asked = [attrs.evolve(line, taxes=()) for line in asked]
        shipping = [attrs.evolve(one, taxes=()) for one in shipping]
    return _with(draft, price(asked, shipping, discounts, _terms(draft, facts), facts.variants))


def _check_discounts(given: Sequence[tuple[str, Sequence[Discount]]]) -> None:
    """Raise for more than one discount without a code in one place."""
    for where, discounts in given:
        plain = [one for one in discounts if one.code is None and (where == "line" or one.on == "order")]
        if len(plain) > 1:
            raise InvalidValue("discounts", f"{len(plain)} on the {where}", "one on a line and one on the order")


def _priceless(line: Line) -> Line:
    """Return a line of the host's own goods that costs nothing where no price was given."""
    return attrs.evolve(line, price=0) if line.price is None and line.variant is None else line


def asked_again(
    draft: Unsold,
    lines: Sequence[Line] | None,
    shipping: Sequence[Shipping] | None,
    discounts: Sequence[Discount] | None,
    facts: Facts,
    *,
    exempt: bool,
) -> Unsold:
    """Return a draft with some of what it sells asked for anew; what is None is as it was."""
    if lines is None and shipping is None and discounts is None and not exempt:
        return draft
    charges = _charges(draft) if shipping is None else list(shipping)
    if lines is not None:
        kept = [_discount(one) for one in draft.discounts if one.target != "lines"] if discounts is None else discounts
        return price_draft(draft, lines, charges, kept, facts, exempt=exempt)
    return _repriced(draft, charges, discounts, facts, exempt=exempt)


def _repriced(
    draft: Unsold, charges: Sequence[Shipping], discounts: Sequence[Discount] | None, facts: Facts, *, exempt: bool
) -> Unsold:
    """Return the draft with its lines as they are, under other discounts and charges."""
    # Lines are named by their ids here, so that a discount finds its lines again.
    asked = [_line(one, draft, exempt=exempt) for one in draft.lines]
    wanted = _kept(draft) if discounts is None else [_by_id(draft, one) for one in discounts]
    if isinstance(draft, Draft):
        _check_discounts([("order", wanted)])
    if exempt:
        charges = [attrs.evolve(one, taxes=()) for one in charges]
    priced = price(asked, charges, wanted, _terms(draft, facts), {})
    lines = tuple(
        evolve(was, spans=now.spans, taxes=now.taxes) for was, now in zip(draft.lines, priced.lines, strict=True)
    )
    return evolve(_with(draft, priced), lines=lines)


def _with(draft: Unsold, priced: Priced) -> Unsold:
    return evolve(draft, lines=priced.lines, shipping_lines=priced.shipping_lines, discounts=priced.discounts)


def _terms(draft: Draft | Checkout, facts: Facts) -> Terms:
    return Terms(
        currency=draft.currency,
        taxes_included=draft.taxes_included,
        tax_rounding=facts.settings.tax_rounding,
        new_id=facts.new_id,
    )


# --- what was asked for, told by what was priced


def _line(line: LineItem, draft: Draft | Checkout, *, exempt: bool) -> Line:
    span = line.spans[0]
    price_left = span.paid if draft.taxes_included else span.paid - sum(span.taxes)
    taxes = _taxes(line.taxes, price_left, span.taxes, draft)
    return Line(
        line.title,
        sku=line.id,
        quantity=line.quantity,
        price=Money(line.unit_minor, line.currency),
        taxes=() if exempt else taxes,
        kind=line.kind,
    )


def _taxes(rates: Sequence[TaxRate], price_left: int, told: Sequence[int], draft: Draft | Checkout) -> tuple[Tax, ...]:
    """Return taxes at their rates where that is how they came about, and with their amounts where they were given."""
    computed = taxed(rates, price_left, included=draft.taxes_included).taxes
    if tuple(told) == computed:
        return tuple(Tax(one.title, one.rate) for one in rates)
    return tuple(
        Tax(one.title, one.rate, amount=Money(amount, draft.currency)) for one, amount in zip(rates, told, strict=True)
    )


def _charges(draft: Draft | Checkout) -> list[Shipping]:
    return [_charge(one, draft) for one in draft.shipping_lines]


def _charge(one: ShippingLine, draft: Draft | Checkout) -> Shipping:
    left = one.paid_minor if draft.taxes_included else one.paid_minor - sum(one.taxes_minor)
    return Shipping(one.title, Money(one.price_minor, one.currency), _taxes(one.taxes, left, one.taxes_minor, draft))


def _kept(draft: Draft | Checkout) -> list[Discount]:
    """Return the discounts of a draft as they were asked for, those on lines by the ids of their lines."""
    carried = {
        one.id: tuple(line.id for line in draft.lines if any(of == one.id for of, _ in line.spans[0].discounts))
        for one in draft.discounts
    }
    return [_discount(one, carried[one.id]) for one in draft.discounts if one.target != "lines" or carried[one.id]]


def _discount(one: Applied, on: tuple[str, ...] = ()) -> Discount:
    percent = one.value if one.kind == "percentage" else None
    amount = None if percent else Money.of(one.value.split(" ")[0], one.currency)
    target = on if one.target == "lines" else one.target
    return Discount(one.title, amount=amount, percent=percent, on=target, code=one.code)


def _by_id(draft: Draft | Checkout, discount: Discount) -> Discount:
    """Return a discount with its lines named by their ids."""
    if discount.on in ("order", "shipping"):
        return discount
    names = (discount.on,) if isinstance(discount.on, str) else discount.on
    return attrs.evolve(discount, on=tuple(line_named(draft.as_order, name).id for name in names))
