"""Holds: units that must not be shipped for now."""

from typing import Any

import pytest

from backoffice_core import errors
from backoffice_core.failures import InvalidValue
from backoffice_core.orders.archive import OrderIsCancelled
from backoffice_core.orders.assess import Assess
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.events import HoldReleased, OrderHeld
from backoffice_core.orders.facts import Units
from backoffice_core.orders.find import TooManyUnits, UnknownHold
from backoffice_core.orders.fulfill import Fulfill
from backoffice_core.orders.hold import HoldOrder, NothingToHold, ReleaseHold
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.risk import Assessment
from backoffice_core.orders.states import HoldStatus
from backoffice_core.policies import RiskPolicy
from tests.orders.helpers import LATER, NOW, after, an_order, goods, kinds, line, refusal, shop, step


class TestRule1_WholeOrSome:
    def test_the_whole_order(self) -> None:
        """Everything that is left, and what is added later to that."""
        change = step(an_order(goods("A", 2), goods("B", 1)), HoldOrder(reason="high_risk_of_fraud", note="check"))
        (one,) = change.order.holds
        assert ("high_risk_of_fraud", "check", NOW, "marie", (), HoldStatus.ACTIVE) == (
            one.reason,
            one.note,
            one.at,
            one.actor,
            one.lines,
            one.status,
        )
        assert (OrderHeld(one.id, "high_risk_of_fraud"),) == change.events
        assert (3, "on_hold") == (change.order.held, change.order.fulfillment_status)

    def test_some_units(self) -> None:
        """Units of a line; a part of them leaves the order unfulfilled."""
        order = after(an_order(goods("A", 2), goods("B", 1)), HoldOrder(lines={"A": 1}))
        assert ((Units(order.lines[0].id, 1),), 1, "unfulfilled") == (
            order.holds[0].lines,
            order.held,
            order.fulfillment_status,
        )

    def test_add_up(self) -> None:
        """Two holds hold the units of both."""
        order = after(an_order(goods(quantity=3)), HoldOrder(lines={"TEA": 1}), HoldOrder(lines={"TEA": 2}))
        assert (3, "on_hold") == (order.held, order.fulfillment_status)

    def test_whole_beside_some(self) -> None:
        """A hold on everything beside one on some is everything, once."""
        order = after(an_order(goods(quantity=3)), HoldOrder(lines={"TEA": 1}), HoldOrder())
        assert 3 == order.held

    @pytest.mark.parametrize("lines", [{}, {"TEA": 0}])
    def test_no_units(self, lines: dict[str, int]) -> None:
        """A hold on some units names some."""
        assert InvalidValue is refusal(an_order(), HoldOrder(lines=lines))[0]

    @pytest.mark.parametrize("reason", ["", " ", "x" * 256, None])
    def test_odd_reasons(self, reason: Any) -> None:
        """A reason is a short text."""
        with pytest.raises(InvalidValue) as error:
            HoldOrder(reason=reason)
        assert ("reason", "text of 1 to 255 characters") == (error.value.field, error.value.would_do)


class TestRule2_AtMostWhatIsLeft:
    def test_one_too_many(self) -> None:
        """More than is left and not held is refused with both numbers."""
        order = after(an_order(goods(quantity=4)), Fulfill(lines={"TEA": 1}), HoldOrder(lines={"TEA": 1}))
        expected = {"order_id": order.id, "line": line(order).id, "action": "hold", "requested": 3, "left": 2}
        assert (TooManyUnits, expected) == refusal(order, HoldOrder(lines={"TEA": 3}))
        assert 3 == after(order, HoldOrder(lines={"TEA": 2})).held

    @pytest.mark.parametrize("command", [Fulfill(), HoldOrder(), HoldOrder(lines={"TEA": 2})])
    def test_nothing_to_hold(self, command: Any) -> None:
        """What is shipped or held already cannot be held."""
        order = after(an_order(goods(quantity=2)), command)
        assert (NothingToHold, {"order_id": order.id}) == refusal(order, HoldOrder())


class TestRule3_HeldUnitsStay:
    def test_unheld_ones_leave_first(self) -> None:
        """Cancelled units are unheld ones as long as there are some."""
        order = after(an_order(goods(quantity=3), paid="30.00"), HoldOrder(lines={"TEA": 2}))
        once = after(order, RefundOrder(lines={"TEA": 1}))
        assert (2, 2) == (once.held, once.to_fulfill)
        twice = after(once, RefundOrder(lines={"TEA": 1}))
        assert (1, 1) == (twice.held, twice.to_fulfill)

    def test_nothing_left_is_not_on_hold(self) -> None:
        """A hold on an order with nothing left to ship stops nothing."""
        order = after(an_order(paid="10.00"), HoldOrder(), RefundOrder(lines={"TEA": 1}))
        assert (0, "unfulfilled") == (order.held, order.fulfillment_status)

    def test_refunded_units_count_as_held(self) -> None:
        """What waits to be restocked may be held too, and ready is never below zero."""
        order = after(
            an_order(goods(quantity=2), paid="20.00"),
            HoldOrder(lines={"TEA": 1}),
            RefundOrder(lines={"TEA": 2}, restock="no_restock"),
        )
        assert 0 == order.counters[line(order).id].ready


class TestRule4_Release:
    def test_with_a_reason(self) -> None:
        """Who ended it, when and why."""
        order = after(an_order(), HoldOrder())
        change = step(order, ReleaseHold(reason="checked"), now=LATER, actor="paul")
        (one,) = change.order.holds
        assert (HoldStatus.RELEASED, LATER, "checked", "paul", "marie") == (
            one.status,
            one.released_at,
            one.release_reason,
            one.released_by,
            one.actor,
        )
        assert ((HoldReleased(one.id),), 0) == (change.events, change.order.held)

    def test_one_of_several(self) -> None:
        """A named hold, or all of them."""
        order = after(an_order(goods(quantity=3)), HoldOrder(lines={"TEA": 1}), HoldOrder(lines={"TEA": 2}))
        assert 1 == after(order, ReleaseHold(hold_id=order.holds[1].id)).held
        assert ["HoldReleased", "HoldReleased"] == kinds(step(order, ReleaseHold()))

    def test_again(self) -> None:
        """What is released already changes nothing."""
        order = after(an_order(), HoldOrder(), ReleaseHold())
        assert not step(order, ReleaseHold())
        assert not step(order, ReleaseHold(hold_id=order.holds[0].id))
        assert not step(an_order(), ReleaseHold())

    def test_an_unknown_one(self) -> None:
        """An unknown hold is refused."""
        order = an_order()
        expected = {"order_id": order.id, "hold": "x", "known": ()}
        assert (UnknownHold, expected) == refusal(order, ReleaseHold(hold_id="x"))

    def test_a_cancelled_order(self) -> None:
        """It has no holds, and gets none."""
        order = after(an_order(), HoldOrder(), Cancel())
        assert ("cancelled", 0) == (order.holds[0].release_reason, order.held)
        for command, action in ((HoldOrder(), "hold"), (ReleaseHold(), "release a hold")):
            assert (OrderIsCancelled, {"order_id": order.id, "action": action}) == refusal(order, command)


class TestRule5_WhatTheSettingsHeld:
    @pytest.mark.parametrize(
        ("actor", "reason", "missing"), [(None, "called", "actor"), ("marie", None, "reason"), ("marie", " ", "reason")]
    )
    def test_is_released_by_somebody_with_a_reason(self, actor: str | None, reason: str | None, missing: str) -> None:
        """It was no person who set it."""
        known = {"settings": shop(risk=RiskPolicy(hold_at="high"))}
        order = after(an_order(), Assess(assessment=Assessment("high", provider="kount")), **known)
        with pytest.raises(errors.ReleaseUnexplained) as no:
            step(order, ReleaseHold(reason=reason), actor=actor)
        assert missing == no.value.missing
        assert 0 == after(order, ReleaseHold(reason="called"), actor="marie").held
