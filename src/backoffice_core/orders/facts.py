"""
What an order has lived through: frozen values that rules append and never take away.

Stored amounts are minor units in fields that end in ``minor``; the properties without that
ending give `Money`. Instants are UTC.
"""

import enum

import attrs
import pendulum

from backoffice_core.money import Money
from backoffice_core.orders.states import FulfillmentStatus, HoldStatus, TransactionStatus


class TransactionKind(enum.StrEnum):
    """What a movement of money is."""

    AUTHORIZATION = "authorization"  #: set aside for the shop, not moved
    CAPTURE = "capture"  #: moved, out of an authorization
    SALE = "sale"  #: set aside and moved at once
    REFUND = "refund"  #: given back
    VOID = "void"  #: an authorization let go; its amount is 0


class Restock(enum.StrEnum):
    """What becomes of refunded units."""

    NO_RESTOCK = "no_restock"  #: money only; what is left to ship does not change
    CANCEL = "cancel"  #: unshipped units leave the order and go back on sale
    RETURN = "return"  #: shipped units come back


@attrs.frozen(kw_only=True)
class Transaction:
    """
    One movement of money, or the attempt at one.

    Attributes:
        id: Its id; also the idempotency key that the gateway gets.

        kind: What it is.

        status: What is known of it.

        minor: The amount, in minor units; what was confirmed, once it was.

        currency: The order's currency.

        gateway: The name of the gateway.

        at: When it was asked for or recorded, UTC.

        parent_id: The authorization of a capture or void, the payment of a refund.

        reference: The gateway's own name for the movement; names one movement.

        asked_minor: What was asked for, where less was confirmed.

        reversed_minor: How much of it was undone later.

        expires_at: When an authorization lapses, UTC.

        final: A capture after which the rest of the authorization is let go.

        error: The gateway's code for a failure.

        actor: Who asked for it.
    """

    id: str
    kind: TransactionKind
    status: TransactionStatus
    minor: int
    currency: str
    gateway: str
    at: pendulum.DateTime
    parent_id: str | None = None
    reference: str | None = None
    asked_minor: int | None = None
    reversed_minor: int = 0
    expires_at: pendulum.DateTime | None = None
    final: bool = False
    error: str | None = None
    actor: str | None = None

    @property
    def amount(self) -> Money:
        """The amount."""
        return Money(self.minor, self.currency)

    @property
    def in_force(self) -> int:
        """Minor units that did move and were not undone; 0 unless it succeeded."""
        return self.minor - self.reversed_minor if self.status is TransactionStatus.SUCCESS else 0

    @property
    def open(self) -> bool:
        """Whether its outcome is not known yet."""
        return self.status in (TransactionStatus.PENDING, TransactionStatus.UNKNOWN)


@attrs.frozen
class Units:
    """
    Some units of one line.

    Attributes:
        line_id: The line.

        quantity: How many.
    """

    line_id: str
    quantity: int


@attrs.frozen
class Movement:
    """
    What a fact does to the stock of one variant at one place.

    Attributes:
        variant_id: The variant.

        location_id: The place.

        on_hand: Change of what is physically there.

        committed: Change of what placed orders have promised.

        line_id: The line it is for.

        key: The fact it comes from; a movement is made once per (order, line, key).

        guard: Whether available must not fall below zero by it.
    """

    variant_id: str
    location_id: str
    on_hand: int
    committed: int
    line_id: str
    key: str
    guard: bool = False


@attrs.frozen(kw_only=True)
class Fulfillment:
    """
    Units that were shipped together.

    Attributes:
        id: Its id.

        name: The order's name with ``-F`` and a number.

        status: Whether it stands.

        lines: The units in it.

        at: When, UTC.

        location_id: From where, when it was said.

        tracking: The carrier's number.

        tracking_url: Where to follow it.

        carrier: Who carries it.

        movements: What it did to the stock, for undoing it exactly.

        actor: Who shipped it.
    """

    id: str
    name: str
    status: FulfillmentStatus
    lines: tuple[Units, ...]
    at: pendulum.DateTime
    location_id: str | None = None
    tracking: str | None = None
    tracking_url: str | None = None
    carrier: str | None = None
    movements: tuple[Movement, ...] = ()
    cancelled_at: pendulum.DateTime | None = None
    actor: str | None = None


@attrs.frozen(kw_only=True)
class RefundLine:
    """
    What a refund took of one line: units, or an amount without units.

    Attributes:
        line_id: The line.

        quantity: How many units; 0 for an amount on the line.

        restock: What became of the units.

        shipped: How many of the units had been shipped.

        location_id: Where units came back to.

        minor: What the units, or the amount, are worth, tax in, in minor units.

        taxes_minor: What of it is tax, in the order of the line's taxes.

        currency: The order's currency.
    """

    line_id: str
    quantity: int
    restock: Restock
    shipped: int
    minor: int
    taxes_minor: tuple[int, ...]
    currency: str
    location_id: str | None = None

    @property
    def amount(self) -> Money:
        """What the units, or the amount, are worth, tax in."""
        return Money(self.minor, self.currency)

    @property
    def tax(self) -> Money:
        """What of the amount is tax."""
        return Money(sum(self.taxes_minor), self.currency)


@attrs.frozen(kw_only=True)
class ShippingPart:
    """
    What was taken of one shipping line.

    Attributes:
        shipping_line_id: The shipping line.

        minor: The amount, tax in, in minor units.

        taxes_minor: What of it is tax, in the order of the shipping line's taxes.

        currency: The order's currency.
    """

    shipping_line_id: str
    minor: int
    taxes_minor: tuple[int, ...]
    currency: str

    @property
    def amount(self) -> Money:
        """The amount, tax in."""
        return Money(self.minor, self.currency)

    @property
    def tax(self) -> Money:
        """What of the amount is tax."""
        return Money(sum(self.taxes_minor), self.currency)


@attrs.frozen(kw_only=True)
class Refund:
    """
    What was given back at one time, and what it was for.

    Attributes:
        id: Its id.

        at: When, UTC.

        minor: The money asked to be sent back, in minor units.

        currency: The order's currency.

        lines: Units, and amounts on lines.

        shipping: Amounts on shipping lines.

        adjustment_minor: What the amount differs from the value of what came back: negative was
            kept by the shop (a restocking fee), positive is goodwill. It carries no tax.

        transaction_ids: The transactions that carry the money.

        note: Why, for staff.

        actor: Who gave it.
    """

    id: str
    at: pendulum.DateTime
    minor: int
    currency: str
    lines: tuple[RefundLine, ...] = ()
    shipping: tuple[ShippingPart, ...] = ()
    adjustment_minor: int = 0
    transaction_ids: tuple[str, ...] = ()
    note: str | None = None
    actor: str | None = None

    @property
    def amount(self) -> Money:
        """The money asked to be sent back; what of it arrived, its transactions say."""
        return Money(self.minor, self.currency)

    @property
    def adjustment(self) -> Money:
        """What the amount differs from the value of what came back."""
        return Money(self.adjustment_minor, self.currency)


@attrs.frozen(kw_only=True)
class RestockLine:
    """
    Units that were refunded without restock and go back to stock later.

    Attributes:
        line_id: The line.

        quantity: How many.

        restock: ``return`` for shipped units, ``cancel`` for others.

        location_id: Where to.
    """

    line_id: str
    quantity: int
    restock: Restock
    location_id: str | None = None


@attrs.frozen(kw_only=True)
class Restocking:
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
    lines: tuple[RestockLine, ...]
    actor: str | None = None


@attrs.frozen(kw_only=True)
class Removal:
    """
    Units and shipping that left the order without a refund: a cancel, or an edit.

    Attributes:
        id: Its id.

        at: When, UTC.

        cause: ``cancel`` or ``edit``.

        lines: The units that were neither shipped nor refunded, with what they were worth.

        released: Units refunded without restock that will not be shipped either.

        shipping: What was left of the shipping.

        adjustment_minor: Goodwill granted earlier on what left, taken back with it.

        currency: The order's currency.

        actor: Who did it.
    """

    id: str
    at: pendulum.DateTime
    cause: str
    lines: tuple[RefundLine, ...]
    released: tuple[Units, ...] = ()
    shipping: tuple[ShippingPart, ...] = ()
    adjustment_minor: int = 0
    currency: str
    actor: str | None = None


@attrs.frozen(kw_only=True)
class Hold:
    """
    Units that must not be shipped for now.

    Attributes:
        id: Its id.

        reason: Why, such as ``high_risk_of_fraud``.

        at: Since when, UTC.

        lines: Which units; none means the whole order.

        note: For staff.

        released_at: When it ended, UTC.

        release_reason: Why it ended.

        actor: Who set it.

        released_by: Who ended it.
    """

    id: str
    reason: str
    at: pendulum.DateTime
    lines: tuple[Units, ...] = ()
    note: str | None = None
    released_at: pendulum.DateTime | None = None
    release_reason: str | None = None
    actor: str | None = None
    released_by: str | None = None

    @property
    def status(self) -> HoldStatus:
        """Whether it still stops units."""
        return HoldStatus.ACTIVE if self.released_at is None else HoldStatus.RELEASED


@attrs.frozen(kw_only=True)
class Comment:
    """
    A remark of staff on the timeline; never shown to customers.

    Attributes:
        id: Its id.

        text: The remark.

        at: When, UTC.

        actor: Who wrote it.
    """

    id: str
    text: str = attrs.field(repr=False)
    at: pendulum.DateTime
    actor: str | None = None
