"""Cancelling an order."""

from typing import Any

import pytest

from backoffice_core.failures import InvalidValue
from backoffice_core.money import Money
from backoffice_core.orders.archive import Archive
from backoffice_core.orders.asked import Authorization, Line, Sale
from backoffice_core.orders.cancel import AllShipped, AlreadyCancelled, Cancel, CaptureFirst, ReturnsOpen
from backoffice_core.orders.events import OrderCancelled, OrderRefunded
from backoffice_core.orders.facts import Movement, TransactionKind, Units
from backoffice_core.orders.fulfill import CancelFulfillment, Fulfill
from backoffice_core.orders.hold import HoldOrder
from backoffice_core.orders.order import Order
from backoffice_core.orders.pay import AuthorizationBusy, Capture
from backoffice_core.orders.record import RecordPayment
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.returns import CloseReturn, DeclineReturn, RequestReturn
from backoffice_core.orders.settle import Settle
from tests.orders.helpers import (
    LATER,
    NOW,
    after,
    an_order,
    eur,
    goods,
    kinds,
    last,
    level,
    line,
    moved,
    placed,
    refusal,
    step,
    stock,
    stocked,
)

STRIPE = {"gateways": frozenset({"stripe"})}


class TestRule1_WhatLeaves:
    def test_with_nothing_shipped(self) -> None:
        """Units, shipping and tips all leave; what was paid goes back."""
        order = an_order(goods(quantity=2), Line("Tip", price="3.00", kind="tip"), shipping="5.00", paid="28.00")
        change = step(order, Cancel(reason="customer"))
        (removal,) = change.order.removals
        assert [(2, eur("20.00")), (1, eur("3.00"))] == [(one.quantity, one.amount) for one in removal.lines]
        assert [eur("5.00")] == [one.amount for one in removal.shipping]
        assert (eur("0.00"), eur("28.00"), eur("0.00"), 0) == (
            change.order.current_total,
            change.order.refunded,
            change.order.outstanding,
            change.order.to_fulfill,
        )
        assert (eur("28.00"), "refunded") == (change.order.total, change.order.financial_status)

    def test_with_a_part_shipped(self) -> None:
        """Shipped units stay with the customer, and so do shipping and tips."""
        order = an_order(goods(quantity=3), Line("Tip", price="3.00", kind="tip"), shipping="5.00", paid="38.00")
        change = step(after(order, Fulfill(lines={"TEA": 1})), Cancel())
        assert (eur("20.00"), eur("18.00"), eur("0.00")) == (
            change.order.refunded,
            change.order.current_total,
            change.order.outstanding,
        )
        assert () == change.order.removals[0].shipping

    def test_what_was_refunded_is_gone_already(self) -> None:
        """Only what is left leaves."""
        order = an_order(goods(quantity=3), shipping="5.00", paid="35.00")
        order = after(order, RefundOrder(lines={"TEA": 1}, shipping="2.00"))
        change = step(order, Cancel())
        (removal,) = change.order.removals
        assert ([2], [eur("3.00")]) == (
            [one.quantity for one in removal.lines],
            [one.amount for one in removal.shipping],
        )
        assert eur("35.00") == change.order.refunded

    def test_units_refunded_without_restock_are_released(self) -> None:
        """They will not be shipped either."""
        order = an_order(stocked(quantity=3), known=stock(9), paid="30.00")
        order = after(order, RefundOrder(lines={"CUP": 1}, restock="no_restock"))
        change = step(order, Cancel())
        assert (Units(line(order, "CUP").id, 1),) == change.order.removals[0].released
        assert (0, 0, ()) == (
            change.order.to_fulfill,
            change.order.counters[line(order, "CUP").id].waiting,
            line(change.order, "CUP").allocated,
        )
        assert [-3] == [move.committed for move in change.movements]

    @pytest.mark.parametrize(("restock", "on_hand"), [(True, 0), (False, -3)])
    def test_stock(self, restock: bool, on_hand: int) -> None:
        """Restocked units go on sale again, others are written off where they lie."""
        known = stock(9)
        order = an_order(stocked(quantity=3), known=known)
        change = step(order, Cancel(restock=restock))
        (removal,) = change.order.removals
        assert (Movement("v-CUP", "here", on_hand, -3, line(order, "CUP").id, removal.id),) == change.movements

    def test_t11(self) -> None:
        """T11: of 20 in stock 5 were ordered; after the cancel 20 are available again, or 15."""
        for restock, available in ((True, 20), (False, 15)):
            known = stock(20)
            change = placed(stocked(quantity=5), known=known, authorized="50.00")
            known = moved(known, change.movements)
            order = after(change.order, Capture())
            known = moved(known, step(order, Cancel(restock=restock)).movements)
            assert (available, 0, available) == level(known)

    def test_is_told(self) -> None:
        """The event says why, how many units and whether they were restocked."""
        change = step(an_order(goods(quantity=2)), Cancel(reason="fraud", restock=False, notify=True))
        assert (OrderCancelled(change.order.removals[0].id, "fraud", 2, False, True),) == change.events


class TestRule2_AllShipped:
    def test_is_refused(self) -> None:
        """The parcels that would have to be undone are named."""
        order = after(
            an_order(goods(quantity=2)),
            Fulfill(),
            CancelFulfillment(fulfillment="#1001-F1"),
            Fulfill(lines={"TEA": 1}),
            Fulfill(),
        )
        expected = (AllShipped, {"order_id": order.id, "fulfillments": ("#1001-F2", "#1001-F3")})
        assert expected == refusal(order, Cancel())

    def test_once_undone(self) -> None:
        """With its parcels undone it can be cancelled."""
        order = after(an_order(), Fulfill(), CancelFulfillment(fulfillment="#1001-F1"))
        assert "cancelled" == after(order, Cancel()).lifecycle

    def test_all_refunded(self) -> None:
        """An order without anything left can still be cancelled: nothing was shipped."""
        order = after(an_order(paid="10.00"), RefundOrder(lines={"TEA": 1}))
        assert ["OrderCancelled"] == kinds(step(order, Cancel()))


class TestRule3_AuthorizationsAreLetGo:
    @pytest.mark.parametrize("refund", [True, False])
    def test_refund_or_not(self, refund: bool) -> None:
        """Every open one is voided."""
        order = an_order(goods(price="100.00"), payments=[Authorization("30.00"), Authorization("70.00")])
        change = step(order, Cancel(refund=refund))
        assert ["OrderCancelled", "AuthorizationVoided", "AuthorizationVoided"] == kinds(change)
        assert ("voided", eur("0.00")) == (change.order.financial_status, change.order.outstanding)

    def test_what_is_left_of_them(self) -> None:
        """A captured part is refunded, the rest voided."""
        order = after(an_order(goods(price="100.00"), authorized="100.00"), Capture(amount="60.00"))
        change = step(order, Cancel())
        assert [TransactionKind.REFUND, TransactionKind.VOID] == [one.kind for one in change.transactions]
        assert (eur("60.00"), 0) == (change.order.refunded, change.order.sums.open_auth)

    def test_while_a_capture_is_open(self) -> None:
        """What may have been captured cannot be let go."""
        order = an_order(payments=[Authorization("10.00", gateway="stripe", reference="a")])
        order = after(order, Capture(amount="4.00"), **STRIPE)
        expected = {
            "order_id": order.id,
            "authorization": order.transactions[0].id,
            "transaction": last(order).id,
        }
        assert (AuthorizationBusy, expected) == refusal(order, Cancel())
        assert "cancelled" == after(order, Settle(transaction=last(order).id, outcome="failure"), Cancel()).lifecycle

    def test_gateways_are_asked(self) -> None:
        """Refunds and voids by registered gateways are intents."""
        order = an_order(
            payments=[
                Sale("4.00", gateway="stripe", reference="p"),
                Authorization("6.00", gateway="stripe", reference="a"),
            ]
        )
        change = step(order, Cancel(), **STRIPE)
        assert 2 == len(change.intents)
        assert eur("-4.00") == after(change.order, Settle(transaction=change.intents[0], outcome="failure")).outstanding

    def test_what_was_waited_for_is_not_any_more(self) -> None:
        """Nobody owes anything; the money that comes all the same is owed by the shop, in plain sight."""
        order = after(an_order(payments=[Sale("10.00", status="pending")]), Cancel())
        sale = last(order)
        assert ("failure", "cancelled", eur("0.00")) == (sale.status, sale.error, order.outstanding)
        assert eur("-10.00") == after(order, Settle(transaction=sale.id, outcome="success")).outstanding

    def test_what_is_on_its_way_is_waited_for(self) -> None:
        """A payment with a name at its gateway, or one that nobody knows of, may have happened."""
        named = an_order(payments=[Sale("10.00", gateway="paypal", status="pending", reference="pp-1")])
        waiting = an_order(payments=[Sale("10.00", status="pending")])
        lost = after(waiting, Settle(transaction=last(waiting).id, outcome="unknown"))
        for before in (named, lost):
            order = after(before, Cancel())
            assert (last(before).status, eur("-10.00")) == (last(order).status, order.outstanding)


class TestRule4_CaptureFirst:
    def test_shipped_units(self) -> None:
        """Shipped units that only an authorization covers have to be captured first."""
        order = after(an_order(goods(quantity=2, price="50.00"), authorized="100.00"), Fulfill(lines={"TEA": 1}))
        assert (CaptureFirst, {"order_id": order.id, "amount": eur("50.00")}) == refusal(order, Cancel())
        order = after(order, Capture(amount="49.99"))
        assert eur("0.01") == refusal(order, Cancel())[1]["amount"]
        order = after(order, Capture(amount="0.01"), Cancel())
        assert (eur("50.00"), eur("0.00"), eur("0.00")) == (order.received, order.refunded, order.outstanding)

    def test_not_more_than_authorized(self) -> None:
        """What nobody authorized cannot be captured."""
        order = after(an_order(goods(quantity=2, price="50.00"), authorized="20.00"), Fulfill(lines={"TEA": 1}))
        assert eur("20.00") == refusal(order, Cancel())[1]["amount"]

    def test_a_fee_is_no_shipped_unit(self) -> None:
        """With nothing shipped an authorization is let go, even when a fee is still owed."""
        order = an_order(goods(quantity=10), paid="95.00", authorized="5.00")
        order = after(order, RefundOrder(lines={"TEA": 1}, amount="0"))
        order = after(order, Settle(transaction=order.transactions[0].id, outcome="reversed"), Cancel())
        assert (eur("5.00"), "cancelled", 0) == (order.outstanding, order.lifecycle, order.sums.open_auth)

    def test_unpaid_units_do_not_stop_it(self) -> None:
        """Without an authorization there is nothing to capture; the units stay owed."""
        order = after(an_order(goods(quantity=2, price="50.00")), Fulfill(lines={"TEA": 1}), Cancel())
        assert eur("50.00") == order.outstanding

    def test_an_authorization_without_outcome(self) -> None:
        """It may cover what was shipped: its outcome comes first, then the capture, then the cancel."""
        asked = [Authorization("100.00", gateway="stripe")]
        known = {"gateways": frozenset({"stripe"})}
        order = an_order(goods(quantity=2, price="50.00"), payments=asked, known=known)
        assert after(order, Cancel(), **known).cancelled_at is not None
        order = after(order, Fulfill(lines={"TEA": 1}))
        pending = order.transactions[0].id
        expected = {"order_id": order.id, "authorization": pending, "transaction": pending}
        assert (AuthorizationBusy, expected) == refusal(order, Cancel())
        order = after(order, Settle(transaction=pending, outcome="success"))
        assert eur("50.00") == refusal(order, Cancel())[1]["amount"]


class TestRule5_TheRefundRule:
    def test_not_refunded(self) -> None:
        """Money that is not refunded now is owed by the shop, in plain sight."""
        change = step(an_order(paid="10.00"), Cancel(refund=False))
        assert (eur("-10.00"), (), "paid") == (
            change.order.outstanding,
            change.order.refunds,
            change.order.financial_status,
        )

    def test_what_is_paid_too_much(self) -> None:
        """What goes back is what the customer would have paid too much."""
        order = after(an_order(goods(quantity=2), paid="12.00"), Fulfill(lines={"TEA": 1}))
        change = step(order, Cancel(note="sold out"))
        (refund,) = change.order.refunds
        assert (eur("2.00"), eur("0.00"), (), "sold out") == (
            refund.amount,
            refund.adjustment,
            refund.lines,
            refund.note,
        )
        assert OrderRefunded(refund.id, 200, 0, 0) in change.events
        assert eur("0.00") == change.order.outstanding

    @pytest.mark.parametrize("refund", [True, False])
    def test_goodwill_is_taken_back(self, refund: bool) -> None:
        """Goodwill granted before leaves with what it was granted on."""
        order = after(an_order(paid="10.00"), RefundOrder(amount="4.00"), Cancel(refund=refund))
        assert (eur("-4.00"), eur("0.00")) == (
            Money(order.removals[0].adjustment_minor, "EUR"),
            order.current_total,
        )
        assert eur("0.00" if refund else "-6.00") == order.outstanding

    def test_nothing_paid(self) -> None:
        """An unpaid order is cancelled without a refund."""
        order = after(an_order(), Cancel())
        assert ((), eur("0.00"), "pending") == (order.refunds, order.outstanding, order.financial_status)

    def test_t12(self) -> None:
        """T12: 5 in stock, 3 ordered and paid, a part refunded, cancelled with restock: 5 again, no error."""
        known = stock(5)
        change = placed(stocked(quantity=3), known=known, paid="30.00")
        known = moved(known, change.movements)
        for command in (RefundOrder(lines={"CUP": 1}), Cancel()):
            change = step(change.order, command, **known)
            known = moved(known, change.movements)
        assert ((5, 0, 5), eur("30.00")) == (level(known), change.order.refunded)


class TestRule7_Returns:
    @pytest.mark.parametrize("approve", [True, False])
    def test_while_units_are_to_come_back(self, approve: bool) -> None:
        """A return that is asked for or open stops it; once closed it does not."""
        order = after(
            an_order(goods(quantity=2), paid="20.00"), Fulfill(lines={"TEA": 1}), RequestReturn(approve=approve)
        )
        assert (ReturnsOpen, {"order_id": order.id, "returns": ("#1001-R1",)}) == refusal(order, Cancel())
        ended = CloseReturn(return_id="#1001-R1") if approve else DeclineReturn(return_id="#1001-R1")
        assert after(order, ended, Cancel()).cancelled_at is not None


class TestRule6_Cancelled:
    def test_is_archived(self) -> None:
        """When, why, and filed at the same time; without holds."""
        order = after(an_order(), HoldOrder())
        change = step(order, Cancel(reason="staff"), now=LATER)
        assert (LATER, LATER, "staff", "cancelled") == (
            change.order.cancelled_at,
            change.order.closed_at,
            change.order.cancel_reason,
            change.order.lifecycle,
        )
        assert ["OrderCancelled", "HoldReleased"] == kinds(change)
        assert (LATER, "cancelled", "marie") == (
            change.order.holds[0].released_at,
            change.order.holds[0].release_reason,
            change.order.holds[0].released_by,
        )

    def test_keeps_when_it_was_archived(self) -> None:
        """An order that was filed before stays filed since then."""
        order = after(an_order(), Archive())
        assert NOW == after(order, Cancel(), now=LATER).closed_at

    def test_twice(self) -> None:
        """It is cancelled once."""
        order = after(an_order(), Cancel())
        assert (AlreadyCancelled, {"order_id": order.id}) == refusal(order, Cancel())

    def test_stays_cancelled(self) -> None:
        """Money may still move, and is owed in plain sight."""
        order = after(an_order(), Cancel(), RecordPayment(amount="10.00"))
        assert eur("-10.00") == order.outstanding
        order = after(order, RefundOrder())
        assert (eur("0.00"), "cancelled") == (order.outstanding, order.lifecycle)

    @pytest.mark.parametrize("more", [{"reason": ""}, {"reason": None}, {"note": " "}, {"note": "x" * 256}])
    def test_odd_texts(self, more: dict[str, Any]) -> None:
        """Reason and note are short texts."""
        with pytest.raises(InvalidValue):
            Cancel(**more)


def everything(order: Order) -> int:
    """Return the units of an order."""
    return sum(one.quantity for one in order.lines)


def test_units_add_up() -> None:
    """After a cancel each unit is removed, refunded or with the customer."""
    order = an_order(goods("A", 3), goods("B", 2), paid="50.00")
    order = after(order, Fulfill(lines={"A": 1}), RefundOrder(lines={"B": 1}), Cancel())
    rows = order.counters.values()
    assert everything(order) == sum(row.removed + row.refunded + row.shipped for row in rows)
