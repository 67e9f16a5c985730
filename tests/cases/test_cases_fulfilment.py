"""Cases on shipping, undoing it, and holds."""

from backoffice_core import errors
from tests.cases.helpers import figures, goods, office, placed, refusal, several


def test_c060_undoing_the_fulfillment_that_archived_an_order_opens_it() -> None:
    shop = office(auto_archive=True)
    order = placed(shop, goods("10.00"), paid="10.00")
    assert "archived" == shop.orders.fulfill(order.id).order.lifecycle
    done = shop.orders.cancel_fulfillment(order.id, "#1001-F1")
    expected = {"fulfillment_status": "unfulfilled", "lifecycle": "open", "to_fulfill": 1}
    assert expected == figures(done.order, expected)
    assert "cancelled" == done.fulfillment.status


def test_c062_no_more_than_is_left() -> None:
    shop = office()
    order = placed(shop, goods("10.00"))
    no = refusal(errors.TooManyUnits, shop.orders.fulfill, order.id, lines={"A": 2})
    assert {"line": order.lines[0].id, "action": "fulfill", "requested": 2, "left": 1} == no


def test_c064_a_cancelled_order_ships_nothing() -> None:
    shop = office()
    order = placed(shop, goods("10.00"))
    shop.orders.cancel(order.id)
    no = refusal(errors.OrderIsCancelled, shop.orders.fulfill, order.id, lines={"A": 1})
    assert {"action": "fulfill"} == no


def test_c067_two_lines_in_one_parcel() -> None:
    shop = office()
    order = placed(shop, *several("10.00", "5.00"))
    after = shop.orders.fulfill(order.id, lines={"A": 1, "B": 1}).order
    assert "fulfilled" == after.fulfillment_status
    assert [0, 0] == [row.to_fulfill for row in after.counters.values()]


def test_c069_one_of_two_units_on_hold() -> None:
    shop = office()
    order = placed(shop, goods("10.00", 2))
    line = order.lines[0].id
    held = shop.orders.hold(order.id, lines={"A": 1}).order
    assert (1, 1) == (held.counters[line].held, held.counters[line].ready)
    released = shop.orders.release_hold(order.id).order
    assert (0, 2) == (released.counters[line].held, released.counters[line].ready)
    assert ["unfulfilled"] * 3 == [one.fulfillment_status for one in (order, held, released)]
