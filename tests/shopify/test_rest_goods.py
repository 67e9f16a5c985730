"""What a REST order sells: lines, tips, shipping, discounts and taxes, to the cent of the file."""

from decimal import Decimal

import attrs
import pytest

from backoffice_core.orders.lines import LineKind
from backoffice_core.settings import Settings
from backoffice_core.shopify.cells import FiguresDisagree
from tests.shopify.helpers import SETTINGS
from tests.shopify.rest import CANDLE, SOAP, Json, figures, line, money, odd, order, read, rest, tax, without


def allocation(amount: str, index: int = 0) -> Json:
    return {"amount": amount, "discount_application_index": index}


TENOFF = {
    "type": "discount_code",
    "code": "TENOFF",
    "value": "10.0",
    "value_type": "percentage",
    "target_type": "line_item",
    "target_selection": "all",
}
SHIPPED_FREE = TENOFF | {"code": "SHIP", "target_type": "shipping_line", "value_type": "fixed_amount", "value": "4.95"}


class TestLines:
    def test_the_whole_order(self) -> None:
        found = read(rest())
        assert [] == odd(found)
        assert ("25.00", "1.25", "31.20", "0.00", "31.20", "0.00") == figures(found.order)

    def test_what_a_line_says(self) -> None:
        said = {
            "variant_title": "red",
            "vendor": "Wick",
            "requires_shipping": False,
            "properties": [{"name": "Engraving", "value": "Ada"}, {"name": "count", "value": 3}],
        }
        one = line(CANDLE, "Candle", "25.00", 1, (tax("1.25"),), **said)
        (found,) = order(rest(line_items=[one])).lines
        assert ("Candle - red", "CAN", "Wick", False, True, False) == (
            found.name,
            found.sku,
            found.vendor,
            found.requires_shipping,
            found.taxable,
            found.tracked,
        )
        assert (("Engraving", "Ada"), ("count", "3")) == found.properties
        assert [("State Tax", "0.05")] == [(rate.title, rate.rate) for rate in found.taxes]

    def test_a_gift_card(self) -> None:
        one = line(CANDLE, "Gift card", "25.00", 1, (tax("1.25"),), gift_card=True)
        assert LineKind.GIFT_CARD is order(rest(line_items=[one])).lines[0].kind

    @pytest.mark.parametrize("said", [{"product_id": None, "variant_id": None}, {"tip": {"payment_method": None}}])
    def test_a_tip_stands_outside_the_subtotal(self, said: Json) -> None:
        tip = line(103, "Tip", "3.00", 1, (), taxable=False, requires_shipping=False, **said)
        data = rest(total_price="34.20", total_tip_received="3.00", transactions=None, total_outstanding="0.00")
        data["line_items"].append(tip)
        found = read(data)
        assert ["payments_implied"] == odd(found)
        assert ("25.00", "34.20", "3.00") == (
            found.order.subtotal.amount,
            found.order.total.amount,
            found.order.total_tips.amount,
        )
        assert found.order.lines[2].is_tip
        assert 0 == found.order.counters[found.order.lines[2].id].to_fulfill

    def test_a_tip_that_only_the_order_tells(self) -> None:
        found = read(rest(total_price="34.20", total_tip_received="3.00", transactions=None))
        assert ["payments_implied"] == odd(found)
        assert ("3.00", 3) == (found.order.total_tips.amount, len(found.order.lines))

    def test_a_product_that_is_called_tip_is_goods(self) -> None:
        one = line(CANDLE, "Tip", "25.00", 1, (tax("1.25"),))
        assert LineKind.PRODUCT is order(rest(line_items=[one])).lines[0].kind

    def test_amounts_as_numbers_mean_what_they_say(self) -> None:
        """A parser's float 0.1 is the text 0.1, and never the number that a float stands for."""
        data = rest(subtotal_price=25.0, total_tax=Decimal("1.25"), total_price=31.2)
        data["line_items"][0] |= {"price": 10.0}
        assert [] == odd(read(data))

    def test_currencies_without_cents(self) -> None:
        one = line(CANDLE, "Candle", "1000", 2)
        data = rest(
            currency="JPY", line_items=[one], subtotal_price="2000", total_tax="0", total_price="2000.00",
            total_line_items_price="2000", shipping_lines=[], transactions=None, total_outstanding="0",
            total_shipping_price_set=None,
        )  # fmt: skip
        assert "2000 JPY" == str(order(data).total)


class TestDiscounts:
    def test_allocations_name_what_was_agreed(self) -> None:
        data = rest(
            discount_applications=[TENOFF, SHIPPED_FREE],
            subtotal_price="22.50", total_discounts="7.45", total_tax="1.13", total_price="23.63", transactions=None,
        )  # fmt: skip
        data["line_items"] = [
            line(CANDLE, "Candle", "10.00", 2, (tax("0.90"),), discount_allocations=[allocation("2.00")]),
            line(SOAP, "Soap", "5.00", 1, (tax("0.23"),), discount_allocations=[allocation("0.50")]),
        ]
        data["shipping_lines"][0]["discount_allocations"] = [allocation("4.95", 1)]
        found = read(data)
        assert ["payments_implied"] == odd(found)
        assert [
            ("TENOFF", "percentage", "10.0", "order", 250),
            ("SHIP", "fixed", "4.95", "shipping", 495),
        ] == [(one.code, one.kind, one.value, one.target, one.minor) for one in found.order.discounts]
        assert ("22.50", "0.00", "7.45") == (
            found.order.subtotal.amount,
            found.order.total_shipping.amount,
            found.order.total_discounts.amount,
        )

    def test_a_rest_that_no_line_carries_is_shared_by_price(self) -> None:
        data = rest(
            discount_codes=[{"code": "FIVE", "amount": "5.00"}], subtotal_price="20.00", total_discounts="5.00",
            total_price="26.20", transactions=None,
        )  # fmt: skip
        found = read(data)
        assert ["discount_not_on_lines", "payments_implied"] == odd(found)
        assert [("FIVE", 500)] == [(one.code, one.minor) for one in found.order.discounts]
        assert [400, 100] == [dict(one.spans[0].discounts)[found.order.discounts[0].id] for one in found.order.lines]

    def test_lines_that_carry_more_than_the_subtotal_lacks(self) -> None:
        data = rest(subtotal_price="24.00", total_discounts="1.00", total_price="30.20", transactions=None)
        data["line_items"][0]["discount_allocations"] = [allocation("3.00")]
        found = read(data)
        assert ["discount_beyond_total", "payments_implied"] == odd(found)
        assert "24.00" == found.order.subtotal.amount

    def test_lines_beyond_the_subtotal_without_a_discount(self) -> None:
        data = rest(subtotal_price="20.00", total_price="26.20", transactions=None)
        found = read(data)
        assert ["lines_beyond_subtotal", "payments_implied", "total_discounts_differs"] == odd(found)
        assert "5.00 less" in found.findings[0].text
        assert "26.20" == found.order.total.amount

    def test_a_subtotal_above_the_lines_is_refused(self) -> None:
        with pytest.raises(FiguresDisagree, match=r"subtotal_price: 26\.00 was given; at most 25\.00"):
            read(rest(subtotal_price="26.00"))

    def test_files_without_allocations_say_it_on_the_line(self) -> None:
        one = without(line(CANDLE, "Candle", "25.00", 1, (tax("1.25"),), total_discount="5.00"), "discount_allocations")
        data = rest(line_items=[one], subtotal_price="20.00", total_discounts="5.00", total_price="26.20")
        assert "20.00" == order(data | {"transactions": None}).subtotal.amount


class TestTaxes:
    def test_included_ones_are_in_the_prices(self) -> None:
        data = rest(
            taxes_included=True, total_tax="1.19", total_price="29.95", transactions=None,
            line_items=[
                line(CANDLE, "Candle", "10.00", 2, (tax("0.95"),)),
                line(SOAP, "Soap", "5.00", 1, (tax("0.24"),)),
            ],
        )  # fmt: skip
        found = read(data)
        assert ["payments_implied"] == odd(found)
        assert ("25.00", "1.19", "29.95") == figures(found.order)[:3]

    def test_taxes_of_the_shipping(self) -> None:
        data = rest(total_tax="1.50", total_price="31.45", transactions=None)
        data["shipping_lines"][0]["tax_lines"] = [tax("0.25")]
        found = read(data)
        assert ["payments_implied"] == odd(found)
        assert (25,) == found.order.shipping_lines[0].taxes_minor

    @pytest.mark.parametrize(
        ("whole", "total", "code"),
        [("1.27", "31.22", "taxes_beyond_lines"), ("1.23", "31.18", "taxes_below_lines")],
    )
    def test_another_sum_is_what_counts(self, whole: str, total: str, code: str) -> None:
        found = read(rest(total_tax=whole, total_price=total, transactions=None))
        assert [code, "payments_implied"] == odd(found)
        assert (whole, total) == (found.order.total_tax.amount, found.order.total.amount)

    def test_taxes_of_the_order_alone_are_shared_by_price(self) -> None:
        data = rest(
            tax_lines=[tax("1.25")], line_items=[line(CANDLE, "Candle", "10.00", 2), line(SOAP, "Soap", "5.00")]
        )
        found = read(data)
        assert ["taxes_not_on_lines"] == odd(found)
        assert [100, 25] == [sum(one.spans[0].taxes) for one in found.order.lines]

    def test_more_contained_than_it_costs_is_refused(self) -> None:
        one = line(CANDLE, "Candle", "25.00", 1, (tax("26.00"),))
        with pytest.raises(FiguresDisagree, match="total_tax"):
            read(rest(taxes_included=True, line_items=[one], total_tax="26.00", total_price="29.95"))

    def test_the_total_says_whether_prices_contain_them(self) -> None:
        found = read(rest(taxes_included=True))
        assert ["taxes_included_differs"] == odd(found)
        assert not found.order.taxes_included

    def test_the_shop_decides_where_nothing_is_said(self) -> None:
        data = without(rest(total_tax="0.00", total_price="29.95", transactions=None), "taxes_included")
        data["line_items"] = [line(CANDLE, "Candle", "25.00")]
        within: Settings = attrs.evolve(SETTINGS, taxes_included=True)
        assert (True, False) == (order(data, settings=within).taxes_included, order(data).taxes_included)


def test_duties_are_a_shipping_line() -> None:
    data = rest(original_total_duties_set=money("3.00"), total_price="34.20", transactions=None)
    found = read(data)
    assert ["duties_in_shipping", "payments_implied"] == odd(found)
    assert ["Standard", "Duties"] == [one.title for one in found.order.shipping_lines]
    assert "34.20" == found.order.total.amount


def test_shipping_that_the_lines_do_not_cost_is_told() -> None:
    assert ["total_shipping_price_set_differs"] == odd(read(rest(total_shipping_price_set=money("9.00"))))


def test_a_total_that_does_not_follow_is_told() -> None:
    found = read(rest(total_price="99.00"))
    assert ["total_price_differs"] == odd(found)
    assert "total_price is 99.00 in the file, 31.20 follows" in found.findings[0].text
