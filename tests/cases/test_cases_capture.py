"""Cases on authorizing, capturing, voiding and marking as paid."""

from backoffice_core import errors
from tests.cases.helpers import figures, goods, office, placed, refusal


def test_c004_an_authorization_covers_what_is_owed() -> None:
    order = placed(office("CAD"), goods("18.00"), authorized="18.00")
    expected = {
        "financial_status": "authorized",
        "total": "18.00",
        "received": "0.00",
        "outstanding": "0.00",
        "capturable": "18.00",
    }
    assert expected == figures(order, expected)
    assert order.capturable


def test_c022_what_is_paid_is_not_marked_as_paid_again() -> None:
    shop = office()
    order = placed(shop, goods("12.50"), paid="12.50")
    assert {"owed": "0.00"} == refusal(errors.NothingOwed, shop.orders.mark_as_paid, order.id)
    after = shop.orders.get(order.id)
    assert {"financial_status": "paid", "outstanding": "0.00"} == figures(after, ["financial_status", "outstanding"])
    assert 1 == len(after.transactions)


def test_c025_nothing_is_left_of_what_was_captured() -> None:
    shop = office()
    order = placed(shop, goods("25.00"), authorized="25.00")
    shop.orders.capture(order.id, "25.00")
    authorization = order.transactions[0].id
    no = refusal(errors.CaptureExceedsAuthorization, shop.orders.capture, order.id, "1.00", authorization=authorization)
    assert {"requested": "1.00", "left": "0.00"} == no
    assert "25.00" == shop.orders.get(order.id).received.amount


def test_c028_what_is_voided_is_not_voided_again() -> None:
    shop = office()
    order = placed(shop, goods("25.00"), authorized="25.00")
    authorization = order.transactions[0].id
    shop.orders.void(order.id, authorization)
    assert {"authorization": authorization} == refusal(errors.NothingToVoid, shop.orders.void, order.id, authorization)


def test_c031_what_is_captured_is_not_voided() -> None:
    shop = office()
    order = placed(shop, goods("25.00"), authorized="25.00")
    authorization = order.transactions[0].id
    shop.orders.capture(order.id)
    assert {"authorization": authorization} == refusal(errors.NothingToVoid, shop.orders.void, order.id, authorization)


def test_c035_an_amount_without_a_currency_is_in_the_orders() -> None:
    shop = office("CAD")
    order = placed(shop, goods("12.50"), authorized="12.50")
    (taken,) = shop.orders.capture(order.id, "5.00").transactions
    expected = ("capture", "5.00 CAD", "success", order.transactions[0].id)
    assert expected == (taken.kind, str(taken.amount), taken.status, taken.parent_id)


def test_c050_a_capture_without_an_amount_takes_all_of_it() -> None:
    shop = office()
    order = placed(shop, goods("598.94"), authorized="598.94")
    (taken,) = shop.orders.capture(order.id).transactions
    expected = ("capture", "598.94", order.transactions[0].id)
    assert expected == (taken.kind, taken.amount.amount, taken.parent_id)


def test_c051_a_void_has_the_amount_0() -> None:
    shop = office()
    order = placed(shop, goods("598.94"), authorized="598.94")
    (voided,) = shop.orders.void(order.id, order.transactions[0].id).transactions
    expected = ("void", "0.00", order.transactions[0].id)
    assert expected == (voided.kind, voided.amount.amount, voided.parent_id)


def test_c188_the_later_word_about_a_reference_wins() -> None:
    shop = office()
    order = placed(shop, goods("11.00"))
    told = {"kind": "authorization", "gateway": "card", "reference": "1"}
    authorized = shop.orders.record_payment(order.id, "11.00", **told).order
    assert "11.00" == authorized.capturable.amount
    failed = shop.orders.record_payment(order.id, "11.00", status="failure", **told).order
    assert "0.00" == failed.capturable.amount
    assert "11.00" == failed.outstanding.amount
