"""What is answered where `deviations.py` says that a case is answered otherwise."""

import pytest

from backoffice_core import Discount, Money, Sale, Tax, errors
from backoffice_core.money import allocate
from tests.cases.helpers import figures, goods, minors, office, placed, refusal, several, shares


def test_deviation_c032_a_capture_is_in_the_orders_currency() -> None:
    shop = office("CAD")
    order = placed(shop, goods("16.99"), authorized="16.99")
    other = refusal(errors.CurrencyMismatch, shop.orders.capture, order.id, Money.of("99.99", "USD"))
    assert {"expected": "CAD", "given": "USD"} == other
    more = refusal(errors.CaptureExceedsAuthorization, shop.orders.capture, order.id, "99.99")
    assert {"requested": "99.99", "left": "16.99"} == more
    assert "0.00" == shop.orders.get(order.id).received.amount


def test_deviation_c045_an_order_has_one_currency() -> None:
    shop = office("CAD")
    expected = ["total_tax", "total", "outstanding"]
    in_cad = placed(shop, goods("12.00", taxes=[Tax("GST", "0.125")]))
    assert ["1.50 CAD", "13.50 CAD", "13.50 CAD"] == [str(getattr(in_cad, name)) for name in expected]
    in_usd = placed(shop, goods("8.00", taxes=[Tax("GST", "0.125")]), currency="USD")
    assert ["1.00 USD", "9.00 USD", "9.00 USD"] == [str(getattr(in_usd, name)) for name in expected]
    no = refusal(errors.CurrencyMismatch, shop.orders.place, lines=[goods(Money.of("8.00", "USD"))])
    assert {"expected": "CAD", "given": "USD"} == no


def test_deviation_c071_units_leave_in_as_many_parcels_as_it_takes() -> None:
    shop = office()
    order = placed(shop, goods("10.00", 3))
    assert 2 == shop.orders.fulfill(order.id, lines={"A": 1}).order.to_fulfill
    assert 3 == shop.orders.cancel_fulfillment(order.id, "#1001-F1").order.to_fulfill


def test_deviation_c110_nothing_says_how_to_share_over_zeros() -> None:
    with pytest.raises(errors.NothingToAllocateOn) as caught:
        allocate(10, [0, 0])
    assert 10 == caught.value.amount
    assert [0, 0] == allocate(0, [0, 0])


def test_deviation_c115_the_discount_is_rounded() -> None:
    half = [Discount("Half", percent="50")]
    order = placed(office("EUR"), goods(Money(8333, "EUR"), taxes=[Tax("VAT", "0.20")], discounts=half))
    expected = {"total_discounts": 4167, "subtotal": 4166, "total": 4999}
    assert expected == minors(order, expected)


def test_deviation_c133_a_discount_is_shared_by_price() -> None:
    shop, prices = office("EUR"), ("10.00", "20.00", "50.00", "30.00")
    by_price = placed(shop, *several(*prices), discounts=[Discount("Off", amount="12.00")])
    assert ["1.09", "2.18", "5.46", "3.27"] == shares(by_price)
    without = placed(shop, *several(*prices), discounts=[Discount("Off", amount="12.00", on=("A", "B", "D"))])
    assert ["2.00", "4.00", "0.00", "6.00"] == shares(without)


def test_deviation_c137_an_amount_is_refunded_on_a_line() -> None:
    shop = office("USD")
    order = placed(shop, goods("10.00", 2, taxes=[Tax("Tax", "0.23")]), shipping="20.00", paid="44.60")
    shop.orders.refund(order.id, amounts={"A": "5.00"})
    assert "15.00" == shop.orders.refund(order.id, amounts={"A": "10.00"}).order.refunded.amount
    no = refusal(errors.RefundExceedsPart, shop.orders.refund, order.id, amounts={"A": "9.61"})
    assert {"part": order.lines[0].id, "requested": "9.61", "left": "9.60"} == no


def test_deviation_c176_goods_and_shipping_have_discounts_of_their_own() -> None:
    shop = office()
    goods_only = placed(shop, goods("30.00"), shipping="10.00", discounts=[Discount("Off", amount="100")])
    expected = {"subtotal": "0.00", "total_discounts": "30.00", "total_shipping": "10.00"}
    assert expected == figures(goods_only, expected)
    both = [Discount("Off", amount="100"), Discount("Free shipping", amount="100", on="shipping")]
    assert "40.00" == placed(shop, goods("30.00"), shipping="10.00", discounts=both).total_discounts.amount


def test_deviation_c178_nothing_is_taken_off_goods_that_cost_nothing() -> None:
    shop = office()
    free = placed(shop, goods("0.00"), shipping="10.00", discounts=[Discount("Off", amount="20")])
    assert {"total_discounts": "0.00", "total": "10.00"} == figures(free, ["total_discounts", "total"])
    shipping = [Discount("Off", amount="20", on="shipping")]
    cut = placed(shop, goods("0.00"), shipping="10.00", discounts=shipping)
    assert {"total_discounts": "10.00", "total": "0.00"} == figures(cut, ["total_discounts", "total"])


def test_deviation_c240_fees_are_not_in_the_order() -> None:
    shop = office("EUR")
    order = placed(shop, goods("6.99"), payments=[Sale("6.99", gateway="card", reference="ch_1")])
    after = shop.orders.refund(order.id, amount="6.99").order
    expected = {"received": "6.99", "refunded": "6.99", "net_payment": "0.00"}
    assert expected == figures(after, expected)


def test_deviation_c241_a_payment_is_in_the_orders_currency() -> None:
    shop = office("AED")
    order = placed(shop, goods("988.21"), payments=[Sale("988.21", gateway="card", reference="ch_2")])
    assert "988.21 AED" == str(order.received)
    no = refusal(errors.CurrencyMismatch, shop.orders.record_payment, order.id, Money.of("1010.40", "SAR"))
    assert {"expected": "AED", "given": "SAR"} == no
