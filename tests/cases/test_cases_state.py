"""Cases on the statuses that are derived from what happened."""

from backoffice_core import Authorization, Sale
from tests.cases.helpers import figures, goods, office, placed, several


def test_c006_authorized_and_nothing_received() -> None:
    order = placed(office(), goods("31.90"), payments=[Authorization("31.90", gateway="external")])
    expected = {
        "financial_status": "authorized",
        "capturable": "31.90",
        "outstanding": "0.00",
        "received": "0.00",
        "net_payment": "0.00",
    }
    assert expected == figures(order, expected)


def test_c029_an_authorization_that_failed_is_none() -> None:
    order = placed(office(), goods("25.00"), payments=[Authorization("25.00", status="failure")])
    expected = {"financial_status": "pending", "capturable": "0.00", "outstanding": "25.00", "received": "0.00"}
    assert expected == figures(order, expected)


def test_c052_captured_refunded_and_the_rest() -> None:
    shop = office()
    order = placed(shop, goods("598.94"), authorized="598.94")
    shop.orders.capture(order.id, "250.94")
    after = shop.orders.refund(order.id, amount="209.00").order
    expected = {"received": "250.94", "refunded": "209.00", "net_payment": "41.94", "refundable": "41.94"}
    assert expected == figures(after, expected)


def test_c059_a_paid_order_is_archived_once_all_was_shipped() -> None:
    shop = office(auto_archive=True)
    order = placed(shop, goods("10.00"), paid="10.00")
    after = shop.orders.fulfill(order.id).order
    expected = {"financial_status": "paid", "fulfillment_status": "fulfilled", "lifecycle": "archived"}
    assert expected == figures(after, expected)


def test_c122_payments_that_failed_cover_nothing() -> None:
    failed = [Sale("5.00", status="failure"), Sale("3.00", status="failure")]
    order = placed(office(), goods("8.00"), payments=failed)
    assert 0 == order.received.minor
    assert "8.00" == order.outstanding.amount


def test_c147_a_refund_of_shipping_is_a_refund() -> None:
    shop = office()
    order = placed(shop, goods("10.00", 3), shipping="10.00", paid="40.00")
    assert "partially_refunded" == shop.orders.refund(order.id, shipping="1.00").order.financial_status


def test_c158_half_of_it_is_paid() -> None:
    order = placed(office(), goods("2.00"), paid="1.00")
    expected = {"financial_status": "partially_paid", "outstanding": "1.00"}
    assert expected == figures(order, expected)


def test_c162_an_order_for_nothing_is_paid() -> None:
    order = placed(office(), goods("0.00"), payments=[Sale("0.00", status="failure")])
    assert {"total": "0.00", "financial_status": "paid"} == figures(order, ["total", "financial_status"])


def test_c185_a_refund_that_was_promised_is_owed() -> None:
    shop = office()
    order = placed(shop, *several("88.40", "10.00"), paid="98.40")
    after = shop.orders.refund(order.id, lines={"A": 1}, pay_later=True).order
    expected = {"financial_status": "paid", "outstanding": "-88.40", "current_total": "10.00", "refunded": "0.00"}
    assert expected == figures(after, expected)


def test_c195_one_payment_captured_and_half_of_another() -> None:
    shop = office()
    order = placed(shop, goods("20.00"), payments=[Authorization("10.00"), Authorization("10.00")])
    first, second = (one.id for one in order.transactions)
    shop.orders.capture(order.id, "10.00", authorization=first)
    after = shop.orders.capture(order.id, "5.00", authorization=second).order
    assert "partially_paid" == after.financial_status


def test_c196_a_payment_that_was_let_go_does_not_count() -> None:
    shop = office()
    authorizations = [Authorization("10.00"), Authorization("12.00"), Authorization("22.00")]
    order = placed(shop, goods("22.00"), payments=authorizations)
    first, second, third = (one.id for one in order.transactions)
    shop.orders.capture(order.id, "10.00", authorization=first)
    shop.orders.capture(order.id, "12.00", authorization=second)
    assert "paid" == shop.orders.void(order.id, third).order.financial_status


def test_c199_fulfillments_that_were_undone_leave_it_unfulfilled() -> None:
    shop = office()
    order = placed(shop, goods("10.00", 2))
    for _ in range(2):
        shop.orders.fulfill(order.id, lines={"A": 1})
    for name in ("#1001-F1", "#1001-F2"):
        order = shop.orders.cancel_fulfillment(order.id, name).order
    assert ["cancelled", "cancelled"] == [parcel.status for parcel in order.fulfillments]
    assert "unfulfilled" == order.fulfillment_status
