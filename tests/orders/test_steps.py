"""What each action of an edit does."""

import pytest

from backoffice_core.failures import InvalidValue
from backoffice_core.orders.actions import (
    AddCustomItem,
    AddDiscount,
    AddShipping,
    AddVariant,
    ChangeShipping,
    RemoveDiscount,
    RemoveShipping,
    SetQuantity,
)
from backoffice_core.orders.asked import Discount, Line, Tax
from backoffice_core.orders.find import UnknownDiscount, UnknownLine
from backoffice_core.orders.fulfill import Fulfill
from backoffice_core.orders.order import Order
from backoffice_core.orders.parts import unit_parts
from backoffice_core.orders.place import TooManyLines
from backoffice_core.orders.refund import RefundOrder
from backoffice_core.orders.steps import AlreadyOnOrder, BelowShipped
from backoffice_core.orders.stock import OutOfStock
from tests.orders.helpers import (
    after,
    an_order,
    eur,
    goods,
    level,
    moved,
    placed,
    refusal,
    shop,
    step,
    stock,
    stocked,
    variant,
)
from tests.orders.test_edit import edit, edited

VAT = Tax("VAT", "0.20")
ON_TOP = {"settings": shop(taxes_included=False)}


def paid(order: Order, at: int = 0) -> list[int]:
    """Return what each unit of a line costs, in minor units."""
    return [part.paid for part in unit_parts(order.lines[at].spans)]


class TestRule1_AgreedIsFrozen:
    def test_more_units_cost_the_agreed_price_without_discount(self) -> None:
        """Two of 10.00 with 5.00 off are 7.50 each; a third costs 10.00, taxed at the stored rate."""
        order = an_order(goods(quantity=2, taxes=[VAT]), discounts=[Discount("Five", amount="5.00")])
        order = edited(order, SetQuantity("TEA", 3))
        assert ([750, 750, 1000], eur("25.00"), eur("4.17")) == (paid(order), order.total, order.total_tax)
        assert eur("15.00") == order.original_total

    def test_on_top(self) -> None:
        """Taxes are added to what comes where prices are without."""
        order = edited(an_order(goods(taxes=[VAT]), known=ON_TOP), SetQuantity("TEA", 2), **ON_TOP)
        assert (eur("20.00"), eur("4.00"), eur("24.00")) == (order.subtotal, order.total_tax, order.total)

    def test_a_fixed_discount_stays_what_it_was(self) -> None:
        """Raising a quantity does not raise it, and lowering takes along the share of what leaves."""
        order = an_order(goods(quantity=2), discounts=[Discount("Ten", amount="10.00")])
        assert eur("10.00") == edited(order, SetQuantity("TEA", 5)).total_discounts
        assert eur("5.00") == edited(order, SetQuantity("TEA", 1)).current_total

    def test_a_late_discount_on_a_line(self) -> None:
        """C011: 20.00 off 100.00."""
        order = edited(an_order(goods(price="100.00")), AddDiscount(Discount("Late", amount="20.00", on="TEA")))
        assert (eur("80.00"), eur("80.00"), eur("20.00")) == (order.total, order.current_total, order.total_discounts)
        assert ((order.discounts[0].id, 2000),) == order.lines[0].spans[0].discounts

    def test_a_late_percentage_is_of_what_is_left(self) -> None:
        """After the discounts before it, of units that nobody gave back, rounded once on the order."""
        order = an_order(
            goods(quantity=3, price="3.33"), goods("CUP", price="0.33"), discounts=[Discount("Ten", percent="10")]
        )
        order = after(order, RefundOrder(lines={"TEA": 1}, pay_later=True))
        left = order.current_total.minor
        late = edited(order, AddDiscount(Discount("Half", percent="50")))
        assert left - (left + 1) // 2 == late.current_total.minor
        assert paid(order)[0] == paid(late)[0], "the unit that is gone keeps its cents"

    def test_a_late_discount_is_taxed_anew(self) -> None:
        """C124: 5.00 net off two of 143.74 at 20 percent is 6.00 off what is paid."""
        order = an_order(goods(quantity=2, price="143.74", taxes=[VAT]), known=ON_TOP)
        assert eur("344.98") == order.total
        order = edited(order, AddDiscount(Discount("Coupon", amount="5.00")), **ON_TOP)
        assert (eur("338.98"), eur("56.50")) == (order.total, order.total_tax)

    def test_no_more_than_it_costs(self) -> None:
        """A fixed discount is cut off; tips have no share."""
        order = an_order(goods(), Line("Tip", price="2.00", kind="tip"))
        order = edited(order, AddDiscount(Discount("All", amount="99.00")))
        assert (eur("2.00"), eur("10.00")) == (order.current_total, order.total_discounts)

    def test_a_discount_that_is_taken_back(self) -> None:
        """Units that are left cost what they did without it; what left with units stays gone."""
        order = an_order(goods(quantity=4, price="30.00"), discounts=[Discount("Fifty", amount="50.00", code="FIFTY")])
        order = edited(order, SetQuantity("TEA", 2))
        assert eur("35.00") == order.current_total
        order = edited(order, RemoveDiscount("FIFTY"))
        assert ([1750, 1750, 3000, 3000], eur("60.00")) == (paid(order), order.current_total)
        assert order.discounts[0].removed_at is not None
        assert UnknownDiscount is refusal(order, edit(RemoveDiscount("FIFTY")))[0]

    def test_a_discount_on_a_tip(self) -> None:
        """A tip has no share of discounts, named or not, as where an order is placed."""
        order = an_order(goods(), Line("Tip", sku="TIP", price="2.00", kind="tip"))
        for on in ("TIP", ("TEA", order.lines[1].id)):
            kind, facts = refusal(order, edit(AddDiscount(Discount("Free", percent="100", on=on))))
            assert (InvalidValue, "actions[0].discount") == (kind, facts["field"])

    def test_two_discounts(self) -> None:
        """One is taken back, the other stays, by id, code or a title that is unique."""
        off = [
            Discount("One", amount="1.00"),
            Discount("Two", amount="2.00", code="TWO"),
            Discount("One", amount="3.00"),
        ]
        order = an_order(goods(), discounts=off)
        assert UnknownDiscount is refusal(order, edit(RemoveDiscount("One")))[0]
        for name, left in ((order.discounts[0].id, "5.00"), ("TWO", "6.00"), ("Two", "6.00")):
            assert eur(left) == edited(order, RemoveDiscount(name)).current_total

    @pytest.mark.parametrize(
        "action", [AddDiscount(Discount("Free", percent="100", on="shipping")), RemoveDiscount("Free")]
    )
    def test_a_discount_on_shipping(self, action: AddDiscount | RemoveDiscount) -> None:
        """The charge is changed instead."""
        order = an_order(shipping="5.00", discounts=[Discount("Free", percent="100", on="shipping")])
        kind, facts = refusal(order, edit(action))
        assert (InvalidValue, "actions[0].discount") == (kind, facts["field"])

    def test_a_line_that_is_named_twice(self) -> None:
        """It gets the discount once."""
        order = an_order()
        on = ("TEA", order.lines[0].id)
        assert eur("9.00") == edited(order, AddDiscount(Discount("One", amount="1.00", on=on))).current_total


class TestRule2_UnitsThatLeave:
    def test_t22_not_below_what_was_shipped(self) -> None:
        """T22: four were shipped, two is refused, four would do."""
        order = after(an_order(goods(quantity=5)), Fulfill(lines={"TEA": 4}))
        expected = {"order_id": order.id, "line": order.lines[0].id, "requested": 2, "minimum": 4}
        assert (BelowShipped, expected) == refusal(order, edit(SetQuantity("TEA", 2)))
        assert BelowShipped is refusal(order, edit(SetQuantity("TEA", 3)))[0]
        assert 4 == edited(order, SetQuantity("TEA", 4)).counters[order.lines[0].id].current

    def test_units_that_came_back_are_not_counted(self) -> None:
        """Shipped, refunded and returned: none of them has to stay."""
        order = after(
            an_order(goods(quantity=2)),
            Fulfill(lines={"TEA": 1}),
            RefundOrder(lines={"TEA": 1}, restock="return", pay_later=True),
        )
        assert eur("0.00") == edited(order, SetQuantity("TEA", 0)).current_total

    def test_down_to_none(self) -> None:
        """The line stays with no current unit; nothing is left to ship."""
        order = edited(an_order(goods(quantity=2), goods("CUP")), SetQuantity("TEA", 0))
        row = order.counters[order.lines[0].id]
        assert (2, 0, 0, 2) == (row.ordered, row.current, row.to_fulfill, row.removed)
        assert (eur("30.00"), eur("10.00")) == (order.total, order.current_total)

    def test_c014(self) -> None:
        """C014: three to one without restock, and two of another: 1,909.90."""
        known = {"variants": {"B": variant("B", tracked=False)}}
        order = edited(
            an_order(goods("A", 3)), SetQuantity("A", 1, restock=False), AddVariant("B", 2, price="949.95"), **known
        )
        rows = [order.counters[line.id] for line in order.lines]
        assert [(3, 1, 1), (2, 2, 2)] == [(row.ordered, row.current, row.to_fulfill) for row in rows]
        assert eur("1909.90") == order.current_total == order.current_subtotal

    def test_units_that_were_refunded_stay_refunded(self) -> None:
        """The quantity is that of the units that are paid for."""
        order = after(an_order(goods(quantity=3), paid="30.00"), RefundOrder(lines={"TEA": 1}, restock="no_restock"))
        order = edited(order, SetQuantity("TEA", 1))
        row = order.counters[order.lines[0].id]
        assert (1, 1, 1, 2) == (row.refunded, row.removed, row.current, row.to_fulfill)

    @pytest.mark.parametrize("quantity", [-1, 1.5, "2", None, 10**10])
    def test_odd_quantities(self, quantity: object) -> None:
        """They are refused before they meet an order."""
        with pytest.raises(InvalidValue) as caught:
            SetQuantity("TEA", quantity)  # type: ignore[arg-type]
        assert "quantity" == caught.value.field

    def test_an_unknown_line(self) -> None:
        order = an_order()
        assert UnknownLine is refusal(order, edit(SetQuantity("NONE", 1)))[0]


class TestRule3_Stock:
    def test_more_units_are_promised(self) -> None:
        """As at placing, in the order of the locations."""
        known = stock(3, 5)
        change = placed(stocked(quantity=2), known=known)
        known = moved(known, change.movements)
        change = step(change.order, edit(SetQuantity("CUP", 5)), **known)
        known = moved(known, change.movements)
        assert ((3, 3, 0), (5, 2, 3)) == (level(known), level(known, "there"))
        assert (("here", 3), ("there", 2)) == change.order.lines[0].allocated

    def test_never_below_zero(self) -> None:
        """Nor by two actions that share what is left."""
        known = stock(4)
        change = placed(stocked(quantity=2), known=known)
        known = moved(known, change.movements)
        kind, facts = refusal(change.order, edit(SetQuantity("CUP", 5)), **known)
        assert (OutOfStock, 3, 2) == (kind, facts["requested"], facts["available"])
        two = edit(SetQuantity("CUP", 4), AddVariant("CUP", allow_duplicate=True))
        assert OutOfStock is refusal(change.order, two, **known)[0]
        freed = edit(SetQuantity("CUP", 1), AddVariant("CUP", 3, allow_duplicate=True))
        assert 4 == step(change.order, freed, **known).order.to_fulfill

    @pytest.mark.parametrize(("restock", "expected"), [(True, (5, 1, 4)), (False, (3, 1, 2))])
    def test_fewer_units(self, restock: bool, expected: tuple[int, int, int]) -> None:
        """They go on sale again, or are written off."""
        known = stock(5)
        change = placed(stocked(quantity=3), known=known)
        known = moved(known, change.movements)
        change = step(change.order, edit(SetQuantity("CUP", 1, restock=restock)), **known)
        assert expected == level(moved(known, change.movements))

    def test_up_and_down_in_one_edit(self) -> None:
        """It comes to nothing, in stock too, and one movement is told for each place."""
        known = stock(9)
        change = placed(stocked(quantity=3), known=known)
        known = moved(known, change.movements)
        change = step(change.order, edit(SetQuantity("CUP", 6), SetQuantity("CUP", 4)), **known)
        assert (9, 4, 5) == level(moved(known, change.movements))
        assert 1 == len(change.movements)

    def test_a_variant_that_is_added(self) -> None:
        """It brings its title and price, and its stock is promised."""
        known = stock(9)
        change = step(an_order(), edit(AddVariant("CUP", 2, taxes=VAT)), **known)
        line = change.order.lines[-1]
        assert ("Cup", "v-CUP", 2000, True) == (line.title, line.variant_id, line.spans[0].paid, line.tracked)
        assert (9, 2, 7) == level(moved(known, change.movements))


class TestRule4_Figures:
    def test_t9_fewer_units_and_no_discount(self) -> None:
        """T9: 4 x 30 + 5 - 50 = 75 paid; two units and the discount gone are 65, so 10 is given back."""
        order = an_order(
            goods(quantity=4, price="30.00"),
            shipping="5.00",
            discounts=[Discount("Fifty", amount="50.00")],
            paid="75.00",
        )
        order = edited(order, SetQuantity("TEA", 2), RemoveDiscount("Fifty"))
        assert (eur("65.00"), eur("-10.00")) == (order.current_total, order.outstanding)
        change = step(order, RefundOrder())
        assert change.refund is not None
        assert (eur("10.00"), eur("0.00")) == (change.refund.amount, change.order.outstanding)

    def test_t10_there_and_back(self) -> None:
        """T10: paid 75.00, an item of 30.00 added and taken out again: nothing is owed, nothing given back."""
        order = an_order(goods(price="75.00"), paid="75.00")
        more = edited(order, AddCustomItem("Item", "30.00", sku="ITEM"))
        assert (eur("105.00"), eur("30.00"), "partially_paid") == (
            more.current_total,
            more.outstanding,
            more.financial_status,
        )
        back = edited(more, SetQuantity("ITEM", 0))
        assert (eur("75.00"), eur("0.00"), "paid") == (back.current_total, back.outstanding, back.financial_status)
        assert "nothing_to_refund" == refusal(back, RefundOrder())[0].code

    def test_goodwill_is_taken_back_with_what_leaves(self) -> None:
        """Never below zero: 5.00 was given back on a unit of 10.00, which then leaves."""
        order = after(an_order(paid="10.00"), RefundOrder(amount="5.00"))
        order = edited(order, SetQuantity("TEA", 0))
        assert (eur("0.00"), eur("-5.00")) == (order.current_total, order.outstanding)
        assert -500 == order.removals[0].adjustment_minor
        change = step(order, RefundOrder())
        assert (eur("10.00"), eur("0.00")) == (change.order.refunded, change.order.outstanding)

    def test_a_late_discount_takes_goodwill_along(self) -> None:
        """What it takes off cannot be given back twice."""
        order = after(an_order(paid="10.00"), RefundOrder(amount="7.00"))
        order = edited(order, AddDiscount(Discount("Half", percent="50")))
        assert (eur("0.00"), eur("-3.00")) == (order.current_total, order.outstanding)

    def test_shipping(self) -> None:
        """Added, changed for another charge at the same rates, taken out."""
        order = edited(an_order(), AddShipping("Post", "6.00", taxes=VAT))
        assert (eur("16.00"), eur("1.00")) == (order.current_total, order.current_tax)
        changed = edited(order, ChangeShipping(order.shipping_lines[0].id, "12.00", title="Express"))
        assert (eur("22.00"), eur("2.00"), "Express") == (
            changed.current_total,
            changed.current_tax,
            changed.shipping_lines[-1].title,
        )
        gone = edited(changed, RemoveShipping(changed.shipping_lines[-1].id))
        assert (eur("10.00"), eur("0.00")) == (gone.current_total, gone.current_tax)
        assert not step(gone, edit(RemoveShipping(changed.shipping_lines[-1].id)))

    def test_shipping_that_was_refunded_in_part(self) -> None:
        """Only what is left of it leaves."""
        order = after(an_order(shipping="6.00", paid="16.00"), RefundOrder(shipping="2.00"))
        order = edited(order, RemoveShipping(order.shipping_lines[0].id))
        assert (eur("10.00"), eur("-4.00")) == (order.current_total, order.outstanding)

    def test_c013(self) -> None:
        """C013: a custom item of 5.00 on a paid order of 10.00."""
        order = edited(an_order(paid="10.00"), AddCustomItem("Item", "5.00"))
        assert (eur("15.00"), eur("15.00"), eur("5.00")) == (order.total, order.current_total, order.outstanding)
        assert ("partially_paid", "unfulfilled") == (order.financial_status, order.fulfillment_status)

    def test_what_can_be_captured_follows(self) -> None:
        """Fewer units: less can be captured of what was set aside."""
        order = an_order(goods(quantity=2), authorized="20.00")
        assert eur("10.00") == edited(order, SetQuantity("TEA", 1)).capturable


class TestRule5_Duplicates:
    def test_a_variant_that_is_there(self) -> None:
        """It is refused with the line that has it; allowed, it is a line of its own."""
        known = stock(9)
        order = placed(stocked(), known=known).order
        expected = {"order_id": order.id, "variant": "CUP", "line": order.lines[0].id}
        assert (AlreadyOnOrder, expected) == refusal(order, edit(AddVariant("CUP")), **known)
        twice = edited(order, AddVariant("CUP", allow_duplicate=True), **known)
        assert [1, 1] == [line.quantity for line in twice.lines]

    def test_one_that_left_can_come_again(self) -> None:
        """A line with no current unit does not count."""
        known = stock(9)
        order = edited(placed(stocked(), known=known).order, SetQuantity("CUP", 0), **known)
        assert 2 == len(edited(order, AddVariant("CUP"), **known).lines)

    def test_500_lines(self) -> None:
        """The 501st is refused, a line without current units counted."""
        order = an_order(*[goods(f"S{at}") for at in range(500)])
        expected = (TooManyLines, {"lines": 501, "most": 500})
        assert expected == refusal(order, edit(AddCustomItem("Item", "1.00")))

    @pytest.mark.parametrize("quantity", [0, -1])
    def test_no_units(self, quantity: int) -> None:
        """C018: a quantity below 1 is refused."""
        for made in (lambda: AddVariant("CUP", quantity), lambda: AddCustomItem("Item", "1.00", quantity)):
            with pytest.raises(InvalidValue):
                made()
