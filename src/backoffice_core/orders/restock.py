"""
Restocking: units that were refunded without it, or came back by a return, go back to stock later.

Rules:

1. Only units that were refunded with ``no_restock`` or received by a return, and not restocked
   since.
2. Units that were not shipped are let go like ``cancel``; then come those that a return brought,
   which are here already, then shipped ones that come back now, like ``return``.
3. The location of shipped units is the caller's choice, else the one they left.
"""

from collections.abc import Mapping
from typing import ClassVar

import attrs

from backoffice_core.failures import InvalidValue, Refused, reason
from backoffice_core.orders.change import Change, Command, Facts
from backoffice_core.orders.events import UnitsRestocked
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Movement
from backoffice_core.orders.find import TooManyUnits, line_named, replaced_line, units_of
from backoffice_core.orders.givenback import Restock, Restocking, RestockLine
from backoffice_core.orders.order import Order
from backoffice_core.orders.refund import place_of_return
from backoffice_core.orders.returned import arrived
from backoffice_core.orders.stock import bring_back, check_location, free


@reason
class NothingToRestock(Refused):
    """
    No unit was refunded, or came back by a return, without being restocked.

    Attributes:
        order_id: The order.
    """

    code: ClassVar[str] = "nothing_to_restock"
    order_id: str

    def __str__(self) -> str:
        return f"order {self.order_id} has no unit that was refunded or came back without restock"


@attrs.frozen(kw_only=True)
class RestockUnits(Command):
    """Put units back in stock that were refunded or came back without it; all of them unless some are named."""

    places: ClassVar[bool] = True
    lines: Mapping[str, int] | None = None
    location: str | None = None

    @classmethod
    def name(cls) -> str:
        """The command's name in the API."""
        return "restock"


def restock(order: Order, command: RestockUnits, facts: Facts) -> Change:
    """
    Put units back in stock that were refunded or came back without it.

    Raises:
        NothingToRestock: There are none.
        TooManyUnits: More of a line than that.
        UnknownId: There is no such location.
    """
    check_location(command.location, facts.places)
    open_units = {id: row.restockable for id, row in order.counters.items() if row.restockable}
    wanted = open_units
    if command.lines is not None:
        wanted = {one.line_id: one.quantity for one in units_of(order, command.lines)}
        if not wanted:
            raise InvalidValue("lines", repr(dict(command.lines)), "at least one unit")
    if not wanted:
        raise NothingToRestock(order.id)
    key = facts.new_id()
    after, lines, movements = order, [], []
    for id, quantity in wanted.items():
        if quantity > open_units.get(id, 0):
            raise TooManyUnits(order.id, id, "restock", quantity, open_units.get(id, 0))
        line, row = line_named(order, id), order.counters[id]
        unshipped = min(quantity, row.waiting)
        here = min(quantity - unshipped, row.unstocked)
        away = quantity - unshipped - here
        allocated, moves = free(line, unshipped, key, restock=True, location=command.location)
        place = place_of_return(order, line, command.location, facts)
        after = evolve(
            after,
            lines=replaced_line(after, evolve(line, allocated=allocated)),
            returns=arrived(after.returns, id, away),
        )
        where = place.id if place else None
        lines += [
            RestockLine(line_id=id, quantity=units, restock=way, location_id=None if way is Restock.CANCEL else where)
            for units, way in ((unshipped, Restock.CANCEL), (here, Restock.RECEIVED), (away, Restock.RETURN))
            if units
        ]
        movements += [*moves, *bring_back(line, here + away, key, place)]
    return _done(order, after, Restocking(id=key, at=facts.now, lines=tuple(lines), actor=facts.actor), movements)


def _done(before: Order, after: Order, made: Restocking, movements: list[Movement]) -> Change:
    return Change(
        before=before,
        order=evolve(after, restockings=(*after.restockings, made)),
        events=(UnitsRestocked(made.id, sum(line.quantity for line in made.lines)),),
        movements=tuple(movements),
    )
