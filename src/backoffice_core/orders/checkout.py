"""
The checkout: goods that somebody meant to buy, as far as they came.

One frozen value, as orders and drafts are; most of them are never completed. What it holds is priced
by the same code. Beside that stand the figures that the customer was shown last: frozen, so that
they stay what they were even where they do not follow from the lines. Stored amounts are minor units
in fields that end in ``minor``; the properties without that ending give `Money`.

Personal data is kept out of every ``repr``, and so is whatever opens the checkout to whoever has it.
"""

import enum
from functools import cached_property
from typing import Final

import attrs
import pendulum

from backoffice_core.money import Money
from backoffice_core.orders.amounts import total_of
from backoffice_core.orders.lines import Applied, LineItem, ShippingLine
from backoffice_core.orders.order import Address, CustomerRef, Order
from backoffice_core.orders.reminder import (
    Attempt,
    CheckoutStep,
    EmailState,
    RecoveryState,
    Reminder,
    email_state,
)


class CheckoutStatus(enum.StrEnum):
    """Whether a checkout can still be completed; it is derived, never stored."""

    OPEN = "open"  #: neither completed nor closed
    CLOSED = "closed"  #: it became an order, or was closed without one


@attrs.frozen(kw_only=True)
class TypedCode:
    """
    A discount code that was typed in, whether or not it took anything off.

    Attributes:
        code: The code.

        kind: What it is, in the words of where it comes from, such as ``fixed_amount``,
            ``percentage`` or ``shipping``; None where that is not known.

        minor: What it is said to take off, in minor units.

        currency: The checkout's currency.
    """

    code: str
    kind: str | None = None
    minor: int = 0
    currency: str

    @property
    def amount(self) -> Money:
        """What it is said to take off."""
        return Money(self.minor, self.currency)


@attrs.frozen(kw_only=True)
class Checkout:
    """
    A checkout.

    Attributes:
        id: UUIDv7 text.

        name: What people call it, such as ``#450789469``.

        version: How often it was saved; 0 before the first time. Kept by the storage.

        currency: ISO 4217 code of every amount in it, frozen.

        presentment_currency: What the customer saw prices in, where that is known; nothing is
            computed with it.

        taxes_included: Whether its prices, shipping too, contain their taxes.

        created_at: When it was begun, UTC.

        updated_at: When the customer last changed it, UTC.

        completed_at: When it became an order, UTC.

        closed_at: When it was closed, UTC.

        customer: Who was about to buy, with language and consent to be written to; None when nothing
            at all is known.

        sms_phone: The number for which they agreed to get text messages.

        lines: Priced lines.

        codes: The discount codes that were typed in, in their order.

        discounts: The discounts that took something off.

        listed_minor: What its lines were said to cost before discounts, in minor units.

        discounts_minor: What was said to be taken off, in minor units.

        subtotal_minor: What its lines were said to cost after discounts, in minor units.

        tax_minor: What it was said to be taxed, in minor units.

        duties_minor: What customs were said to take, in minor units; None where that is not known.

        total_minor: What the customer was asked for, in minor units.

        channel: Where it was begun, such as ``web``.

        gateway: The payment gateway that was chosen.

        landing_site: The page that the customer came to the shop by.

        referring_site: Where they came from.

        token: What its channel calls it in addresses.

        cart_token: What its channel calls the cart that it was made of.

        source: Where it comes from: the channel and its id there; unique in the shop.

        imported_at: When it was last imported, UTC; None for one that a host reports.

        step: How far its customer came; None where that is not known.

        contact_at: When its customer could first be written to, UTC.

        abandoned_at: When it was found to be left behind, UTC; None while its customer is at it.

        due_at: When time brings something next to it, UTC; see ``checkouts.py``.

        attempts: Payments that were tried, the oldest first.

        reminders: What asked its customer back, the oldest first.

        recovered_at: When it was completed through the link of a reminder, UTC; never changes.

        recovered_by: That reminder.

        order_id: The order that it became; None where that is not known.

        draft_id: The draft that staff made of it.
    """

    id: str
    name: str
    version: int = 0
    currency: str
    presentment_currency: str | None = None
    taxes_included: bool
    created_at: pendulum.DateTime
    updated_at: pendulum.DateTime
    completed_at: pendulum.DateTime | None = None
    closed_at: pendulum.DateTime | None = None
    customer: CustomerRef | None = None
    sms_phone: str | None = attrs.field(default=None, repr=False)
    shipping_address: Address | None = None
    billing_address: Address | None = None
    note: str | None = attrs.field(default=None, repr=False)
    attributes: tuple[tuple[str, str], ...] = attrs.field(default=(), repr=False)
    lines: tuple[LineItem, ...] = attrs.field(repr=False)
    shipping_lines: tuple[ShippingLine, ...] = attrs.field(default=(), repr=False)
    codes: tuple[TypedCode, ...] = attrs.field(default=(), repr=False)
    discounts: tuple[Applied, ...] = attrs.field(default=(), repr=False)
    listed_minor: int
    discounts_minor: int
    subtotal_minor: int
    tax_minor: int
    duties_minor: int | None = None
    total_minor: int
    channel: str | None = None
    gateway: str | None = None
    landing_site: str | None = attrs.field(default=None, repr=False)
    referring_site: str | None = attrs.field(default=None, repr=False)
    token: str | None = attrs.field(default=None, repr=False)
    cart_token: str | None = attrs.field(default=None, repr=False)
    source: tuple[str, str] | None = None
    imported_at: pendulum.DateTime | None = None
    step: CheckoutStep | None = None
    contact_at: pendulum.DateTime | None = None
    abandoned_at: pendulum.DateTime | None = None
    due_at: pendulum.DateTime | None = None
    attempts: tuple[Attempt, ...] = ()
    reminders: tuple[Reminder, ...] = ()
    recovered_at: pendulum.DateTime | None = None
    recovered_by: str | None = None
    order_id: str | None = None
    draft_id: str | None = None

    @property
    def status(self) -> CheckoutStatus:
        """Open, or closed, which a completed one is too."""
        is_over = self.completed_at is not None or self.closed_at is not None
        return CheckoutStatus.CLOSED if is_over else CheckoutStatus.OPEN

    @property
    def is_over(self) -> bool:
        """Whether it was completed or closed, and does not change any more."""
        return self.status is CheckoutStatus.CLOSED

    @property
    def is_abandoned(self) -> bool:
        """Whether it is open and was left behind."""
        return self.abandoned_at is not None and not self.is_over

    @property
    def email_state(self) -> EmailState:
        """What became of the mails that ask its customer back."""
        return email_state(self.reminders)

    @property
    def recovery_state(self) -> RecoveryState:
        """Whether it was completed through the link of a reminder."""
        return RecoveryState.NOT_RECOVERED if self.recovered_at is None else RecoveryState.RECOVERED

    @cached_property
    def as_order(self) -> Order:
        """The order that its lines, shipping lines and discounts make, unpaid; its figures follow from those."""
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
            channel=self.channel,
            lines=self.lines,
            shipping_lines=self.shipping_lines,
            discounts=self.discounts,
            original_total_minor=total_of(self.lines, self.shipping_lines),
        )

    @property
    def email(self) -> str | None:
        """The customer's address for mail."""
        return self.customer.email if self.customer else None

    @property
    def phone(self) -> str | None:
        """The customer's number."""
        return self.customer.phone if self.customer else None

    @property
    def units(self) -> int:
        """How many units are in it."""
        return sum(line.quantity for line in self.lines)

    @property
    def total_line_items(self) -> Money:
        """What its lines cost before discounts, as it was told."""
        return Money(self.listed_minor, self.currency)

    @property
    def total_discounts(self) -> Money:
        """What is taken off, as it was told."""
        return Money(self.discounts_minor, self.currency)

    @property
    def subtotal(self) -> Money:
        """What its lines cost after discounts, as it was told; tax in where prices contain it."""
        return Money(self.subtotal_minor, self.currency)

    @property
    def total_shipping(self) -> Money:
        """Shipping, discounts off, which follows from its shipping lines; tax in where prices contain it."""
        return self.as_order.total_shipping

    @property
    def total_tax(self) -> Money:
        """Its taxes, as they were told."""
        return Money(self.tax_minor, self.currency)

    @property
    def total_duties(self) -> Money | None:
        """What customs take, as it was told; None where that is not known."""
        return None if self.duties_minor is None else Money(self.duties_minor, self.currency)

    @property
    def total(self) -> Money:
        """What the customer was asked for."""
        return Money(self.total_minor, self.currency)


#: A checkout goes so many months after it was begun, and so many after it was last changed.
MONTHS_OLD: Final = 3
MONTHS_IDLE: Final = 1


def retained_until(checkout: Checkout) -> pendulum.DateTime | None:
    """
    Return until when a checkout is kept, UTC; None for as long as the shop.

    One that was paid for or tried to be, became an order or was made a draft of is kept. What was
    imported counts as changed at the import.
    """
    if checkout.completed_at or checkout.order_id or checkout.draft_id or checkout.attempts:
        return None
    changed = max(checkout.updated_at, checkout.imported_at or checkout.updated_at)
    return max(checkout.created_at.add(months=MONTHS_OLD), changed.add(months=MONTHS_IDLE))
