"""
Restocking: units that were refunded without it go back to stock later, so nothing is stuck.

Rules:

1. Only units refunded with ``no_restock`` and not restocked since.
2. Units that were not shipped are let go like ``cancel``, shipped ones come back like ``return``;
   the unshipped first.
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
from backoffice_core.orders.stock import bring_back, check_location, free


@reason
class NothingToRestock(Refused):
    """
    No unit was refunded without being restocked.

    Attributes:
        order_id: The order.
    """

    code: ClassVar[str] = "nothing_to_restock"
    order_id: str

    def __str__(self) -> str:
        return f"order {self.order_id} has no unit that was refunded without restock"


@attrs.frozen(kw_only=True)
class RestockUnits(Command):
    """Put units back in stock that were refunded without it; all of them unless some are named."""

    places: ClassVar[bool] = True
    lines: Mapping[str, int] | None = None
    location: str | None = None

    @classmethod
    def name(cls) -> str:
        """The command's name in the API."""
        return "restock"


def restock(order: Order, command: RestockUnits, facts: Facts) -> Change:
    """
    Put units back in stock that were refunded without it.

    Raises:
        NothingToRestock: There are none.
        TooManyUnits: More of a line than were refunded without restock.
        UnknownId: There is no such location.
    """
    check_location(command.location, facts.places)
    open_units = {id: row.waiting + row.kept for id, row in order.counters.items() if row.waiting + row.kept}
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
        line = line_named(order, id)
        unshipped = min(quantity, order.counters[id].waiting)
        allocated, moves = free(line, unshipped, key, restock=True, location=command.location)
        after = evolve(after, lines=replaced_line(after, evolve(line, allocated=allocated)))
        place = place_of_return(order, line, command.location, facts)
        lines += [
            RestockLine(line_id=id, quantity=units, restock=way, location_id=where)
            for units, way, where in (
                (unshipped, Restock.CANCEL, None),
                (quantity - unshipped, Restock.RETURN, place.id if place else None),
            )
            if units
        ]
        movements += [*moves, *bring_back(line, quantity - unshipped, key, place)]
    return _done(order, after, Restocking(id=key, at=facts.now, lines=tuple(lines), actor=facts.actor), movements)


def _done(before: Order, after: Order, made: Restocking, movements: list[Movement]) -> Change:
    return Change(
        before=before,
        order=evolve(after, restockings=(*after.restockings, made)),
        events=(UnitsRestocked(made.id, sum(line.quantity for line in made.lines)),),
        movements=tuple(movements),
    )
