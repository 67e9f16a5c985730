"""
How placed orders, parcels and returns move stock.

| event | available | committed | on_hand |
|---|---|---|---|
| placed | -q | +q | = |
| fulfilled | = | -q | -q |
| fulfillment cancelled | = | +q | +q |
| units leave unshipped, restocked | +q | -q | = |
| units leave unshipped, written off | = | -q | -q |
| shipped units come back | +q | = | +q |
| set aside for a draft | -q | = | = |
| no longer set aside | +q | = | = |
| a draft that has them set aside is completed | = | +q | = |

Units that are set aside count as reserved. ``available = on_hand - committed - reserved`` is
never stored. A movement never needs more than the order itself holds, so giving stock back needs
no availability.
"""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import attrs

from backoffice_core.failures import InvalidValue, Refused, UnknownId, reason
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Movement

if TYPE_CHECKING:
    from backoffice_core.orders.lines import LineItem


@attrs.frozen
class Level:
    """
    The stock of one variant at one location.

    Attributes:
        on_hand: Physically there.

        committed: Promised to placed orders.

        reserved: Set aside for drafts.
    """

    on_hand: int = 0
    committed: int = 0
    reserved: int = 0

    @property
    def available(self) -> int:
        """What can be sold; negative after overselling."""
        return self.on_hand - self.committed - self.reserved


@attrs.frozen
class StockPlace:
    """
    What a rule knows of a stock location.

    Attributes:
        id: Its id.

        sells: Whether new orders may be filled from it.

        restocks: Whether units that come back to it go on sale again.
    """

    id: str
    sells: bool = True
    restocks: bool = True


@attrs.frozen(kw_only=True)
class Sellable:
    """
    What a rule knows of a variant of the catalog.

    Attributes:
        id: The variant's id.

        price_minor: Its price, in minor units.

        currency: The currency of the price; the order's where it is not known.

        tracked: Whether its stock is counted.

        oversell: Whether it may be sold below zero (``CONTINUE``), or not (``DENY``).
    """

    id: str
    product_id: str
    title: str
    variant_title: str | None
    sku: str | None
    price_minor: int
    currency: str | None = None
    vendor: str | None
    tracked: bool
    oversell: bool
    taxable: bool
    requires_shipping: bool


@reason
class OutOfStock(Refused):
    """
    More units are wanted than can be had.

    Attributes:
        sku: The line's SKU or title.

        requested: Units wanted.

        available: Units that could be had.

        location: Where, when one location was named.
    """

    code: ClassVar[str] = "out_of_stock"
    sku: str
    requested: int
    available: int
    location: str | None = None

    def __str__(self) -> str:
        where = f" at {self.location}" if self.location else ""
        return f"{self.requested} of {self.sku} are wanted and {max(0, self.available)} are available{where}"


def check_location(location: str | None, places: Sequence[StockPlace]) -> None:
    """
    Raise unless *location* is one of the shop's, or was left out.

    Raises:
        UnknownId: The shop has no such location.
    """
    if location is not None and all(place.id != location for place in places):
        raise UnknownId("location", location)


Allocation = tuple[tuple[str, int], ...]
Moved = tuple[Allocation, tuple[Movement, ...]]


def commit(
    line: "LineItem", quantity: int, key: str, places: Sequence[StockPlace], levels: Mapping[tuple[str, str], Level]
) -> Moved:
    """
    Promise *quantity* units of a line, filling the locations in their order.

    Raises:
        OutOfStock: Too few are available, and the variant may not be oversold.
        InvalidValue: The shop has no location that sells.
    """
    if not line.tracked or line.variant_id is None or not quantity:
        return line.allocated, ()
    selling = [place for place in places if place.sells]
    if not selling:
        raise InvalidValue("locations", "none that sells", "a location, by catalog.add_location")
    free = {place.id: max(0, levels.get((line.variant_id, place.id), Level()).available) for place in selling}
    # What is promised twice at one place is missing at the others.
    short = sum(min(0, levels.get((line.variant_id, place.id), Level()).available) for place in places)
    if not line.oversell and sum(free.values()) + short < quantity:
        raise OutOfStock(line.sku or line.title, quantity, max(0, sum(free.values()) + short))
    taken: dict[str, int] = {}
    left = quantity
    for place in selling:
        taken[place.id] = min(left, free[place.id])
        left -= taken[place.id]
    taken[selling[0].id] += left
    moves = tuple(
        Movement(line.variant_id, place, 0, units, line.id, key, guard=not line.oversell)
        for place, units in taken.items()
        if units
    )
    return _changed(line.allocated, taken), moves


def reserve(line: "LineItem", key: str, places: Sequence[StockPlace], levels: Mapping[tuple[str, str], Level]) -> Moved:
    """
    Set all units of a draft's line aside, filling the locations in their order.

    Raises:
        OutOfStock: Too few are available, and the variant may not be oversold.
        InvalidValue: The shop has no location that sells.
    """
    allocated, moves = commit(line, line.quantity, key, places, levels)
    return allocated, tuple(evolve(one, committed=0, reserved=one.committed) for one in moves)


def let_go(line: "LineItem", key: str) -> tuple[Movement, ...]:
    """Return the movements by which what was set aside for a draft's line is on sale again."""
    return tuple(_set_aside(line, at, -units, key) for at, units in line.allocated)


def transfer(line: "LineItem", key: str) -> tuple[Movement, ...]:
    """Return the movements by which what was set aside for a draft's line is promised to its order."""
    return tuple(evolve(_set_aside(line, at, -units, key), committed=units) for at, units in line.allocated)


def _set_aside(line: "LineItem", at: str, units: int, key: str) -> Movement:
    return Movement(line.variant_id or "", at, 0, 0, line.id, key, reserved=units)


def consume(
    line: "LineItem", quantity: int, key: str, location: str | None, levels: Mapping[tuple[str, str], Level]
) -> Moved:
    """
    Ship *quantity* units of a line, out of its own commitment where it can.

    Shipping from elsewhere takes them there, where they must be available unless the variant
    may be oversold, and frees the commitment where it was.

    Raises:
        OutOfStock: The named location has too few.
    """
    if not line.tracked or line.variant_id is None or not quantity:
        return line.allocated, ()
    own = dict(line.allocated)
    if location is None:
        taken = _from(line.allocated, quantity)
        moves = [Movement(line.variant_id, at, -units, -units, line.id, key) for at, units in taken.items()]
        return _changed(line.allocated, {at: -units for at, units in taken.items()}), tuple(moves)
    here = min(own.get(location, 0), quantity)
    elsewhere = quantity - here
    free = levels.get((line.variant_id, location), Level()).available
    if elsewhere and not line.oversell and free < elsewhere:
        raise OutOfStock(line.sku or line.title, quantity, here + max(0, free), location)
    rest = _from(tuple((at, units) for at, units in line.allocated if at != location), elsewhere)
    moves = [
        Movement(line.variant_id, location, -quantity, -here, line.id, key, guard=bool(elsewhere) and not line.oversell)
    ]
    moves += [Movement(line.variant_id, at, 0, -units, line.id, key) for at, units in rest.items()]
    gone = {at: -units for at, units in rest.items()} | {location: -here}
    return _changed(line.allocated, gone), tuple(moves)


def free(line: "LineItem", quantity: int, key: str, *, restock: bool, location: str | None = None) -> Moved:
    """
    Let go of *quantity* unshipped units, from the end of the commitment, *location* first.

    They go on sale again, or are written off where they lie.
    """
    if not line.tracked or line.variant_id is None or not quantity:
        return line.allocated, ()
    last_first = line.allocated[::-1]
    order = sorted(last_first, key=lambda row: row[0] != location)
    taken = _from(tuple(order), quantity)
    moves = tuple(
        Movement(line.variant_id, at, 0 if restock else -units, -units, line.id, key) for at, units in taken.items()
    )
    return _changed(line.allocated, {at: -units for at, units in taken.items()}), moves


def bring_back(line: "LineItem", quantity: int, key: str, place: StockPlace | None) -> tuple[Movement, ...]:
    """Take shipped units back at a location; at one that restocks nothing, they are written off."""
    if not line.tracked or line.variant_id is None or not quantity or place is None or not place.restocks:
        return ()
    return (Movement(line.variant_id, place.id, quantity, 0, line.id, key),)


def seen_after(
    levels: Mapping[tuple[str, str], Level], movements: Sequence[Movement]
) -> Mapping[tuple[str, str], Level]:
    """Return the levels as they are after some movements: what the next line of a command sees."""
    if not movements:
        return levels
    after = dict(levels)
    for one in movements:
        was = after.get((one.variant_id, one.location_id), Level())
        after[one.variant_id, one.location_id] = evolve(
            was,
            on_hand=was.on_hand + one.on_hand,
            committed=was.committed + one.committed,
            reserved=was.reserved + one.reserved,
        )
    return after


def undo(movements: Sequence[Movement], key: str) -> tuple[Movement, ...]:
    """Return the negated movements, under a key of their own."""
    return tuple(evolve(one, on_hand=-one.on_hand, committed=-one.committed, key=key, guard=False) for one in movements)


def merged(movements: Sequence[Movement]) -> tuple[Movement, ...]:
    """Return the movements with those of one variant, place, line and key in one."""
    rows: dict[tuple[str, str, str, str], Movement] = {}
    for one in movements:
        at = (one.variant_id, one.location_id, one.line_id, one.key)
        seen = rows.get(at)
        rows[at] = (
            one
            if seen is None
            else evolve(
                seen,
                on_hand=seen.on_hand + one.on_hand,
                committed=seen.committed + one.committed,
                reserved=seen.reserved + one.reserved,
                guard=seen.guard or one.guard,
            )
        )
    return tuple(rows.values())


def put_back(allocated: Allocation, movements: Sequence[Movement]) -> Allocation:
    """Return the allocation as it was before *movements* of a fulfillment."""
    back: dict[str, int] = {}
    for one in movements:
        back[one.location_id] = back.get(one.location_id, 0) - one.committed
    return _changed(allocated, back)


def _from(allocated: Allocation, quantity: int) -> dict[str, int]:
    taken: dict[str, int] = {}
    for at, units in allocated:
        if quantity:
            taken[at] = min(units, quantity)
            quantity -= taken[at]
    return taken


def _changed(allocated: Allocation, by: Mapping[str, int]) -> Allocation:
    now = dict(allocated)
    for at, units in by.items():
        now[at] = now.get(at, 0) + units
    return tuple((at, units) for at, units in now.items() if units)
