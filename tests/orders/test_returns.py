"""Returns: units that a customer wants to give back."""

from typing import Any

import pytest

from backoffice_core.failures import InvalidValue
from backoffice_core.orders.archive import Archive, OrderIsCancelled
from backoffice_core.orders.cancel import Cancel, ReturnsOpen
from backoffice_core.orders.find import TooManyUnits
from backoffice_core.orders.fulfill import CancelFulfillment, Fulfill, FulfillmentCameBack
from backoffice_core.orders.order import Order
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.restock import RestockUnits
from backoffice_core.orders.returns import (
    ApproveReturn,
    CancelReturn,
    CloseReturn,
    DeclineReturn,
    NothingToReturn,
    ReceiveReturn,
    ReopenReturn,
    RequestReturn,
    ReturnUnderWay,
    UnknownReturn,
)
from backoffice_core.orders.states import TransitionRefused
from tests.orders.helpers import (
    after,
    an_order,
    eur,
    goods,
    kinds,
    level,
    line,
    moved,
    placed,
    refusal,
    shop,
    step,
    stock,
    stocked,
)

R1 = "#1001-R1"


def shipped(quantity: int = 3, of: int | None = None, **more: Any) -> Order:
    """Return a paid order of teas, of which some were shipped."""
    paid = f"{10 * (of or quantity)}.00"
    return after(an_order(goods(quantity=of or quantity), paid=paid, **more), Fulfill(lines={"TEA": quantity}))


def asked(order: Order | None = None, **more: Any) -> Order:
    """Return an order with a return of one tea that was asked for."""
    return after(order or shipped(), RequestReturn(lines={"TEA": 1}, **more))


def opened(order: Order | None = None, units: int = 1) -> Order:
    """Return an order with an open return."""
    return after(order or shipped(), RequestReturn(lines={"TEA": units}, approve=True))


class TestRule1_ShippedUnitsOnly:
    def test_what_is_with_the_customer(self) -> None:
        """All of it unless some are named, under the order's name."""
        order = after(shipped(2, of=5), RequestReturn())
        (made,) = order.returns
        assert (R1, 2, "requested", "unknown", "marie") == (
            made.name,
            made.units,
            made.status,
            made.lines[0].reason,
            made.actor,
        )

    def test_no_more_than_was_shipped(self) -> None:
        """Three of five were shipped."""
        order = shipped(3, of=5)
        expected = {"order_id": order.id, "line": line(order).id, "action": "return", "requested": 4, "left": 3}
        assert (TooManyUnits, expected) == refusal(order, RequestReturn(lines={"TEA": 4}))

    @pytest.mark.parametrize("approve", [True, False])
    def test_less_those_in_other_returns(self, approve: bool) -> None:
        """C076: of two, one is in another return."""
        order = after(shipped(2), RequestReturn(lines={"TEA": 1}, approve=approve))
        assert 1 == refusal(order, RequestReturn(lines={"TEA": 2}))[1]["left"]
        assert ["#1001-R1", "#1001-R2"] == [one.name for one in after(order, RequestReturn(lines={"TEA": 1})).returns]

    def test_less_those_that_came_back(self) -> None:
        """Refunded with their return, they are not with the customer any more."""
        order = after(shipped(2), RefundOrder(lines={"TEA": 1}, restock="return"))
        assert 1 == refusal(order, RequestReturn(lines={"TEA": 2}))[1]["left"]

    def test_nothing_is_left(self) -> None:
        """Nothing was shipped, or other returns wait for all of it."""
        order = an_order()
        assert (NothingToReturn, {"order_id": order.id, "waiting": 0}) == refusal(order, RequestReturn())
        order = after(shipped(2), RequestReturn())
        assert (NothingToReturn, {"order_id": order.id, "waiting": 2}) == refusal(order, RequestReturn())

    def test_units_of_a_closed_return_that_never_came(self) -> None:
        """They can be asked for again."""
        order = after(opened(shipped(1)), CloseReturn(return_id=R1), RequestReturn())
        assert 2 == len(order.returns)

    def test_a_parcel_in_a_return_cannot_be_undone(self) -> None:
        """Its units are on their way back."""
        order = asked()
        assert FulfillmentCameBack is refusal(order, CancelFulfillment(fulfillment="#1001-F1"))[0]
        declined = after(order, DeclineReturn(return_id=R1))
        assert 0 == after(declined, CancelFulfillment(fulfillment="#1001-F1")).fulfilled

    @pytest.mark.parametrize("reason", ["ugly", 5, None, {"TEA": "ugly"}])
    def test_odd_reasons(self, reason: Any) -> None:
        """One of Shopify's, for all lines or by line."""
        with pytest.raises(InvalidValue) as caught:
            RequestReturn(reason=reason)
        assert "reason" == caught.value.field

    def test_reasons(self) -> None:
        """By line; ``other`` needs a note."""
        order = after(an_order(goods(), goods("CUP")), Fulfill())
        made = after(order, RequestReturn(reason={"TEA": "style"})).returns[0]
        assert ["style", "unknown"] == [one.reason for one in made.lines]
        assert (InvalidValue, "note") == (
            refusal(order, RequestReturn(reason="other"))[0],
            refusal(order, RequestReturn(reason="other"))[1]["field"],
        )
        assert "the lid" == after(order, RequestReturn(reason="other", note="the lid")).returns[0].note


class TestRule2_States:
    def test_c072_one_after_the_other(self) -> None:
        """C072: the status of the order follows all of its returns."""
        order = shipped(6)
        told = []
        for command in (
            RequestReturn(lines={"TEA": 1}),
            ApproveReturn(return_id=R1),
            RequestReturn(lines={"TEA": 1}),
            DeclineReturn(return_id="#1001-R2"),
            CloseReturn(return_id=R1),
            ReopenReturn(return_id=R1),
        ):
            order = after(order, command)
            told.append(order.return_status)
        expected = ["return_requested", "in_progress", "return_requested", "in_progress", "returned", "in_progress"]
        assert expected == told

    @pytest.mark.parametrize(
        ("before", "again"),
        [
            ([ApproveReturn], ApproveReturn),
            ([DeclineReturn], DeclineReturn),
            ([ApproveReturn, CloseReturn], CloseReturn),
            ([ApproveReturn], ReopenReturn),
            ([ApproveReturn, CancelReturn], CancelReturn),
            ([ApproveReturn, CloseReturn], ApproveReturn),
        ],
    )
    def test_again_changes_nothing(self, before: list[Any], again: Any) -> None:
        """Said twice it is no error and no change."""
        order = after(asked(), *[kind(return_id=R1) for kind in before])
        assert not step(order, again(return_id=R1))

    @pytest.mark.parametrize(
        ("before", "refused", "moves"),
        [
            ([], CloseReturn, ("approve", "decline")),
            ([], ReopenReturn, ("approve", "decline")),
            ([], CancelReturn, ("approve", "decline")),
            ([], ReceiveReturn, ("approve", "decline")),
            ([ApproveReturn], DeclineReturn, ("cancel", "close")),
            ([DeclineReturn], ApproveReturn, ()),
            ([ApproveReturn, CloseReturn], CancelReturn, ("reopen",)),
            ([ApproveReturn, CloseReturn], ReceiveReturn, ("reopen",)),
            ([ApproveReturn, CancelReturn], ReopenReturn, ()),
            ([ApproveReturn, CancelReturn], ApproveReturn, ()),
        ],
    )
    def test_moves_that_are_not_there(self, before: list[Any], refused: Any, moves: tuple[str, ...]) -> None:
        """The refusal says which there are."""
        order = after(asked(), *[kind(return_id=R1) for kind in before])
        kind, facts = refusal(order, refused(return_id=R1))
        assert (TransitionRefused, "return", moves) == (kind, facts["machine"], facts["allowed"])

    def test_decline_says_why(self) -> None:
        """With a reason, and what the customer is told."""
        order = after(asked(), DeclineReturn(return_id=R1, reason="final_sale", note="sold as it was"))
        (one,) = order.returns
        assert ("declined", "final_sale", "sold as it was", "no_return") == (
            one.status,
            one.decline_reason,
            one.decline_note,
            order.return_status,
        )

    def test_an_unknown_one(self) -> None:
        order = asked()
        expected = {"order_id": order.id, "given": "#1001-R9", "known": (R1,)}
        assert (UnknownReturn, expected) == refusal(order, ApproveReturn(return_id="#1001-R9"))

    def test_reopening_what_another_return_has_by_now(self) -> None:
        """Its units are promised twice otherwise."""
        order = after(opened(shipped(1)), CloseReturn(return_id=R1), RequestReturn())
        assert TooManyUnits is refusal(order, ReopenReturn(return_id=R1))[0]


class TestRule3_Receiving:
    def test_neither_money_nor_stock(self) -> None:
        """Received, then refunded, then restocked: each by its own command."""
        known = stock(5)
        change = placed(stocked(quantity=2), paid="20.00", known=known)
        known = moved(known, change.movements)
        change = step(change.order, Fulfill(), **known)
        known = moved(known, change.movements)
        order = after(change.order, RequestReturn(approve=True), **known)
        change = step(order, ReceiveReturn(return_id=R1), **known)
        assert (["ReturnReceived"], (), eur("0.00")) == (kinds(change), change.movements, change.order.refunded)
        row = change.order.counters[line(order, "CUP").id]
        assert (2, 2, 2, 2, 0) == (row.returned, row.received, row.unstocked, row.current, row.shipped)
        change = step(change.order, RefundOrder(lines={"CUP": 2}), **known)
        assert ((), eur("20.00")) == (change.movements, change.order.refunded)
        row = change.order.counters[line(order, "CUP").id]
        assert (0, 2, 0) == (row.received, row.unstocked, row.current)
        change = step(change.order, RestockUnits(), **known)
        assert (5, 0, 5) == level(moved(known, change.movements))
        assert 0 == change.order.counters[line(order, "CUP").id].restockable

    def test_restocked_before_it_is_refunded(self) -> None:
        """The order of the two does not matter."""
        known = stock(5)
        change = placed(stocked(quantity=1), paid="10.00", known=known)
        known = moved(known, change.movements)
        change = step(change.order, Fulfill(), **known)
        known = moved(known, change.movements)
        order = after(change.order, RequestReturn(approve=True), ReceiveReturn(return_id=R1), **known)
        change = step(order, RestockUnits(), **known)
        assert (5, 0, 5) == level(moved(known, change.movements))
        again = step(change.order, RefundOrder(lines={"CUP": 1}), **known)
        assert ((), eur("10.00")) == (again.movements, again.order.refunded)
        assert "nothing_to_restock" == refusal(again.order, RestockUnits())[0].code

    def test_never_more_than_is_to_come(self) -> None:
        """One is in the return."""
        order = opened()
        assert 1 == refusal(order, ReceiveReturn(return_id=R1, lines={"TEA": 2}))[1]["left"]
        order = after(order, ReceiveReturn(return_id=R1))
        assert InvalidValue is refusal(order, ReceiveReturn(return_id=R1))[0]
        assert 0 == refusal(order, ReceiveReturn(return_id=R1, lines={"TEA": 1}))[1]["left"]

    def test_units_that_were_refunded_before_they_came(self) -> None:
        """Their money is not given twice."""
        order = after(shipped(1), RefundOrder(lines={"TEA": 1}, restock="no_restock"))
        order = after(order, RequestReturn(approve=True), ReceiveReturn(return_id=R1))
        row = order.counters[line(order).id]
        assert (0, 1, 0, 0) == (row.received, row.unstocked, row.kept, row.current)
        assert TooManyUnits is refusal(order, RefundOrder(lines={"TEA": 1}))[0]

    def test_refunded_first_of_all(self) -> None:
        """What came back already waits for its money: before what was not shipped."""
        order = after(opened(shipped(1, of=2)), ReceiveReturn(return_id=R1))
        change = step(order, RefundOrder(lines={"TEA": 2}))
        assert change.refund is not None
        assert [("received", 1), ("cancel", 1)] == [(one.restock, one.quantity) for one in change.refund.lines]
        money_only = step(order, RefundOrder(lines={"TEA": 2}, restock="no_restock"))
        assert money_only.refund is not None
        assert ["received", "no_restock"] == [one.restock for one in money_only.refund.lines]
        assert 1 == money_only.order.to_fulfill

    def test_named_as_received(self) -> None:
        """No more than came back."""
        order = after(opened(shipped(2), 2), ReceiveReturn(return_id=R1, lines={"TEA": 1}))
        assert 1 == refusal(order, RefundOrder(lines={"TEA": 2}, restock="received"))[1]["left"]
        assert eur("10.00") == after(order, RefundOrder(lines={"TEA": 1}, restock="received")).refunded

    @pytest.mark.parametrize(
        "back",
        [
            [RefundOrder(lines={"TEA": 1}, restock="return")],
            [RefundOrder(lines={"TEA": 1}, restock="no_restock"), RestockUnits()],
        ],
    )
    def test_what_comes_back_another_way_counts(self, back: list[Any]) -> None:
        """By a refund or by restocking: the open return has it, before one that is only asked for."""
        order = after(shipped(3), RequestReturn(lines={"TEA": 1}), RequestReturn(lines={"TEA": 1}, approve=True))
        order = after(order, *back)
        assert [0, 1] == [one.lines[0].received for one in order.returns]
        assert TooManyUnits is refusal(order, ReceiveReturn(return_id="#1001-R2", lines={"TEA": 1}))[0]

    def test_t16(self) -> None:
        """T16: five ordered, two shipped, both returned: shipped in part, three still to ship."""
        order = after(opened(shipped(2, of=5), 2), ReceiveReturn(return_id=R1), CloseReturn(return_id=R1))
        assert ("partially_fulfilled", "returned", 3) == (
            order.fulfillment_status,
            order.return_status,
            order.to_fulfill,
        )


class TestRule4_GivenUp:
    def test_while_nothing_came(self) -> None:
        """Its units are with the customer again."""
        order = after(opened(shipped(1)), CancelReturn(return_id=R1))
        assert ("cancelled", "no_return") == (order.returns[0].status, order.return_status)
        assert after(order, RequestReturn()).returns[1].active

    def test_not_once_something_came(self) -> None:
        order = after(opened(shipped(2), 2), ReceiveReturn(return_id=R1, lines={"TEA": 1}))
        expected = {"order_id": order.id, "name": R1, "received": 1}
        assert (ReturnUnderWay, expected) == refusal(order, CancelReturn(return_id=R1))


class TestRule5_AndTheOrder:
    def test_archived_orders_are_taken_up(self) -> None:
        """By a new return, and by one that is opened again."""
        order = after(shipped(), Archive())
        change = step(order, RequestReturn())
        assert (["ReturnRequested", "OrderUnarchived"], "open") == (kinds(change), change.order.lifecycle)
        closed = after(opened(), CloseReturn(return_id=R1), Archive())
        assert "open" == after(closed, ReopenReturn(return_id=R1)).lifecycle

    def test_not_finished_while_one_is_open(self) -> None:
        """Archived by itself as soon as it is closed."""
        known = {"settings": shop(auto_archive=True)}
        order = opened()
        assert not order.finished
        change = step(order, CloseReturn(return_id=R1), **known)
        assert ["ReturnClosed", "OrderArchived"] == kinds(change)
        assert "OrderArchived" in kinds(step(asked(), DeclineReturn(return_id=R1), **known))

    def test_cancelled_orders(self) -> None:
        """They have no new returns, and cannot be cancelled while one is open."""
        order = opened(shipped(1, of=2))
        assert (ReturnsOpen, {"order_id": order.id, "returns": (R1,)}) == refusal(order, Cancel())
        gone = after(order, CloseReturn(return_id=R1), Cancel())
        assert OrderIsCancelled is refusal(gone, RequestReturn())[0]
        assert OrderIsCancelled is refusal(gone, ReopenReturn(return_id=R1))[0]

    def test_what_was_received_is_refunded_on_a_cancelled_order(self) -> None:
        """It is with the shop and was paid for."""
        order = after(opened(shipped(1, of=2)), ReceiveReturn(return_id=R1), CloseReturn(return_id=R1), Cancel())
        assert eur("10.00") == order.refunded
        assert eur("20.00") == after(order, RefundOrder(lines={"TEA": 1})).refunded
