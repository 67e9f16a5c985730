"""How placed orders, parcels and returns move stock: the table of the module, row by row."""

import pytest

from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.change import Command
from backoffice_core.orders.facts import Movement
from backoffice_core.orders.fulfill import CancelFulfillment, Fulfill
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.restock import RestockUnits
from backoffice_core.orders.stock import Level, OutOfStock, merged, seen_after, undo
from tests.orders.helpers import level, moved, placed, step, stock, stocked

Q = 3
SHIPPED = [Fulfill()]


def difference(*commands: Command, last: Command | None) -> tuple[int, int, int]:
    """Return how available, committed and on hand change by the last of some commands on an order of Q units."""
    known = stock(9)
    before = level(moved(known, ()))
    change = placed(stocked(quantity=Q), known=known, paid="30.00")
    for command in [*commands, *([last] if last else [])]:
        known = moved(known, change.movements)
        before = level(known)
        change = step(change.order, command, **known)
    now = level(moved(known, change.movements))
    return now[2] - before[2], now[1] - before[1], now[0] - before[0]


@pytest.mark.parametrize(
    ("commands", "last", "expected"),
    [
        ([], None, (-Q, Q, 0)),
        ([], Fulfill(), (0, -Q, -Q)),
        (SHIPPED, CancelFulfillment(fulfillment="#1001-F1"), (0, Q, Q)),
        ([], RefundOrder(lines={"CUP": Q}, restock="cancel"), (Q, -Q, 0)),
        ([], Cancel(), (Q, -Q, 0)),
        ([], Cancel(restock=False), (0, -Q, -Q)),
        ([], RefundOrder(lines={"CUP": Q}, restock="no_restock"), (0, 0, 0)),
        (SHIPPED, RefundOrder(lines={"CUP": Q}, restock="no_restock"), (0, 0, 0)),
        (SHIPPED, RefundOrder(lines={"CUP": Q}, restock="return"), (Q, 0, Q)),
        ([RefundOrder(lines={"CUP": Q}, restock="no_restock")], RestockUnits(), (Q, -Q, 0)),
        ([*SHIPPED, RefundOrder(lines={"CUP": Q}, restock="no_restock")], RestockUnits(), (Q, 0, Q)),
    ],
    ids=[
        "placed",
        "fulfilled",
        "fulfillment cancelled",
        "left unshipped, restocked",
        "cancelled, restocked",
        "cancelled, written off",
        "refunded without restock",
        "shipped, refunded without restock",
        "came back",
        "restocked later, unshipped",
        "restocked later, shipped",
    ],
)
def test_movements(commands: list[Command], last: Command | None, expected: tuple[int, int, int]) -> None:
    """Available, committed and on hand change as the table says."""
    assert expected == difference(*commands, last=last)


def test_available_is_derived() -> None:
    """What can be sold is on hand, less what is promised, less what is set aside."""
    assert 4 == Level(on_hand=9, committed=3, reserved=2).available
    assert -1 == Level(committed=1).available


def test_movements_of_one_fact_are_merged() -> None:
    """One row per variant, place, line and key; a guard on one is a guard on both."""
    first = Movement("v", "here", 1, 0, "l", "k")
    second = Movement("v", "here", 0, -2, "l", "k", guard=True)
    other = Movement("v", "there", 0, -1, "l", "k")
    assert (Movement("v", "here", 1, -2, "l", "k", guard=True), other) == merged([first, other, second])


def test_a_refund_of_both_ways_is_one_movement() -> None:
    """Cancelled and returned units of one line and place are one row of the stock's history."""
    known = stock(9)
    change = placed(stocked(quantity=Q), known=known, paid="30.00")
    sent = step(change.order, Fulfill(lines={"CUP": 1}), **known)
    back = step(sent.order, RefundOrder(lines={"CUP": 3}), **known)
    assert [(1, -2)] == [(one.on_hand, one.committed) for one in back.movements]


def test_undone_movements_are_negated() -> None:
    """Undoing has a key of its own and is never guarded."""
    made = Movement("v", "here", -2, -1, "l", "k", guard=True)
    assert (Movement("v", "here", 2, 1, "l", "u"),) == undo([made], "u")


def test_levels_after_movements() -> None:
    """What the next line sees; the levels that were given stay as they are."""
    levels = {("v", "here"): Level(5, 1, 1)}
    seen = seen_after(levels, [Movement("v", "here", -1, 2, "l", "k"), Movement("w", "here", 1, 0, "l", "k")])
    assert {("v", "here"): Level(4, 3, 1), ("w", "here"): Level(1)} == seen
    assert {("v", "here"): Level(5, 1, 1)} == levels


def test_the_refusal_shows_no_negative_stock() -> None:
    """Below zero nothing is available."""
    assert "2 of CUP are wanted and 0 are available at here" == str(OutOfStock("CUP", 2, -3, "here"))
    assert "2 of CUP are wanted and 1 are available" == str(OutOfStock("CUP", 2, 1))


def test_an_oversold_order_gives_back_what_it_took() -> None:
    """Below zero and back."""
    known = stock(1, oversell=True)
    change = placed(stocked(quantity=Q), known=known, paid="30.00")
    known = moved(known, change.movements)
    assert (1, 3, -2) == level(known)
    known = moved(known, step(change.order, Cancel(), **known).movements)
    assert (1, 0, 1) == level(known)
