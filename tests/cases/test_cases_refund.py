"""Cases on giving money back."""

from backoffice_core import Discount, Money, Sale, Tax, errors
from backoffice_core.gateways.fake import FakeGateway
from tests.cases.helpers import figures, goods, office, placed, refusal, worth


def test_c037_a_unit_and_all_of_the_shipping() -> None:
    shop = office("CAD")
    order = placed(shop, goods("10.00"), shipping="5.00", paid="15.00")
    done = shop.orders.refund(order.id, lines={"A": 1}, restock="no_restock", shipping=True, amount="15.00")
    assert {"refunded": "15.00", "financial_status": "refunded"} == figures(
        done.order, ["refunded", "financial_status"]
    )
    assert ["no_restock"] == [line.restock for line in done.refund.lines]
    assert () == done.movements


def test_c038_never_more_than_was_paid() -> None:
    shop = office()
    order = placed(shop, goods("15.00"), paid="15.00")
    paid = order.transactions[0].id
    no = refusal(errors.RefundExceedsPaid, shop.orders.refund, order.id, amount="25.00", payments=[paid])
    assert {"requested": "25.00", "refundable": "15.00"} == no
    after = shop.orders.get(order.id)
    assert {"financial_status": "paid", "refunded": "0.00"} == figures(after, ["financial_status", "refunded"])


def test_c040_no_flag_lets_more_back_than_is_left() -> None:
    shop = office()
    order = placed(shop, goods("45.00"), paid="45.00")
    shop.orders.refund(order.id, amount="10.00")
    no = refusal(errors.RefundExceedsPaid, shop.orders.refund, order.id, amount="999.00")
    assert {"requested": "999.00", "refundable": "35.00"} == no
    assert "10.00" == shop.orders.get(order.id).refunded.amount


def test_c043_a_payment_that_the_order_does_not_have() -> None:
    shop = office("CAD")
    order = placed(shop, goods("10.00"), paid="10.00")
    no = refusal(errors.UnknownTransaction, shop.orders.refund, order.id, amount="1.00", payments={"none": "1.00"})
    assert {"transaction": "none", "known": (order.transactions[0].id,)} == no
    assert "0.00" == shop.orders.get(order.id).refunded.amount


def test_c044_an_amount_without_lines() -> None:
    shop = office("CAD")
    order = placed(shop, goods("10.00"), paid="10.00")
    after = shop.orders.refund(order.id, amount="1.00", payments={order.transactions[0].id: "1.00"}).order
    assert {"refunded": "1.00", "financial_status": "partially_refunded"} == figures(
        after, ["refunded", "financial_status"]
    )


def test_c123_pending_and_failed_refunds_do_not_reduce_what_was_paid() -> None:
    card = FakeGateway()
    shop = office("EUR", gateways={"card": card})
    order = placed(shop, goods("10.00"), payments=[Sale("5.00", gateway="card"), Sale("5.00", gateway="card")])
    first, second = (payment.id for payment in order.transactions)
    for payment, mood, minor in (
        (first, "succeed", 100),
        (first, "late", 200),
        (first, "succeed", 100),
        (second, "succeed", 100),
        (second, "decline", 200),
        (second, "late", 200),
    ):
        card.then(mood)
        shop.orders.refund(order.id, amount=Money(minor, "EUR"), payments=[payment])
    after = shop.orders.get(order.id)
    assert 700 == after.net_payment.minor
    assert 700 - 200 - 200 == after.refundable.minor


def test_c125_the_preferred_payment_is_used_up_first() -> None:
    shop = office("EUR")
    payments = [Sale(Money(17249, "EUR")), Sale(Money(16649, "EUR"))]
    order = placed(shop, goods(Money(17249 + 16649, "EUR")), payments=payments)
    first, second = (payment.id for payment in order.transactions)
    done = shop.orders.refund(order.id, amount=Money(17249, "EUR"), payments=[second])
    assert {second: 16649, first: 600} == {one.parent_id: one.amount.minor for one in done.transactions}


def test_c138_a_negative_amount() -> None:
    shop = office("EUR")
    order = placed(shop, goods("10.00", taxes=[Tax("VAT", "0.23")]), paid="12.30")
    no = refusal(errors.NegativeAmount, shop.orders.refund, order.id, amounts={"A": "-8.00"})
    assert {"field": "amounts['A']", "amount": -800} == no
    assert "0.00" == shop.orders.get(order.id).refunded.amount


def test_c141_shipping_that_was_free_is_not_given_back() -> None:
    shop = office()
    free = Discount("Free shipping", percent="100", on="shipping")
    order = placed(shop, goods("10.00"), shipping="20.00", discounts=[free], paid="10.00")
    assert "0.00" == order.current_shipping.amount
    no = refusal(errors.RefundExceedsPart, shop.orders.preview.refund, order.id, shipping=True)
    assert {"part": "shipping", "requested": "0.00", "left": "0.00"} == no


def test_c142_no_more_shipping_than_is_left() -> None:
    shop = office()
    order = placed(shop, goods("10.00"), shipping="20.00", paid="30.00")
    shop.orders.refund(order.id, shipping="5.00")
    no = refusal(errors.RefundExceedsPart, shop.orders.refund, order.id, shipping="18.00")
    assert {"part": "shipping", "requested": "18.00", "left": "15.00"} == no
    assert "5.00" == shop.orders.get(order.id).refunded.amount


def test_c145_half_of_a_line_with_its_tax() -> None:
    shop = office("EUR", taxes_included=True)
    order = placed(shop, goods("11.00", taxes=[Tax("VAT", "0.10")]), paid="11.00")
    (part,) = shop.orders.refund(order.id, amounts={"A": "5.50"}).refund.lines
    assert ("5.50", "5.00", "0.50") == (part.amount.amount, (part.amount - part.tax).amount, part.tax.amount)


def test_c155_three_units_one_after_the_other() -> None:
    shop = office()
    order = placed(shop, goods("100.00", 3), discounts=[Discount("Off", amount="10.00")], paid="290.00")
    values = []
    for _ in range(3):
        values.append(worth(shop, order))
        after = shop.orders.refund(order.id, lines={"A": 1}).order
    assert ["96.66", "96.67", "96.67"] == sorted(values)
    assert "290.00" == after.refunded.amount


def test_c164_two_halves_are_the_whole() -> None:
    shop = office()
    order = placed(shop, goods("100.00"), paid="100.00")
    shop.orders.refund(order.id, amount="50.00")
    after = shop.orders.refund(order.id, amount="50.00").order
    assert {"financial_status": "refunded", "refundable": "0.00"} == figures(after, ["financial_status", "refundable"])


def test_c165_what_is_left_can_still_be_given_back() -> None:
    shop = office()
    order = placed(shop, goods("100.00"), paid="100.00")
    assert "20.00" == shop.orders.refund(order.id, amount="80.00").order.refundable.amount


def test_c187_a_refund_that_came_back_in_part() -> None:
    shop = office()
    order = placed(shop, goods("40.00"), paid="40.00")
    shop.orders.refund(order.id, amount="11.00")
    (second,) = shop.orders.refund(order.id, amount="12.00").transactions
    after = shop.orders.settle(order.id, second.id, "reversed", amount="10.00", reference="re_1").order
    assert {"refunded": "13.00", "net_payment": "27.00"} == figures(after, ["refunded", "net_payment"])
