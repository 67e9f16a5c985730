"""Cases on returns."""

from backoffice_core import errors
from tests.cases.helpers import goods, office, placed, refusal


def test_c072_the_status_follows_all_returns() -> None:
    shop = office()
    order = placed(shop, goods("10.00", 6), paid="60.00")
    shop.orders.fulfill(order.id)
    told = [
        shop.orders.request_return(order.id, lines={"A": 1}).order.return_status,
        shop.orders.approve_return(order.id, "#1001-R1").order.return_status,
        shop.orders.request_return(order.id, lines={"A": 1}).order.return_status,
        shop.orders.decline_return(order.id, "#1001-R2").order.return_status,
        shop.orders.close_return(order.id, "#1001-R1").order.return_status,
        shop.orders.reopen_return(order.id, "#1001-R1").order.return_status,
    ]
    assert ["return_requested", "in_progress", "return_requested", "in_progress", "returned", "in_progress"] == told


def test_c073_declined() -> None:
    shop = office()
    order = placed(shop, goods("10.00"), paid="10.00")
    shop.orders.fulfill(order.id)
    told = [
        shop.orders.request_return(order.id).order.return_status,
        shop.orders.decline_return(order.id, "#1001-R1").order.return_status,
    ]
    assert ["return_requested", "no_return"] == told


def test_c076_units_of_another_return() -> None:
    shop = office()
    order = placed(shop, goods("10.00", 2), paid="20.00")
    shop.orders.fulfill(order.id)
    shop.orders.request_return(order.id, lines={"A": 1}, approve=True)
    facts = refusal(errors.TooManyUnits, shop.orders.request_return, order.id, lines={"A": 2})
    assert (2, 1) == (facts["requested"], facts["left"])
