"""
The draft order: what may become an order, made in the back office.

One frozen value, as the order is. It is priced by the same code, holds no payment and no order
number, and its figures are those of the order that it would be. Stored amounts are minor units.
Personal data is kept out of every ``repr``.
"""

from functools import cached_property

import attrs
import pendulum

from backoffice_core.money import Money
from backoffice_core.orders.amounts import total_of
from backoffice_core.orders.lines import Applied, LineItem, ShippingLine
from backoffice_core.orders.order import Address, CustomerRef, Order
from backoffice_core.orders.states import DraftStatus
from backoffice_core.orders.terms import PaymentTerms


@attrs.frozen(kw_only=True)
class Draft:
    """
    A draft order.

    Attributes:
        id: UUIDv7 text.

        name: What people call it, such as ``#D1``.

        version: How often it was saved; 0 before the first time. Kept by the storage.

        status: Open, invoice sent or completed.

        currency: ISO 4217 code of every amount in it, frozen.

        taxes_included: Whether its prices, shipping too, contain their taxes.

        created_at: When it was made, UTC.

        updated_at: When it was last changed, UTC.

        lines: Priced lines; ``allocated`` tells where units are set aside for it.

        reserve_until: Until when units are set aside for it, UTC; None for not at all.

        terms: When the order is to be paid; None for at once.

        invoice_sent_at: When the customer was last asked to pay, UTC.

        invoice_subject: What the merchant wrote over that.

        invoice_message: What the merchant wrote into it.

        completed_at: When it became an order, UTC.

        order_id: The order that it became.

        copied_from: What it was duplicated from: ``order`` or ``draft``, and the id.

        source: Where it was imported from: the channel and its id there; a deleted one keeps it, so
            that it does not come in again.

        deleted_at: When it was deleted, UTC; what it held is gone then.
    """

    id: str
    name: str
    version: int = 0
    status: DraftStatus = DraftStatus.OPEN
    currency: str
    taxes_included: bool
    created_at: pendulum.DateTime
    updated_at: pendulum.DateTime
    customer: CustomerRef | None = None
    shipping_address: Address | None = None
    billing_address: Address | None = None
    note: str | None = attrs.field(default=None, repr=False)
    attributes: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)
    tags: tuple[str, ...] = ()
    lines: tuple[LineItem, ...] = attrs.field(repr=False)
    shipping_lines: tuple[ShippingLine, ...] = attrs.field(default=(), repr=False)
    discounts: tuple[Applied, ...] = attrs.field(default=(), repr=False)
    reserve_until: pendulum.DateTime | None = None
    terms: PaymentTerms | None = None
    invoice_sent_at: pendulum.DateTime | None = None
    invoice_subject: str | None = attrs.field(default=None, repr=False)
    invoice_message: str | None = attrs.field(default=None, repr=False)
    completed_at: pendulum.DateTime | None = None
    order_id: str | None = None
    copied_from: tuple[str, str] | None = None
    source: tuple[str, str] | None = None
    deleted_at: pendulum.DateTime | None = None

    @cached_property
    def as_order(self) -> Order:
        """The order that it would be now, unpaid; the same code reckons the figures of both."""
        return Order(
            id=self.id,
            name=self.name,
            number=0,
            version=self.version,
            currency=self.currency,
            taxes_included=self.taxes_included,
            created_at=self.created_at,
            updated_at=self.updated_at,
            customer=self.customer,
            shipping_address=self.shipping_address,
            billing_address=self.billing_address,
            note=self.note,
            attributes=self.attributes,
            tags=self.tags,
            lines=self.lines,
            shipping_lines=self.shipping_lines,
            discounts=self.discounts,
            original_total_minor=total_of(self.lines, self.shipping_lines),
        )

    @property
    def subtotal(self) -> Money:
        """Lines without tips, discounts off; tax in where prices contain it."""
        return self.as_order.subtotal

    @property
    def total_discounts(self) -> Money:
        """What discounts take off lines and shipping."""
        return self.as_order.total_discounts

    @property
    def total_shipping(self) -> Money:
        """Shipping, discounts off; tax in where prices contain it."""
        return self.as_order.total_shipping

    @property
    def total_tax(self) -> Money:
        """Taxes of lines and shipping."""
        return self.as_order.total_tax

    @property
    def total(self) -> Money:
        """What it comes to."""
        return self.as_order.total

    @property
    def reserved(self) -> int:
        """How many units are set aside for it."""
        return sum(units for line in self.lines for _, units in line.allocated)

    @property
    def email(self) -> str | None:
        """The customer's address for mail."""
        return self.customer.email if self.customer else None
