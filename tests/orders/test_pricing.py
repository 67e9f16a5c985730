"""From what was asked for to agreed prices, discounts and taxes."""

from typing import Any

import pytest

from backoffice_core.failures import InvalidValue
from backoffice_core.money import CurrencyMismatch, Money, TooManyDigits
from backoffice_core.orders.asked import Discount, Line, Shipping, Tax
from backoffice_core.orders.lines import LineKind
from backoffice_core.orders.order import Order
from backoffice_core.orders.parts import Part, value
from backoffice_core.orders.place import Place
from backoffice_core.orders.pricing import NegativeAmount, TaxExceedsPrice
from tests.orders.helpers import an_order, eur, goods, line, refusal, shop, stocked, variant


def paid(order: Order) -> list[int]:
    """Return what is paid for each line, tax in."""
    return [value(one.spans).paid for one in order.lines]


def taxes(order: Order) -> list[tuple[int, ...]]:
    """Return the taxes of each line."""
    return [value(one.spans).taxes for one in order.lines]


def refused(*lines: Line, **asked: Any) -> Any:
    """Return the class and facts of what placing these lines meets."""
    return refusal(None, Place(lines=lines, **asked))


VAT = Tax("TVA", "0.20")
ON_TOP = {"taxes_included": False}


class TestRule1_DiscountsThenTaxes:
    def test_lines_before_the_order(self) -> None:
        """A discount on a line comes before one on the order, in whatever order they are given."""
        ten_off = Discount("all", percent="10")
        five_off = Discount("tea", amount="5.00", on=("TEA",))
        for discounts in ([ten_off, five_off], [five_off, ten_off]):
            order = an_order(goods("TEA", 1, "15.00"), goods("MUG", 1, "10.00"), discounts=discounts)
            assert [900, 900] == paid(order)
            assert eur("7.00") == order.total_discounts

    def test_a_lines_own_come_first(self) -> None:
        """A line's own discount is taken before those that name it."""
        tea = goods("TEA", 1, "20.00", discounts=[Discount("own", amount="10.00")])
        order = an_order(tea, discounts=[Discount("half", percent="50", on="TEA")])
        assert [500] == paid(order)

    def test_taxes_come_last(self) -> None:
        """A tax on top is computed on the price after discounts."""
        order = an_order(
            goods("TEA", 2, "100.00", taxes=[Tax("VAT", "0.10")]), discounts=[Discount("c", amount="20")], **ON_TOP
        )
        assert (eur("180.00"), eur("18.00"), eur("198.00")) == (order.subtotal, order.total_tax, order.total)

    def test_shipping_has_its_own(self) -> None:
        """A discount on the order leaves shipping alone, one on shipping the lines."""
        order = an_order(
            goods(),
            shipping="5.90",
            discounts=[Discount("free shipping", percent="100", on="shipping"), Discount("one off", amount="1.00")],
        )
        assert (eur("9.00"), eur("0.00"), eur("6.90")) == (order.subtotal, order.total_shipping, order.total_discounts)
        assert ["shipping", "order"] == [one.target for one in order.discounts]

    def test_a_tip_gets_no_share(self) -> None:
        """A tip is outside the subtotal and takes no part in discounts."""
        tip = Line("Tip", price="10.00", kind=LineKind.TIP)
        order = an_order(goods(), tip, discounts=[Discount("half", percent="50")])
        assert [500, 1000] == paid(order)
        assert (eur("5.00"), eur("10.00"), eur("15.00"), eur("5.00")) == (
            order.subtotal,
            order.total_tips,
            order.total,
            order.total_discounts,
        )

    @pytest.mark.parametrize("more", [{"taxes": [VAT]}, {"discounts": [Discount("d", amount="1")]}])
    def test_a_tip_has_neither_taxes_nor_discounts(self, more: dict[str, Any]) -> None:
        """A tip with either is refused."""
        kind, facts = refused(Line("Tip", price="1.00", kind="tip", **more))
        assert (InvalidValue, "lines[0]", "a tip without") == (kind, facts["field"], facts["would_do"])

    def test_what_was_agreed_is_kept(self) -> None:
        """A discount says its kind, value, code, target and what it took off; the span says of which units."""
        order = an_order(goods("TEA", 3, "10.00"), discounts=[Discount("Spring", percent="12.5", code="SPRING")])
        (one,) = order.discounts
        assert ("Spring", "SPRING", "percentage", "12.5", "order", eur("3.75")) == (
            one.title,
            one.code,
            one.kind,
            one.value,
            one.target,
            one.amount,
        )
        assert ((one.id, 375),) == line(order).spans[0].discounts


class TestRule2_Percentages:
    def test_on_named_lines_each_is_rounded(self) -> None:
        """Half a cent on each line is rounded up on each."""
        order = an_order(
            goods("A", price="0.05"), goods("B", price="0.05"), discounts=[Discount("h", percent="10", on=("A", "B"))]
        )
        assert [4, 4] == paid(order)
        assert eur("0.02") == order.total_discounts

    def test_on_all_lines_the_sum_is_rounded(self) -> None:
        """A cent on the sum goes to the first line, as by the largest remainder."""
        order = an_order(goods("A", price="0.05"), goods("B", price="0.05"), discounts=[Discount("h", percent="10")])
        assert [4, 5] == paid(order)
        assert eur("0.01") == order.total_discounts

    def test_after_the_discounts_before_it(self) -> None:
        """Two percentages on the order follow each other."""
        order = an_order(goods(price="100.00"), discounts=[Discount("a", percent="10"), Discount("b", percent="10")])
        assert eur("81.00") == order.total

    def test_shared_by_price(self) -> None:
        """A percentage on the order is shared by what the lines cost."""
        order = an_order(goods("A", price="6.00"), goods("B", price="4.00"), discounts=[Discount("c", percent="10")])
        assert [540, 360] == paid(order)

    @pytest.mark.parametrize("percent", ["0", "-5", "100.01", "12.345", "ten", "NaN"])
    def test_odd_percentages(self, percent: str) -> None:
        """More than 0, at most 100, at most two decimals."""
        with pytest.raises(InvalidValue) as error:
            Discount("d", percent=percent)
        assert ("percent", repr(percent)) == (error.value.field, error.value.given)

    @pytest.mark.parametrize("given", [{}, {"amount": "1", "percent": "1"}])
    def test_one_of_both(self, given: dict[str, str]) -> None:
        """A discount has an amount or a percentage."""
        with pytest.raises(InvalidValue) as error:
            Discount("d", **given)
        assert "either amount or percent" == error.value.would_do


class TestRule3_FixedDiscounts:
    def test_for_the_line_not_per_unit(self) -> None:
        """Three units with 5.00 off cost 25.00."""
        order = an_order(goods("TEA", 3, "10.00", discounts=[Discount("d", amount="5.00")]))
        assert [2500] == paid(order)

    def test_for_the_lines_together(self) -> None:
        """A discount on two named lines is shared by what they cost."""
        order = an_order(
            goods("A", price="6.00"),
            goods("B", price="4.00"),
            goods("C", price="50.00"),
            discounts=[Discount("d", amount="1.00", on=("A", "B"))],
        )
        assert [540, 360, 5000] == paid(order)

    @pytest.mark.parametrize(("on", "off"), [("order", "14.00"), ("A", "10.00"), ("shipping", "5.00")])
    def test_is_cut_off(self, on: str, off: str) -> None:
        """Nothing costs less than nothing; what is stored is what it took off."""
        order = an_order(
            goods("A", price="10.00"),
            goods("B", price="4.00"),
            shipping="5.00",
            discounts=[Discount("d", amount="99", on=on)],
        )
        assert eur(off) == order.total_discounts == order.discounts[0].amount

    @pytest.mark.parametrize("on", ["NONE", ("TEA", "NONE")])
    def test_on_what_is_not_there(self, on: Any) -> None:
        """A SKU that is on no line is named."""
        kind, facts = refused(goods(), discounts=[Discount("d", amount="1", on=on)])
        assert (InvalidValue, "discount.on") == (kind, facts["field"])
        assert repr(["NONE"]) == facts["given"]

    @pytest.mark.parametrize("on", [5, None, (), [5], [None]])
    def test_on_what_is_no_name(self, on: Any) -> None:
        """It is refused before it meets an order."""
        with pytest.raises(InvalidValue) as caught:
            Discount("d", amount="1", on=on)
        assert ("on", repr(on)) == (caught.value.field, caught.value.given)

    def test_below_zero(self) -> None:
        """A discount is no surcharge."""
        expected = (NegativeAmount, {"field": "discount.amount", "amount": -100})
        assert expected == refused(goods(), discounts=[Discount("d", amount="-1")])


class TestRule4_ComputedTaxes:
    def test_contained(self) -> None:
        """A price of 40.00 contains 6.67 at 20 percent."""
        assert [(667,)] == taxes(an_order(goods(price="40.00", taxes=[VAT])))

    def test_on_top(self) -> None:
        """A price of 0.13 gets 0.03 on top, half up from 0.026, and 0.05 half up from half a cent."""
        assert [(3,)] == taxes(an_order(goods(price="0.13", taxes=[VAT]), **ON_TOP))
        assert [(1,)] == taxes(an_order(goods(price="0.05", taxes=[Tax("T", "0.10")]), **ON_TOP))

    def test_two_contained_taxes_share_one_net_price(self) -> None:
        """Of 11.50 with 5 and 10 percent the net price is 10.00."""
        assert [(50, 100)] == taxes(an_order(goods(price="11.50", taxes=[Tax("GST", "0.05"), Tax("PST", "0.10")])))

    def test_per_line(self) -> None:
        """By default each line is rounded for itself."""
        order = an_order(
            goods("A", price="0.05", taxes=[Tax("T", "0.10")]),
            goods("B", price="0.05", taxes=[Tax("T", "0.10")]),
            **ON_TOP,
        )
        assert [(1,), (1,)] == taxes(order)

    def test_per_order(self) -> None:
        """One sum over goods and shipping is rounded and shared back."""
        t = Tax("T", "0.10")
        order = an_order(
            goods("A", price="0.05", taxes=[t]),
            goods("B", price="0.05", taxes=[t]),
            shipping=Shipping("Post", "0.05", [t]),
            known={"settings": shop(tax_rounding="order", taxes_included=False)},
        )
        assert [(1,), (1,)] == taxes(order)
        assert (0,) == order.shipping_lines[0].taxes_minor
        assert eur("0.02") == order.total_tax

    def test_per_order_and_rate(self) -> None:
        """Each rate has a sum of its own."""
        order = an_order(
            goods("A", price="0.05", taxes=[Tax("T", "0.10")]),
            goods("B", price="0.05", taxes=[Tax("U", "0.30")]),
            known={"settings": shop(tax_rounding="order", taxes_included=False)},
        )
        assert [(1,), (2,)] == taxes(order)

    def test_one_rate_under_two_titles(self) -> None:
        """Two taxes of one rate are summed together: 0.005 and 0.005 make one cent, not two."""
        order = an_order(
            goods("A", price="0.05", taxes=[Tax("T", "0.10")]),
            goods("B", price="0.05", taxes=[Tax("U", "0.1")]),
            known={"settings": shop(tax_rounding="order", taxes_included=False)},
        )
        assert [(1,), (0,)] == taxes(order)

    def test_steep_taxes_on_a_cent(self) -> None:
        """Contained taxes that all round up are cut to the price."""
        order = an_order(goods(price="0.02", taxes=[Tax(title, "3") for title in "ABC"]))
        assert Part(2, (1, 1, 0)) == value(order.lines[0].spans)

    @pytest.mark.parametrize("rate", ["-0.1", "11", "x", 0.2, None, "NaN", "1e-9999999", "1e9999999", "0.0" + "1" * 12])
    def test_odd_rates(self, rate: Any) -> None:
        """A tax needs a rate, as a share and no float."""
        with pytest.raises(InvalidValue) as error:
            Tax("TVA", rate, amount="1.00")
        assert ("rate", repr(rate)) == (error.value.field, error.value.given)


class TestRule5_GivenTaxes:
    def test_are_taken_as_given(self) -> None:
        """A given tax need not be what the rate says."""
        assert [(1,)] == taxes(an_order(goods(price="40.00", taxes=[Tax("TVA", "0.20", amount="0.01")])))
        order = an_order(goods(price="40.00", taxes=[Tax("TVA", "0.20", amount="9.99")]), **ON_TOP)
        assert (eur("40.00"), eur("49.99")) == (order.subtotal, order.total)

    def test_up_to_the_price(self) -> None:
        """A contained tax may be the whole price."""
        assert [(1000,)] == taxes(an_order(goods(price="10.00", taxes=[Tax("TVA", "0.20", amount="10.00")])))

    def test_not_more_than_the_price(self) -> None:
        """A contained tax of a cent more is refused with both figures."""
        expected = (TaxExceedsPrice, {"field": "lines[0]", "tax": 1001, "price": 1000})
        assert expected == refused(goods(price="10.00", taxes=[Tax("TVA", "0.20", amount="10.01")]))

    def test_on_shipping_too(self) -> None:
        """A charge for shipping is held to the same."""
        post = Shipping("Post", "5.00", [Tax("TVA", "0.20", amount="5.01")])
        assert (TaxExceedsPrice, {"field": "shipping[0]", "tax": 501, "price": 500}) == refused(goods(), shipping=post)

    def test_beside_computed_ones(self) -> None:
        """When both do not fit into the price, the computed one gives way."""
        order = an_order(goods(price="0.10", taxes=[Tax("A", "0.20", amount="0.10"), Tax("B", "0.20")]))
        assert [(10, 0)] == taxes(order)

    def test_below_zero(self) -> None:
        """A tax is no discount."""
        expected = (NegativeAmount, {"field": "lines[0].taxes[0].amount", "amount": -1})
        assert expected == refused(goods(taxes=[Tax("TVA", "0.20", amount="-0.01")]))


class TestPrices:
    def test_below_zero(self) -> None:
        """No price is negative, of a line or of shipping."""
        assert (NegativeAmount, {"field": "lines[0].price", "amount": -1}) == refused(goods(price="-0.01"))
        assert (NegativeAmount, {"field": "shipping[0].price", "amount": -1}) == refused(goods(), shipping="-0.01")

    def test_of_zero(self) -> None:
        """Something may be free."""
        assert eur("0.00") == an_order(goods(price="0.00")).total

    def test_too_many_digits(self) -> None:
        """A price is as exact as its currency."""
        assert (TooManyDigits, {"amount": "1.005", "currency": "EUR", "digits": 2}) == refused(goods(price="1.005"))

    def test_another_currency(self) -> None:
        """A price in dollars is none of an order in euros."""
        expected = (CurrencyMismatch, {"expected": "EUR", "given": "USD"})
        assert expected == refused(goods(price=Money(100, "USD")))

    def test_is_needed(self) -> None:
        """A line needs a price and a title, or a variant that has both."""
        assert "lines[0].price" == refused(Line("Tea"))[1]["field"]
        assert "lines[0].title" == refused(Line(price="1.00"))[1]["field"]

    def test_of_a_variant(self) -> None:
        """A variant brings price, title, SKU and its stock facts; what the line says wins."""
        known = {"variants": {"CUP": variant("CUP", tracked=False)}}
        order = an_order(Line(variant="CUP", quantity=2), known=known)
        one = order.lines[0]
        assert ("Cup", "CUP", "v-CUP", "p-CUP", eur("10.00"), False) == (
            one.title,
            one.sku,
            one.variant_id,
            one.product_id,
            one.price,
            one.tracked,
        )
        dearer = an_order(stocked(price="12.00", title="Mug"), known=known).lines[0]
        assert ("Mug", eur("12.00")) == (dearer.title, dearer.price)

    @pytest.mark.parametrize("kind", ["unknown", "", None])
    def test_odd_kinds(self, kind: Any) -> None:
        """A kind of line is one of four."""
        with pytest.raises(InvalidValue) as error:
            Line("Tea", price="1.00", kind=kind)
        assert "product or custom or tip or gift_card" == error.value.would_do

    @pytest.mark.parametrize("quantity", [0, -1, 1.0, "1", True])
    def test_odd_quantities(self, quantity: Any) -> None:
        """A line is of at least one unit."""
        with pytest.raises(InvalidValue) as error:
            Line("Tea", price="1.00", quantity=quantity)
        assert ("quantity", repr(quantity)) == (error.value.field, error.value.given)
