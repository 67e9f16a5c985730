"""
What an order sells: its lines, its charges for shipping, its discounts and taxes as agreed.

Frozen values. Stored amounts are minor units in fields that end in ``minor``; the properties
without that ending give `Money`.
"""

import enum

import attrs
import pendulum

from backoffice_core.money import Money
from backoffice_core.orders.parts import Span, taxes_of


class LineKind(enum.StrEnum):
    """What a line sells."""

    PRODUCT = "product"  #: a variant of the catalog, or goods of the host's own
    CUSTOM = "custom"  #: something typed in by staff
    TIP = "tip"  #: outside the subtotal, untaxed, never shipped, no share of discounts
    GIFT_CARD = "gift_card"  #: a liability until it is spent


@attrs.frozen
class TaxRate:
    """
    A tax as it was agreed.

    Attributes:
        title: Its name, such as ``TVA``.

        rate: The rate as decimal text, such as ``0.20``.
    """

    title: str
    rate: str


@attrs.frozen(kw_only=True)
class Applied:
    """
    A discount as it was agreed.

    Attributes:
        id: Its id within the order.

        title: What it is called.

        code: The code that was typed in, if one was.

        kind: ``fixed`` or ``percentage``.

        value: The amount in major units, or the percentage, as text.

        target: ``order``, ``lines`` or ``shipping``.

        minor: What it took off, in minor units.

        currency: The order's currency.

        removed_at: When an edit took it away from what was left, UTC.
    """

    id: str
    title: str
    code: str | None = None
    kind: str
    value: str
    target: str
    minor: int
    currency: str
    removed_at: pendulum.DateTime | None = None

    @property
    def amount(self) -> Money:
        """What it took off when it was agreed."""
        return Money(self.minor, self.currency)


@attrs.frozen(kw_only=True)
class LineItem:
    """
    Something that was sold.

    Attributes:
        id: Its id within the order.

        title: What it is called.

        kind: What it is.

        quantity: Units ever agreed; never falls.

        unit_minor: Price of a unit before discounts, in minor units.

        currency: The order's currency.

        taxes: The taxes, in the order in which the spans tell them.

        spans: What the units cost; see ``parts.py``.

        sku: Stock keeping unit.

        variant_id: The variant of the catalog it was, None for goods of the host's own.

        tracked: Whether its stock is counted here.

        oversell: Whether it may be sold below zero.

        allocated: Where its unshipped units are committed: location, units.
    """

    id: str
    title: str
    variant_title: str | None = None
    kind: LineKind = LineKind.PRODUCT
    quantity: int
    unit_minor: int
    compare_at_minor: int | None = None
    currency: str
    taxes: tuple[TaxRate, ...] = ()
    spans: tuple[Span, ...]
    sku: str | None = None
    variant_id: str | None = None
    product_id: str | None = None
    vendor: str | None = None
    requires_shipping: bool = True
    taxable: bool = True
    properties: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)
    tracked: bool = False
    oversell: bool = False
    allocated: tuple[tuple[str, int], ...] = ()

    @property
    def price(self) -> Money:
        """Price of a unit before discounts; tax in where the order's prices contain it."""
        return Money(self.unit_minor, self.currency)

    @property
    def name(self) -> str:
        """Title and variant title in one."""
        return f"{self.title} - {self.variant_title}" if self.variant_title else self.title

    @property
    def is_tip(self) -> bool:
        """Whether it is a tip."""
        return self.kind is LineKind.TIP

    @property
    def fulfillable(self) -> bool:
        """Whether it is ever shipped."""
        return self.kind is not LineKind.TIP


@attrs.frozen(kw_only=True)
class ShippingLine:
    """
    A charge for shipping.

    Attributes:
        id: Its id within the order.

        title: The method, such as ``Standard``.

        price_minor: The charge before discounts, in minor units.

        paid_minor: What the customer pays for it: discounts off, tax in.

        taxes_minor: What of that is tax, in the order of ``taxes``.

        currency: The order's currency.

        discounts: What each discount took off: id of the discount, minor units.
    """

    id: str
    title: str
    price_minor: int
    paid_minor: int
    taxes_minor: tuple[int, ...] = ()
    currency: str
    taxes: tuple[TaxRate, ...] = ()
    discounts: tuple[tuple[str, int], ...] = ()

    @property
    def price(self) -> Money:
        """The charge before discounts."""
        return Money(self.price_minor, self.currency)

    @property
    def paid(self) -> Money:
        """What the customer pays for it, tax in."""
        return Money(self.paid_minor, self.currency)

    def taxes_on(self, start: int, end: int) -> tuple[int, ...]:
        """Return what is tax of its cents from *start* up to *end*."""
        low = taxes_of(self.taxes_minor, self.paid_minor, start)
        return tuple(b - a for a, b in zip(low, taxes_of(self.taxes_minor, self.paid_minor, end), strict=True))
