"""Imported orders are orders like any other: each command does with them what it does elsewhere."""

import pytest

from backoffice_core import BackOffice, Order, errors
from backoffice_core.importer import import_orders
from backoffice_core.storage.memory import MemoryStorage
from tests.shopify.helpers import NOW, SHOP, check_invariants, csv_file, ids, line, row

UNSHIPPED = {"fulfillment_status": "unfulfilled", "fulfilled_at": "", "lineitem_fulfillment_status": "pending"}


def office(*rows: dict[str, str]) -> tuple[BackOffice, Order]:
    """Return a shop with the one order that some rows tell."""
    storage = MemoryStorage()
    shop = BackOffice.open(storage, shop=SHOP, currency="USD", taxes_included=False, timezone="America/New_York")
    report = import_orders(storage, SHOP, shop.settings, csv_file(*rows), now=NOW, new_id=ids())
    assert 1 == report.imported
    return shop, shop.orders.get("#1001")


def state(order: Order) -> tuple[str, str, str, str]:
    check_invariants(order)
    return order.financial_status, order.fulfillment_status, order.outstanding.amount, order.lifecycle


def test_an_authorized_one_is_captured_and_shipped() -> None:
    shop, order = office(row(**UNSHIPPED, financial_status="authorized"))
    assert ("paid", "unfulfilled", "0.00", "open") == state(shop.orders.capture(order.id).order)
    assert ("paid", "fulfilled", "0.00", "archived") == state(shop.orders.fulfill(order.id).order)


def test_a_pending_one_is_marked_as_paid() -> None:
    shop, order = office(row(**UNSHIPPED, financial_status="pending", outstanding_balance="25.95"))
    after = shop.orders.mark_as_paid(order.id).order
    assert ("paid", "25.95") == (after.financial_status, after.received.amount)


def test_a_unit_of_a_paid_one_comes_back() -> None:
    """A unit is worth 10.00 and half of the tax of 1.00."""
    shop, order = office(row())
    done = shop.orders.refund(order.id, lines={"CND": 1})
    assert done.refund is not None
    assert ("10.50", "return") == (done.refund.amount.amount, done.refund.lines[0].restock)
    assert ("partially_refunded", "fulfilled", "0.00", "archived") == state(done.order)


def test_the_rest_of_a_part_refunded_one_is_given_back() -> None:
    """20.00 of the 25.95 went back as goodwill; of all that comes back now 5.95 were not given back yet."""
    shop, order = office(row(financial_status="partially_refunded", refunded_amount="20.00"))
    done = shop.orders.refund(order.id, lines={"CND": 2}, shipping=True)
    assert done.refund is not None
    assert "5.95" == done.refund.amount.amount
    assert ("refunded", "fulfilled", "0.00", "archived") == state(done.order)


def test_what_is_owed_for_a_cancelled_one_is_given_back() -> None:
    shop, order = office(row(**UNSHIPPED, cancelled_at="2025-03-02 10:00:00 -0500"))
    assert ("paid", "unfulfilled", "-25.95", "cancelled") == state(order)
    assert ("refunded", "unfulfilled", "0.00", "cancelled") == state(shop.orders.refund(order.id).order)


def test_one_with_a_line_that_left_is_finished_and_can_be_refunded() -> None:
    cells = {"subtotal": "30.00", "taxes": "1.50", "tax_1_value": "1.50", "total": "36.45"}
    more = line("10.00", name="Soap", lineitem_sku="SOAP", lineitem_fulfillment_status="pending")
    shop, order = office(row(**cells, outstanding_balance="10.50"), more)
    assert ("paid", "fulfilled", "0.00", "archived") == state(order)
    with pytest.raises(errors.TooManyUnits, match="0 are possible"):
        shop.orders.refund(order.id, lines={"SOAP": 1})
    done = shop.orders.refund(order.id, lines={"CND": 2}, shipping=True).order
    assert ("refunded", "fulfilled", "0.00", "archived") == state(done)
