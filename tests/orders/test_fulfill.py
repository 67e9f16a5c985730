"""Fulfillment: shipping units, following a parcel, undoing it."""

from typing import Any

import pytest

from backoffice_core.failures import InvalidValue, UnknownId
from backoffice_core.orders.archive import Archive, OrderIsCancelled
from backoffice_core.orders.asked import Line
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.events import FulfillmentCancelled, OrderFulfilled, TrackingUpdated
from backoffice_core.orders.facts import Movement, Units
from backoffice_core.orders.find import TooManyUnits, UnknownFulfillment
from backoffice_core.orders.fulfill import (
    CancelFulfillment,
    Fulfill,
    FulfillmentCameBack,
    FulfillmentIsCancelled,
    NothingToFulfill,
    UnitsOnHold,
    UpdateTracking,
)
from backoffice_core.orders.hold import HoldOrder, ReleaseHold
from backoffice_core.orders.order import Order
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.states import FulfillmentStatus
from backoffice_core.orders.stock import Level, OutOfStock
from tests.orders.helpers import (
    LATER,
    NOW,
    after,
    an_order,
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


def shipped(order: Order, **asked: Any) -> dict[str | None, int]:
    """Return how many units of each SKU a fulfillment ships."""
    parcel = step(order, Fulfill(**asked)).fulfillment
    assert parcel is not None
    skus = {one.id: one.sku for one in order.lines}
    return {skus[units.line_id]: units.quantity for units in parcel.lines}


class TestRule1_EverythingLeft:
    def test_ships_it(self) -> None:
        """Without lines all units of all lines are shipped."""
        order = an_order(goods("A", 2), goods("B", 3))
        assert {"A": 2, "B": 3} == shipped(order)
        assert "fulfilled" == after(order, Fulfill()).fulfillment_status

    def test_less_what_was_shipped_refunded_or_held(self) -> None:
        """Units that were refunded, with restock or without, and held ones stay."""
        order = an_order(goods("A", 7), goods("B"), paid="80.00")
        order = after(
            order,
            Fulfill(lines={"A": 1}),
            RefundOrder(lines={"A": 1}, restock="cancel"),
            RefundOrder(lines={"A": 2}, restock="no_restock", shipped={"A": 0}),
            HoldOrder(lines={"A": 1}),
        )
        assert {"A": 2, "B": 1} == shipped(order)

    def test_nothing_left(self) -> None:
        """A shipped order is refused."""
        order = after(an_order(), Fulfill())
        assert (NothingToFulfill, {"order_id": order.id, "held": 0}) == refusal(order, Fulfill())

    def test_all_on_hold(self) -> None:
        """The refusal says how many units a hold stops."""
        order = after(an_order(goods(quantity=3)), HoldOrder())
        assert (NothingToFulfill, {"order_id": order.id, "held": 3}) == refusal(order, Fulfill())

    def test_all_refunded(self) -> None:
        """Units refunded without restock are not shipped by themselves."""
        order = after(an_order(paid="10.00"), RefundOrder(lines={"TEA": 1}, restock="no_restock"))
        assert NothingToFulfill is refusal(order, Fulfill())[0]


class TestRule2_NamedUnits:
    def test_as_many_as_are_left(self) -> None:
        """All that are left can be named."""
        order = after(an_order(goods(quantity=3)), Fulfill(lines={"TEA": 1}))
        assert {"TEA": 2} == shipped(order, lines={"TEA": 2})

    def test_one_too_many(self) -> None:
        """More are refused with both numbers."""
        order = after(an_order(goods(quantity=3)), Fulfill(lines={"TEA": 1}))
        expected = {"order_id": order.id, "line": line(order).id, "action": "fulfill", "requested": 3, "left": 2}
        assert (TooManyUnits, expected) == refusal(order, Fulfill(lines={"TEA": 3}))

    def test_held_ones(self) -> None:
        """Up to what is not held; beyond that the refusal says how many are."""
        order = after(an_order(goods(quantity=3)), HoldOrder(lines={"TEA": 1}))
        assert {"TEA": 2} == shipped(order, lines={"TEA": 2})
        expected = {"order_id": order.id, "line": line(order).id, "requested": 3, "held": 1, "left": 2}
        assert (UnitsOnHold, expected) == refusal(order, Fulfill(lines={"TEA": 3}))
        assert TooManyUnits is refusal(order, Fulfill(lines={"TEA": 4}))[0]
        assert {"TEA": 3} == shipped(after(order, ReleaseHold()), lines={"TEA": 3})

    def test_refunded_ones(self) -> None:
        """Units refunded without restock may be shipped when they are named; those cancelled may not."""
        order = an_order(goods(quantity=3), paid="30.00")
        order = after(order, RefundOrder(lines={"TEA": 1}), RefundOrder(lines={"TEA": 1}, restock="no_restock"))
        assert {"TEA": 1} == shipped(order)
        assert {"TEA": 2} == shipped(order, lines={"TEA": 2})
        assert 2 == refusal(order, Fulfill(lines={"TEA": 3}))[1]["left"]

    def test_refunded_ones_are_then_with_the_customer(self) -> None:
        """A refunded unit that was shipped after all is kept, no longer waiting."""
        order = after(
            an_order(goods(quantity=2), paid="20.00"),
            RefundOrder(lines={"TEA": 1}, restock="no_restock"),
            Fulfill(lines={"TEA": 2}),
        )
        row = order.counters[line(order).id]
        assert (1, 0, 1) == (row.kept, row.waiting, row.shipped)

    @pytest.mark.parametrize("lines", [{}, {"TEA": 0}])
    def test_none(self, lines: dict[str, int]) -> None:
        """A parcel has at least one unit."""
        kind, told = refusal(an_order(), Fulfill(lines=lines))
        assert (InvalidValue, "lines", "at least one unit") == (kind, told["field"], told["would_do"])


class TestRule3_NotShipped:
    def test_a_tip(self) -> None:
        """A tip is never shipped, named or not."""
        order = an_order(goods(), Line("Tip", sku="TIP", price="1.00", kind="tip"))
        assert {"TEA": 1} == shipped(order)
        assert 0 == refusal(order, Fulfill(lines={"TIP": 1}))[1]["left"]

    def test_a_cancelled_order(self) -> None:
        """A cancelled order ships nothing."""
        order = after(an_order(), Cancel())
        assert (OrderIsCancelled, {"order_id": order.id, "action": "fulfill"}) == refusal(order, Fulfill())


class TestRule4_StockLeaves:
    def test_where_it_is_committed(self) -> None:
        """On hand and committed fall where the units were promised."""
        known = stock(3, 9)
        change = placed(stocked(quantity=5), known=known)
        known = moved(known, change.movements)
        sent = step(change.order, Fulfill(lines={"CUP": 4}), **known)
        id = sent.fulfillment.id  # type: ignore[union-attr]
        one = line(change.order, "CUP").id
        assert (
            Movement("v-CUP", "here", -3, -3, one, id),
            Movement("v-CUP", "there", -1, -1, one, id),
        ) == sent.movements
        assert (("there", 1),) == line(sent.order, "CUP").allocated
        known = moved(known, sent.movements)
        assert ((0, 0, 0), (8, 1, 7)) == (level(known), level(known, "there"))

    def test_elsewhere(self) -> None:
        """At a named location on hand falls, and the promise is freed where it was made."""
        known = stock(5, 9)
        change = placed(stocked(quantity=5), known=known)
        known = moved(known, change.movements)
        sent = step(change.order, Fulfill(lines={"CUP": 2}, location="there"), **known)
        id, one = sent.fulfillment.id, line(change.order, "CUP").id  # type: ignore[union-attr]
        assert (
            Movement("v-CUP", "there", -2, 0, one, id, guard=True),
            Movement("v-CUP", "here", 0, -2, one, id),
        ) == sent.movements
        known = moved(known, sent.movements)
        assert ((5, 3, 2), (7, 0, 7)) == (level(known), level(known, "there"))

    def test_its_own_promise_first(self) -> None:
        """What is promised at the named location needs no availability there."""
        known = stock(5, 4)
        change = placed(stocked(quantity=7), known=known)
        known = moved(known, change.movements)
        sent = step(change.order, Fulfill(lines={"CUP": 4}, location="there"), **known)
        assert [("there", -4, -2), ("here", 0, -2)] == [
            (one.location_id, one.on_hand, one.committed) for one in sent.movements
        ]
        expected = {"sku": "CUP", "requested": 5, "available": 4, "location": "there"}
        assert (OutOfStock, expected) == refusal(change.order, Fulfill(lines={"CUP": 5}, location="there"), **known)

    def test_lines_of_one_variant_see_each_other(self) -> None:
        """Two lines cannot ship the same unit from elsewhere."""
        known = stock(9, 3)
        change = placed(stocked(quantity=2), stocked(quantity=2), known=known)
        known = moved(known, change.movements)
        expected = {"sku": "CUP", "requested": 2, "available": 1, "location": "there"}
        assert (OutOfStock, expected) == refusal(change.order, Fulfill(location="there"), **known)

    def test_an_oversold_variant(self) -> None:
        """One that may be oversold ships from anywhere, unguarded."""
        known = stock(5, 0, oversell=True)
        change = placed(stocked(quantity=2), known=known)
        sent = step(change.order, Fulfill(location="there"), **moved(known, change.movements))
        assert [False, False] == [one.guard for one in sent.movements]

    def test_reserved_stock_is_not_available(self) -> None:
        """What is set aside for drafts stays."""
        known = stock(5, 2)
        change = placed(stocked(quantity=2), known=known)
        known["levels"]["v-CUP", "there"] = Level(on_hand=2, reserved=1)
        assert 1 == refusal(change.order, Fulfill(location="there"), **known)[1]["available"]

    def test_an_unknown_location(self) -> None:
        """It is refused, also when nothing is counted."""
        assert (UnknownId, {"kind": "location", "id": "x"}) == refusal(an_order(), Fulfill(location="x"))


class TestRule5_Undoing:
    def test_puts_everything_back(self) -> None:
        """Stock, promises and what is to ship are exactly as before."""
        known = stock(3, 9)
        change = placed(stocked(quantity=5), known=known)
        known = moved(known, change.movements)
        sent = step(change.order, Fulfill(lines={"CUP": 4}, location="there"), **known)
        undone = step(sent.order, CancelFulfillment(fulfillment="#1001-F1"), **known)
        assert dict(line(change.order, "CUP").allocated) == dict(line(undone.order, "CUP").allocated)
        assert known["levels"] == moved(moved(known, sent.movements), undone.movements)["levels"]
        assert (5, "unfulfilled") == (undone.order.to_fulfill, undone.order.fulfillment_status)
        assert not {one.key for one in sent.movements} & {one.key for one in undone.movements}
        assert not any(one.guard for one in undone.movements)

    def test_is_told(self) -> None:
        """The parcel says when, the event how many units."""
        order = after(an_order(goods(quantity=3)), Fulfill())
        change = step(order, CancelFulfillment(fulfillment=order.fulfillments[0].id), now=LATER)
        parcel = change.fulfillment
        assert parcel is not None
        assert (FulfillmentCancelled(parcel.id, 3),) == change.events
        assert (FulfillmentStatus.CANCELLED, LATER) == (parcel.status, parcel.cancelled_at)

    def test_takes_up_an_archived_order(self) -> None:
        """There is work left again."""
        order = after(an_order(paid="10.00"), Fulfill(), Archive())
        change = step(order, CancelFulfillment(fulfillment="#1001-F1"), settings=shop(auto_archive=True))
        assert (["FulfillmentCancelled", "OrderUnarchived"], "open") == (kinds(change), change.order.lifecycle)

    def test_again(self) -> None:
        """Undoing it again changes nothing, on a cancelled order too."""
        order = after(an_order(), Fulfill(), CancelFulfillment(fulfillment="#1001-F1"))
        assert not step(order, CancelFulfillment(fulfillment="#1001-F1"))
        assert not step(after(order, Cancel()), CancelFulfillment(fulfillment="#1001-F1"))

    def test_once_units_came_back(self) -> None:
        """A parcel whose units came back stands."""
        order = after(an_order(goods(quantity=2), paid="20.00"), Fulfill(), RefundOrder(lines={"TEA": 1}))
        expected = {"order_id": order.id, "fulfillment": "#1001-F1", "line": line(order).id}
        assert (FulfillmentCameBack, expected) == refusal(order, CancelFulfillment(fulfillment="#1001-F1"))

    def test_while_others_could_have_come_back(self) -> None:
        """As long as the returned units fit into the other parcels it can be undone."""
        order = an_order(goods(quantity=3), paid="30.00")
        order = after(order, Fulfill(lines={"TEA": 1}), Fulfill(lines={"TEA": 2}), RefundOrder(lines={"TEA": 1}))
        first = after(order, CancelFulfillment(fulfillment="#1001-F1"))
        assert (2, 1) == (first.fulfilled, first.to_fulfill)
        assert FulfillmentCameBack is refusal(first, CancelFulfillment(fulfillment="#1001-F2"))[0]

    def test_with_money_only_refunds(self) -> None:
        """Units refunded without restock wait again once their parcel is undone."""
        order = after(
            an_order(goods(quantity=2), paid="20.00"),
            Fulfill(),
            RefundOrder(lines={"TEA": 1}, restock="no_restock"),
            CancelFulfillment(fulfillment="#1001-F1"),
        )
        row = order.counters[line(order).id]
        assert (0, 1, 2, 1) == (row.kept, row.waiting, row.to_fulfill, row.ready)

    def test_with_money_only_refunds_and_shipped_again(self) -> None:
        """The refunded unit waits though the other one is shipped meanwhile: it is not shipped unless it is named."""
        order = after(
            an_order(goods(quantity=2), paid="20.00"),
            Fulfill(lines={"TEA": 1}),
            RefundOrder(lines={"TEA": 1}, restock="no_restock"),
            CancelFulfillment(fulfillment="#1001-F1"),
            Fulfill(),
        )
        row = order.counters[line(order).id]
        assert (1, 0, 1, 0) == (row.fulfilled, row.kept, row.waiting, row.ready)
        assert NothingToFulfill is refusal(order, Fulfill())[0]
        named = after(order, Fulfill(lines={"TEA": 1})).counters[line(order).id]
        assert (2, 1, 0) == (named.fulfilled, named.kept, named.waiting)

    def test_on_a_cancelled_order(self) -> None:
        """What was shipped of a cancelled order stays with the customer."""
        order = after(an_order(goods(quantity=2), paid="20.00"), Fulfill(lines={"TEA": 1}), Cancel())
        expected = (OrderIsCancelled, {"order_id": order.id, "action": "undo a fulfillment"})
        assert expected == refusal(order, CancelFulfillment(fulfillment="#1001-F1"))

    def test_an_unknown_one(self) -> None:
        """It is named with those that would do."""
        order = after(an_order(goods(quantity=2)), Fulfill(lines={"TEA": 1}), Fulfill())
        expected = {"order_id": order.id, "fulfillment": "F9", "known": ("#1001-F1", "#1001-F2")}
        assert (UnknownFulfillment, expected) == refusal(order, CancelFulfillment(fulfillment="F9"))
        assert (UnknownFulfillment, expected) == refusal(order, UpdateTracking(fulfillment="F9", tracking="x"))


class TestTheParcel:
    def test_says_what_was_asked(self) -> None:
        """Name, tracking, place, moment, actor and units; the event has no more than figures."""
        change = step(
            an_order(goods(quantity=2)),
            Fulfill(
                lines={"TEA": 1},
                tracking="LX1",
                tracking_url="https://t/LX1",
                carrier="Post",
                location="here",
                notify=True,
            ),
        )
        parcel = change.fulfillment
        assert parcel is not None
        assert ("#1001-F1", "LX1", "https://t/LX1", "Post", "here", NOW, "marie") == (
            parcel.name,
            parcel.tracking,
            parcel.tracking_url,
            parcel.carrier,
            parcel.location_id,
            parcel.at,
            parcel.actor,
        )
        assert (Units(line(change.order).id, 1),) == parcel.lines
        assert (OrderFulfilled(parcel.id, "#1001-F1", 1, True),) == change.events

    def test_names_go_on(self) -> None:
        """An undone parcel keeps its name."""
        order = after(an_order(), Fulfill(), CancelFulfillment(fulfillment="#1001-F1"), Fulfill())
        assert ["#1001-F1", "#1001-F2"] == [one.name for one in order.fulfillments]

    def test_tracking(self) -> None:
        """What is left out stays; what is the same changes nothing."""
        order = after(an_order(), Fulfill(tracking="LX1", carrier="Post"))
        change = step(order, UpdateTracking(fulfillment="#1001-F1", tracking="LX2", notify=True))
        parcel = change.fulfillment
        assert parcel is not None
        assert ("LX2", "Post", (TrackingUpdated(parcel.id, True),)) == (parcel.tracking, parcel.carrier, change.events)
        assert not step(order, UpdateTracking(fulfillment="#1001-F1", tracking="LX1"))

    def test_tracking_of_an_undone_one(self) -> None:
        """A parcel that was undone is not on its way."""
        order = after(an_order(), Fulfill(), CancelFulfillment(fulfillment="#1001-F1"))
        expected = (FulfillmentIsCancelled, {"order_id": order.id, "fulfillment": "#1001-F1"})
        assert expected == refusal(order, UpdateTracking(fulfillment="#1001-F1", tracking="x"))
