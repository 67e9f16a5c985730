"""What the desks answer to names and settings that lead nowhere."""

from pathlib import Path

import pytest

from backoffice_core import BackOffice, Line, Sale, errors


@pytest.fixture(params=["memory", "sqlite"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> BackOffice:
    """A shop on each storage."""
    url = "memory:" if request.param == "memory" else f"sqlite:///{tmp_path}/shop.db"
    return BackOffice.open(url, currency="EUR", taxes_included=True)


@pytest.mark.parametrize("name", ["", "nothing", "#1001", "\ud800", "a\0b", "x" * 10_000])
def test_no_such_order(office: BackOffice, name: str) -> None:
    """Whatever text names no order is an unknown id, on every storage."""
    orders = office.orders
    for ask in (orders.get, orders.timeline, orders.entries, orders.allowed, orders.detail, orders.story):
        with pytest.raises((errors.UnknownId, errors.InvalidValue)):
            ask(name)


def test_stock_of_an_archived_product(office: BackOffice) -> None:
    """A product that was taken off sale still has stock to count."""
    office.catalog.add_location("paris")
    product = office.catalog.add_product("Teapot", sku="TEA", price="40.00")
    office.catalog.set_stock("TEA", 5)
    office.catalog.archive_product(product.id)
    assert 5 == office.catalog.available("TEA")
    assert 3 == office.catalog.adjust("TEA", -2, reason="damaged").on_hand
    with pytest.raises(errors.InvalidValue):
        office.orders.place(lines=[Line(variant="TEA")])


def test_shipped_is_for_units_that_are_not_restocked(office: BackOffice) -> None:
    """Saying how many had shipped where it is known is refused, not ignored."""
    order = office.orders.place(lines=[Line("A", sku="A", price="1.00", quantity=2)], payments=[Sale("2.00")]).order
    for restock in (None, "cancel"):
        with pytest.raises(errors.InvalidValue, match="no_restock"):
            office.orders.refund(order.id, lines={"A": 1}, restock=restock, shipped={"A": 0})
    assert office.orders.refund(order.id, lines={"A": 1}, restock="no_restock", shipped={"A": 0})


def test_an_unknown_kind_of_message(office: BackOffice) -> None:
    """A message that does not exist cannot be switched on; those that do are named."""
    with pytest.raises(errors.InvalidValue, match="order_placed or order_edited"):
        office.change_settings(notifications=("order_lost",))
    with pytest.raises(errors.InvalidValue, match="notifications"):
        BackOffice.open("memory:", currency="EUR", taxes_included=True, notifications=("order_lost",))
