"""Reports 45 to 54: captures, payment states, one cart that became two orders."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from backoffice_core import Authorization, BackOffice, Line, Order, Sale, errors
from backoffice_core.gateways.fake import FakeGateway
from tests.cases.helpers import figures, goods, office, placed, refusal


def authorized_by_card(*moods: str) -> tuple[BackOffice, FakeGateway, Order]:
    """Return a shop, its card gateway and an order of 100.00 that was authorized by it."""
    card = FakeGateway()
    shop = office("EUR", gateways={"card": card})
    order = placed(shop, goods("100.00"), payments=[Authorization("100.00", gateway="card")])
    card.then(*moods)
    return shop, card, order


def test_report_45_a_capture_that_is_asked_for_twice_is_one() -> None:
    shop, card, order = authorized_by_card()
    first = shop.orders.capture(order.id, idempotency_key="checkout-1")
    second = shop.orders.capture(order.id, idempotency_key="checkout-1")
    assert second.replayed
    assert first.transactions == second.transactions
    assert ["authorize", "capture"] == [method for method, _ in card.calls]


def test_report_46_a_sale_is_one_call() -> None:
    order = placed(office("EUR"), goods("10.00"), payments=[Sale("10.00", gateway="stripe", reference="pi_1")])
    assert {"financial_status": "paid", "received": "10.00"} == figures(order, ["financial_status", "received"])


def test_report_47_an_order_for_nothing_is_paid() -> None:
    assert "paid" == placed(office("EUR"), goods("0.00")).financial_status


def test_report_48_a_success_after_a_decline_is_recorded() -> None:
    card = FakeGateway(["decline"])
    shop = office("EUR", gateways={"card": card})
    order = placed(shop, goods("10.00"), payments=[Sale("10.00", gateway="card")])
    (declined,) = shop.orders.get(order.id).transactions
    assert "failure" == declined.status
    assert "paid" == shop.orders.settle(order.id, declined.id, "success", reference="ch_2").order.financial_status


def test_report_49_what_can_be_captured_is_seen_and_taken_in_parts() -> None:
    shop = office("EUR")
    order = placed(shop, goods("100.00"), authorized="100.00")
    assert "100.00" == order.capturable.amount
    assert "70.00" == shop.orders.capture(order.id, "30.00").order.capturable.amount
    assert "0.00" == shop.orders.capture(order.id).order.capturable.amount


def test_report_50_a_void_that_failed_is_told_and_nothing_is_captured_later() -> None:
    shop, _, order = authorized_by_card("decline")
    done = shop.orders.cancel(order.id)
    assert [("void", "failure")] == [(one.kind, one.status) for one in done.transactions]
    assert "PaymentFailed" in [type(event).__name__ for event in done.events]
    assert {"action": "capture"} == refusal(errors.OrderIsCancelled, shop.orders.capture, order.id)
    assert "success" == shop.orders.void(order.id).order.transactions[-1].status


def test_report_51_a_refund_that_never_happened_is_not_counted() -> None:
    card = FakeGateway()
    shop = office("EUR", gateways={"card": card})
    order = placed(shop, goods("1672.70"), payments=[Sale("1672.70", gateway="card")])
    card.then("decline")
    shop.orders.cancel(order.id)
    expected = {"refunded": "0.00", "net_payment": "1672.70", "outstanding": "-1672.70"}
    assert expected == figures(shop.orders.get(order.id), expected)


def test_report_52_money_that_comes_too_late_is_owed_by_the_shop() -> None:
    shop = office("EUR")
    order = placed(shop, goods("50.00"))
    shop.orders.cancel(order.id)
    late = shop.orders.record_payment(order.id, "50.00", gateway="card", reference="ch_late").order
    assert "-50.00" == late.outstanding.amount
    assert "50.00" == shop.orders.refund(order.id).refund.amount.amount


def test_report_53_a_checkout_becomes_one_order() -> None:
    shop = office("EUR")
    first = shop.orders.place(lines=[goods("10.00")], source=("web", "checkout-1"))
    second = shop.orders.place(lines=[goods("10.00")], source=("web", "checkout-1"))
    assert second.replayed
    assert first.order.id == second.order.id
    assert 1 == shop.orders.count()
    with pytest.raises(errors.SourceTaken):
        shop.orders.place(lines=[goods("11.00")], source=("web", "checkout-1"))


def test_report_54_also_when_it_is_tried_at_the_same_time() -> None:
    shop = office("EUR")

    def place(_: int) -> str:
        return shop.orders.place(lines=[Line("Item", price="10.00")], source=("web", "checkout-1")).order.id

    with ThreadPoolExecutor(8) as pool:
        assert 1 == len(set(pool.map(place, range(16))))
    assert 1 == shop.orders.count()


def test_report_53_the_preview_says_that_it_is_placed_already() -> None:
    shop = office("EUR")
    first = shop.orders.place(lines=[goods("10.00")], source=("web", "checkout-1"))
    assert first.order == shop.orders.preview.place(lines=[goods("10.00")], source=("web", "checkout-1")).order
    with pytest.raises(errors.SourceTaken):
        shop.orders.preview.place(lines=[goods("11.00")], source=("web", "checkout-1"))
