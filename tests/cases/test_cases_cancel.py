"""Cases on cancelling an order."""

from backoffice_core import errors
from tests.cases.helpers import figures, goods, office, placed, refusal


def test_c054_with_restock_and_refund() -> None:
    shop = office("CAD")
    order = placed(shop, goods("10.00", 2), paid="20.00")
    after = shop.orders.cancel(order.id, restock=True, refund=True).order
    expected = {
        "lifecycle": "cancelled",
        "financial_status": "refunded",
        "fulfillment_status": "unfulfilled",
        "received": "20.00",
        "refunded": "20.00",
        "net_payment": "0.00",
        "current_total": "0.00",
        "outstanding": "0.00",
        "to_fulfill": 0,
    }
    assert expected == figures(after, expected)
    assert after.cancelled_at is not None
    assert after.closed_at is not None


def test_c055_not_twice() -> None:
    shop = office()
    order = placed(shop, goods("10.00"))
    shop.orders.cancel(order.id)
    assert {} == refusal(errors.AlreadyCancelled, shop.orders.cancel, order.id)


def test_c153_everything_leaves() -> None:
    shop = office()
    order = placed(shop, goods("10.00", 4))
    after = shop.orders.cancel(order.id).order
    assert "-40.00" == (after.current_total - order.current_total).amount
    assert "0.00" == after.current_subtotal.amount


def test_c159_a_cancelled_order_that_was_never_paid_is_not_paid() -> None:
    shop = office()
    order = placed(shop, goods("30.00"))
    after = shop.orders.cancel(order.id).order
    expected = {"total": "30.00", "net_payment": "0.00", "financial_status": "pending"}
    assert expected == figures(after, expected)
