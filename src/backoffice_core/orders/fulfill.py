"""
Fulfillment: shipping units, following a parcel, undoing it.

Rules:

1. Without lines everything is shipped that is left, neither refunded nor held; there must be
   something.
2. Never more units of a line than are left to fulfill and not held. Units that were refunded
   without restock may still be shipped when they are named.
3. A tip is never shipped; a cancelled order ships nothing.
4. Stock leaves where it is committed, or at a named location, where it must be available
   unless the variant may be oversold.
5. Undoing a fulfillment puts the stock back exactly and takes up an archived order. It is
   refused once one of its units came back or is in a return; undoing it again changes nothing.
   Units of it that were refunded without restock wait from then on, whatever is shipped later.

A fulfillment is called ``#1001-F1`` after its order.
"""

from collections.abc import Iterable, Mapping
from typing import ClassVar

import attrs

from backoffice_core.failures import InvalidValue, Refused, reason
from backoffice_core.orders.archive import check_not_cancelled, taken_up
from backoffice_core.orders.change import Change, Command, Facts, unchanged
from backoffice_core.orders.events import FulfillmentCancelled, OrderFulfilled, TrackingUpdated
from backoffice_core.orders.evolve import evolve
from backoffice_core.orders.facts import Fulfillment, Movement, Units
from backoffice_core.orders.find import TooManyUnits, fulfillment_named, units_of
from backoffice_core.orders.givenback import RefundLine, Restock
from backoffice_core.orders.lines import LineItem
from backoffice_core.orders.order import Order
from backoffice_core.orders.returned import expected
from backoffice_core.orders.states import FULFILLMENT, FulfillmentStatus, step
from backoffice_core.orders.stock import check_location, consume, put_back, seen_after, undo


@reason
class NothingToFulfill(Refused):
    """
    No unit is left that could be shipped.

    Attributes:
        order_id: The order.

        held: Units that a hold stops.
    """

    code: ClassVar[str] = "nothing_to_fulfill"
    order_id: str
    held: int

    def __str__(self) -> str:
        rest = f"; {self.held} are on hold, release them first" if self.held else ""
        return f"order {self.order_id} has no unit left to fulfill{rest}"


@reason
class UnitsOnHold(Refused):
    """
    Units are to be shipped that a hold stops.

    Attributes:
        order_id: The order.

        line: The line's id.

        requested: Units asked for.

        held: Units of the line on hold.

        left: Units that would have been possible.
    """

    code: ClassVar[str] = "units_on_hold"
    order_id: str
    line: str
    requested: int
    held: int
    left: int

    def __str__(self) -> str:
        return (
            f"order {self.order_id}: cannot ship {self.requested} units of line {self.line}, {self.held} are on hold;"
            f" {self.left} are possible, or release the hold"
        )


@reason
class FulfillmentCameBack(Refused):
    """
    A fulfillment cannot be undone: units of it came back, or a return waits for them.

    Attributes:
        order_id: The order.

        fulfillment: Its name.

        line: The line whose units came back.
    """

    code: ClassVar[str] = "fulfillment_came_back"
    order_id: str
    fulfillment: str
    line: str

    def __str__(self) -> str:
        return (
            f"order {self.order_id}: {self.fulfillment} cannot be undone, units of line {self.line} came back or are in"
            f" a return; refund what is left of it instead"
        )


@reason
class FulfillmentIsCancelled(Refused):
    """
    A fulfillment that was undone has no tracking to change.

    Attributes:
        order_id: The order.

        fulfillment: Its name.
    """

    code: ClassVar[str] = "fulfillment_is_cancelled"
    order_id: str
    fulfillment: str

    def __str__(self) -> str:
        return f"order {self.order_id}: {self.fulfillment} was undone; a fulfillment that stands would do"


@attrs.frozen(kw_only=True)
class Fulfill(Command):
    """Ship units; all that are left unless some are named."""

    levels: ClassVar[bool] = True
    lines: Mapping[str, int] | None = None
    location: str | None = None
    tracking: str | None = None
    tracking_url: str | None = None
    carrier: str | None = None
    notify: bool | None = None

    @property
    def reads_levels(self) -> bool:
        """What leaves where it is committed needs none."""
        return self.location is not None


@attrs.frozen(kw_only=True)
class UpdateTracking(Command):
    """Change how a parcel is followed; what is left out stays."""

    fulfillment: str
    tracking: str | None = None
    tracking_url: str | None = None
    carrier: str | None = None
    notify: bool | None = None


@attrs.frozen(kw_only=True)
class CancelFulfillment(Command):
    """Undo a fulfillment."""

    fulfillment: str


def fulfill(order: Order, command: Fulfill, facts: Facts) -> Change:
    """
    Ship units.

    Raises:
        NothingToFulfill: Rule 1.
        TooManyUnits: Rule 2.
        UnitsOnHold: Rule 2.
        OutOfStock: Rule 4.
        OrderIsCancelled: Rule 3.
        UnknownId: There is no such location.
    """
    check_not_cancelled(order, "fulfill")
    check_location(command.location, facts.places)
    units = _chosen(order, command)
    made = facts.new_id()
    lines, movements = _shipped(order, units, made, command.location, facts)
    parcel = Fulfillment(
        id=made,
        name=f"{order.name}-F{len(order.fulfillments) + 1}",
        status=FulfillmentStatus.SUCCESS,
        lines=units,
        at=facts.now,
        location_id=command.location,
        tracking=command.tracking,
        tracking_url=command.tracking_url,
        carrier=command.carrier,
        movements=movements,
        actor=facts.actor,
    )
    after = evolve(order, lines=lines, fulfillments=(*order.fulfillments, parcel))
    notify = facts.tells("order_shipped", command.notify)
    event = OrderFulfilled(parcel.id, parcel.name, sum(one.quantity for one in units), notify)
    return Change(before=order, order=after, events=(event,), movements=movements)


def update_tracking(order: Order, command: UpdateTracking, facts: Facts) -> Change:
    """
    Change how a parcel is followed.

    Raises:
        UnknownFulfillment: The order has no such fulfillment.
        FulfillmentIsCancelled: It was undone.
    """
    parcel = fulfillment_named(order, command.fulfillment)
    if parcel.status is FulfillmentStatus.CANCELLED:
        raise FulfillmentIsCancelled(order.id, parcel.name)
    after = evolve(
        parcel,
        tracking=command.tracking or parcel.tracking,
        tracking_url=command.tracking_url or parcel.tracking_url,
        carrier=command.carrier or parcel.carrier,
    )
    if after == parcel:
        return unchanged(order)
    told = TrackingUpdated(parcel.id, facts.tells("tracking_updated", command.notify))
    return Change(before=order, order=with_parcel(order, after), events=(told,))


def cancel_fulfillment(order: Order, command: CancelFulfillment, facts: Facts) -> Change:
    """
    Undo a fulfillment (rule 5).

    Raises:
        UnknownFulfillment: The order has no such fulfillment.
        FulfillmentCameBack: Units of it came back.
        OrderIsCancelled: The order is cancelled.
    """
    parcel = fulfillment_named(order, command.fulfillment)
    if parcel.status is FulfillmentStatus.CANCELLED:
        return unchanged(order)
    check_not_cancelled(order, "undo a fulfillment")
    promised = expected(order.returns)
    for units in parcel.lines:
        row = order.counters[units.line_id]
        if row.fulfilled - units.quantity < row.returned + promised.get(units.line_id, 0):
            raise FulfillmentCameBack(order.id, parcel.name, units.line_id)
    undone = evolve(
        parcel,
        status=step("fulfillment", FULFILLMENT, parcel.status, "cancel"),
        cancelled_at=facts.now,
    )
    lines = tuple(_restored(line, parcel.movements) for line in order.lines)
    after = _waiting_again(evolve(with_parcel(order, undone), lines=lines))
    change = Change(
        before=order,
        order=after,
        events=(FulfillmentCancelled(parcel.id, sum(one.quantity for one in parcel.lines)),),
        movements=undo(parcel.movements, facts.new_id()),
    )
    return change.then(taken_up(after, automatic=True))


def _chosen(order: Order, command: Fulfill) -> tuple[Units, ...]:
    if command.lines is None:
        units = tuple(Units(id, row.ready) for id, row in order.counters.items() if row.ready)
        if not units:
            raise NothingToFulfill(order.id, order.held)
        return units
    units = units_of(order, command.lines)
    if not units:
        raise InvalidValue("lines", repr(dict(command.lines)), "at least one unit")
    for one in units:
        row = order.counters[one.line_id]
        left = row.to_fulfill - row.held
        if left < one.quantity <= row.to_fulfill:
            raise UnitsOnHold(order.id, one.line_id, one.quantity, row.held, left)
        if one.quantity > left:
            raise TooManyUnits(order.id, one.line_id, "fulfill", one.quantity, left)
    return units


def _shipped(
    order: Order, units: Iterable[Units], key: str, location: str | None, facts: Facts
) -> tuple[tuple[LineItem, ...], tuple[Movement, ...]]:
    wanted = {one.line_id: one.quantity for one in units}
    levels = facts.levels
    lines: list[LineItem] = []
    movements: list[Movement] = []
    for line in order.lines:
        quantity = wanted.get(line.id, 0)
        if quantity and line.tracked:
            allocated, moves = consume(line, quantity, key, location, levels)
            movements.extend(moves)
            levels = seen_after(levels, moves) if location is not None else levels
            lines.append(evolve(line, allocated=allocated))
        else:
            lines.append(line)
    return tuple(lines), tuple(movements)


def with_parcel(order: Order, parcel: Fulfillment) -> Order:
    """Return an order with one of its fulfillments replaced, by its id."""
    return evolve(order, fulfillments=tuple(parcel if one.id == parcel.id else one for one in order.fulfillments))


def _restored(line: LineItem, movements: Iterable[Movement]) -> LineItem:
    own = [one for one in movements if one.line_id == line.id]
    return evolve(line, allocated=put_back(line.allocated, own)) if own else line


def _waiting_again(order: Order) -> Order:
    """Return an order whose refunds count no unit as shipped whose parcel was undone (rule 5)."""
    if not order.refunds:
        return order
    left = {id: row.kept for id, row in order.counters.items()}
    for restocking in order.restockings:
        for back in restocking.lines:
            left[back.line_id] += back.quantity if back.restock is Restock.RETURN else 0
    for receipt in order.receipts:
        for came in receipt.lines:
            left[came.line_id] += came.refunded
    refunds = tuple(
        evolve(refund, lines=tuple(_still_shipped(one, left) for one in refund.lines)) for refund in order.refunds
    )
    return evolve(order, refunds=refunds)


def _still_shipped(taken: RefundLine, left: dict[str, int]) -> RefundLine:
    """Return a part of a refund with those of its units as shipped that are, and take them off what is *left*."""
    if taken.restock is not Restock.NO_RESTOCK or not taken.shipped:
        return taken
    shipped = min(taken.shipped, left[taken.line_id])
    left[taken.line_id] -= shipped
    return evolve(taken, shipped=shipped)
