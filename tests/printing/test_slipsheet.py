"""What stands on a packing slip: the rules that `printing/slipsheet.py` numbers."""

from typing import Any

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from backoffice_core.orders.archive import OrderIsCancelled
from backoffice_core.orders.asked import Discount, Line, Sale, Tax
from backoffice_core.orders.cancel import Cancel
from backoffice_core.orders.find import UnknownFulfillment
from backoffice_core.orders.fulfill import CancelFulfillment, Fulfill, FulfillmentIsCancelled, NothingToFulfill
from backoffice_core.orders.hold import HoldOrder
from backoffice_core.orders.notes import AddComment
from backoffice_core.orders.order import Address, CustomerRef, Order
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.rules import decide
from backoffice_core.printing.sheet import Fact, Mark, Party, Reader
from backoffice_core.printing.slipsheet import NothingToPack, SlipSheet, packed_of, slip_sheets
from tests.orders.helpers import SHOP, after, an_order, goods, stock, stocked
from tests.orders.test_properties import some
from tests.orders.walks import Basket, Step, baskets, begin, steps, walk
from tests.printing.helpers import ENGLISH, FRENCH

HOME = Address(name="Ada", city="Lyon", country="FR")


def slips(order: Order, reader: Reader = ENGLISH, **more: Any) -> tuple[SlipSheet, ...]:
    """Return the slips of an order."""
    return slip_sheets(order, SHOP, reader, **more)


def slip(order: Order, **more: Any) -> SlipSheet:
    """Return the only slip of an order."""
    (one,) = slips(order, **more)
    return one


def inside(one: SlipSheet) -> list[tuple[str, str]]:
    """Return what is in a parcel."""
    return [(line.title, line.quantity) for line in one.lines]


def outside(one: SlipSheet) -> list[tuple[str, tuple[str, ...]]]:
    """Return what is not."""
    return [(line.title, line.why) for line in one.missing]


class TestRule1_NoPrice:
    def test_nothing_of_money_or_of_staff(self) -> None:
        """Neither a price nor a comment, a tag, a note of a hold."""
        order = an_order(
            goods(quantity=3, price="12.34", taxes=[Tax("TVA", "0.20")]),
            shipping="5.67",
            discounts=[Discount("Spring", amount="1.11")],
            payments=[Sale("8.90", gateway="stripe")],
            tags="rich",
        )
        order = after(order, AddComment(text="a nuisance"), HoldOrder(lines={"TEA": 1}, note="odd"))
        text = str(slip(order))
        for secret in ("12", "34", "5.67", "€", "EUR", "stripe", "Spring", "rich", "nuisance", "odd", "TVA"):
            assert secret not in text, secret

    def test_a_line(self) -> None:
        line = goods(quantity=2, variant_title="Green", properties={"Text": "A.L.", "_id": "7"})
        (seen,) = slip(an_order(line)).lines
        assert ("Tea", "Green", "TEA", (Fact("Text", "A.L."),), 2, "2 of 2") == attrs.astuple(seen, recurse=False)


class TestRule2_WhatGoesInto:
    def test_what_can_be_shipped_now(self) -> None:
        """Neither what was shipped, nor refunded, nor held."""
        order = an_order(goods(quantity=9), paid="90.00")
        order = after(
            order,
            Fulfill(lines={"TEA": 2}),
            RefundOrder(lines={"TEA": 1}, restock="cancel"),
            RefundOrder(lines={"TEA": 1}, restock="no_restock", shipped={"TEA": 0}),
            HoldOrder(lines={"TEA": 2}),
        )
        seen = slip(order)
        assert ([("Tea", "3 of 7")], "3 items in this parcel") == (inside(seen), seen.count)
        assert [("Tea", ("2 sent separately", "2 to follow"))] == outside(seen)

    @pytest.mark.parametrize("name", ["#1001-F2", "id"])
    def test_a_fulfillment(self, name: str) -> None:
        """By its name or its id: what is in it, and its tracking."""
        order = an_order(goods(quantity=3), goods("CUP"))
        order = after(order, Fulfill(lines={"TEA": 1}), Fulfill(lines={"TEA": 1}, tracking="LX2", carrier="Post"))
        seen = slip(order, fulfillment=order.fulfillments[1].id if name == "id" else name)
        assert ("#1001-F2", [("Tea", "1 of 3")], "1 item in this parcel") == (seen.name, inside(seen), seen.count)
        assert [("Tea", ("1 sent separately", "1 to follow")), ("Cup", ("1 to follow",))] == outside(seen)
        assert (Fact("Parcel", "Shipped on May 17, 2024"), Fact("Tracking", "Post LX2")) == seen.facts

    def test_one_for_each_location(self) -> None:
        """Where units are promised from two; what is promised from nowhere goes with the first."""
        known = stock(2, 9)
        order = an_order(stocked(quantity=5), goods("TEA"), known=known)
        assert [("here", 2), ("there", 3)] == list(order.lines[0].allocated)
        first, second = slips(order, places={"here": "Paris"})
        assert ("Paris", [("Cup", "2 of 5"), ("Tea", "1 of 1")]) == (first.place, inside(first))
        assert ("there", [("Cup", "3 of 5")]) == (second.place, inside(second))
        assert [("Cup", ("3 to follow",))] == outside(first)
        alone = slip(an_order(stocked(quantity=2), known=known), places={"here": "Paris"})
        assert "" == alone.place

    def test_the_first_units_leave_first(self) -> None:
        """What is held is not taken from what stands first."""
        order = an_order(stocked(quantity=5), known=stock(2, 9))
        order = after(order, HoldOrder(lines={"CUP": 3}))
        assert [("Cup", "2 of 5")] == inside(slip(order))


class TestRule3_WhatNeedsNoShipping:
    def test_is_on_no_slip(self) -> None:
        """Neither inside nor missing, of a fulfillment neither."""
        file = Line("Download", sku="FILE", price="1.00", requires_shipping=False)
        order = an_order(goods(), file, Line("Tip", price="1.00", kind="tip"))
        assert ([("Tea", "1 of 1")], []) == (inside(slip(order)), outside(slip(order)))
        order = after(order, Fulfill())
        assert ([("Tea", "1 of 1")], []) == (
            inside(slip(order, fulfillment="#1001-F1")),
            outside(slips(order, fulfillment="#1001-F1")[0]),
        )


class TestRule4_Nothing:
    def test_all_was_shipped(self) -> None:
        with pytest.raises(
            NothingToPack, match=r"nothing of #1001 is left to be packed; the slip of a fulfillment"
        ) as no:
            slips(after(an_order(), Fulfill()))
        assert (("#1001",), 0) == (no.value.orders, no.value.held)

    def test_all_is_held(self) -> None:
        with pytest.raises(NothingToPack, match="2 units are on hold, release them first"):
            slips(after(an_order(goods(quantity=2)), HoldOrder()))

    def test_a_cancelled_order(self) -> None:
        with pytest.raises(NothingToPack):
            slips(after(an_order(), Cancel(reason="other")))

    def test_a_parcel_without_goods(self) -> None:
        order = after(an_order(Line("Download", price="1.00", requires_shipping=False)), Fulfill())
        with pytest.raises(NothingToPack, match="nothing in #1001-F1 needs shipping") as no:
            slips(order, fulfillment="#1001-F1")
        assert "#1001-F1" == no.value.fulfillment

    def test_no_such_fulfillment(self) -> None:
        """It says which would do; one that was undone does not."""
        order = after(an_order(goods(quantity=2)), Fulfill(lines={"TEA": 1}))
        with pytest.raises(UnknownFulfillment, match="it has #1001-F1"):
            slips(order, fulfillment="#1001-F7")
        order = after(order, CancelFulfillment(fulfillment="#1001-F1"))
        with pytest.raises(FulfillmentIsCancelled, match="#1001-F1 was undone"):
            slips(order, fulfillment="#1001-F1")


class TestRule5_OfHowMany:
    def test_what_was_taken_back_counts_no_more(self) -> None:
        order = after(an_order(goods(quantity=3), paid="30.00"), RefundOrder(lines={"TEA": 1}, restock="cancel"))
        assert ([("Tea", "2 of 2")], []) == (inside(slip(order)), outside(slip(order)))

    def test_what_came_back_was_sent(self) -> None:
        """A unit that the customer sent back is still one that was shipped."""
        order = after(an_order(goods(quantity=2), paid="20.00"), Fulfill(lines={"TEA": 1}))
        order = after(order, RefundOrder(lines={"TEA": 1}, restock="return"))
        assert ([("Tea", "1 of 2")], [("Tea", ("1 sent separately",))]) == (inside(slip(order)), outside(slip(order)))

    @some(120)
    @given(baskets(), st.lists(steps(), min_size=2, max_size=8))
    def test_it_is_what_would_be_shipped(self, basket: Basket, path: list[Step]) -> None:
        """After anything: what a fulfillment without lines takes, but for what needs no shipping."""
        world = begin(basket)
        for step in path:
            walk(world, step)
        order = world.order
        assert order is not None
        sent = {line.id for line in order.lines if line.requires_shipping}
        try:
            parcel = decide(order, Fulfill(), world.facts()).order.fulfillments[-1]
            shipped = {one.line_id: one.quantity for one in parcel.lines if one.line_id in sent}
        except (NothingToFulfill, OrderIsCancelled):
            shipped = {}
        if not shipped:
            with pytest.raises(NothingToPack):
                packed_of(order, None)
            return
        packed: dict[str, int] = {}
        for units in packed_of(order, None)[1].values():
            for id, count in units.items():
                packed[id] = packed.get(id, 0) + count
        assert shipped == packed
        for one in slips(order):
            for line in one.lines:
                assert line.units <= int(line.quantity.partition(" of ")[2].replace(",", ""))


class TestPeople:
    def test_where_it_goes(self) -> None:
        """First where to; who pays only where that is another address."""
        order = an_order(shipping_address=HOME, billing_address=HOME)
        assert (Party("Ship to", ("Ada", "Lyon", "FRANCE")),) == slip(order).parties
        other = an_order(shipping_address=HOME, billing_address=attrs.evolve(HOME, name="Bill"))
        assert ["Livrer à", "Facturer à"] == [one.label for one in slips(other, FRENCH)[0].parties]

    def test_without_an_address(self) -> None:
        """Fetched at the shop: by whom."""
        assert (Party("Customer", ("Ada",)),) == slip(an_order(customer=CustomerRef(name="Ada"))).parties
        assert () == slip(an_order(email="ada@example.com")).parties

    def test_a_trial(self) -> None:
        """Nobody packs it by mistake."""
        assert (Mark("Test order", "bad"),) == slip(an_order(test=True)).marks

    def test_delivery_and_note(self) -> None:
        seen = slip(an_order(shipping="5.00", note="Ring twice"))
        assert ((Fact("Delivery", "Shipping"),), "Ring twice") == (seen.facts, seen.note)
