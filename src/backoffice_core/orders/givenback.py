"""
What left an order again: facts about refunds, restocking and removals.

Frozen values that rules append and never take away; see ``facts.py``. Stored amounts are minor
units in fields that end in ``minor``; the properties without that ending give `Money`.
"""

import enum
from typing import Self

import attrs
import pendulum

from backoffice_core.money import Money
from backoffice_core.orders.facts import Units
from backoffice_core.orders.lines import LineItem
from backoffice_core.orders.parts import Part


class Restock(enum.StrEnum):
    """What becomes of refunded units."""

    NO_RESTOCK = "no_restock"  #: money only; what is left to ship does not change
    CANCEL = "cancel"  #: unshipped units leave the order and go back on sale
    RETURN = "return"  #: shipped units come back
    RECEIVED = "received"  #: units that came back by a return before; money only


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

    @classmethod
    def of(
        cls,
        line: LineItem,
        part: Part,
        quantity: int,
        restock: Restock,
        *,
        shipped: int = 0,
        location_id: str | None = None,
    ) -> Self:
        """Return units of a line with what they are worth; no units with an amount on it."""
        return cls(
            line_id=line.id,
            quantity=quantity,
            restock=restock,
            shipped=shipped,
            minor=part.paid,
            taxes_minor=part.taxes,
            currency=line.currency,
            location_id=location_id,
        )

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
    note: str | None = attrs.field(default=None, repr=False)
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
