"""Restocking: units that were refunded without it go back to stock later."""

import pytest

from backoffice_core.failures import InvalidValue, UnknownId
from backoffice_core.orders.asked import Line
from backoffice_core.orders.events import UnitsRestocked
from backoffice_core.orders.facts import Movement
from backoffice_core.orders.find import TooManyUnits
from backoffice_core.orders.fulfill import Fulfill
from backoffice_core.orders.givenback import Restock
from backoffice_core.orders.order import Order
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.restock import NothingToRestock, RestockUnits
from tests.orders.helpers import NOW, Location, after, an_order, goods, line, refusal, step, stock, stocked


def refunded(units: int = 4) -> Order:
    """Return an order of five cups, two of them shipped, with some of them refunded without restock."""
    order = an_order(stocked(quantity=5), known=stock(9), paid="50.00")
    return after(order, Fulfill(lines={"CUP": 2}), RefundOrder(lines={"CUP": units}, restock="no_restock"), **stock(9))


def row(order: Order) -> tuple[int, int, int, int]:
    """Return what is released, returned, waiting and kept."""
    counters = order.counters[order.lines[0].id]
    return counters.released, counters.returned, counters.waiting, counters.kept


class TestRule1_OnlyWhatWasRefundedWithout:
    def test_all_of_it(self) -> None:
        """Without lines everything goes back; then nothing is stuck."""
        order = refunded()
        assert (0, 0, 2, 2) == row(order)
        change = step(order, RestockUnits(), **stock(9))
        assert (2, 2, 0, 0) == row(change.order)
        (made,) = change.order.restockings
        assert (UnitsRestocked(made.id, 4),) == change.events
        assert (NOW, "marie") == (made.at, made.actor)

    def test_not_twice(self) -> None:
        """What went back is not there any more."""
        order = after(refunded(), RestockUnits(lines={"CUP": 3}), **stock(9))
        expected = {"order_id": order.id, "line": line(order, "CUP").id, "action": "restock", "requested": 2, "left": 1}
        assert (TooManyUnits, expected) == refusal(order, RestockUnits(lines={"CUP": 2}), **stock(9))
        order = after(order, RestockUnits(), **stock(9))
        assert (NothingToRestock, {"order_id": order.id}) == refusal(order, RestockUnits())

    def test_not_what_was_restocked_by_its_refund(self) -> None:
        """A refund with restock leaves nothing to do."""
        order = after(an_order(stocked(quantity=2), known=stock(9), paid="20.00"), RefundOrder(lines={"CUP": 1}))
        assert NothingToRestock is refusal(order, RestockUnits())[0]
        assert 0 == refusal(order, RestockUnits(lines={"CUP": 1}))[1]["left"]

    def test_not_a_tip(self) -> None:
        """A tip was never in stock."""
        order = an_order(goods(), Line("Tip", sku="TIP", price="1.00", kind="tip"), paid="11.00")
        order = after(order, RefundOrder(lines={"TIP": 1}, restock="no_restock"))
        assert NothingToRestock is refusal(order, RestockUnits())[0]

    @pytest.mark.parametrize("lines", [{}, {"CUP": 0}])
    def test_no_units(self, lines: dict[str, int]) -> None:
        """Some units must be named, or none."""
        assert InvalidValue is refusal(refunded(), RestockUnits(lines=lines))[0]

    def test_no_money_moves(self) -> None:
        """What is owed is as before."""
        order = refunded()
        assert order.sums == after(order, RestockUnits(), **stock(9)).sums


class TestRule2_LikeCancelAndReturn:
    def test_the_unshipped_first(self) -> None:
        """Units that were not shipped are freed, shipped ones come back; the movements say so."""
        order = refunded()
        change = step(order, RestockUnits(lines={"CUP": 3}), **stock(9))
        (made,) = change.order.restockings
        one = line(order, "CUP").id
        assert [(Restock.CANCEL, 2, None), (Restock.RETURN, 1, "here")] == [
            (part.restock, part.quantity, part.location_id) for part in made.lines
        ]
        assert (2, -2) == (
            sum(move.on_hand for move in change.movements) + 1,
            sum(move.committed for move in change.movements),
        )
        assert {made.id} == {move.key for move in change.movements}
        assert {one} == {move.line_id for move in change.movements}

    def test_unshipped_ones_are_not_to_ship_any_more(self) -> None:
        """What is to fulfill falls, and so does the promise."""
        order = refunded()
        once = after(order, RestockUnits(lines={"CUP": 1}), **stock(9))
        assert ((3, 2), (("here", 2),)) == ((order.to_fulfill, once.to_fulfill), line(once, "CUP").allocated)

    def test_shipped_ones_come_back(self) -> None:
        """On hand rises."""
        order = refunded(2)
        assert (0, 0, 0, 2) == row(order)
        change = step(order, RestockUnits(), **stock(9))
        (made,) = change.order.restockings
        assert (Movement("v-CUP", "here", 2, 0, line(order, "CUP").id, made.id),) == change.movements
        assert 3 == change.order.to_fulfill

    def test_shipped_since(self) -> None:
        """A unit that was refunded before it was shipped comes back like any shipped one."""
        order = an_order(stocked(quantity=2), known=stock(9), paid="20.00")
        order = after(order, RefundOrder(lines={"CUP": 1}, restock="no_restock"), Fulfill(lines={"CUP": 2}), **stock(9))
        change = step(order, RestockUnits(), **stock(9))
        assert [(1, 0)] == [(move.on_hand, move.committed) for move in change.movements]


class TestRule3_Location:
    def test_the_callers_choice(self) -> None:
        """To where the caller says, else to where they left from."""
        known = stock(9, 9)
        order = an_order(stocked(quantity=2), known=known, paid="20.00")
        order = after(order, Fulfill(location="there"), RefundOrder(lines={"CUP": 2}, restock="no_restock"), **known)
        for asked, place in (("here", "here"), (None, "there")):
            change = step(order, RestockUnits(location=asked), **known)
            assert [place] == [move.location_id for move in change.movements]

    def test_one_that_takes_nothing_back(self) -> None:
        """The units are written off."""
        change = step(refunded(2), RestockUnits(), **(stock(9) | {"places": (Location("here", restocks=False),)}))
        assert ((), 2) == (change.movements, row(change.order)[1])

    def test_an_unknown_one(self) -> None:
        """It is refused, also when no unit had shipped."""
        order = after(an_order(paid="10.00"), RefundOrder(lines={"TEA": 1}, restock="no_restock"))
        assert (UnknownId, {"kind": "location", "id": "x"}) == refusal(order, RestockUnits(location="x"))
