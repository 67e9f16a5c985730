"""Line counters, totals, what is owed, what can be captured and refunded."""

from typing import Any

import pytest

from backoffice_core.orders.amounts import authorizations_left, payments_left
from backoffice_core.orders.asked import Authorization, Discount, Line, Sale, Shipping, Tax
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.counters import Counters
from backoffice_core.orders.fulfill import CancelFulfillment, Fulfill
from backoffice_core.orders.hold import HoldOrder
from backoffice_core.orders.order import Order
from backoffice_core.orders.parts import count
from backoffice_core.orders.pay import Authorize, Capture, Void
from backoffice_core.orders.record import RecordPayment
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.restock import RestockUnits
from backoffice_core.orders.settle import Settle
from tests.orders.helpers import LATER, after, an_order, eur, goods, last, line

STRIPE = {"gateways": frozenset({"stripe"})}


def row(order: Order) -> Counters:
    """Return the counters of the first line."""
    return order.counters[order.lines[0].id]


def five(*commands: Any) -> Counters:
    """Return the counters of a paid order of five teas after some commands."""
    return row(after(an_order(goods(quantity=5), paid="50.00"), *commands))


MONEY_ONLY = {"restock": "no_restock"}


class TestCounters:
    def test_of_a_new_order(self) -> None:
        """All units are current and to be shipped."""
        assert Counters(ordered=5) == five()
        assert (5, 5, 0, 5, 5) == (
            (c := five()).current,
            c.to_fulfill,
            c.returnable,
            c.unshipped,
            c.ready,
        )

    def test_shipped(self) -> None:
        """Shipped units can come back."""
        c = five(Fulfill(lines={"TEA": 2}))
        assert (2, 3, 2, 5, 3, 2) == (c.fulfilled, c.to_fulfill, c.returnable, c.current, c.unshipped, c.shipped)

    def test_refunded_as_cancel(self) -> None:
        """Current and to fulfill fall."""
        c = five(RefundOrder(lines={"TEA": 2}))
        assert (2, 2, 3, 3) == (c.refunded, c.released, c.current, c.to_fulfill)

    def test_refunded_as_return(self) -> None:
        """Current and returnable fall, to fulfill does not."""
        c = five(Fulfill(lines={"TEA": 2}), RefundOrder(lines={"TEA": 1}, restock="return"))
        assert (1, 1, 4, 3, 1) == (c.refunded, c.returned, c.current, c.to_fulfill, c.returnable)

    def test_refunded_without_restock(self) -> None:
        """Only current falls; the units are kept by the customer or wait."""
        c = five(Fulfill(lines={"TEA": 2}), RefundOrder(lines={"TEA": 3}, **MONEY_ONLY))
        assert (3, 2, 3, 2, 2, 1, 2, 0) == (
            c.refunded,
            c.current,
            c.to_fulfill,
            c.returnable,
            c.kept,
            c.waiting,
            c.unshipped,
            c.shipped,
        )

    def test_what_the_refund_saw_is_kept(self) -> None:
        """Units refunded as unshipped stay so while others ship."""
        c = five(RefundOrder(lines={"TEA": 2}, **MONEY_ONLY), Fulfill())
        assert (3, 2, 0, 2) == (c.fulfilled, c.to_fulfill, c.kept, c.waiting)

    def test_removed(self) -> None:
        """A cancel removes the unshipped units, and releases those refunded without restock."""
        c = five(Fulfill(lines={"TEA": 2}), RefundOrder(lines={"TEA": 1}, shipped={"TEA": 0}, **MONEY_ONLY), Cancel())
        assert (2, 1, 0, 2, 0) == (c.removed, c.released, c.to_fulfill, c.current, c.waiting)

    def test_restocked_later(self) -> None:
        """Then they are released, or returned."""
        c = five(Fulfill(lines={"TEA": 2}), RefundOrder(lines={"TEA": 4}, **MONEY_ONLY), RestockUnits())
        assert (2, 2, 0, 0, 1) == (c.released, c.returned, c.kept, c.waiting, c.to_fulfill)

    def test_an_undone_parcel_counts_for_nothing(self) -> None:
        """Its units are to be shipped again."""
        assert Counters(ordered=5) == five(Fulfill(), CancelFulfillment(fulfillment="#1001-F1"))

    def test_held(self) -> None:
        """Held units are not ready, and never more than are to be shipped."""
        c = five(HoldOrder(lines={"TEA": 3}), RefundOrder(lines={"TEA": 3}))
        assert (2, 2, 0) == (c.held, c.to_fulfill, c.ready)

    def test_a_tip_is_never_shipped(self) -> None:
        """All of it is current and none to be shipped."""
        c = row(an_order(Line("Tip", price="1.00", quantity=2, kind="tip")))
        assert (2, 0, 2, 0) == (c.current, c.to_fulfill, c.unshipped, c.ready)

    def test_units_are_in_the_spans(self) -> None:
        """The spans of a line tell all its units."""
        order = after(an_order(goods(quantity=5), paid="50.00"), RefundOrder(lines={"TEA": 2}, amounts={"TEA": "1.00"}))
        assert 5 == count(order.lines[0].spans)

    def test_a_unit_refunded_unshipped_and_shipped_later_is_kept(self) -> None:
        """Shipping all by name takes the refunded unit along; then the customer has it, and nothing waits."""
        order = after(
            an_order(goods(quantity=2), paid="20.00"),
            RefundOrder(lines={"TEA": 1}, restock="no_restock"),
            Fulfill(lines={"TEA": 2}),
        )
        row = order.counters[order.lines[0].id]
        assert (1, 0, 1, 0) == (row.kept, row.waiting, row.shipped, row.unshipped)


class TestTotals:
    VAT = (Tax("TVA", "0.20"),)

    @pytest.mark.parametrize(
        ("included", "figures"),
        [
            (True, {"subtotal": 2000, "shipping": 500, "tax": 416, "total": 2700, "discounts": 400}),
            (False, {"subtotal": 2000, "shipping": 500, "tax": 500, "total": 3200, "discounts": 400}),
        ],
    )
    def test_as_placed(self, included: bool, figures: dict[str, int]) -> None:
        """Subtotal without tips, shipping, tax, tips and total; tax in where prices contain it."""
        order = an_order(
            goods(quantity=2, price="12.00", taxes=self.VAT),
            Line("Tip", price="2.00", kind="tip"),
            shipping=Shipping("Post", "5.00", self.VAT),
            discounts=[Discount("d", amount="4.00")],
            taxes_included=included,
        )
        told = {name: getattr(order.sums, name) for name in figures}
        assert (figures, 200) == (told, order.sums.tips)

    def test_current(self) -> None:
        """What is left of each after units, an amount and shipping went back; the totals as placed stay."""
        order = an_order(
            goods(quantity=2, price="12.00", taxes=self.VAT), shipping=Shipping("Post", "6.00", self.VAT), paid="30.00"
        )
        later = after(order, RefundOrder(lines={"TEA": 1}, amounts={"TEA": "6.00"}, shipping="3.00"))
        assert (order.subtotal, order.total_shipping, order.total_tax, order.total, order.total_discounts) == (
            later.subtotal,
            later.total_shipping,
            later.total_tax,
            later.total,
            later.total_discounts,
        )
        assert [eur("6.00"), eur("3.00"), eur("1.50"), eur("9.00")] == [
            later.current_subtotal,
            later.current_shipping,
            later.current_tax,
            later.current_total,
        ]

    def test_adjustments_are_in_the_current_total(self) -> None:
        """Goodwill lowers it, a fee raises it."""
        order = an_order(goods(quantity=2), paid="20.00")
        assert eur("17.00") == after(order, RefundOrder(amount="3.00")).current_total
        assert eur("13.00") == after(order, RefundOrder(lines={"TEA": 1}, amount="7.00")).current_total


class TestOwed:
    def test_unpaid(self) -> None:
        """All of it is outstanding."""
        order = an_order()
        assert (eur("10.00"), eur("0.00"), eur("0.00")) == (order.outstanding, order.capturable, order.refundable)

    def test_authorized(self) -> None:
        """What can be captured is not outstanding; what is owed beyond it is."""
        order = an_order(authorized="4.00")
        assert (eur("6.00"), eur("4.00")) == (order.outstanding, order.capturable)

    def test_over_authorized(self) -> None:
        """No more can be captured than is owed."""
        order = an_order(authorized="40.00")
        assert (eur("0.00"), eur("10.00"), 4000) == (order.outstanding, order.capturable, order.sums.open_auth)

    def test_overpaid(self) -> None:
        """Below zero the shop owes."""
        order = an_order(paid="12.00", authorized="5.00")
        assert (eur("-2.00"), eur("0.00"), eur("12.00")) == (order.outstanding, order.capturable, order.refundable)

    @pytest.mark.parametrize("lost", [False, True])
    def test_coming(self, lost: bool) -> None:
        """What has no outcome is not owed, not received, and not refundable."""
        order = an_order(payments=[Sale("4.00", status="pending")])
        if lost:
            order = after(order, Settle(transaction=last(order).id, outcome="unknown"))
        assert (400, eur("6.00"), eur("0.00"), eur("0.00")) == (
            order.sums.coming,
            order.outstanding,
            order.received,
            order.refundable,
        )

    def test_failed_payments_count_for_nothing(self) -> None:
        """As if they had not been tried."""
        order = an_order(payments=[Sale("10.00", status="failure"), Authorization("10.00", status="failure")])
        assert (eur("10.00"), eur("0.00")) == (order.outstanding, order.capturable)

    def test_refunds_on_their_way(self) -> None:
        """They are still received, and cannot be refunded again."""
        order = an_order(payments=[Sale("10.00", gateway="stripe", reference="p")])
        order = after(order, RefundOrder(amount="4.00"), **STRIPE)
        assert (eur("10.00"), eur("6.00"), 400) == (order.net_payment, order.refundable, order.sums.refunding)

    def test_refundable_is_never_negative(self) -> None:
        """A payment that is reversed after its refund leaves nothing to refund."""
        order = after(an_order(paid="10.00"), RefundOrder(lines={"TEA": 1}))
        order = after(order, Settle(transaction=order.transactions[0].id, outcome="reversed"))
        assert (eur("-10.00"), eur("0.00")) == (order.net_payment, order.refundable)


class TestAuthorizationsLeft:
    def left(self, order: Order) -> list[int]:
        """Return what is left of the order's authorizations."""
        return list(authorizations_left(order.transactions).values())

    def order(self) -> Order:
        """Return an order with two authorizations."""
        return an_order(
            goods(price="100.00"),
            payments=[Authorization("30.00"), Authorization("70.00", gateway="stripe", reference="a")],
        )

    def test_captures_use_them_up(self) -> None:
        """Oldest first; what is used up is not there any more."""
        assert [3000, 7000] == self.left(self.order())
        assert [2000, 7000] == self.left(after(self.order(), Capture(amount="10.00")))
        assert [7000] == self.left(after(self.order(), Capture(amount="30.00")))

    def test_what_is_asked_for_counts_as_used(self) -> None:
        """Until it fails."""
        order = after(self.order(), Capture(amount="90.00"), **STRIPE)
        assert [1000] == self.left(order)
        assert [7000] == self.left(after(order, Settle(transaction=last(order).id, outcome="failure")))

    def test_voids(self) -> None:
        """A void takes all that is left; one that failed nothing."""
        order = self.order()
        assert [7000] == self.left(after(order, Void(authorization=order.transactions[0].id)))
        asked = after(order, Void(authorization=order.transactions[1].id), **STRIPE)
        assert [3000, 7000] == self.left(after(asked, Settle(transaction=last(asked).id, outcome="failure")))

    def test_more_was_captured_than_authorized(self) -> None:
        """A capture that happened elsewhere may be larger; nothing is left then."""
        order = after(an_order(authorized="5.00"), RecordPayment(amount="8.00", kind="capture"))
        assert ([], eur("2.00")) == (self.left(order), order.outstanding)

    def test_reversed_in_part(self) -> None:
        """An authorization may shrink."""
        order = an_order(authorized="10.00")
        assert [600] == self.left(
            after(order, Settle(transaction=last(order).id, outcome="reversed", amount="4.00", reference="dp_1"))
        )

    def test_pending_ones_are_not_open(self) -> None:
        """What is only asked for cannot be captured."""
        assert [] == self.left(an_order(payments=[Authorization("10.00", status="pending")]))

    def test_a_clock_is_never_looked_at(self) -> None:
        """An authorization lapses by a fact, not by the time."""
        order = after(an_order(), Authorize(expires_at=LATER), now=LATER.add(years=1))
        assert (eur("10.00"), "authorized") == (order.capturable, order.financial_status)


class TestPaymentsLeft:
    def test_refunds_lower_them(self) -> None:
        """Pending ones too; failed and reversed ones do not."""
        order = an_order(payments=[Sale("4.00"), Sale("6.00", gateway="stripe", reference="p")])
        first, second = (one.id for one in order.transactions)
        order = after(order, RefundOrder(amount="7.00"), **STRIPE)
        assert {second: 300} == payments_left(order.transactions)
        failed = after(order, Settle(transaction=last(order).id, outcome="failure"))
        assert {second: 600} == payments_left(failed.transactions)
        back = after(failed, Settle(transaction=failed.transactions[2].id, outcome="reversed"))
        assert {first: 400, second: 600} == payments_left(back.transactions)

    def test_reversals_lower_them(self) -> None:
        """What was undone cannot be given back."""
        order = an_order(paid="10.00")
        order = after(order, Settle(transaction=last(order).id, outcome="reversed", amount="4.00", reference="dp_1"))
        assert [600] == list(payments_left(order.transactions).values())

    def test_what_never_arrived(self) -> None:
        """Authorizations, pending and failed payments have nothing to give back."""
        order = an_order(authorized="10.00", payments=[Sale("1.00", status="pending"), Sale("1.00", status="failure")])
        assert {} == payments_left(order.transactions)


def test_a_line_is_found_by_its_sku() -> None:
    """The helper of these tests finds what it should."""
    assert "TEA" == line(an_order()).sku
