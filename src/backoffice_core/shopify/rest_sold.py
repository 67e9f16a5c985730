"""What an order in REST JSON charges for, while its parts are put together, and its figures as a whole."""

import attrs

from backoffice_core.money import Money
from backoffice_core.orders.lines import LineKind
from backoffice_core.shopify.cells import FiguresDisagree
from backoffice_core.shopify.rest_discounts import Off
from backoffice_core.shopify.rest_fields import Fields
from backoffice_core.shopify.sheet import SheetTax

#: Code and text of something odd.
Note = tuple[str, str]


@attrs.define(kw_only=True)
class Sold:
    """
    Something that is charged for, while its parts are put together.

    Attributes:
        data: The line, or shipping line, of the file; None for duties and fees.

        title: What it is called.

        kind: What a line is; None for shipping lines.

        quantity: How many units; 1 for shipping lines.

        unit: Price of a unit before discounts.

        off: What each discount took off it.

        taxes: What each tax comes to, as the file has it.
    """

    data: Fields | None
    title: str
    kind: LineKind | None
    quantity: int = 1
    unit: int
    taxable: bool | None = None
    off: Off = attrs.field(factory=list)
    taxes: list[SheetTax] = attrs.field(factory=list)

    @property
    def listed(self) -> int:
        """Price times units, before discounts."""
        return self.unit * self.quantity

    @property
    def price(self) -> int:
        """What is asked for it, discounts off, without taxes on top."""
        return self.listed - sum(minor for _, minor in self.off)

    @property
    def tax(self) -> int:
        """The sum of its taxes, as the file has them."""
        return sum(tax.minor for tax in self.taxes)


@attrs.frozen(kw_only=True)
class Figures:
    """
    What the file says of the order as a whole, in minor units; None for what it does not say.

    Attributes:
        line: The line that the order begins on.

        currency: The order's currency.
    """

    line: int
    currency: str
    subtotal: int | None
    total: int | None
    tax: int | None
    discounts: int | None
    shipping: int | None

    def text(self, minor: int) -> str:
        """Return an amount in major units."""
        return Money(minor, self.currency).amount

    def disagree(self, field: str, given: int, would_do: str) -> FiguresDisagree:
        """Return the error that a figure does not follow from the others."""
        return FiguresDisagree(self.line, field, self.text(given), would_do)


def figures_of(order: Fields, currency: str) -> Figures:
    """Return what the file says of the order as a whole."""
    return Figures(
        line=order.line,
        currency=currency,
        subtotal=order.amount("subtotal_price", currency),
        total=order.amount("total_price", currency),
        tax=order.amount("total_tax", currency),
        discounts=order.amount("total_discounts", currency),
        shipping=order.of_set("total_shipping_price_set", currency),
    )


def tax_lines_of(data: Fields, currency: str) -> list[SheetTax]:
    """Return the taxes of a line, a shipping line or an order."""
    return [
        SheetTax(one.text("title") or "Tax", one.rate("rate"), one.amount("price", currency) or 0)
        for one in data.each("tax_lines")
    ]
