"""Cases on units that go back on sale."""

from backoffice_core import BackOffice, Line, Tax
from tests.cases.helpers import office, placed


def _stock(shop: BackOffice, sku: str = "A") -> tuple[int, int]:
    """Return on hand and committed of a variant, over all locations."""
    levels = shop.catalog.levels(sku)
    return sum(level.on_hand for level in levels), sum(level.committed for level in levels)


def test_c128_a_shipped_unit_comes_back() -> None:
    shop = office()
    shop.catalog.add_location("here")
    shop.catalog.add_product("Item", sku="A", price="10.00")
    shop.catalog.set_stock("A", 100)
    order = placed(shop, Line(variant="A"), paid="10.00")
    shop.orders.fulfill(order.id)
    assert (99, 0) == _stock(shop)
    shop.orders.refund(order.id, lines={"A": 1}, restock="return")
    assert (100, 0) == _stock(shop)


def test_c174_a_location_may_take_nothing_back() -> None:
    shop = office()
    shop.catalog.add_location("here")
    shop.catalog.add_location("outlet", restocks=False)
    shop.catalog.add_product("Item", sku="A", price="10.00")
    shop.catalog.set_stock("A", 5)
    order = placed(shop, Line(variant="A"), paid="10.00")
    shop.orders.fulfill(order.id)
    before = _stock(shop)
    done = shop.orders.refund(order.id, lines={"A": 1}, restock="return", location="outlet")
    assert 0 == _stock(shop)[0] - before[0]
    assert 1 == done.order.counters[order.lines[0].id].returned


def test_c190_unshipped_units_leave_the_order_and_go_back_on_sale() -> None:
    shop = office("EUR")
    shop.catalog.add_location("here")
    for sku, price in (("A", "10.00"), ("B", "20.00")):
        shop.catalog.add_product("Item " + sku, sku=sku, price=price)
        shop.catalog.set_stock(sku, 10)
    tax = [Tax("VAT", "0.23")]
    order = placed(
        shop, Line(variant="A", quantity=3, taxes=tax), Line(variant="B", quantity=2, taxes=tax), paid="86.10"
    )
    assert [3, 2] == [_stock(shop, sku)[1] for sku in "AB"]
    done = shop.orders.refund(order.id, lines={"A": 2, "B": 2}, restock="cancel")
    assert [1, 0] == [row.to_fulfill for row in done.order.counters.values()]
    assert [1, 0] == [_stock(shop, sku)[1] for sku in "AB"]
    assert "73.80" == done.refund.amount.amount
    taxes = sum(line.tax.minor for line in done.refund.lines)
    assert (6000, 1380) == (done.refund.amount.minor - taxes, taxes), "60.00 net and 13.80 tax"
