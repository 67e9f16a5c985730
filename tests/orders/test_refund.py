"""Refunds: units, shipping, an amount on a line, or an amount alone."""

from typing import Any

import pytest

from backoffice_core.failures import InvalidValue, UnknownId
from backoffice_core.orders.asked import Discount, Line, Sale, Shipping, Tax
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.events import OrderRefunded, PaymentRefunded
from backoffice_core.orders.facts import Movement
from backoffice_core.orders.find import AmbiguousLine, TooManyUnits, UnknownLine, UnknownTransaction
from backoffice_core.orders.fulfill import CancelFulfillment, Fulfill
from backoffice_core.orders.givenback import Restock
from backoffice_core.orders.order import Order
from backoffice_core.orders.pay import Capture
from backoffice_core.orders.payback import RefundExceedsPart, SplitMismatch
from backoffice_core.orders.pricing import NegativeAmount
from backoffice_core.orders.record import RecordPayment
from backoffice_core.orders.refund import NothingToRefund, RefundExceedsPaid, RefundOrder
from backoffice_core.orders.settle import Settle
from tests.orders.helpers import (
    Location,
    after,
    an_order,
    eur,
    facts,
    goods,
    kinds,
    last,
    line,
    moved,
    refusal,
    step,
    stock,
    stocked,
)

STRIPE = {"gateways": frozenset({"stripe"})}


def euros(*amounts: str) -> list[Any]:
    """Return several amounts of euros."""
    return [eur(amount) for amount in amounts]


def given(order: Order, **asked: Any) -> list[Any]:
    """Return amount, adjustment and what is owed after a refund."""
    change = step(order, RefundOrder(**asked))
    assert change.refund is not None
    return [change.refund.amount, change.refund.adjustment, change.order.outstanding]


def suggested(order: Order, **asked: Any) -> list[Any]:
    """Return the suggestion for a refund and its neutral range."""
    told = step(order, RefundOrder(pay_later=True, **asked)).suggestion
    assert told is not None
    return [told.amount, told.low, told.high]


class TestRule1_NeverMoreThanReceived:
    def test_all_of_it(self) -> None:
        """What was received can be given back to the last cent."""
        assert eur("10.00") == after(an_order(paid="10.00"), RefundOrder(amount="10.00")).refunded

    def test_a_cent_more(self) -> None:
        """A cent more is refused with both figures."""
        order = after(an_order(paid="10.00"), RefundOrder(amount="4.00"))
        expected = (
            RefundExceedsPaid,
            {"order_id": order.id, "requested": eur("6.01"), "refundable": eur("6.00")},
        )
        assert expected == refusal(order, RefundOrder(amount="6.01"))

    def test_what_is_only_authorized_is_not_received(self) -> None:
        """Authorized money is no money yet."""
        order = an_order(authorized="10.00")
        assert (RefundExceedsPaid, eur("0.00")) == (
            (no := refusal(order, RefundOrder(amount="0.01")))[0],
            no[1]["refundable"],
        )
        assert eur("4.00") == after(order, Capture(amount="4.00")).refundable

    @pytest.mark.parametrize("outcome", ["unknown", None])
    def test_what_is_on_its_way_back_counts(self, outcome: Any) -> None:
        """A refund without outcome may have happened."""
        order = an_order(payments=[Sale("10.00", gateway="stripe", reference="pi")])
        order = after(order, RefundOrder(amount="7.00"), **STRIPE)
        if outcome:
            order = after(order, Settle(transaction=last(order).id, outcome=outcome))
        assert eur("3.00") == refusal(order, RefundOrder(amount="3.01"), **STRIPE)[1]["refundable"]

    def test_what_failed_does_not(self) -> None:
        """A declined refund can be tried again, and is owed meanwhile."""
        order = an_order(payments=[Sale("10.00", gateway="stripe", reference="pi")])
        order = after(order, RefundOrder(lines={"TEA": 1}), **STRIPE)
        order = after(order, Settle(transaction=last(order).id, outcome="failure"))
        assert euros("-10.00", "10.00") == [order.outstanding, order.refundable]
        assert euros("10.00", "0.00", "0.00") == given(order)

    def test_a_payment_that_was_reversed(self) -> None:
        """Money that a bank took back cannot be given back too."""
        order = an_order(payments=[Sale("6.00"), Sale("4.00")])
        order = after(order, Settle(transaction=order.transactions[0].id, outcome="reversed"))
        assert eur("4.00") == refusal(order, RefundOrder(amount="4.01"))[1]["refundable"]
        assert order.transactions[1].id == last(after(order, RefundOrder(amount="4.00"))).parent_id


class TestRule2_NeverMoreUnitsThanLeft:
    def test_are_worth_their_stored_parts(self) -> None:
        """Discounts and taxes of a unit come back with it."""
        tea = goods("TEA", 3, "40.00", taxes=[Tax("TVA", "0.20")])
        order = an_order(tea, discounts=[Discount("d", amount="10.00")], paid="110.00")
        (unit,) = step(order, RefundOrder(lines={"TEA": 1})).refund.lines  # type: ignore[union-attr]
        assert (line(order).id, 1, eur("36.67"), eur("6.11")) == (unit.line_id, unit.quantity, unit.amount, unit.tax)

    def test_one_too_many(self) -> None:
        """More units than are left are refused with both numbers."""
        order = after(an_order(goods(quantity=3), paid="30.00"), RefundOrder(lines={"TEA": 1}))
        expected = (
            TooManyUnits,
            {"order_id": order.id, "line": line(order).id, "action": "refund", "requested": 3, "left": 2},
        )
        assert expected == refusal(order, RefundOrder(lines={"TEA": 3}))

    def test_named_by_id_and_sku(self) -> None:
        """One line named twice counts together."""
        order = an_order(goods(quantity=3), paid="30.00")
        id = line(order).id
        assert eur("20.00") == step(order, RefundOrder(lines={"TEA": 1, id: 1})).order.refunded
        assert 4 == refusal(order, RefundOrder(lines={"TEA": 3, id: 1}))[1]["requested"]

    def test_an_unknown_line(self) -> None:
        """It is named with those that would do, in every place that names lines."""
        order = an_order(goods("TEA"), Line("Wrap", price="1.00"), paid="11.00")
        expected = (UnknownLine, {"order_id": order.id, "line": "x", "known": ("TEA", order.lines[1].id)})
        for asked in (
            RefundOrder(lines={"x": 1}),
            RefundOrder(amounts={"x": "1.00"}),
            RefundOrder(lines={"TEA": 1}, restock={"x": "cancel"}),
            RefundOrder(lines={"TEA": 1}, restock="no_restock", shipped={"x": 1}),
        ):
            assert expected == refusal(order, asked)

    def test_an_ambiguous_sku(self) -> None:
        """A SKU on two lines names none; their ids do."""
        order = an_order(goods(), goods(), paid="20.00")
        ids = tuple(one.id for one in order.lines)
        expected = (AmbiguousLine, {"order_id": order.id, "sku": "TEA", "line_ids": ids})
        assert expected == refusal(order, RefundOrder(lines={"TEA": 1}))
        assert eur("10.00") == step(order, RefundOrder(lines={ids[1]: 1})).order.refunded

    @pytest.mark.parametrize("quantity", [-1, 1.0, "1", True, None])
    def test_odd_quantities(self, quantity: Any) -> None:
        """A number of units is whole and not negative."""
        kind, told = refusal(an_order(paid="10.00"), RefundOrder(lines={"TEA": quantity}))
        assert (InvalidValue, "lines['TEA']", repr(quantity)) == (kind, told["field"], told["given"])


class TestRule3_AmountsAndShipping:
    def test_an_amount_on_a_line(self) -> None:
        """It has its share of tax, no units, and is spread over the units that are left."""
        order = an_order(goods(quantity=2, taxes=[Tax("TVA", "0.20")]), paid="20.00")
        change = step(order, RefundOrder(amounts={"TEA": "5.00"}))
        (part,) = change.refund.lines  # type: ignore[union-attr]
        assert (0, 0, Restock.NO_RESTOCK, eur("5.00"), eur("0.83")) == (
            part.quantity,
            part.shipped,
            part.restock,
            part.amount,
            part.tax,
        )
        assert euros("5.00", "15.00", "0.00", "20.00") == [
            change.order.refunded,
            change.order.current_total,
            change.order.outstanding,
            change.order.total,
        ]
        assert euros("7.50", "0.00", "0.00") == given(change.order, lines={"TEA": 1})

    def test_after_units_that_come_with_it(self) -> None:
        """Units and an amount of one line in one refund: the amount is off the units that stay."""
        order = an_order(goods(quantity=2), paid="20.00")
        assert euros("14.00", "0.00", "0.00") == given(order, lines={"TEA": 1}, amounts={"TEA": "4.00"})
        expected = {
            "order_id": order.id,
            "part": line(order).id,
            "requested": eur("10.01"),
            "left": eur("10.00"),
        }
        assert (RefundExceedsPart, expected) == refusal(order, RefundOrder(lines={"TEA": 1}, amounts={"TEA": "10.01"}))

    def test_twice_on_one_line(self) -> None:
        """The second amount sees the first, in one refund or in two."""
        order = an_order(goods(quantity=2), paid="20.00")
        id = line(order).id
        assert eur("5.00") == refusal(order, RefundOrder(amounts={"TEA": "15.00", id: "5.01"}))[1]["left"]
        once = after(order, RefundOrder(amounts={"TEA": "15.00"}))
        assert eur("5.00") == refusal(once, RefundOrder(amounts={"TEA": "5.01"}))[1]["left"]

    @pytest.mark.parametrize(("amount", "kind"), [("0", InvalidValue), ("-1", NegativeAmount), (1.0, InvalidValue)])
    def test_odd_amounts(self, amount: Any, kind: type) -> None:
        """An amount on a line or on shipping is above zero."""
        order = an_order(shipping="5.00", paid="15.00")
        assert kind is refusal(order, RefundOrder(amounts={"TEA": amount}))[0]
        assert kind is refusal(order, RefundOrder(shipping=amount))[0]
        assert kind is refusal(order, RefundOrder(shipping={order.shipping_lines[0].id: amount}))[0]

    def test_shipping(self) -> None:
        """All that is left of it, an amount, or by line; taxes come along."""
        tax = [Tax("TVA", "0.20")]
        order = an_order(shipping=[Shipping("A", "5.00", tax), Shipping("B", "4.00")], paid="19.00")
        first, second = order.shipping_lines
        whole = step(order, RefundOrder(shipping=True)).refund
        assert [(first.id, eur("5.00"), eur("0.83")), (second.id, eur("4.00"), eur("0.00"))] == [
            (part.shipping_line_id, part.amount, part.tax)
            for part in whole.shipping  # type: ignore[union-attr]
        ]
        assert euros("6.00", "0.00", "0.00") == given(order, shipping="6.00")
        assert euros("3.00", "0.00", "0.00") == given(order, shipping={second.id: "3.00"})

    def test_shipping_in_cents(self) -> None:
        """Its parts sum to it, taxes too, however it is given back."""
        order = an_order(shipping=Shipping("Post", "0.05", [Tax("TVA", "0.20")]), paid="10.05")
        tax = []
        for _ in range(5):
            change = step(order, RefundOrder(shipping="0.01"))
            tax.append(change.refund.shipping[0].tax.minor)  # type: ignore[union-attr]
            order = change.order
        assert (1, eur("0.00"), eur("0.00")) == (sum(tax), order.current_shipping, order.current_tax)

    @pytest.mark.parametrize(("asked", "requested"), [("5.01", "5.01"), (True, "0.00")])
    def test_never_more_shipping_than_left(self, asked: Any, requested: str) -> None:
        """Shipping is given back once."""
        order = an_order(shipping="5.00", paid="15.00")
        left = "5.00"
        if asked is True:
            order, left = after(order, RefundOrder(shipping=True)), "0.00"
        expected = {"order_id": order.id, "part": "shipping", "requested": eur(requested), "left": eur(left)}
        assert (RefundExceedsPart, expected) == refusal(order, RefundOrder(shipping=asked))

    def test_never_more_of_a_shipping_line(self) -> None:
        """A named shipping line is the limit; an unknown one is refused."""
        order = an_order(shipping=[Shipping("A", "5.00"), Shipping("B", "4.00")], paid="19.00")
        id = order.shipping_lines[1].id
        expected = {"order_id": order.id, "part": id, "requested": eur("4.01"), "left": eur("4.00")}
        assert (RefundExceedsPart, expected) == refusal(order, RefundOrder(shipping={id: "4.01"}))
        assert UnknownLine is refusal(order, RefundOrder(shipping={"x": "1.00"}))[0]

    def test_shipping_stays_unless_named(self) -> None:
        """Giving all goods back leaves shipping with the shop."""
        assert euros("10.00", "0.00", "0.00") == given(an_order(shipping="5.00", paid="15.00"), lines={"TEA": 1})


def ways(order: Order, **asked: Any) -> list[tuple[str, int, int]]:
    """Return how the units came back: restock, units, how many had shipped."""
    made = step(order, RefundOrder(**asked), **stock(0)).refund
    assert made is not None
    return [(str(one.restock), one.quantity, one.shipped) for one in made.lines]


class TestRule4_Restock:
    def order(self, **more: Any) -> Order:
        """Return a paid order of five cups, two of them shipped."""
        order = an_order(stocked(quantity=5), known=stock(9), paid="50.00", **more)
        return after(order, Fulfill(lines={"CUP": 2}), **stock(9))

    def test_left_out(self) -> None:
        """Unshipped units first as cancel, then shipped ones as return."""
        assert [("cancel", 3, 0)] == ways(self.order(), lines={"CUP": 3})
        assert [("cancel", 3, 0), ("return", 1, 1)] == ways(self.order(), lines={"CUP": 4})

    def test_the_units_of_both_ways_cost_what_they_cost_together(self) -> None:
        """The units are consumed from the low end, way after way."""
        order = after(an_order(goods(quantity=3, price="3.34"), paid="10.02"), Fulfill(lines={"TEA": 2}))
        made = step(order, RefundOrder(lines={"TEA": 3})).refund
        assert euros("3.34", "6.68") == [one.amount for one in made.lines]  # type: ignore[union-attr]

    def test_cancel(self) -> None:
        """Only unshipped units can be cancelled; they go on sale again where they lie."""
        order = self.order()
        change = step(order, RefundOrder(lines={"CUP": 3}, restock="cancel"))
        id = change.refund.id  # type: ignore[union-attr]
        assert (Movement("v-CUP", "here", 0, -3, line(order, "CUP").id, id),) == change.movements
        assert (0, ()) == (change.order.to_fulfill, line(change.order, "CUP").allocated)
        expected = {"order_id": order.id, "line": line(order, "CUP").id, "action": "cancel", "requested": 4, "left": 3}
        assert (TooManyUnits, expected) == refusal(order, RefundOrder(lines={"CUP": 4}, restock="cancel"))

    def test_return(self) -> None:
        """Only shipped units can come back; what is to ship does not change."""
        order = self.order()
        change = step(order, RefundOrder(lines={"CUP": 2}, restock="return"), **stock(9))
        id = change.refund.id  # type: ignore[union-attr]
        assert (Movement("v-CUP", "here", 2, 0, line(order, "CUP").id, id),) == change.movements
        assert ("here", 3) == (change.refund.lines[0].location_id, change.order.to_fulfill)  # type: ignore[union-attr]
        expected = {"order_id": order.id, "line": line(order, "CUP").id, "action": "return", "requested": 3, "left": 2}
        assert (TooManyUnits, expected) == refusal(order, RefundOrder(lines={"CUP": 3}, restock="return"), **stock(9))

    def test_no_restock(self) -> None:
        """Money only: nothing moves, and what is to ship does not change."""
        change = step(self.order(), RefundOrder(lines={"CUP": 5}, restock="no_restock"))
        row = change.order.counters[line(change.order, "CUP").id]
        assert ((), 3, 3, 2, 0) == (change.movements, row.to_fulfill, row.waiting, row.kept, row.current)

    def test_no_restock_takes_shipped_units_first(self) -> None:
        """Unless the caller says how many had shipped."""
        assert [("no_restock", 3, 2)] == ways(self.order(), lines={"CUP": 3}, restock="no_restock")
        assert [("no_restock", 2, 0)] == ways(self.order(), lines={"CUP": 2}, restock="no_restock", shipped={"CUP": 0})

    @pytest.mark.parametrize(
        ("quantity", "shipped", "would_do"), [(4, 0, "1 to 2"), (1, 2, "0 to 1"), (2, "1", "0 to 2")]
    )
    def test_what_cannot_have_shipped(self, quantity: int, shipped: Any, would_do: str) -> None:
        """The numbers that would do are told."""
        asked = RefundOrder(lines={"CUP": quantity}, restock="no_restock", shipped={"CUP": shipped})
        kind, told = refusal(self.order(), asked)
        assert (InvalidValue, "shipped['CUP']", would_do) == (kind, told["field"], told["would_do"])

    def test_refunded_units_cannot_be_restocked_by_another_refund(self) -> None:
        """Units refunded without restock are gone from both pools."""
        order = after(self.order(), RefundOrder(lines={"CUP": 4}, restock="no_restock"))
        assert [("cancel", 1, 0)] == ways(order, lines={"CUP": 1})
        assert 0 == refusal(order, RefundOrder(lines={"CUP": 1}, restock="return"), **stock(9))[1]["left"]

    def test_per_line(self) -> None:
        """Each line may come back in its own way; one that is left out by the rule."""
        order = after(an_order(goods("A"), goods("B"), paid="20.00"), Fulfill(lines={"A": 1}))
        made = step(order, RefundOrder(lines={"A": 1, "B": 1}, restock={"B": "no_restock"})).refund
        assert [Restock.RETURN, Restock.NO_RESTOCK] == [one.restock for one in made.lines]  # type: ignore[union-attr]

    def test_to_a_location(self) -> None:
        """The caller's choice, else where the units left, else the first."""
        known = stock(9, 9)
        order = after(an_order(stocked(quantity=2), known=known, paid="20.00"), Fulfill(location="there"), **known)
        for asked, place in ((None, "there"), ("here", "here")):
            change = step(order, RefundOrder(lines={"CUP": 1}, location=asked), **known)
            assert [place] == [move.location_id for move in change.movements]

    def test_from_where_it_really_left(self) -> None:
        """A location whose promise was freed is not where the units left; an undone parcel left from nowhere."""
        known = stock(9, 9)
        order = an_order(stocked(quantity=2), known=known, paid="20.00")
        order = after(order, Fulfill(location="there"), **known)
        order = after(order, CancelFulfillment(fulfillment="#1001-F1"), Fulfill(), **known)
        change = step(order, RefundOrder(lines={"CUP": 1}), **known)
        assert ["here"] == [move.location_id for move in change.movements]

    def test_where_it_left_is_no_more(self) -> None:
        """A location that the shop gave up is passed over."""
        known = stock(9)
        order = after(an_order(stocked(), known=known, paid="10.00"), Fulfill(), **known)
        change = step(order, RefundOrder(lines={"CUP": 1}), **(known | {"places": (Location("new"),)}))
        assert ["new"] == [move.location_id for move in change.movements]

    def test_to_a_location_that_takes_nothing_back(self) -> None:
        """The units are written off."""
        known = stock(9) | {"places": (Location("here", restocks=False),)}
        order = after(an_order(stocked(), known=known, paid="10.00"), Fulfill(), **known)
        change = step(order, RefundOrder(lines={"CUP": 1}), **known)
        assert ((), 1) == (change.movements, change.order.counters[change.order.lines[0].id].returned)

    def test_cancelled_units_lie_where_they_are_promised(self) -> None:
        """The end of the commitment is freed first, the named location before it."""
        known = stock(3, 9)
        order = an_order(stocked(quantity=5), known=known, paid="50.00")
        for asked, freed in ((None, [("there", -2), ("here", -1)]), ("here", [("here", -3)])):
            change = step(order, RefundOrder(lines={"CUP": 3}, location=asked), **known)
            assert freed == [(move.location_id, move.committed) for move in change.movements]

    @pytest.mark.parametrize("way", ["cancel", "return", "no_restock", None])
    def test_an_unknown_location(self, way: Any) -> None:
        """It is refused whatever the units do."""
        order = after(an_order(goods(quantity=2), paid="20.00"), Fulfill(lines={"TEA": 1}))
        expected = (UnknownId, {"kind": "location", "id": "nowhere"})
        assert expected == refusal(order, RefundOrder(lines={"TEA": 1}, restock=way, location="nowhere"))

    @pytest.mark.parametrize("way", ["legacy_restock", "", 1])
    def test_odd_ways(self, way: Any) -> None:
        """There are three ways."""
        kind, told = refusal(an_order(paid="10.00"), RefundOrder(lines={"TEA": 1}, restock=way))
        assert (InvalidValue, "cancel, return, received or no_restock") == (kind, told["would_do"])

    def test_an_amount_cannot_be_restocked(self) -> None:
        """Without units there is nothing to restock."""
        kind, told = refusal(an_order(paid="10.00"), RefundOrder(amount="1.00", restock="return"))
        assert (InvalidValue, "restock") == (kind, told["field"])

    def test_a_tip(self) -> None:
        """A tip is given back without moving anything."""
        order = an_order(goods(), Line("Tip", sku="TIP", price="2.00", kind="tip"), paid="12.00")
        for way in (None, "no_restock", "cancel"):
            change = step(order, RefundOrder(lines={"TIP": 1}, restock=way))
            assert ((), 1, eur("0.00")) == (change.movements, change.order.to_fulfill, change.order.outstanding)


class TestRule5_SuggestionAndAdjustment:
    def test_60_of_100_paid(self) -> None:
        """Goods of 10 back for 10: 40 are due, nothing is adjusted, though nothing would be suggested."""
        order = an_order(goods(quantity=10), paid="60.00")
        assert euros("0.00", "0.00", "10.00") == suggested(order, lines={"TEA": 1})
        assert euros("10.00", "0.00", "40.00") == given(order, lines={"TEA": 1}, amount="10.00")
        assert euros("0.00", "0.00", "30.00") == given(order, lines={"TEA": 1})

    def test_overpaid_by_20(self) -> None:
        """A unit of 25.00 back for 25.00: the shop still owes 20; the suggestion pays all of it."""
        order = an_order(goods(quantity=2, price="25.00"), paid="70.00")
        assert euros("45.00", "25.00", "45.00") == suggested(order, lines={"TEA": 1})
        assert euros("25.00", "0.00", "-20.00") == given(order, lines={"TEA": 1}, amount="25.00")
        assert euros("45.00", "0.00", "0.00") == given(order, lines={"TEA": 1})

    def test_half_of_100_paid(self) -> None:
        """One of two units back: nothing is suggested, the rest is paid."""
        order = an_order(goods(quantity=2, price="50.00"), paid="50.00")
        assert euros("0.00", "0.00", "50.00") == suggested(order, lines={"TEA": 1})
        assert euros("0.00", "0.00", "0.00") == given(order, lines={"TEA": 1})
        assert euros("50.00", "0.00", "50.00") == given(order, lines={"TEA": 1}, amount="50.00")

    def test_goodwill_then_all_back(self) -> None:
        """44.60 paid, 5.00 of goodwill, then all back: 39.60, and nothing is owed."""
        order = an_order(goods(price="44.60"), paid="44.60")
        assert euros("5.00", "5.00", "0.00") == given(order, amount="5.00")
        order = after(order, RefundOrder(amount="5.00"))
        assert euros("39.60", "39.60", "39.60") == suggested(order, lines={"TEA": 1})
        assert euros("39.60", "-5.00", "0.00") == given(order, lines={"TEA": 1})
        order = after(order, RefundOrder(lines={"TEA": 1}))
        assert ("refunded", eur("44.60"), eur("0.00")) == (order.financial_status, order.refunded, order.current_total)

    def test_goodwill_then_a_part_back(self) -> None:
        """As long as what is left is worth more than the goodwill, a unit is worth its part."""
        order = after(an_order(goods(quantity=2), paid="20.00"), RefundOrder(amount="5.00"))
        assert euros("10.00", "0.00", "0.00") == given(order, lines={"TEA": 1})
        order = after(order, RefundOrder(lines={"TEA": 1}))
        assert euros("5.00", "-5.00", "0.00") == given(order, lines={"TEA": 1})

    def test_a_restocking_fee(self) -> None:
        """Giving back less than the unit is worth keeps a fee; the order then costs the fee."""
        order = an_order(goods(quantity=2), paid="20.00")
        assert euros("8.00", "-2.00", "0.00") == given(order, lines={"TEA": 1}, amount="8.00")
        order = after(order, RefundOrder(lines={"TEA": 1}, amount="8.00"))
        assert euros("12.00", "0.00") == [order.current_total, order.outstanding]
        assert euros("10.00", "0.00", "0.00") == given(order, lines={"TEA": 1})

    def test_all_of_it_as_a_fee(self) -> None:
        """An amount of 0 with units named keeps their whole price."""
        order = an_order(goods(quantity=2), paid="20.00")
        assert euros("0.00", "-10.00", "0.00") == given(order, lines={"TEA": 1}, amount="0")

    def test_goodwill_with_units(self) -> None:
        """Giving back more than the unit is worth is goodwill."""
        order = an_order(goods(quantity=2), paid="20.00")
        assert euros("13.00", "3.00", "0.00") == given(order, lines={"TEA": 1}, amount="13.00")
        assert eur("7.00") == after(order, RefundOrder(lines={"TEA": 1}, amount="13.00")).current_total

    @pytest.mark.parametrize(
        ("amount", "adjustment", "owed"),
        [
            ("0.00", "-10.00", "-5.00"),
            ("9.99", "-0.01", "-5.00"),
            ("10.00", "0.00", "-5.00"),
            ("12.00", "0.00", "-3.00"),
            ("15.00", "0.00", "0.00"),
            ("15.01", "0.01", "0.00"),
        ],
    )
    def test_the_neutral_range(self, amount: str, adjustment: str, owed: str) -> None:
        """Overpaid by 5.00, 10.00 to 15.00 are neither fee nor goodwill; what differs is measured from the nearest."""
        order = an_order(goods(quantity=2), paid="25.00")
        assert euros("15.00", "10.00", "15.00") == suggested(order, lines={"TEA": 1})
        assert euros(amount, adjustment, owed) == given(order, lines={"TEA": 1}, amount=amount)

    @pytest.mark.parametrize(
        ("amount", "adjustment", "owed"),
        [("3.99", "-0.01", "0.00"), ("4.00", "0.00", "0.00"), ("10.00", "0.00", "6.00"), ("10.01", "0.01", "6.00")],
    )
    def test_the_neutral_range_while_something_is_due(self, amount: str, adjustment: str, owed: str) -> None:
        """With 6.00 due, 4.00 to 10.00 are neutral for a unit of 10.00."""
        order = an_order(goods(quantity=2), paid="14.00")
        assert euros("4.00", "4.00", "10.00") == suggested(order, lines={"TEA": 1})
        assert euros(amount, adjustment, owed) == given(order, lines={"TEA": 1}, amount=amount)

    def test_the_range_is_cut_to_what_can_be_refunded(self) -> None:
        """Nobody gives back more than was paid."""
        order = an_order(goods(quantity=2), paid="4.00")
        assert euros("0.00", "0.00", "4.00") == suggested(order, lines={"TEA": 1})

    def test_nothing_named(self) -> None:
        """Then the shop gives back what it owes already, and nothing is adjusted."""
        assert euros("5.00", "0.00", "0.00") == given(an_order(paid="15.00"))

    def test_pay_later(self) -> None:
        """The units leave, nothing is sent and nothing adjusted; the shop owes, and can pay then."""
        order = an_order(goods(quantity=2), paid="20.00")
        assert euros("0.00", "0.00", "-10.00") == given(order, lines={"TEA": 1}, pay_later=True)
        change = step(order, RefundOrder(lines={"TEA": 1}, pay_later=True))
        assert (["OrderRefunded"], ()) == (kinds(change), change.refund.transaction_ids)  # type: ignore[union-attr]
        assert euros("10.00", "0.00", "0.00") == given(change.order)

    def test_pay_later_takes_goodwill_back(self) -> None:
        """Goodwill on what leaves is booked with it, so the order never costs less than nothing."""
        order = after(an_order(paid="10.00"), RefundOrder(amount="4.00"))
        assert euros("0.00", "-4.00", "-6.00") == given(order, lines={"TEA": 1}, pay_later=True)

    def test_pay_later_with_an_amount(self) -> None:
        """Both cannot be meant."""
        kind, told = refusal(an_order(paid="10.00"), RefundOrder(lines={"TEA": 1}, amount="1.00", pay_later=True))
        assert (InvalidValue, "amount") == (kind, told["field"])

    def test_an_unpaid_order(self) -> None:
        """Units of an order that was never paid leave it; nothing is sent."""
        assert euros("0.00", "0.00", "10.00") == given(an_order(goods(quantity=2)), lines={"TEA": 1})

    def test_carries_no_tax(self) -> None:
        """Goodwill changes the total, not the taxes."""
        order = an_order(goods(taxes=[Tax("TVA", "0.20")]), paid="10.00")
        changed = after(order, RefundOrder(amount="5.00"))
        assert euros("5.00", "1.67") == [changed.current_total, changed.current_tax]

    def test_a_negative_amount(self) -> None:
        """Nobody takes money by a refund."""
        expected = (NegativeAmount, {"field": "amount", "amount": -1})
        assert expected == refusal(an_order(paid="10.00"), RefundOrder(lines={"TEA": 1}, amount="-0.01"))

    def test_what_comes_from_a_payment_on_its_way(self) -> None:
        """What is coming is not paid too much: it is not here yet."""
        order = an_order(goods(quantity=2), payments=[Sale("20.00", status="pending")])
        assert euros("0.00", "0.00", "0.00") == suggested(order, lines={"TEA": 1})


def split(order: Order, **asked: Any) -> list[tuple[str, Any]]:
    """Return which payment gave back how much."""
    change = step(order, RefundOrder(**asked))
    gateways = {one.id: one.gateway for one in order.transactions}
    return [(gateways[one.parent_id or ""], one.amount) for one in change.transactions]


class TestRule6_BackToThePayments:
    def order(self) -> Order:
        """Return an order of 20.00 that was paid in four ways."""
        return an_order(
            goods(quantity=2),
            payments=[
                Sale("5.00", gateway="stripe"),
                Sale("6.00", gateway="gift_card"),
                Sale("9.00", gateway="bank"),
                Sale("9.00", gateway="failed", status="failure"),
            ],
        )

    def test_gift_cards_then_the_oldest(self) -> None:
        """A gift card is filled again first, then payments in their order."""
        assert [("gift_card", eur("6.00")), ("stripe", eur("4.00"))] == split(self.order(), lines={"TEA": 1})

    def test_never_more_than_a_payment(self) -> None:
        """What a payment gave back already is not there any more."""
        order = after(self.order(), RefundOrder(lines={"TEA": 1}))
        assert [("stripe", eur("1.00")), ("bank", eur("9.00"))] == split(order, lines={"TEA": 1})

    def test_the_callers_order(self) -> None:
        """Named payments come first, the others follow."""
        order = self.order()
        bank = order.transactions[2].id
        for named in ([bank], bank):
            assert [("bank", eur("9.00")), ("gift_card", eur("1.00"))] == split(order, lines={"TEA": 1}, payments=named)

    def test_the_callers_amounts(self) -> None:
        """Amounts by payment, which sum to the refund."""
        order = self.order()
        stripe, _, bank, _ = (one.id for one in order.transactions)
        assert [("bank", eur("7.00")), ("stripe", eur("3.00"))] == split(
            order, lines={"TEA": 1}, payments={bank: "7.00", stripe: "3.00"}
        )
        expected = {"order_id": order.id, "amount": eur("10.00"), "split": eur("9.99")}
        assert (SplitMismatch, expected) == refusal(
            order, RefundOrder(lines={"TEA": 1}, payments={bank: "7.00", stripe: "2.99"})
        )
        expected = {"order_id": order.id, "part": stripe, "requested": eur("5.01"), "left": eur("5.00")}
        assert (RefundExceedsPart, expected) == refusal(
            order, RefundOrder(lines={"TEA": 1}, payments={bank: "4.99", stripe: "5.01"})
        )

    def test_an_unknown_payment(self) -> None:
        """One that has nothing left is named with those that have."""
        order = self.order()
        *known, failed = (one.id for one in order.transactions)
        expected = {"order_id": order.id, "transaction": failed, "known": tuple(known)}
        assert (UnknownTransaction, expected) == refusal(order, RefundOrder(lines={"TEA": 1}, payments=[failed]))
        assert (UnknownTransaction, expected) == refusal(
            order, RefundOrder(lines={"TEA": 1}, payments={failed: "10.00"})
        )

    def test_out_of_a_capture(self) -> None:
        """A refund's parent is the capture, not the authorization."""
        order = after(an_order(authorized="10.00"), Capture())
        assert order.transactions[1].id == last(after(order, RefundOrder(lines={"TEA": 1}))).parent_id

    def test_a_registered_gateway_is_asked(self) -> None:
        """The refund names its transactions, pending ones too."""
        order = an_order(payments=[Sale("10.00", gateway="stripe", reference="pi")])
        change = step(order, RefundOrder(lines={"TEA": 1}), **STRIPE)
        asked = last(change.order)
        assert ((asked.id,), (asked.id,)) == (change.intents, change.refund.transaction_ids)  # type: ignore[union-attr]
        assert (["OrderRefunded", "PaymentRequested"], "paid") == (kinds(change), change.order.financial_status)

    def test_a_recorded_payment_too(self) -> None:
        """Money that arrived later is given back like any other."""
        order = after(an_order(), RecordPayment(amount="10.00", gateway="bank", reference="b1"))
        assert [("bank", eur("10.00"))] == split(order, lines={"TEA": 1})


class TestRule7_SomethingMustComeBack:
    @pytest.mark.parametrize(
        "asked", [{}, {"lines": {}}, {"lines": {"TEA": 0}}, {"amount": "0"}, {"pay_later": True}, {"shipping": False}]
    )
    def test_nothing(self, asked: dict[str, Any]) -> None:
        """A refund of nothing is refused, and says what could be given."""
        order = an_order(paid="10.00")
        expected = (NothingToRefund, {"order_id": order.id, "refundable": eur("10.00")})
        assert expected == refusal(order, RefundOrder(**asked))

    def test_an_amount_alone(self) -> None:
        """An amount without units is goodwill, and leaves what is to ship."""
        order = an_order(goods(quantity=2), paid="20.00")
        change = step(order, RefundOrder(amount="3.00", note="late", notify=True))
        refund = change.refund
        assert refund is not None
        assert (
            OrderRefunded(refund.id, 300, 0, 300, True),
            PaymentRefunded(last(change.order).id, 300, "manual"),
        ) == change.events
        assert ("late", "marie", 2, "partially_refunded") == (
            refund.note,
            refund.actor,
            change.order.to_fulfill,
            change.order.financial_status,
        )


class TestAfterwards:
    def test_the_event(self) -> None:
        """It says amount, units and adjustment."""
        change = step(an_order(goods(quantity=3), paid="30.00"), RefundOrder(lines={"TEA": 2}, amount="18.00"))
        refund = change.refund
        assert refund is not None
        assert OrderRefunded(refund.id, 1800, 2, -200) == change.events[0]

    def test_of_a_cancelled_order(self) -> None:
        """What is owed after a cancel without refund can be given back."""
        order = after(an_order(paid="10.00"), Cancel(refund=False))
        assert euros("10.00", "0.00", "0.00") == given(order)

    def test_to_the_end(self) -> None:
        """Everything back, in whatever pieces, leaves nothing."""
        order = an_order(
            goods("A", 3, "3.33", taxes=[Tax("TVA", "0.20")]), goods("B", 2, "0.05"), shipping="4.99", paid="15.08"
        )
        for asked in ({"amounts": {"A": "0.01"}}, {"lines": {"A": 1}}, {"shipping": "0.01"}, {"amount": "1.00"}):
            order = after(order, RefundOrder(**asked))
        order = after(order, RefundOrder(lines={"A": 2, "B": 2}, shipping=True))
        assert euros("0.00", "0.00", "0.00", "15.08") == [
            order.current_total,
            order.current_tax,
            order.outstanding,
            order.refunded,
        ]

    def test_stock_is_whole_again(self) -> None:
        """Everything back to stock is as it was."""
        known = stock(9)
        order = an_order(stocked(quantity=5), known=known, paid="50.00")
        start = moved(known, ())
        known = moved(known, step(order, RefundOrder(lines={"CUP": 5}), **known).movements)
        assert (start["levels"]["v-CUP", "here"].on_hand, -5) == (
            known["levels"]["v-CUP", "here"].on_hand,
            known["levels"]["v-CUP", "here"].committed,
        )

    def test_facts_are_the_callers(self) -> None:
        """The refund is of the moment and the actor that the facts say."""
        known = facts()
        refund = step(an_order(paid="10.00"), RefundOrder(amount="1.00"), actor="paul").refund
        assert refund is not None
        assert (known.now, "paul") == (refund.at, refund.actor)
