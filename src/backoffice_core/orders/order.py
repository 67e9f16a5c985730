"""
The order: one frozen value, the truth about what was sold and what happened to it.

Rules make new orders out of old ones; there are no methods that change anything. Stored amounts
are minor units in fields that end in ``minor``; the properties without that ending give `Money`.
Personal data is kept out of every ``repr``.
"""

import enum
from contextlib import suppress
from functools import cached_property
from typing import Any, Final

import attrs
import pendulum

from backoffice_core.money import Money
from backoffice_core.orders import amounts, status
from backoffice_core.orders.amounts import Counters, Sums
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Comment, Fulfillment, Hold, Refund, Removal, Restocking, Transaction
from backoffice_core.orders.parts import Span, taxes_of
from backoffice_core.orders.states import Lifecycle


class LineKind(enum.StrEnum):
    """What a line sells."""

    PRODUCT = "product"  #: a variant of the catalog, or goods of the host's own
    CUSTOM = "custom"  #: something typed in by staff
    TIP = "tip"  #: outside the subtotal, untaxed, never shipped, no share of discounts
    GIFT_CARD = "gift_card"  #: a liability until it is spent


@attrs.frozen(kw_only=True)
class Address:
    """Where to ship or bill to. Every field is free text; ``country`` is an ISO 3166 code."""

    name: str | None = attrs.field(default=None, repr=False)
    company: str | None = attrs.field(default=None, repr=False)
    address1: str | None = attrs.field(default=None, repr=False)
    address2: str | None = attrs.field(default=None, repr=False)
    city: str | None = attrs.field(default=None, repr=False)
    zip: str | None = attrs.field(default=None, repr=False)
    province: str | None = None
    province_name: str | None = None
    country: str | None = None
    phone: str | None = attrs.field(default=None, repr=False)


@attrs.frozen(kw_only=True)
class CustomerRef:
    """
    Who bought, as known when they did; a guest has no ``id``.

    Attributes:
        id: The customer's id, None for a guest.

        locale: The language of messages, such as ``fr``.

        accepts_marketing: Whether they agreed to be written to.
    """

    id: str | None = None
    name: str | None = attrs.field(default=None, repr=False)
    email: str | None = attrs.field(default=None, repr=False)
    phone: str | None = attrs.field(default=None, repr=False)
    locale: str | None = None
    accepts_marketing: bool = False


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
    """

    id: str
    title: str
    code: str | None = None
    kind: str
    value: str
    target: str
    minor: int
    currency: str

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
    properties: tuple[tuple[str, str], ...] = ()
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


@attrs.frozen(kw_only=True)
class Order:
    """
    An order.

    Attributes:
        id: UUIDv7 text.

        name: What people call it, such as ``#1001``.

        number: The number in the name; 0 where an imported name has none.

        version: How often it was saved; 0 before the first time. Kept by the storage.

        currency: ISO 4217 code of every amount in it, frozen.

        taxes_included: Whether its prices, shipping too, contain their taxes.

        created_at: When it was placed, UTC.

        updated_at: When it was last changed, UTC.

        closed_at: When it was archived, UTC.

        cancelled_at: When it was cancelled, UTC.

        cancel_reason: Why it was cancelled.

        customer: Who bought; None when nothing at all is known.

        note: A remark of the customer's or staff's.

        attributes: Free pairs of the host's own.

        channel: Where it was sold, such as ``web``.

        source: Channel and the channel's own id of it; unique in the shop.

        tags: Sorted ignoring case.

        original_total_minor: The total when it was placed, frozen, in minor units.

        test: Whether it is a trial that sales figures leave out.
    """

    id: str
    name: str
    number: int
    version: int = 0
    currency: str
    taxes_included: bool
    created_at: pendulum.DateTime
    updated_at: pendulum.DateTime
    closed_at: pendulum.DateTime | None = None
    cancelled_at: pendulum.DateTime | None = None
    cancel_reason: str | None = None
    customer: CustomerRef | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    note: str | None = attrs.field(default=None, repr=False)
    attributes: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)
    channel: str | None = None
    source: tuple[str, str] | None = None
    test: bool = False
    tags: tuple[str, ...] = ()
    original_total_minor: int
    lines: tuple[LineItem, ...] = attrs.field(repr=False)
    shipping_lines: tuple[ShippingLine, ...] = attrs.field(default=(), repr=False)
    discounts: tuple[Applied, ...] = attrs.field(default=(), repr=False)
    transactions: tuple[Transaction, ...] = attrs.field(default=(), repr=False)
    fulfillments: tuple[Fulfillment, ...] = attrs.field(default=(), repr=False)
    refunds: tuple[Refund, ...] = attrs.field(default=(), repr=False)
    restockings: tuple[Restocking, ...] = attrs.field(default=(), repr=False)
    removals: tuple[Removal, ...] = attrs.field(default=(), repr=False)
    holds: tuple[Hold, ...] = attrs.field(default=(), repr=False)
    comments: tuple[Comment, ...] = attrs.field(default=(), repr=False)

    @cached_property
    def counters(self) -> dict[str, Counters]:
        """How many units of each line are where, by line id."""
        return amounts.counters(self)

    @cached_property
    def sums(self) -> Sums:
        """All the figures, in minor units."""
        return amounts.sums(self)

    @cached_property
    def financial_status(self) -> status.FinancialStatus:
        """Where the money stands; see ``status.py``."""
        return status.financial_status(self)

    @cached_property
    def fulfillment_status(self) -> status.FulfillmentState:
        """Where the goods stand; see ``status.py``."""
        return status.fulfillment_status(self)

    @property
    def lifecycle(self) -> Lifecycle:
        """Open, archived or cancelled."""
        return status.lifecycle(self)

    @property
    def finished(self) -> bool:
        """Whether nothing is left to do."""
        return status.finished(self)

    @property
    def to_fulfill(self) -> int:
        """Units still to be shipped."""
        return sum(row.to_fulfill for row in self.counters.values())

    @property
    def fulfilled(self) -> int:
        """Units shipped."""
        return sum(row.fulfilled for row in self.counters.values())

    @property
    def held(self) -> int:
        """Unshipped units that a hold stops."""
        return sum(row.held for row in self.counters.values())

    @property
    def email(self) -> str | None:
        """The customer's address for mail."""
        return self.customer.email if self.customer else None

    def _money(self, minor: int) -> Money:
        return Money(minor, self.currency)

    @property
    def subtotal(self) -> Money:
        """Lines without tips, discounts off, before returns; tax in where prices contain it."""
        return self._money(self.sums.subtotal)

    @property
    def total_discounts(self) -> Money:
        """What discounts took off lines and shipping."""
        return self._money(self.sums.discounts)

    @property
    def total_shipping(self) -> Money:
        """Shipping, discounts off, before refunds; tax in where prices contain it."""
        return self._money(self.sums.shipping)

    @property
    def total_tax(self) -> Money:
        """Taxes of lines and shipping, before returns."""
        return self._money(self.sums.tax)

    @property
    def total_tips(self) -> Money:
        """Tips, before returns."""
        return self._money(self.sums.tips)

    @property
    def total(self) -> Money:
        """What it costs before returns, with later additions."""
        return self._money(self.sums.total)

    @property
    def original_total(self) -> Money:
        """What it cost when it was placed; frozen."""
        return self._money(self.original_total_minor)

    @property
    def current_subtotal(self) -> Money:
        """The subtotal of what is left."""
        return self._money(self.sums.current_subtotal)

    @property
    def current_shipping(self) -> Money:
        """The shipping that is left."""
        return self._money(self.sums.current_shipping)

    @property
    def current_tax(self) -> Money:
        """The taxes of what is left."""
        return self._money(self.sums.current_tax)

    @property
    def current_total(self) -> Money:
        """What is left costs, goodwill and fees in; never negative."""
        return self._money(self.sums.current_total)

    @property
    def received(self) -> Money:
        """Money that arrived, refunds not taken off."""
        return self._money(self.sums.received)

    @property
    def refunded(self) -> Money:
        """Money that was given back."""
        return self._money(self.sums.refunded)

    @property
    def net_payment(self) -> Money:
        """Money that arrived and was not given back."""
        return self._money(self.sums.net)

    @property
    def outstanding(self) -> Money:
        """What is owed beyond what can be captured; negative when the shop owes."""
        return self._money(self.sums.outstanding)

    @property
    def capturable(self) -> Money:
        """What can be captured now."""
        return self._money(self.sums.capturable)

    @property
    def refundable(self) -> Money:
        """The most that can be refunded now."""
        return self._money(self.sums.refundable)


def numbered(order: Order, version: int) -> Order:
    """Return an order as it is after being saved; the figures that were computed on it stay with it."""
    saved = evolve(order, version=version)
    for slot in _FIGURES:
        # A slot that was never asked for is empty, and stays so.
        with suppress(AttributeError):
            slot.__set__(saved, slot.__get__(order))
    return saved


_FIGURES: Final[tuple[Any, ...]] = (Order.__dict__["counters"], Order.__dict__["sums"])
