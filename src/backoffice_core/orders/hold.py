"""
Holds: units that must not be shipped for now.

Rules:

1. A hold is for the whole order, or for some units of some lines; holds add up.
2. No more units can be held than are left to fulfill.
3. Held units cannot be fulfilled. Units that leave the order are unheld ones first.
4. A hold is released by somebody, with a reason if they give one; a cancelled order has none.
5. A hold that the shop's settings set, for a risk, is released by somebody who is named, and with a
   reason: it was no person who set it.
"""

from collections.abc import Mapping
from typing import ClassVar

import attrs

from backoffice_core.failures import InvalidValue, Refused, reason
from backoffice_core.orders.archive import check_not_cancelled
from backoffice_core.orders.asked import text_up_to
from backoffice_core.orders.change import Change, Command, Facts, unchanged
from backoffice_core.orders.events import HoldReleased, OrderHeld
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Hold, Units
from backoffice_core.orders.find import TooManyUnits, UnknownHold, units_of
from backoffice_core.orders.order import Order
from backoffice_core.orders.states import HOLD, HoldStatus, step

#: Reasons as Shopify has them; others are welcome.
REASONS = (
    "awaiting_payment",
    "high_risk_of_fraud",
    "incorrect_address",
    "inventory_out_of_stock",
    "unknown_delivery_date",
    "awaiting_return_items",
    "other",
)


@reason
class NothingToHold(Refused):
    """
    Nothing is left to fulfill that is not held already.

    Attributes:
        order_id: The order.
    """

    code: ClassVar[str] = "nothing_to_hold"
    order_id: str

    def __str__(self) -> str:
        return f"order {self.order_id} has no unit left to fulfill that is not on hold already"


@reason
class ReleaseUnexplained(Refused):
    """
    A hold that the shop's settings set is released without a name, or without a reason.

    Attributes:
        order_id: The order.

        hold: The hold's id.

        missing: What is missing: ``actor`` or ``reason``.
    """

    code: ClassVar[str] = "release_unexplained"
    order_id: str
    hold: str
    missing: str

    def __str__(self) -> str:
        how = "act as somebody, by acting_as" if self.missing == "actor" else "give a reason="
        return (
            f"order {self.order_id}: hold {self.hold} was set by the shop's settings, and is released by somebody"
            f" with a reason; {how}"
        )


@attrs.frozen(kw_only=True)
class HoldOrder(Command):
    """Stop units from being shipped."""

    reason: str = attrs.field(default="other", validator=text_up_to(255))
    lines: Mapping[str, int] | None = None
    note: str | None = attrs.field(default=None, repr=False)

    @classmethod
    def name(cls) -> str:
        """The command's name in the API."""
        return "hold"


@attrs.frozen(kw_only=True)
class ReleaseHold(Command):
    """Let held units be shipped again; all holds unless one is named."""

    hold_id: str | None = None
    reason: str | None = None


def hold(order: Order, command: HoldOrder, facts: Facts) -> Change:
    """
    Stop units of an order from being shipped.

    Raises:
        TooManyUnits: Rule 2.
        NothingToHold: There is nothing to hold.
        OrderIsCancelled: Rule 4.
    """
    check_not_cancelled(order, "hold")
    units: tuple[Units, ...] = ()
    if command.lines is not None:
        units = units_of(order, command.lines)
        if not units:
            raise InvalidValue("lines", repr(dict(command.lines)), "at least one unit")
        for one in units:
            row = order.counters[one.line_id]
            if one.quantity > row.to_fulfill - row.held:
                raise TooManyUnits(order.id, one.line_id, "hold", one.quantity, row.to_fulfill - row.held)
    elif order.to_fulfill <= order.held:
        raise NothingToHold(order.id)
    made = Hold(
        id=facts.new_id(), reason=command.reason, at=facts.now, lines=units, note=command.note, actor=facts.actor
    )
    return Change(
        before=order, order=evolve(order, holds=(*order.holds, made)), events=(OrderHeld(made.id, made.reason),)
    )


def release_hold(order: Order, command: ReleaseHold, facts: Facts) -> Change:
    """
    Let held units of an order be shipped again.

    Raises:
        UnknownHold: The order has no such hold.
        ReleaseUnexplained: Rule 5.
    """
    check_not_cancelled(order, "release a hold")
    if command.hold_id is not None and not any(one.id == command.hold_id for one in order.holds):
        raise UnknownHold(order.id, command.hold_id, tuple(one.id for one in order.holds))
    ended = [one.id for one in order.holds if one.status is HoldStatus.ACTIVE and command.hold_id in (None, one.id)]
    if not ended:
        return unchanged(order)
    _check_explained(order, ended, command, facts)
    holds = tuple(_released(one, command, facts) if one.id in ended else one for one in order.holds)
    return Change(before=order, order=evolve(order, holds=holds), events=tuple(HoldReleased(id) for id in ended))


def _check_explained(order: Order, ended: list[str], command: ReleaseHold, facts: Facts) -> None:
    """Raise unless somebody ends what the settings set, for a reason (rule 5)."""
    for one in order.holds:
        if not one.automatic or one.id not in ended:
            continue
        if facts.actor is None:
            raise ReleaseUnexplained(order.id, one.id, "actor")
        if not (command.reason or "").strip():
            raise ReleaseUnexplained(order.id, one.id, "reason")


def _released(one: Hold, command: ReleaseHold, facts: Facts) -> Hold:
    step("hold", HOLD, one.status, "release")
    return evolve(one, released_at=facts.now, release_reason=command.reason, released_by=facts.actor)
