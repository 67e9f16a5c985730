"""Reports 21 to 44: given back twice, too much, or not at all."""

import pytest

from backoffice_core import BackOffice, Discount, Order, Sale, Shipping, errors
from backoffice_core.gateways.fake import FakeGateway
from tests.cases.helpers import figures, goods, office, placed, refusal, several


def by_card(total: str = "100.00") -> tuple[BackOffice, FakeGateway, Order]:
    """Return a shop, its card gateway and an order that was paid by it."""
    card = FakeGateway()
    shop = office("EUR", gateways={"card": card})
    order = placed(shop, goods(total), payments=[Sale(total, gateway="card")])
    return shop, card, shop.orders.get(order.id)


def paid_order(total: str = "100.00") -> tuple[BackOffice, Order]:
    """Return a shop and an order that was paid by hand."""
    shop = office("EUR")
    return shop, placed(shop, goods(total), paid=total)


def test_report_21_all_but_one_then_two() -> None:
    shop, order = paid_order()
    shop.orders.refund(order.id, amount="99.00")
    no = refusal(errors.RefundExceedsPaid, shop.orders.refund, order.id, amount="2.00")
    assert {"requested": "2.00", "refundable": "1.00"} == no


def test_report_22_promised_units_are_not_promised_again() -> None:
    shop, order = paid_order()
    shop.orders.refund(order.id, lines={"A": 1}, pay_later=True)
    no = refusal(errors.TooManyUnits, shop.orders.refund, order.id, lines={"A": 1}, pay_later=True)
    assert (1, 0) == (no["requested"], no["left"])


def test_report_23_what_is_on_its_way_back_counts() -> None:
    shop, card, order = by_card("4216.04")
    shop.orders.refund(order.id, amount="1000.00")
    card.then("late")
    after = shop.orders.refund(order.id, amount="3175.00").order
    assert "41.04" == after.refundable.amount
    plan = shop.orders.preview.refund(order.id, lines={"A": 1})
    assert "41.04" == plan.suggestion.amount.amount
    card.then("late")
    shop.orders.refund(order.id, amount="41.04")
    assert "0.00" == shop.orders.preview.refund(order.id, lines={"A": 1}).suggestion.amount.amount


def test_report_24_a_unit_is_refunded_once() -> None:
    shop, order = paid_order()
    shop.orders.refund(order.id, lines={"A": 1}, amount="10.00")
    no = refusal(errors.TooManyUnits, shop.orders.refund, order.id, lines={"A": 1}, amount="10.00")
    assert (1, 0) == (no["requested"], no["left"])


def test_report_25_a_refund_that_is_done_twice_moves_once() -> None:
    shop, card, order = by_card()
    card.then("twice")
    done = shop.orders.refund(order.id, amount="40.00")
    assert {done.transactions[0].id: ("refund", 4000)} == {
        key: moved for key, moved in card.moved.items() if moved[0] == "refund"
    }
    assert not shop.orders.resolve(order.id)


def test_report_26_after_an_error_the_money_is_not_given_back_again() -> None:
    shop, card, order = by_card()
    card.then("hang")
    shop.orders.refund(order.id, amount="40.00")
    after = shop.orders.resolve(order.id).order
    assert [4000] == [minor for method, minor in card.moved.values() if method == "refund"]
    assert "40.00" == after.refunded.amount


def test_report_27_a_double_click_is_one_refund() -> None:
    shop, order = paid_order()
    first = shop.orders.refund(order.id, amount="40.00", idempotency_key="click")
    second = shop.orders.refund(order.id, amount="40.00", idempotency_key="click")
    assert second.replayed
    assert first.refund == second.refund
    assert "40.00" == second.order.refunded.amount


def test_report_27_two_people_at_once_are_one_refund() -> None:
    shop, order = paid_order()
    shop.acting_as("marie").orders.refund(order.id, amount="40.00", expected_version=order.version)
    with pytest.raises(errors.StaleVersion) as caught:
        shop.acting_as("paul").orders.refund(order.id, amount="40.00", expected_version=order.version)
    assert (order.version, order.version + 1) == (caught.value.expected, caught.value.stored)


def test_report_28_equal_amounts_are_two_refunds() -> None:
    shop, _, order = by_card()
    for _ in range(2):
        (one,) = shop.orders.refund(order.id, amount="30.00").transactions
        assert not shop.orders.settle(order.id, one.id, "success")
    after = shop.orders.get(order.id)
    assert ("60.00", 2) == (after.refunded.amount, len(after.refunds))


def test_report_29_an_unknown_outcome_is_found_and_settled() -> None:
    shop, card, order = by_card()
    card.then("hang")
    assert ["unknown"] == [one.status for one in shop.orders.refund(order.id, amount="40.00").transactions]
    assert [order.id] == [one.id for one in shop.orders.unresolved()]
    assert ["success"] == [one.status for one in shop.orders.resolve(order.id).transactions]
    assert [] == list(shop.orders.unresolved())


def test_report_30_asking_again_uses_the_same_key() -> None:
    shop, card, order = by_card()
    card.then("hang_undone")
    shop.orders.refund(order.id, amount="40.00")
    shop.orders.resolve(order.id)
    asked = [request.key for method, request in card.calls if method == "refund"]
    assert (2, 1) == (len(asked), len(set(asked)))
    assert [4000] == [minor for method, minor in card.moved.values() if method == "refund"]


def test_report_31_a_payment_is_refunded_more_than_once() -> None:
    shop, order = paid_order()
    (payment,) = (one.id for one in order.transactions)
    for amount in ("10.00", "20.00", "70.00"):
        after = shop.orders.refund(order.id, amount=amount, payments=[payment]).order
    assert "refunded" == after.financial_status


def test_report_32_a_refusal_asks_no_gateway() -> None:
    shop, card, order = by_card()
    asked = len(card.calls)
    with pytest.raises(errors.UnknownTransaction):
        shop.orders.refund(order.id, amount="10.00", payments=["none"])
    assert asked == len(card.calls)
    assert order == shop.orders.get(order.id)


def test_report_33_cancel_gives_back_the_rest() -> None:
    shop = office("JPY")
    order = placed(shop, goods("1624"), payments=[Sale("1624", gateway="gift_card")])
    shop.orders.refund(order.id, amount="600")
    done = shop.orders.cancel(order.id)
    assert ["1024"] == [one.amount.amount for one in done.transactions]
    assert {"refunded": "1624", "outstanding": "0"} == figures(done.order, ["refunded", "outstanding"])


def test_report_34_what_was_paid_can_be_given_back_though_nothing_is_owed() -> None:
    shop, order = paid_order("500.00")
    assert "0.00" == order.outstanding.amount
    assert "500.00" == shop.orders.refund(order.id, amount="500.00").order.refunded.amount


def test_report_35_refunds_until_nothing_is_left() -> None:
    shop, order = paid_order("3.00")
    for left in ("2.00", "1.00", "0.00"):
        assert left == shop.orders.refund(order.id, amount="1.00").order.refundable.amount
    assert {"refundable": "0.00"} == refusal(errors.NothingToRefund, shop.orders.refund, order.id)


def test_report_36_what_the_shop_owes_follows_from_what_happened() -> None:
    shop = office("EUR")
    order = placed(shop, *several("60.00", "40.00"), paid="100.00")
    after = shop.orders.refund(order.id, lines={"B": 1}, pay_later=True).order
    assert "-40.00" == after.outstanding.amount
    assert "40.00" == shop.orders.refund(order.id).refund.amount.amount
    assert "0.00" == shop.orders.get(order.id).outstanding.amount


def test_report_37_what_was_paid_twice_goes_back_without_touching_the_goods() -> None:
    shop, order = paid_order()
    shop.orders.record_payment(order.id, "100.00", gateway="card", reference="again")
    done = shop.orders.refund(order.id)
    assert ("100.00", "0.00") == (done.refund.amount.amount, done.refund.adjustment.amount)
    assert {"current_total": "100.00", "outstanding": "0.00"} == figures(done.order, ["current_total", "outstanding"])


def test_report_38_a_refunded_order_owes_nothing() -> None:
    shop, order = paid_order()
    after = shop.orders.refund(order.id, lines={"A": 1}).order
    assert {"outstanding": "0.00", "current_total": "0.00"} == figures(after, ["outstanding", "current_total"])


def test_report_39_the_status_follows_the_money_not_the_promise() -> None:
    shop, order = paid_order()
    promised = shop.orders.refund(order.id, lines={"A": 1}, pay_later=True).order
    sent = shop.orders.refund(order.id)
    back = shop.orders.settle(order.id, sent.transactions[0].id, "reversed").order
    assert ["paid", "refunded", "paid"] == [one.financial_status for one in (promised, sent.order, back)]


def test_report_40_a_shipped_order_is_refunded() -> None:
    shop, order = paid_order()
    shop.orders.fulfill(order.id)
    done = shop.orders.refund(order.id, lines={"A": 1})
    assert ("refunded", "fulfilled") == (done.order.financial_status, done.order.fulfillment_status)


def test_report_41_shipping_that_was_free_has_nothing_to_give_back() -> None:
    shop = office("EUR")
    free = Discount("Free", percent="100", on="shipping")
    order = placed(shop, goods("10.00"), shipping="7.00", discounts=[free], paid="10.00")
    no = refusal(errors.RefundExceedsPart, shop.orders.refund, order.id, shipping="7.00")
    assert {"part": "shipping", "requested": "7.00", "left": "0.00"} == no


def test_report_42_each_shipping_line_has_its_own_parts() -> None:
    shop = office("EUR", taxes_included=True)
    posts = [Shipping("Parcel", "6.00"), Shipping("Pallet", "12.00")]
    promotion = Discount("Promotion", percent="50", on="shipping")
    order = placed(shop, goods("10.00"), shipping=posts, discounts=[promotion], paid="19.00")
    done = shop.orders.refund(order.id, shipping=True)
    assert ["3.00", "6.00"] == [part.amount.amount for part in done.refund.shipping]


def test_report_43_a_capture_that_a_webhook_reports_counts() -> None:
    shop = office("EUR")
    order = placed(shop, goods("100.00"), authorized="100.00")
    shop.orders.record_payment(order.id, "60.00", kind="capture", reference="ch_1")
    no = refusal(errors.CaptureExceedsAuthorization, shop.orders.capture, order.id, "60.00")
    assert {"requested": "60.00", "left": "40.00"} == no
    assert "40.00" == shop.orders.capture(order.id).transactions[0].amount.amount


def test_report_44_a_declined_refund_frees_what_it_held() -> None:
    shop, card, order = by_card()
    card.then("decline")
    done = shop.orders.refund(order.id, amount="80.00")
    assert ["failure"] == [one.status for one in done.transactions][-1:]
    expected = {"refunded": "0.00", "refundable": "100.00"}
    assert expected == figures(shop.orders.get(order.id), expected)
