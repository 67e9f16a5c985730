"""Reports 99 to 107, 133 and 139: orders that were stuck, tags, currencies."""

import attrs
import pytest

from backoffice_core import Line, Money, Sale, errors
from backoffice_core.gateways.fake import FakeGateway
from tests.cases.helpers import figures, goods, office, placed, refusal, several


def test_report_99_every_order_has_a_way_on_or_is_finished() -> None:
    card = FakeGateway()
    shop = office("EUR", gateways={"card": card})
    order = placed(shop, goods("10.00", 3), payments=[Sale("30.00", gateway="card")])
    card.then("hang")
    for step in (
        lambda: shop.orders.hold(order.id),
        lambda: shop.orders.release_hold(order.id),
        lambda: shop.orders.fulfill(order.id, lines={"A": 1}),
        lambda: shop.orders.refund(order.id, lines={"A": 1}),
        lambda: shop.orders.resolve(order.id),
        lambda: shop.orders.fulfill(order.id),
    ):
        now = step().order
        possible = {one.name for one in shop.orders.allowed(order.id) if one.possible}
        assert now.finished or possible & {"fulfill", "capture", "refund", "settle", "release_hold", "cancel"}
    assert now.finished


def test_report_100_a_product_that_is_gone_does_not_stop_a_cancel() -> None:
    shop = office("EUR")
    shop.catalog.add_location("here")
    product = shop.catalog.add_product("Item", sku="A", price="10.00")
    shop.catalog.set_stock("A", 5)
    order = placed(shop, Line(variant="A", quantity=2))
    archived = shop.catalog.archive_product(product.id)
    assert "cancelled" == shop.orders.cancel(order.id).order.lifecycle
    shop.catalog.update_product(attrs.evolve(archived, archived_at=None))
    assert [(5, 0)] == [(row.on_hand, row.committed) for row in shop.catalog.levels("A")]


def test_report_101_rules_ask_for_facts_not_for_the_name_of_a_state() -> None:
    """An order that is archived, partly refunded and partly shipped is shipped and cancelled like any other."""
    shop = office("EUR")
    order = placed(shop, *several("10.00", "20.00", "30.00"), paid="60.00")
    shop.orders.fulfill(order.id, lines={"A": 1})
    shop.orders.refund(order.id, lines={"B": 1})
    shop.orders.archive(order.id)
    assert "fulfilled" == shop.orders.preview.fulfill(order.id).order.fulfillment_status
    assert "30.00" == shop.orders.cancel(order.id).refund.amount.amount


def test_report_102_a_captured_order_and_a_refunded_one_are_cancelled() -> None:
    shop = office("EUR")
    captured = placed(shop, goods("10.00"), authorized="10.00")
    shop.orders.capture(captured.id)
    refunded = placed(shop, goods("10.00"), paid="10.00")
    shop.orders.refund(refunded.id, amount="10.00")
    for order in (captured, refunded):
        expected = {"lifecycle": "cancelled", "financial_status": "refunded", "outstanding": "0.00"}
        assert expected == figures(shop.orders.cancel(order.id).order, expected)


def test_report_103_a_cancel_voids_what_is_open_and_refunds_the_rest() -> None:
    shop = office("EUR")
    order = placed(shop, goods("100.00"), authorized="100.00")
    shop.orders.capture(order.id, "60.00")
    shop.orders.refund(order.id, amount="10.00")
    done = shop.orders.cancel(order.id)
    assert [("refund", "50.00"), ("void", "0.00")] == [(one.kind, one.amount.amount) for one in done.transactions]
    assert {"refunded": "60.00", "outstanding": "0.00"} == figures(done.order, ["refunded", "outstanding"])


def test_report_104_a_refund_that_failed_is_repeated_on_the_cancelled_order() -> None:
    card = FakeGateway()
    shop = office("EUR", gateways={"card": card})
    order = placed(shop, goods("10.00"), payments=[Sale("10.00", gateway="card")])
    card.then("decline")
    shop.orders.cancel(order.id)
    assert "-10.00" == shop.orders.get(order.id).outstanding.amount
    assert {"refunded": "10.00", "outstanding": "0.00"} == figures(
        shop.orders.refund(order.id).order, ["refunded", "outstanding"]
    )


def test_report_105_archived_is_not_fulfilled() -> None:
    shop = office("EUR")
    order = placed(shop, goods("10.00"))
    after = shop.orders.archive(order.id).order
    expected = {"lifecycle": "archived", "fulfillment_status": "unfulfilled", "to_fulfill": 1}
    assert expected == figures(after, expected)


def test_report_107_a_refusal_says_what_would_have_been_possible() -> None:
    shop = office("EUR")
    order = placed(shop, goods("10.00"))
    shop.orders.fulfill(order.id)
    with pytest.raises(errors.AllShipped) as caught:
        shop.orders.cancel(order.id)
    assert ("all_shipped", ("#1001-F1",)) == (caught.value.code, caught.value.fulfillments)
    assert "cancel the fulfillments (#1001-F1), or refund" in str(caught.value)
    (why,) = [one.reason for one in shop.orders.allowed(order.id) if one.name == "cancel"]
    assert "all_shipped" == why.code


def test_report_133_orders_have_tags() -> None:
    shop = office("EUR")
    order = placed(shop, goods("10.00"), tags="wholesale, VIP")
    assert ("urgent", "VIP", "wholesale") == shop.orders.add_tags(order.id, "urgent", "vip").order.tags
    no = refusal(errors.TagTooLong, shop.orders.add_tags, order.id, "t" * 41)
    assert 40 == no["longest"]


def test_report_139_digits_are_those_of_the_currency() -> None:
    assert {"JPY": "1624", "KWD": "1.005", "HUF": "16.24", "TWD": "16.24"} == {
        currency: Money.of(amount, currency).amount
        for currency, amount in (("JPY", "1624"), ("KWD", "1.005"), ("HUF", "16.24"), ("TWD", "16.24"))
    }
    no = refusal(errors.TooManyDigits, office("JPY").orders.place, lines=[goods("16.24")])
    assert {"amount": "16.24", "currency": "JPY", "digits": 0} == no
