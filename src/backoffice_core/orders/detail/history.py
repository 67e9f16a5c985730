"""What an order has lived through, as its page shows it, with the titles of what each fact is about."""

import attrs
import pendulum

from backoffice_core.money import Money
from backoffice_core.orders.facts import CarrierNews
from backoffice_core.orders.givenback import Restock
from backoffice_core.orders.states import FulfillmentStatus, HoldStatus, ShipmentStatus


@attrs.frozen(kw_only=True)
class UnitsDetail:
    """
    Some units of one line.

    Attributes:
        line_id: The line.

        title: What it is called.

        variant_title: What the variant is called.

        sku: Stock keeping unit.

        quantity: How many.
    """

    line_id: str
    title: str
    variant_title: str | None
    sku: str | None
    quantity: int


@attrs.frozen(kw_only=True)
class GivenBackDetail(UnitsDetail):
    """
    Units that left the order, or an amount on a line; then the quantity is 0.

    Attributes:
        restock: What became of the units.

        shipped: How many of the units had been shipped.

        location_id: Where units came back to.

        amount: What they were worth, tax in.

        tax: What of the amount is tax.
    """

    restock: Restock
    shipped: int
    location_id: str | None
    amount: Money
    tax: Money


@attrs.frozen(kw_only=True)
class RestockedDetail(UnitsDetail):
    """
    Units that went back to stock after they were refunded.

    Attributes:
        restock: ``return`` for shipped units, ``cancel`` for others.

        location_id: Where to.
    """

    restock: Restock
    location_id: str | None


@attrs.frozen(kw_only=True)
class ShippingBackDetail:
    """
    What was taken of one charge for shipping.

    Attributes:
        shipping_line_id: The charge.

        title: The method.

        amount: How much, tax in.

        tax: What of the amount is tax.
    """

    shipping_line_id: str
    title: str
    amount: Money
    tax: Money


@attrs.frozen(kw_only=True)
class FulfillmentDetail:
    """
    Units that were shipped together.

    Attributes:
        id: Its id.

        name: The order's name with ``-F`` and a number.

        status: Whether it stands.

        at: When, UTC.

        lines: The units in it.

        location_id: From where, when it was said.

        tracking: The carrier's number.

        tracking_url: Where to follow it.

        carrier: Who carries it.

        cancelled_at: When it was undone, UTC.

        actor: Who shipped it.

        shipment_status: Where its carrier says that it is; None where it told nothing yet.

        delivered_at: When it arrived, UTC.

        news: What its carrier told of it, in the order in which it happened.
    """

    id: str
    name: str
    status: FulfillmentStatus
    at: pendulum.DateTime
    lines: tuple[UnitsDetail, ...]
    location_id: str | None
    tracking: str | None
    tracking_url: str | None
    carrier: str | None
    cancelled_at: pendulum.DateTime | None
    actor: str | None
    shipment_status: ShipmentStatus | None
    delivered_at: pendulum.DateTime | None
    news: tuple[CarrierNews, ...]

    @property
    def units(self) -> int:
        """How many units are in it."""
        return sum(one.quantity for one in self.lines)


@attrs.frozen(kw_only=True)
class RefundDetail:
    """
    What was given back at one time.

    Attributes:
        id: Its id.

        at: When, UTC.

        amount: The money asked to be sent back.

        sent: What of it did arrive.

        pending: What of it has no outcome yet.

        adjustment: What the amount differs from the value of what came back: negative was kept by
            the shop, positive is goodwill.

        lines: Units, and amounts on lines.

        shipping: Amounts on charges for shipping.

        transaction_ids: The transactions that carry the money.

        note: Why, for staff.

        actor: Who gave it.
    """

    id: str
    at: pendulum.DateTime
    amount: Money
    sent: Money
    pending: Money
    adjustment: Money
    lines: tuple[GivenBackDetail, ...]
    shipping: tuple[ShippingBackDetail, ...]
    transaction_ids: tuple[str, ...]
    note: str | None = attrs.field(repr=False)
    actor: str | None


@attrs.frozen(kw_only=True)
class RemovalDetail:
    """
    Units and shipping that left the order without a refund.

    Attributes:
        id: Its id.

        at: When, UTC.

        cause: ``cancel`` or ``edit``.

        lines: The units, with what they were worth.

        released: Units refunded without restock that will not be shipped either.

        shipping: What was left of the shipping.

        adjustment: Goodwill granted earlier on what left, taken back with it.

        actor: Who did it.
    """

    id: str
    at: pendulum.DateTime
    cause: str
    lines: tuple[GivenBackDetail, ...]
    released: tuple[UnitsDetail, ...]
    shipping: tuple[ShippingBackDetail, ...]
    adjustment: Money
    actor: str | None


@attrs.frozen(kw_only=True)
class RestockingDetail:
    """
    Refunded units that went back to stock later.

    Attributes:
        id: Its id.

        at: When, UTC.

        lines: The units.

        actor: Who did it.
    """

    id: str
    at: pendulum.DateTime
    lines: tuple[RestockedDetail, ...]
    actor: str | None


@attrs.frozen(kw_only=True)
class HoldDetail:
    """
    Units that must not be shipped, or were not to be.

    Attributes:
        id: Its id.

        reason: Why, such as ``high_risk_of_fraud``.

        status: Whether it still stops units.

        at: Since when, UTC.

        lines: Which units; none means the whole order.

        note: For staff.

        actor: Who set it.

        released_at: When it ended, UTC.

        release_reason: Why it ended.

        released_by: Who ended it.
    """

    id: str
    reason: str
    status: HoldStatus
    at: pendulum.DateTime
    lines: tuple[UnitsDetail, ...]
    note: str | None = attrs.field(repr=False)
    actor: str | None
    released_at: pendulum.DateTime | None
    release_reason: str | None
    released_by: str | None


@attrs.frozen(kw_only=True)
class CommentDetail:
    """
    A remark of staff.

    Attributes:
        id: Its id.

        text: The remark.

        at: When, UTC.

        edited_at: When its text was changed last, UTC.

        actor: Who wrote it.

        mine: Whether who asks wrote it, and so may edit and delete it.
    """

    id: str
    text: str = attrs.field(repr=False)
    at: pendulum.DateTime
    edited_at: pendulum.DateTime | None
    actor: str | None
    mine: bool
