"""
How many units of each line are where.

All of it is counted from the facts of an order; nothing here is stored.

* ``current = ordered - removed - refunded``
* ``to_fulfill = ordered - removed - released - fulfilled``
* ``returnable = fulfilled - returned``
"""

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING

import attrs

from backoffice_core.orders.facts import Hold
from backoffice_core.orders.givenback import Restock
from backoffice_core.orders.states import FulfillmentStatus, HoldStatus

if TYPE_CHECKING:
    from backoffice_core.orders.order import Order


@attrs.frozen
class Counters:
    """
    How many units of a line are where.

    Attributes:
        ordered: All units ever agreed.

        removed: Units that left without a refund (a cancel, an edit).

        refunded: Units given back for money.

        released: Refunded units that will not be shipped.

        fulfilled: Units shipped.

        returned: Shipped units that came back.

        kept: Units refunded without restock that the customer has.

        waiting: Units refunded without restock that were not shipped.

        held: Unshipped units that a hold stops.

        received: Units that came back by a return and were not refunded.

        unstocked: Units that came back by a return and are not on sale again.

        fulfillable: Whether the line is ever shipped at all (a tip is not).
    """

    ordered: int = 0
    removed: int = 0
    refunded: int = 0
    released: int = 0
    fulfilled: int = 0
    returned: int = 0
    kept: int = 0
    waiting: int = 0
    held: int = 0
    received: int = 0
    unstocked: int = 0
    fulfillable: bool = True

    @property
    def consumed(self) -> int:
        """How many units, from the low end, are gone."""
        return self.removed + self.refunded

    @property
    def current(self) -> int:
        """Units that the customer pays for."""
        return self.ordered - self.removed - self.refunded

    @property
    def to_fulfill(self) -> int:
        """Units still to be shipped."""
        return self.ordered - self.removed - self.released - self.fulfilled if self.fulfillable else 0

    @property
    def returnable(self) -> int:
        """Shipped units that did not come back."""
        return self.fulfilled - self.returned

    @property
    def unshipped(self) -> int:
        """Units neither shipped nor refunded."""
        return self.to_fulfill - self.waiting if self.fulfillable else self.current

    @property
    def shipped(self) -> int:
        """Units with the customer that were not refunded."""
        return self.returnable - self.kept

    @property
    def restockable(self) -> int:
        """Units that were refunded, or came back by a return, and are not on sale again."""
        return self.waiting + self.unstocked + self.kept

    @property
    def ready(self) -> int:
        """Units that a fulfillment without lines ships: neither refunded nor held."""
        return max(0, self.to_fulfill - self.waiting - self.held)


#: What the counters are made of, beside the lines.
_unit_moves: Callable[["Order"], tuple[tuple[object, ...], ...]] = attrgetter(
    "fulfillments", "refunds", "removals", "restockings", "receipts", "holds"
)


def counters(order: "Order") -> Mapping[str, Counters]:
    """Return the counters of every line, by its id, in the order of the lines."""
    if not any(_unit_moves(order)):
        return MappingProxyType({line.id: _untouched(line.quantity, line.fulfillable) for line in order.lines})
    rows = {line.id: Counters(ordered=line.quantity, fulfillable=line.fulfillable) for line in order.lines}
    for fulfillment in order.fulfillments:
        if fulfillment.status is FulfillmentStatus.SUCCESS:
            for units in fulfillment.lines:
                _add(rows[units.line_id], "fulfilled", units.quantity)
    back_shipped: dict[str, int] = {}
    back_unshipped: dict[str, int] = {}
    for receipt in order.receipts:
        for came in receipt.lines:
            row = rows[came.line_id]
            _add(row, "returned", came.quantity)
            _add(row, "received", came.quantity - came.refunded)
            _add(row, "unstocked", came.quantity)
            back_shipped[came.line_id] = back_shipped.get(came.line_id, 0) + came.refunded
    for removal in order.removals:
        for gone in removal.lines:
            _add(rows[gone.line_id], "removed", gone.quantity)
        for units in removal.released:
            _add(rows[units.line_id], "released", units.quantity)
            back_unshipped[units.line_id] = back_unshipped.get(units.line_id, 0) + units.quantity
    for restocking in order.restockings:
        for back in restocking.lines:
            row = rows[back.line_id]
            if back.restock is Restock.RECEIVED:
                _add(row, "unstocked", -back.quantity)
            elif back.restock is Restock.RETURN:
                _add(row, "returned", back.quantity)
                back_shipped[back.line_id] = back_shipped.get(back.line_id, 0) + back.quantity
            else:
                _add(row, "released", back.quantity)
                back_unshipped[back.line_id] = back_unshipped.get(back.line_id, 0) + back.quantity
    if order.refunds:
        _count_refunds(order, rows, back_shipped, back_unshipped)
    if order.holds:
        _count_held(order.holds, rows)
    return MappingProxyType(rows)


@lru_cache(maxsize=256)
def _untouched(ordered: int, fulfillable: bool) -> Counters:
    """Return the counters of a line that nothing happened to; most orders of a list have such lines only."""
    return Counters(ordered=ordered, fulfillable=fulfillable)


def _count_refunds(
    order: "Order", rows: dict[str, Counters], back_shipped: Mapping[str, int], back_unshipped: Mapping[str, int]
) -> None:
    money_only: dict[str, tuple[int, int]] = {}
    for refund in order.refunds:
        for taken in refund.lines:
            row = rows[taken.line_id]
            _add(row, "refunded", taken.quantity)
            if taken.restock is Restock.RETURN:
                _add(row, "returned", taken.quantity)
            elif taken.restock is Restock.CANCEL:
                _add(row, "released", taken.quantity)
            elif taken.restock is Restock.RECEIVED:
                _add(row, "received", -taken.quantity)
            elif taken.quantity and row.fulfillable:
                units, shipped = money_only.get(taken.line_id, (0, 0))
                money_only[taken.line_id] = (units + taken.quantity, shipped + taken.shipped)
    for line_id, (units, shipped) in money_only.items():
        row = rows[line_id]
        back = back_shipped.get(line_id, 0)
        left = units - back - back_unshipped.get(line_id, 0)
        # A unit that was refunded unshipped may be shipped later, and a fulfillment may be undone:
        # what the refund saw is kept as far as the units still allow it.
        kept = min(max(shipped - back, left - row.to_fulfill, 0), row.returnable, left)
        _add(row, "kept", kept)
        _add(row, "waiting", left - kept)


def _count_held(holds: Iterable[Hold], rows: dict[str, Counters]) -> None:
    for hold in holds:
        if hold.status is HoldStatus.RELEASED:
            continue
        if not hold.lines:
            for row in rows.values():
                _add(row, "held", row.to_fulfill - row.held)
            continue
        for units in hold.lines:
            row = rows[units.line_id]
            _add(row, "held", min(units.quantity, row.to_fulfill - row.held))


def _add(row: Counters, name: str, units: int) -> None:
    """Count while the counters are made; for everybody else they are frozen."""
    object.__setattr__(row, name, getattr(row, name) + units)
