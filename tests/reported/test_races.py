"""Reports 92 to 98: what two do at the same time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from backoffice_core import BackOffice, Line, errors
from tests.cases.helpers import goods, office, placed


def at_once(work: Callable[[int], Any], times: int = 8) -> list[Any]:
    """Do something several times at once; return the answers, refusals among them."""

    def one(at: int) -> Any:
        try:
            return work(at)
        except errors.BackOfficeError as error:
            return error

    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(one, range(times)))


def stocked(on_hand: int) -> BackOffice:
    shop = office("EUR")
    shop.catalog.add_location("here")
    shop.catalog.add_product("Item", sku="A", price="10.00")
    shop.catalog.set_stock("A", on_hand)
    return shop


def test_report_92_the_last_units_are_sold_once() -> None:
    shop = stocked(12)
    answers = at_once(lambda _: shop.orders.place(lines=[Line(variant="A", quantity=12)]))
    assert 1 == len([one for one in answers if not isinstance(one, Exception)])
    assert {(errors.OutOfStock, 12, 0)} == {
        (type(one), one.requested, one.available) for one in answers if isinstance(one, Exception)
    }
    assert 0 == shop.catalog.available("A")


def test_report_93_two_orders_at_once_are_both_counted() -> None:
    shop = stocked(20)
    at_once(lambda _: shop.orders.place(lines=[Line(variant="A")]), 2)
    assert [(20, 2)] == [(row.on_hand, row.committed) for row in shop.catalog.levels("A")]


def test_report_94_no_order_without_its_stock() -> None:
    shop = stocked(5)
    at_once(lambda _: shop.orders.place(lines=[Line(variant="A")]))
    assert (5, 5) == (shop.orders.count(), sum(row.committed for row in shop.catalog.levels("A")))
    shop.catalog.adjust("A", 1)
    assert "#1006" == shop.orders.place(lines=[Line(variant="A")]).order.name


def test_report_95_units_are_shipped_once() -> None:
    shop = office("EUR")
    order = placed(shop, goods("10.00", 2))
    answers = at_once(lambda _: shop.orders.fulfill(order.id))
    assert [errors.NothingToFulfill] * 7 == [type(one) for one in answers if isinstance(one, Exception)]
    assert 1 == len(shop.orders.get(order.id).fulfillments)


def test_report_96_an_old_copy_does_not_win() -> None:
    shop = office("EUR")
    order = placed(shop, goods("10.00"))
    shop.orders.add_tags(order.id, "vip")
    with pytest.raises(errors.StaleVersion):
        shop.orders.set_note(order.id, "Seen before the tag", expected_version=order.version)
    after = shop.orders.get(order.id)
    assert (("vip",), None) == (after.tags, after.note)


def test_report_97_a_move_is_made_once() -> None:
    shop = office("EUR")
    order = placed(shop, goods("10.00"), authorized="10.00")
    answers = at_once(lambda _: shop.orders.void(order.id))
    assert [errors.NothingToVoid] * 7 == [type(one) for one in answers if isinstance(one, Exception)]
    assert ["authorization", "void"] == [one.kind for one in shop.orders.get(order.id).transactions]


def test_report_98_who_lost_a_race_is_not_told_so() -> None:
    shop = office("EUR")
    order = placed(shop, goods("10.00"))
    answers = at_once(lambda at: shop.orders.add_tags(order.id, f"tag {at}"))
    assert [] == [one for one in answers if isinstance(one, Exception)]
    assert 8 == len(shop.orders.get(order.id).tags)
