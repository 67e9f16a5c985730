"""
What an order has lived through: frozen values that rules append and never take away.

Stored amounts are minor units in fields that end in ``minor``; the properties without that
ending give `Money`. Instants are UTC.
"""

import enum
from typing import Final

import attrs
import pendulum

from backoffice_core.failures import InvalidValue
from backoffice_core.money import Money
from backoffice_core.orders.states import FulfillmentStatus, HoldStatus, ShipmentStatus, TransactionStatus
from backoffice_core.typed import check_types

#: The most digits of a card's number that are kept.
LONGEST_BIN: Final = 8


class TransactionKind(enum.StrEnum):
    """What a movement of money is."""

    AUTHORIZATION = "authorization"  #: set aside for the shop, not moved
    CAPTURE = "capture"  #: moved, out of an authorization
    SALE = "sale"  #: set aside and moved at once
    REFUND = "refund"  #: given back
    VOID = "void"  #: an authorization let go; its amount is 0


@attrs.frozen(kw_only=True)
class Card:
    """
    What a gateway tells of the card that paid; every field may be missing.

    Attributes:
        avs: The result of comparing the billing address, as the networks write it: ``Y``, ``N``, ``A``, ``Z``, …

        cvc: The result of comparing the code on the back: ``M`` for a match, ``N`` for none, …

        country: Where it was issued, ISO 3166 code.

        bin: Its first digits, which say who issued it; never the whole number.
    """

    avs: str | None = attrs.field(default=None, repr=False)
    cvc: str | None = attrs.field(default=None, repr=False)
    country: str | None = attrs.field(default=None, repr=False)
    bin: str | None = attrs.field(default=None, repr=False)

    def __attrs_post_init__(self) -> None:
        check_types(self)
        if self.bin is not None and not (self.bin.isascii() and self.bin.isdigit() and len(self.bin) <= LONGEST_BIN):
            raise InvalidValue("bin", "what is none", f"at most {LONGEST_BIN} digits")


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

        reversals: The gateway's own names for the reversals, in the order they were told.

        expires_at: When an authorization lapses, UTC.

        final: A capture after which the rest of the authorization is let go.

        error: The gateway's code for a failure.

        intent: Whether it is ours to ask its gateway about; otherwise the host moves the money.

        actor: Who asked for it.

        checkout: Whether it came with the order when it was placed.

        warned_at: When it was said that an authorization lapses soon, UTC.

        card: What its gateway tells of the card that paid.
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
    intent: bool = False
    actor: str | None = None
    reversals: tuple[str, ...] = ()
    checkout: bool = False
    warned_at: pendulum.DateTime | None = None
    card: Card | None = attrs.field(default=None, repr=False)

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

        reserved: Change of what is set aside for drafts.
    """

    variant_id: str
    location_id: str
    on_hand: int
    committed: int
    line_id: str
    key: str
    guard: bool = False
    reserved: int = 0


@attrs.frozen
class CarrierNews:
    """
    What a carrier told of a parcel.

    Attributes:
        status: Where it was.

        at: When it was there, UTC.
    """

    status: ShipmentStatus
    at: pendulum.DateTime


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

        news: What its carrier told of it, in the order in which it happened.
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
    news: tuple[CarrierNews, ...] = ()

    @property
    def shipment_status(self) -> ShipmentStatus | None:
        """Where its carrier says that it is; None where it told nothing yet."""
        return self.news[-1].status if self.news else None

    @property
    def delivered_at(self) -> pendulum.DateTime | None:
        """When it arrived, UTC; None where it did not, or is said to be elsewhere since."""
        last = self.news[-1] if self.news else None
        return last.at if last is not None and last.status is ShipmentStatus.DELIVERED else None


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

        automatic: Whether the shop's settings set it; then it takes somebody and a reason to end it.
    """

    id: str
    reason: str
    at: pendulum.DateTime
    lines: tuple[Units, ...] = ()
    note: str | None = attrs.field(default=None, repr=False)
    released_at: pendulum.DateTime | None = None
    release_reason: str | None = None
    actor: str | None = None
    released_by: str | None = None
    automatic: bool = False

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

        text: The remark; empty once it was deleted.

        at: When, UTC.

        actor: Who wrote it.

        edited_at: When its text was changed last, UTC.

        deleted_at: When its text was taken away, UTC.
    """

    id: str
    text: str = attrs.field(repr=False)
    at: pendulum.DateTime
    actor: str | None = None
    edited_at: pendulum.DateTime | None = None
    deleted_at: pendulum.DateTime | None = None
