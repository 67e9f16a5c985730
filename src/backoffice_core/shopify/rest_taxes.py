"""
The taxes of an order in REST JSON.

Rules:

1. The taxes of lines and shipping are ``total_tax``. Where they sum to another figure they are
   raised or lowered in proportion; where there are none, they are shared as those of a CSV.
2. Whether prices contain their taxes is what ``total_price`` follows from; where it follows from
   both or neither, ``taxes_included`` says.
"""

from collections.abc import Sequence

import attrs

from backoffice_core.money import allocate
from backoffice_core.orders.lines import TaxRate
from backoffice_core.shopify.rest_fields import Fields
from backoffice_core.shopify.rest_sold import Figures, Note, Sold, tax_lines_of
from backoffice_core.shopify.sheet import SheetTax
from backoffice_core.shopify.taxes import Charge, Taxed, effective, taxed


def contains_taxes(
    order: Fields, figures: Figures, lines: Sequence[Sold], charges: Sequence[Sold], *, default: bool
) -> tuple[bool, list[Note]]:
    """Return whether prices contain their taxes (rule 2), and what is odd about that."""
    said = order.yes("taxes_included", default=default)
    without = sum(one.price for one in (*lines, *charges))
    tax = sum(one.tax for one in (*lines, *charges)) if figures.tax is None else figures.tax
    if figures.total is None or not tax or figures.total == without + (0 if said else tax):
        return said, []
    if figures.total != without + (tax if said else 0):
        return said, []
    follows = "contain the taxes" if not said else "are without the taxes"
    text = f"taxes_included is {str(said).lower()}, and yet total_price follows only where prices {follows}"
    return not said, [("taxes_included_differs", f"{text}; so it was taken")]


def taxes_of(
    order: Fields, sold: Sequence[Sold], figures: Figures, *, included: bool
) -> tuple[list[Taxed], list[Note]]:
    """
    Return the taxes of goods and charges so that they sum to the total (rule 1), and what is odd.

    Raises:
        FiguresDisagree: Something contains more tax than it costs, or nothing is taxed.
    """
    carried = sum(one.tax for one in sold)
    whole = carried if figures.tax is None else figures.tax
    if whole and not carried:
        return _shared_taxes(order, sold, figures, whole, included=included)
    sums = [one.tax for one in sold]
    notes: list[Note] = []
    if whole != carried:
        sums = allocate(whole, sums)
        notes.append(
            (
                "taxes_beyond_lines" if whole > carried else "taxes_below_lines",
                f"total_tax is {figures.text(whole)}, the taxes of lines and shipping come to"
                f" {figures.text(carried)}; they were changed in proportion",
            )
        )
    rows = []
    for one, tax in zip(sold, sums, strict=True):
        if included and tax > one.price:
            raise figures.disagree("total_tax", whole, f"no more than {figures.text(one.price)} on {one.title!r}")
        rows.append(_taxed(one, tax))
    return rows, notes


def _taxed(one: Sold, tax: int) -> Taxed:
    minor = [part.minor for part in one.taxes]
    shares = allocate(tax, minor) if sum(minor) else minor
    rates = tuple(TaxRate(part.title, part.rate or effective(part.minor, one.price)) for part in one.taxes)
    return Taxed(rates, tuple(shares))


@attrs.frozen
class _OrderTaxes:
    """The taxes of an order as a whole, as `taxed` wants them."""

    line: int
    currency: str
    taxes: int
    tax_lines: tuple[SheetTax, ...]


def _shared_taxes(
    order: Fields, sold: Sequence[Sold], figures: Figures, whole: int, *, included: bool
) -> tuple[list[Taxed], list[Note]]:
    """Share taxes that only the order as a whole tells, as those of a CSV."""
    told = _OrderTaxes(figures.line, figures.currency, whole, tuple(tax_lines_of(order, figures.currency)))
    charges = [Charge(title=one.title, price=one.price, taxable=one.taxable) for one in sold]
    text = f"no line carries the taxes of {figures.text(whole)}; they were shared by price"
    return taxed(told, charges, None, included=included), [("taxes_not_on_lines", text)]
