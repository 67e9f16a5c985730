"""Cases on prices, discounts, taxes and totals."""

import pytest

from backoffice_core import Discount, Line, Money, Shipping, Tax, errors
from tests.cases.helpers import figures, goods, minors, office, placed, several, shares


def eur(minor: int) -> Money:
    return Money(minor, "EUR")


def test_c003_a_fixed_code_on_the_goods() -> None:
    shop = office("CAD")
    code = Discount("Welcome", amount="5.00", code="WELCOME")
    order = placed(shop, goods("30.00"), shipping="4.00", discounts=[code])
    expected = {
        "subtotal": "25.00",
        "total_discounts": "5.00",
        "total_shipping": "4.00",
        "total": "29.00",
        "outstanding": "29.00",
    }
    assert expected == figures(order, expected)


def test_c009_a_tax_has_a_rate() -> None:
    with pytest.raises(errors.InvalidValue) as caught:
        Tax("GST", None, amount="1.00")
    assert "rate" == caught.value.field


def test_c113_a_tax_on_top_of_three_units() -> None:
    order = placed(office("EUR"), goods(eur(123), 3, taxes=[Tax("VAT", "0.20")]))
    assert {"subtotal": 369, "total": 443} == minors(order, ["subtotal", "total"])


def test_c118_a_discount_over_two_rates_contained_in_the_prices() -> None:
    lines = [
        goods(eur(2000), sku="A", taxes=[Tax("VAT", "0.20")]),
        goods(eur(1000), 2, sku="B", taxes=[Tax("VAT", "0.10")]),
    ]
    order = placed(office("EUR", taxes_included=True), *lines, discounts=[Discount("Sale", amount=eur(500))])
    assert 3500 == order.total.minor


def test_c121_a_percentage_on_the_line_then_one_on_the_order() -> None:
    shop, names = office("EUR"), ["subtotal", "total"]
    line = goods(eur(155880), taxes=[Tax("VAT", "0.20")], discounts=[Discount("Line", percent="10")])
    assert {"subtotal": 140292, "total": 168350} == minors(placed(shop, line), names)
    both = placed(shop, line, discounts=[Discount("Order", percent="10")])
    assert {"subtotal": 126263, "total": 151516} == minors(both, names)


def test_c168_the_tax_contained_in_30_00() -> None:
    order = placed(office("EUR", taxes_included=True), goods("30.00", taxes=[Tax("USt", "0.19")]))
    assert "4.79" == order.total_tax.amount
    assert "25.21" == (order.total - order.total_tax).amount


def test_c170_the_tax_contained_in_8_00() -> None:
    order = placed(office("EUR", taxes_included=True), goods("8.00", taxes=[Tax("USt", "0.07")]))
    assert "0.52" == order.total_tax.amount
    assert "7.48" == (order.total - order.total_tax).amount


def test_c179_a_percentage_on_lines_is_rounded_for_each_one_on_all_lines_once() -> None:
    shop, prices = office(), ("1.06", "2.06", "3.06", "4.06")
    on_lines = placed(shop, *several(*prices), discounts=[Discount("Ten", percent="10", on=("A", "B", "C", "D"))])
    assert ["0.11", "0.21", "0.31", "0.41"] == shares(on_lines)
    assert "1.04" == on_lines.total_discounts.amount
    on_all = placed(shop, *several(*prices), discounts=[Discount("Ten", percent="10")])
    assert "1.02" == on_all.total_discounts.amount


def test_c180_a_percentage_on_lines_below_half_a_cent() -> None:
    ten = Discount("Ten", percent="10", on=("A", "B", "C", "D"))
    order = placed(office(), *several("1.04", "2.04", "3.04", "4.04"), discounts=[ten])
    assert ["0.10", "0.20", "0.30", "0.40"] == shares(order)
    assert "1.00" == order.total_discounts.amount


def test_c191_the_tax_is_taken_after_the_discount() -> None:
    line = goods("50.00", 2, taxes=[Tax("VAT", "0.10")], discounts=[Discount("Off", amount="10.00")])
    order = placed(office("EUR"), line)
    assert "100.00" == (order.subtotal + order.total_discounts).amount
    expected = {"total_discounts": "10.00", "total_tax": "9.00", "total": "99.00"}
    assert expected == figures(order, expected)


def test_c200_yen_have_no_smaller_unit() -> None:
    assert 50098 == Money.of("50098", "JPY").minor


def test_c201_rounding_is_asked_for_and_half_up() -> None:
    assert 268 == Money.rounded("2.675", "USD").minor
    with pytest.raises(errors.TooManyDigits):
        Money.of("2.675", "USD")


def test_c204_yen_there_and_back() -> None:
    assert 1234 == Money.of("1234", "JPY").minor
    assert "1234" == Money(1234, "JPY").amount


def test_c205_half_a_cent_rounds_up() -> None:
    assert 1 == Money.rounded("0.005", "USD").minor


def test_c213_two_percentages_in_turn() -> None:
    lines = [goods("10.00", 2, sku="A"), goods("5.00", sku="B")]
    in_turn = [Discount("First", percent="10"), Discount("Second", percent="20")]
    assert "7.00" == placed(office(), *lines, discounts=in_turn).total_discounts.amount


def test_c215_contained_taxes_rounded_on_the_sum() -> None:
    tax = [Tax("VAT", "0.07")]
    shop = office("EUR", taxes_included=True, tax_rounding="order")
    order = placed(shop, goods("2.00", sku="A", taxes=tax), goods("2.50", 4, sku="B", taxes=tax))
    assert {"total": "12.00", "total_tax": "0.79"} == figures(order, ["total", "total_tax"])


def test_c216_taxes_on_top_rounded_on_the_sum_of_goods_and_shipping() -> None:
    tax = [Tax("VAT", "0.21")]
    shop = office("EUR", tax_rounding="order")
    order = placed(shop, goods("23.85", taxes=tax), shipping=Shipping("Post", "9.50", tax))
    assert {"total_tax": "7.00", "total": "40.35"} == figures(order, ["total_tax", "total"])


def test_c219_contained_taxes_do_not_move_the_total() -> None:
    """A compound rate cannot be computed here; it is given, and the total of contained prices stays the same."""
    taxes = [Tax("One", "0.20"), Tax("Two", "0.10")]
    lines = [
        goods("3.17", sku="A", taxes=taxes),
        goods("6.13", sku="B", taxes=taxes),
        Line("Untaxed", sku="C", price="9.53"),
    ]
    order = placed(office("EUR", taxes_included=True), *lines, discounts=[Discount("Ten", percent="10")])
    assert "16.95" == order.total.amount
