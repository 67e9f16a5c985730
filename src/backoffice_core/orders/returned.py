"""
What comes back from customers: facts about returns, and of what came back by them.

Frozen values that rules append; see ``facts.py``. Instants are UTC.
"""

from collections.abc import Iterable

import attrs
import pendulum

from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.states import ReturnStatus


@attrs.frozen(kw_only=True)
class ReturnLine:
    """
    Units of one line that are to come back.

    Attributes:
        line_id: The line.

        quantity: How many.

        reason: Why, such as ``size_too_small``.

        received: How many of them came back.
    """

    line_id: str
    quantity: int
    reason: str
    received: int = 0

    @property
    def expected(self) -> int:
        """How many are still to come."""
        return self.quantity - self.received


@attrs.frozen(kw_only=True)
class Return:
    """
    Units that a customer wants to give back, or gave back.

    Attributes:
        id: Its id.

        name: The order's name with ``-R`` and a number.

        status: Where it stands.

        lines: The units, a line once.

        at: When it was asked for, UTC.

        note: What the customer says, for staff.

        approved_at: When it was agreed to, UTC.

        decline_reason: Why it was declined.

        decline_note: What the customer is told of it.

        ended_at: When it was declined, closed or cancelled, UTC.

        actor: Who entered it.
    """

    id: str
    name: str
    status: ReturnStatus
    lines: tuple[ReturnLine, ...]
    at: pendulum.DateTime
    note: str | None = attrs.field(default=None, repr=False)
    approved_at: pendulum.DateTime | None = None
    decline_reason: str | None = None
    decline_note: str | None = attrs.field(default=None, repr=False)
    ended_at: pendulum.DateTime | None = None
    actor: str | None = None

    @property
    def active(self) -> bool:
        """Whether units are, or may be, still to come by it."""
        return self.status in (ReturnStatus.REQUESTED, ReturnStatus.OPEN)

    @property
    def units(self) -> int:
        """How many units it is about."""
        return sum(line.quantity for line in self.lines)


@attrs.frozen(kw_only=True)
class ReceiptLine:
    """
    Units of one line that came back.

    Attributes:
        line_id: The line.

        quantity: How many.

        refunded: How many of them had been refunded before, without restock.
    """

    line_id: str
    quantity: int
    refunded: int = 0


@attrs.frozen(kw_only=True)
class Receipt:
    """
    Units that came back by a return. They are with the shop, and neither refunded nor on sale by that.

    Attributes:
        id: Its id.

        return_id: The return.

        lines: The units.

        at: When, UTC.

        actor: Who took them.
    """

    id: str
    return_id: str
    lines: tuple[ReceiptLine, ...]
    at: pendulum.DateTime
    actor: str | None = None


def expected(returns: Iterable[Return]) -> dict[str, int]:
    """Return how many units of each line, by its id, the returns are still to bring that are asked for or open."""
    units: dict[str, int] = {}
    for one in returns:
        for line in one.lines if one.active else ():
            units[line.line_id] = units.get(line.line_id, 0) + line.expected
    return {id: count for id, count in units.items() if count}


def arrived(returns: tuple[Return, ...], line_id: str, units: int, only: str | None = None) -> tuple[Return, ...]:
    """
    Return the returns after units of a line came back: they are received, by open ones first, the oldest first.

    Args:
        returns: The returns of an order.

        line_id: The line.

        units: How many came back.

        only: The id of the return that they came by, when it is known.
    """
    after = {one.id: one for one in returns}
    waiting = [one for one in returns if one.active and only in (None, one.id)]
    for one in sorted(waiting, key=lambda one: one.status is not ReturnStatus.OPEN):
        came = min(units, sum(line.expected for line in one.lines if line.line_id == line_id))
        units -= came
        if came:
            lines = (evolve(line, received=line.received + came * (line.line_id == line_id)) for line in one.lines)
            after[one.id] = evolve(one, lines=tuple(lines))
    return tuple(after.values())
