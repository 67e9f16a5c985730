"""Archiving."""

import attrs
import pytest

from backoffice_core.orders.archive import Archive, OrderIsCancelled, Unarchive
from backoffice_core.orders.asked import Line, Sale
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.change import Command
from backoffice_core.orders.events import OrderArchived, OrderUnarchived
from backoffice_core.orders.fulfill import CancelFulfillment, Fulfill
from backoffice_core.orders.notes import SetNote
from backoffice_core.orders.order import Order
from backoffice_core.orders.pay import MarkAsPaid
from backoffice_core.orders.record import RecordPayment
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.settle import Settle
from backoffice_core.orders.tags import AddTags
from tests.orders.helpers import LATER, after, an_order, eur, goods, kinds, last, refusal, shop, step

AUTO = {"settings": shop(auto_archive=True)}


class TestRule1_NoEffect:
    def test_only_files(self) -> None:
        """When it was filed is all that changes."""
        order = an_order(paid="4.00")
        change = step(order, Archive(), now=LATER)
        assert (attrs.evolve(order, closed_at=LATER, updated_at=LATER), (OrderArchived(False),), ()) == (
            change.order,
            change.events,
            change.movements,
        )
        assert "archived" == change.order.lifecycle

    def test_everything_stays_possible(self) -> None:
        """An archived order can be shipped and paid; money and goods do not care."""
        order = after(an_order(), Archive(), Fulfill(), MarkAsPaid())
        assert ("archived", "fulfilled", "paid") == (order.lifecycle, order.fulfillment_status, order.financial_status)


class TestRule2_Twice:
    def test_changes_nothing(self) -> None:
        """Archiving what is archived and taking up what is open change nothing."""
        order = an_order()
        assert not step(order, Unarchive())
        filed = after(order, Archive())
        assert not step(filed, Archive(), now=LATER)
        change = step(filed, Unarchive())
        assert ((OrderUnarchived(False),), None) == (change.events, change.order.closed_at)


class TestRule3_Cancelled:
    def test_stays_archived(self) -> None:
        """A cancelled order cannot be taken up; filing it again changes nothing."""
        order = after(an_order(), Cancel())
        assert (OrderIsCancelled, {"order_id": order.id, "action": "unarchive"}) == refusal(order, Unarchive())
        assert not step(order, Archive())


class TestRule4_Automatic:
    def test_once_finished(self) -> None:
        """Paid and shipped, in either order, is finished."""
        for first, second in ((Fulfill(), MarkAsPaid()), (MarkAsPaid(), Fulfill())):
            order = after(an_order(), first, **AUTO)
            assert ("open", False) == (order.lifecycle, order.finished)
            change = step(order, second, **AUTO)
            assert OrderArchived(True) == change.events[-1]
            assert ("archived", True) == (change.order.lifecycle, change.order.finished)

    def test_not_without_the_setting(self) -> None:
        """The setting says so."""
        assert "open" == after(an_order(), Fulfill(), MarkAsPaid()).lifecycle

    def test_when_placed(self) -> None:
        """A free tip needs nothing more."""
        order = an_order(Line("Tip", price="0.00", kind="tip"), known=AUTO)
        assert "archived" == order.lifecycle

    @pytest.mark.parametrize(
        "order",
        [
            after(an_order(paid="10.00")),
            after(an_order(), Fulfill()),
            after(an_order(paid="12.00"), Fulfill()),
            after(an_order(authorized="10.00"), Fulfill()),
            after(an_order(payments=[Sale("10.00", status="pending")]), Fulfill()),
        ],
        ids=["to fulfill", "owed", "overpaid", "to capture", "no outcome yet"],
    )
    def test_is_not_finished(self, order: Order) -> None:
        """While something is left to do an order stays open."""
        assert not order.finished
        assert "open" == after(order, SetNote(note="x"), **AUTO).lifecycle

    def test_when_the_last_payment_settles(self) -> None:
        """Settling is a command like any other."""
        order = after(an_order(payments=[Sale("10.00", status="pending")]), Fulfill())
        assert "archived" == after(order, Settle(transaction=last(order).id, outcome="success"), **AUTO).lifecycle

    @pytest.mark.parametrize("command", [SetNote(note="x"), AddTags(tags="a"), Unarchive()])
    def test_not_what_was_finished_before(self, command: Command) -> None:
        """One that was taken up by hand stays open until something makes it finished."""
        order = after(an_order(paid="10.00"), Fulfill(), Archive())
        order = after(order, Unarchive(), **AUTO)
        assert "open" == order.lifecycle
        assert "open" == after(order, command, **AUTO).lifecycle

    def test_a_refund_does_not_take_it_up(self) -> None:
        """What does not make it unfinished leaves it archived, and so does what does, but for undone parcels."""
        order = after(an_order(goods(quantity=2), paid="20.00"), Fulfill(), **AUTO)
        refunded = after(order, RefundOrder(lines={"TEA": 1}), **AUTO)
        assert ("archived", "archived") == (order.lifecycle, refunded.lifecycle)
        assert "archived" == after(order, RecordPayment(amount="1.00"), **AUTO).lifecycle
        assert ["FulfillmentCancelled", "OrderUnarchived"] == kinds(
            step(order, CancelFulfillment(fulfillment="#1001-F1"), **AUTO)
        )

    def test_what_a_refund_finished(self) -> None:
        """Giving back what is owed can be the last thing to do."""
        order = after(an_order(paid="12.00"), Fulfill(), **AUTO)
        assert eur("-2.00") == order.outstanding
        assert "archived" == after(order, RefundOrder(), **AUTO).lifecycle
